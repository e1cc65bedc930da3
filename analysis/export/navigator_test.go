package export_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/analysis/export"
)

// written is a layer as it is written, and read again.
func written(t *testing.T, l export.Layer) (layer map[string]any, text string) {
	t.Helper()
	var out strings.Builder
	if err := export.WriteNavigator(&out, l); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(out.String()), &layer); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	return layer, out.String()
}

// The Navigator refuses a file that breaks the rules of its layer format:
// https://github.com/mitre-attack/attack-navigator/blob/master/layers/spec/v4.5/layerformat.md
func TestLayerKeepsTheFormat(t *testing.T) {
	f := func(l export.Layer) {
		t.Helper()
		layer, _ := written(t, l)
		versions, _ := layer["versions"].(map[string]any)
		if versions["layer"] != "4.5" || versions["attack"] != l.Attack || !version(versions["navigator"]) {
			t.Errorf("versions %v", versions)
		}
		if layer["name"] != l.Name || layer["description"] != l.Description || layer["domain"] != "enterprise-attack" {
			t.Errorf("%v, %v, %v", layer["name"], layer["description"], layer["domain"])
		}
		if n, ok := layer["sorting"].(float64); !ok || n < 0 || n > 3 {
			t.Errorf("sorting %v", layer["sorting"])
		}
		if _, ok := layer["hideDisabled"].(bool); !ok {
			t.Errorf("hideDisabled %v", layer["hideDisabled"])
		}
		gradient, _ := layer["gradient"].(map[string]any)
		colors, _ := gradient["colors"].([]any)
		least, okLeast := gradient["minValue"].(float64)
		most, okMost := gradient["maxValue"].(float64)
		if len(colors) < 2 || !okLeast || !okMost || least >= most {
			t.Errorf("gradient %v", gradient)
		}
		for _, c := range colors {
			if !color(c) {
				t.Errorf("color %v", c)
			}
		}
		legend, ok := layer["legendItems"].([]any)
		for _, item := range legend {
			one, _ := item.(map[string]any)
			if label, _ := one["label"].(string); label == "" || !color(one["color"]) {
				t.Errorf("legend %v", item)
			}
		}
		if !ok {
			t.Errorf("legendItems %v", layer["legendItems"])
		}
		layout, _ := layer["layout"].(map[string]any)
		if !slices.Contains([]any{"side", "flat", "mini"}, layout["layout"]) || !slices.Contains([]any{"all", "annotated", "none"}, layout["expandedSubtechniques"]) {
			t.Errorf("layout %v", layout)
		}
		list, ok := layer["techniques"].([]any)
		if !ok || len(list) != len(l.Techniques) {
			t.Fatalf("techniques %v", layer["techniques"])
		}
		for _, one := range list {
			technique, _ := one.(map[string]any)
			checkTechnique(t, technique, most)
		}
		for _, name := range keys(layer) {
			if !slices.Contains([]string{
				"versions", "name", "domain", "description", "filters", "sorting", "layout", "hideDisabled", "techniques", "gradient", "legendItems",
				"showTacticRowBackground", "tacticRowBackground", "selectTechniquesAcrossTactics", "selectSubtechniquesWithParent", "selectVisibleTechniques", "metadata", "links",
			}, name) {
				t.Errorf("the format knows no %s", name)
			}
		}
	}
	f(export.Layer{Name: "fired", Attack: "19"})
	f(export.Layer{Name: "fired", Description: "Techniques.", Attack: "19", ScoreName: "findings", Techniques: []export.Technique{
		{ID: "T1685.002", Score: 3, Comment: "Trail stopped (high)\n\"quoted\" <b>", Detections: []string{"cloudtrail_trail_logging_stopped", "cloudtrail_trail_narrowed"}},
		{ID: "T1098", Score: 40},
		{ID: "T1078.004", Score: 0},
	}})
}

func checkTechnique(t *testing.T, technique map[string]any, most float64) {
	t.Helper()
	id, _ := technique["techniqueID"].(string)
	score, ok := technique["score"].(float64)
	if !regexp.MustCompile(`^T\d{4}(\.\d{3})?$`).MatchString(id) || !ok || score > most {
		t.Errorf("technique %v", technique)
	}
	if _, ok := technique["enabled"].(bool); !ok {
		t.Errorf("%s: enabled %v", id, technique["enabled"])
	}
	if _, ok := technique["comment"].(string); !ok {
		t.Errorf("%s: comment %v", id, technique["comment"])
	}
	metadata, ok := technique["metadata"].([]any)
	if !ok {
		t.Errorf("%s: metadata %v", id, technique["metadata"])
	}
	for _, m := range metadata {
		pair, _ := m.(map[string]any)
		name, _ := pair["name"].(string)
		value, _ := pair["value"].(string)
		if name == "" || value == "" || len(pair) != 2 {
			t.Errorf("%s: metadata %v", id, m)
		}
	}
	for _, name := range keys(technique) {
		if !slices.Contains([]string{"techniqueID", "tactic", "comment", "enabled", "score", "color", "metadata", "links", "showSubtechniques"}, name) {
			t.Errorf("%s: the format knows no %s", id, name)
		}
	}
}

func keys(object map[string]any) (names []string) {
	for name := range object {
		names = append(names, name)
	}
	return names
}

func version(v any) bool {
	s, _ := v.(string)
	return regexp.MustCompile(`^\d+(\.\d+)*$`).MatchString(s)
}

func color(v any) bool {
	s, _ := v.(string)
	return regexp.MustCompile(`^#[0-9a-f]{6}$`).MatchString(s)
}

// The same techniques make the same file: it is kept and compared.
func TestLayerIsStable(t *testing.T) {
	one, two := export.Technique{ID: "T1098", Score: 1}, export.Technique{ID: "T1078", Score: 2}
	techniques := []export.Technique{one, two}
	_, a := written(t, export.Layer{Attack: "19", Techniques: techniques})
	_, b := written(t, export.Layer{Attack: "19", Techniques: []export.Technique{two, one}})
	if a != b || techniques[0].ID != "T1098" {
		t.Errorf("%s\n%s", a, b)
	}
	if !strings.HasSuffix(a, "}\n") {
		t.Error("no newline at the end")
	}
}
