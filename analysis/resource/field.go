package resource

import "strings"

// At is every value that a path of a [Field] leads to in a decoded snapshot: names with
// dots between them, "[]" behind the name of a list for each of its entries. What is not
// there, and null, are no values.
func At(tree any, path string) []any {
	if path == "" {
		if tree == nil {
			return nil
		}
		return []any{tree}
	}
	name, rest, _ := strings.Cut(path, ".")
	name, each := strings.CutSuffix(name, "[]")
	object, ok := tree.(map[string]any)
	if !ok {
		return nil
	}
	if !each {
		return At(object[name], rest)
	}
	var all []any
	entries, _ := object[name].([]any)
	for _, e := range entries {
		all = append(all, At(e, rest)...)
	}
	return all
}
