package proof

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// stars reports whether a SELECT of the tree names no columns.
func stars(tree any) bool {
	found := false
	each(tree, func(node map[string]any) {
		found = found || node["class"] == "STAR"
	})
	return found
}

// comparedWith returns the texts that a column is compared with by = or IN, sorted.
func comparedWith(tree any, column string) []string {
	var values []string
	each(tree, func(node map[string]any) {
		var operands []any
		switch node["type"] {
		case "COMPARE_EQUAL":
			operands = []any{node["left"], node["right"]}
		case "COMPARE_IN":
			operands, _ = node["children"].([]any)
		}
		if !slices.ContainsFunc(operands, func(n any) bool { return columnName(n) == column }) {
			return
		}
		for _, n := range operands {
			operand, _ := n.(map[string]any)
			if operand["type"] != "VALUE_CONSTANT" {
				continue
			}
			constant, _ := operand["value"].(map[string]any)
			if s, ok := constant["value"].(string); ok {
				values = append(values, s)
			}
		}
	})
	slices.Sort(values)
	return slices.Compact(values)
}

func columnName(n any) string {
	node, _ := n.(map[string]any)
	names, _ := node["column_names"].([]any)
	if node["type"] != "COLUMN_REF" || len(names) == 0 {
		return ""
	}
	name, _ := names[len(names)-1].(string)
	return strings.ToLower(name)
}

// bare is an arrow whose value is compared without parentheses around it. It may be
// read right where it stands; behind an AND it is not.
var bare = regexp.MustCompile(`(?i)->>?\s*'(?:[^']|'')*'\s*(=|<>|!=|<=|>=|<|>|IN\b|NOT\b|LIKE\b|ILIKE\b|IS\b|BETWEEN\b)`)

// arrowTraps finds JSON arrows that reach too far: ->> binds weaker than =, || and
// AND, so that a = 'x' AND j ->> '$.k' = 'v' asks (a = 'x' AND j) for its $.k.
func arrowTraps(text string, tree any) []error {
	const advice = "write (request_parameters ->> '$.name') with its parentheses, because the arrow binds weaker than = and AND"
	var all []error
	code := withoutComments(text)
	for _, m := range bare.FindAllString(code, -1) {
		all = append(all, fmt.Errorf("%s: %s", strings.Join(strings.Fields(m), " "), advice))
	}
	if len(all) > 0 {
		return all
	}
	each(tree, func(node map[string]any) {
		name, _ := node["function_name"].(string)
		if name != "->>" && name != "->" || node["is_operator"] != true {
			return
		}
		operands, _ := node["children"].([]any)
		if len(operands) == 2 && (reaches(operands[0], true) || reaches(operands[1], false)) {
			all = append(all, fmt.Errorf("%s: %s", around(text, node["query_location"]), advice))
		}
	})
	return all
}

// reaches reports whether an operand of an arrow is what an operator made, which
// nobody wants.
func reaches(n any, left bool) bool {
	node, _ := n.(map[string]any)
	switch node["class"] {
	case "CONJUNCTION", "COMPARISON":
		return true
	case "OPERATOR":
		return node["type"] == "OPERATOR_NOT" || node["type"] == "COMPARE_IN" || strings.HasPrefix(fmt.Sprint(node["type"]), "OPERATOR_IS")
	case "FUNCTION":
		name, _ := node["function_name"].(string)
		arrow := name == "->>" || name == "->"
		if left && arrow {
			return false // a chain of arrows goes from left to right
		}
		return node["is_operator"] == true
	}
	return false
}

// around is the SQL near a place, in one line.
func around(text string, location any) string {
	at, _ := location.(float64)
	i := int(at)
	if i < 0 || i >= len(text) {
		return "->>"
	}
	from, to := max(0, i-30), min(len(text), i+30)
	return strings.Join(strings.Fields(strings.ToValidUTF8(text[from:to], "")), " ")
}

// withoutComments blanks line comments, which may hold anything; -- in a text is none.
func withoutComments(sql string) string {
	out := []byte(sql)
	inText := false
	for i := 0; i < len(out); i++ {
		switch {
		case out[i] == '\'':
			inText = !inText
		case !inText && out[i] == '-' && i+1 < len(out) && out[i+1] == '-':
			for i < len(out) && out[i] != '\n' {
				out[i] = ' '
				i++
			}
		}
	}
	return string(out)
}

// each calls visit for every object of a JSON tree.
func each(tree any, visit func(map[string]any)) {
	switch tree := tree.(type) {
	case map[string]any:
		visit(tree)
		for _, child := range tree {
			each(child, visit)
		}
	case []any:
		for _, child := range tree {
			each(child, visit)
		}
	}
}
