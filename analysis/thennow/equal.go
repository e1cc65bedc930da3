package thennow

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

func isScalar(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return false
	}
	return true
}

// accountRoot is how AWS writes an account that a policy names by its number alone.
var accountRoot = regexp.MustCompile(`^arn:aws[a-z-]*:iam::(\d{12}):root$`)

// normal is a value in a form in which the same settings are the same: names in small
// letters, as requests and answers differ in them; a list of one as its only entry;
// lists in order; numbers, truths and their texts alike; an account by its number.
func normal(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, member := range v {
			if member == nil {
				continue
			}
			key = strings.ToLower(key)
			if m := normal(member); m != nil {
				out[key] = m
			}
		}
		if len(out) == 1 && out["items"] != nil { // EC2's lists
			return out["items"]
		}
		return out
	case []any:
		out := make([]any, 0, len(v))
		for _, one := range v {
			out = append(out, normal(one))
		}
		if len(out) == 1 {
			return out[0]
		}
		slices.SortFunc(out, func(a, b any) int { return strings.Compare(encode(a), encode(b)) })
		return out
	case string:
		text := strings.TrimSpace(v)
		if m := accountRoot.FindStringSubmatch(text); m != nil {
			return m[1]
		}
		if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
			var inner any
			if json.Unmarshal([]byte(text), &inner) == nil {
				return normal(inner)
			}
		}
		return text
	case nil:
		return nil
	}
	return fmt.Sprint(v)
}

// equal compares two values by what they set.
func equal(a, b any) bool { return encode(normal(a)) == encode(normal(b)) }

// contains reports whether whole has everything that part sets.
func contains(whole, part any) bool { return within(normal(part), normal(whole)) }

func within(part, whole any) bool {
	switch p := part.(type) {
	case map[string]any:
		if list, ok := whole.([]any); ok {
			return slices.ContainsFunc(list, func(one any) bool { return within(part, one) })
		}
		w, ok := whole.(map[string]any)
		if !ok {
			return false
		}
		for key, value := range p {
			if !within(value, w[key]) {
				return false
			}
		}
		return true
	case []any:
		for _, one := range p {
			if !within(one, whole) {
				return false
			}
		}
		return true
	}
	if list, ok := whole.([]any); ok {
		return slices.ContainsFunc(list, func(one any) bool { return within(part, one) })
	}
	return encode(part) == encode(whole)
}

// holds reports whether a list has an entry that is the value, has it in one of its
// fields, or has all that it says.
func holds(list, value any) bool {
	want := normal(value)
	entries, ok := list.([]any)
	if !ok {
		entries = []any{list}
	}
	return slices.ContainsFunc(entries, func(entry any) bool { return has(normal(entry), want) })
}

func has(entry, want any) bool {
	switch e := entry.(type) {
	case map[string]any:
		if w, ok := want.(map[string]any); ok && within(w, e) {
			return true
		}
		for _, member := range e {
			if has(member, want) {
				return true
			}
		}
		return false
	case []any:
		return slices.ContainsFunc(e, func(one any) bool { return has(one, want) })
	}
	return encode(entry) == encode(want)
}

// hasStatements reports whether a policy has every statement of another.
func hasStatements(policy, set any) bool {
	now, then := statements(policy), statements(set)
	if len(then) == 0 {
		return equal(policy, set)
	}
	for _, s := range then {
		if !slices.ContainsFunc(now, func(have any) bool { return encode(have) == encode(s) }) {
			return false
		}
	}
	return true
}

// statements are those of a policy, each in normal form and without its name.
func statements(policy any) []any {
	object, ok := normal(policy).(map[string]any)
	if !ok {
		return nil
	}
	list, ok := object["statement"].([]any)
	if !ok && object["statement"] != nil {
		list = []any{object["statement"]}
	}
	var all []any
	for _, s := range list {
		if one, ok := s.(map[string]any); ok {
			one = maps.Clone(one)
			delete(one, "sid")
			if p, ok := one["principal"].(map[string]any); ok && len(p) == 1 && p["aws"] == "*" {
				one["principal"] = "*" // the two mean the same
			}
			all = append(all, one)
		}
	}
	return all
}

// allows reports whether the rules of a security group, as EC2 describes them, have the
// rule of a request: protocol, ports and one source.
func allows(permissions, rule any) bool {
	want, ok := normal(rule).(map[string]any)
	if !ok {
		return false
	}
	list, ok := permissions.([]any)
	if !ok {
		return false
	}
	return slices.ContainsFunc(list, func(p any) bool {
		have, ok := normal(p).(map[string]any)
		if !ok {
			return false
		}
		for key, value := range want {
			switch key {
			case "ipprotocol", "fromport", "toport":
				if have[key] != nil && encode(have[key]) != encode(value) {
					return false
				}
			default: // the source, somewhere among the ranges, lists and groups
				if !holds(have, value) {
					return false
				}
			}
		}
		return true
	})
}
