package thennow

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/trailbench/trailbench/analysis"
)

//go:embed rules.tsv
var rulesText string

type rule struct {
	operation, path, kind, at, want string
}

var rules = sync.OnceValue(func() []rule {
	var all []rule
	for i, line := range strings.Split(strings.TrimRight(rulesText, "\n"), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if len(cells) != 5 {
			panic(fmt.Sprintf("rules.tsv line %d has %d columns", i+1, len(cells)))
		}
		all = append(all, rule{cells[0], cells[1], cells[2], cells[3], cells[4]})
	}
	return all
})

// like reports whether text is pattern, which may end in *.
func like(pattern, text string) bool {
	if start, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(text, start)
	}
	return pattern == text
}

func ruleOf(operation, path string) (rule, bool) {
	for _, r := range rules() {
		if like(r.operation, operation) && like(r.path, path) {
			return r, true
		}
	}
	return rule{}, false
}

// compareFields looks for each value that a write set.
func compareFields(c analysis.Change, config any) []analysis.FieldNow {
	var all []analysis.FieldNow
	for _, f := range c.Fields {
		all = append(all, compareField(c, f, config))
	}
	if len(all) == 0 {
		// What only switches names no value: DisableKey, StopLogging.
		if r, ok := ruleOf(c.Operation, "*"); ok {
			all = append(all, byRule(r, c, analysis.ChangedField{Path: r.at, After: "true"}, config))
		}
	}
	return all
}

func compareField(c analysis.Change, f analysis.ChangedField, config any) analysis.FieldNow {
	now := analysis.FieldNow{Path: f.Path, Set: f.After}
	if r, ok := ruleOf(c.Operation, strings.ToLower(f.Path)); ok {
		return byRule(r, c, f, config)
	}
	name := leafOf(f.Path)
	found := named(config, name)
	if len(found) == 0 || name == "" {
		return now
	}
	set := decode(f.After)
	for _, v := range found[1:] {
		if !equal(v.value, found[0].value) {
			return now // several of that name, and they differ
		}
	}
	if isScalar(set) != isScalar(found[0].value) {
		return now
	}
	now.Known, now.At = true, found[0].at
	now.Now = set2now(f.After, equal(set, found[0].value), found[0].value)
	return now
}

// set2now is the value now: the text that was set where it is the same, so that both are
// written alike.
func set2now(set string, same bool, value any) string {
	if same {
		return set
	}
	if value == nil {
		return ""
	}
	return encode(value)
}

func byRule(r rule, c analysis.Change, f analysis.ChangedField, config any) analysis.FieldNow {
	now := analysis.FieldNow{Path: f.Path, Set: f.After, At: r.at}
	set := decode(f.After)
	if r.kind == "unknown" {
		return now
	}
	at, read := find(config, r.at)
	if !read {
		return now // the part could not be read
	}
	now.Known = true
	same := false
	switch r.kind {
	case "members":
		same = len(at) == 1 && holds(at[0], set)
		if f.After == "" { // it took f.Before away
			same = !(len(at) == 1 && holds(at[0], decode(f.Before)))
			now.Set = "not " + f.Before
			return flag(now, same, "still "+f.Before)
		}
		return flag(now, same, "")
	case "rules":
		same = len(at) == 1 && allows(at[0], set)
		return flag(now, same, "")
	case "document":
		same = len(at) == 1 && hasStatements(at[0], set)
		return flag(now, same, first(at))
	case "named":
		for _, one := range at {
			same = same || hasStatements(one, set)
		}
		return flag(now, same, "")
	case "there":
		return flag(now, len(at) == 1 && at[0] != nil, "")
	case "nothing":
		if now.Set == "" || now.Set == "true" {
			now.Set = "nothing"
		}
		return flag(now, len(at) == 0 || at[0] == nil, first(at))
	case "true", "false":
		same = len(at) > 0
		for _, v := range at {
			same = same && fmt.Sprint(v) == r.kind
		}
		return flag(now, same, first(at))
	case "state":
		return flag(now, len(at) == 1 && fmt.Sprint(at[0]) == r.want, first(at))
	case "enabled":
		want := map[bool]string{true: "ENABLED", false: "DISABLED"}[f.After == "true"]
		return flag(now, len(at) == 1 && fmt.Sprint(at[0]) == want, first(at))
	}
	// value: the leaf of that name within the part
	if len(at) == 0 || at[0] == nil {
		return flag(now, set == nil, "")
	}
	leaves := named(at[0], leafOf(f.Path))
	if len(leaves) == 0 {
		if isScalar(set) {
			now.Known = false
			return now
		}
		return flag(now, contains(at[0], set), encode(at[0]))
	}
	for _, l := range leaves {
		if same = equal(l.value, set) || contains(l.value, set); same {
			break
		}
	}
	return flag(now, same, encode(leaves[0].value))
}

// flag says what is there: what was set, or the other text.
func flag(now analysis.FieldNow, same bool, other string) analysis.FieldNow {
	now.Now = other
	if same {
		now.Now = now.Set
	} else if now.Now == now.Set {
		now.Now = ""
	}
	return now
}

func first(at []any) string {
	if len(at) == 0 || at[0] == nil {
		return ""
	}
	return encode(at[0])
}

// find follows a path of a rule into a config. read is false where the part at its
// beginning has no member, which means that it could not be read.
func find(config any, path string) (values []any, read bool) {
	object, ok := config.(map[string]any)
	if !ok {
		return nil, false
	}
	part, _, _ := strings.Cut(path, ".")
	if _, read = object[strings.TrimSuffix(part, "[]")]; !read {
		return nil, false
	}
	values = []any{config}
	for name := range strings.SplitSeq(path, ".") {
		name, each := strings.CutSuffix(name, "[]")
		var next []any
		for _, v := range values {
			object, ok := v.(map[string]any)
			if !ok {
				continue
			}
			member, ok := object[name]
			if !ok {
				continue
			}
			if list, ok := member.([]any); ok && each {
				next = append(next, list...)
				continue
			}
			next = append(next, member)
		}
		values = next
	}
	return values, true
}

type leaf struct {
	at    string
	value any
}

// named finds the members of that name, whatever the case of its letters, anywhere in a
// tree.
func named(tree any, name string) []leaf {
	var all []leaf
	var walk func(at string, v any)
	walk = func(at string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, key := range sortedKeys(v) {
				if strings.EqualFold(key, name) {
					all = append(all, leaf{at + key, v[key]})
				}
				walk(at+key+".", v[key])
			}
		case []any:
			for _, one := range v {
				walk(at, one)
			}
		}
	}
	walk("", tree)
	return all
}

// leafOf is the last name of a path.
func leafOf(path string) string {
	path = strings.TrimRight(path, "]0123456789[")
	return path[strings.LastIndexByte(path, '.')+1:]
}

// decode is a JSON text as a value; what is none is a string.
func decode(text string) any {
	if text == "" {
		return nil
	}
	var v any
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	if dec.Decode(&v) != nil {
		return text
	}
	return v
}

func encode(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}
