package export

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Technique is one technique of an ATT&CK Navigator layer.
type Technique struct {
	ID string
	// Score is what its colour shows: findings, or detections.
	Score int
	// Comment is shown when one points at it.
	Comment string
	// Detections are the ids behind it.
	Detections []string
}

// Layer is an ATT&CK Navigator layer.
type Layer struct {
	Name, Description string
	// Attack is the version of ATT&CK, such as "19".
	Attack     string
	Techniques []Technique
	// ScoreName says what the scores count.
	ScoreName string
}

// layerVersion is the version of the layer format:
// https://github.com/mitre-attack/attack-navigator/blob/master/layers/spec/v4.5/layerformat.md
const (
	layerVersion     = "4.5"
	navigatorVersion = "5.1.0"
)

// WriteNavigator writes a layer for the ATT&CK Navigator. Its colours go from white to
// a dark blue, which people with any colour vision tell apart.
func WriteNavigator(w io.Writer, l Layer) error {
	type metadata struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	type technique struct {
		ID       string     `json:"techniqueID"`
		Score    int        `json:"score"`
		Comment  string     `json:"comment"`
		Enabled  bool       `json:"enabled"`
		Metadata []metadata `json:"metadata"`
	}
	most := 1
	list := make([]technique, 0, len(l.Techniques))
	sorted := slices.Clone(l.Techniques)
	slices.SortFunc(sorted, func(a, b Technique) int { return strings.Compare(a.ID, b.ID) })
	for _, t := range sorted {
		most = max(most, t.Score)
		one := technique{ID: t.ID, Score: t.Score, Comment: t.Comment, Enabled: true, Metadata: []metadata{}}
		for _, d := range t.Detections {
			one.Metadata = append(one.Metadata, metadata{"detection", d})
		}
		list = append(list, one)
	}
	layer := map[string]any{
		"name":         l.Name,
		"description":  l.Description,
		"versions":     map[string]string{"attack": l.Attack, "navigator": navigatorVersion, "layer": layerVersion},
		"domain":       "enterprise-attack",
		"techniques":   list,
		"gradient":     map[string]any{"colors": []string{"#ffffff", "#08306b"}, "minValue": 0, "maxValue": most},
		"legendItems":  []map[string]string{{"label": fmt.Sprintf("%s: up to %d", l.ScoreName, most), "color": "#08306b"}},
		"sorting":      3,
		"layout":       map[string]any{"layout": "side", "showID": true, "showName": true, "expandedSubtechniques": "annotated"},
		"hideDisabled": false,
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(layer)
}
