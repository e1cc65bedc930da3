package resourceref

import (
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

// isPolicy reports whether a field can hold a policy document. Some services log it
// as an object, others as a string of JSON.
func isPolicy(name []byte) bool { return strings.Contains(string(name), "polic") }

// policy takes the principals that a policy document lets in and the resources it
// names, and returns the index behind it. Who may now assume a role or read a bucket
// is what its policy was changed for. Patterns and conditions name nothing for sure.
func (w *walk) policy(s string, i int) int {
	end := skipValue(s, i)
	text := s[i:end]
	if text[0] == '"' {
		text = unquote(text)
	}
	w.statements(text, 0, 0, clause{})
	return end
}

// clause is where in a policy document the walk stands.
type clause struct {
	principal, resource, deny bool
}

func (w *walk) statements(s string, i, nested int, in clause) int {
	if i = skipSpace(s, i); i >= len(s) || nested == maxDepth {
		return len(s)
	}
	switch s[i] {
	case '[':
		for i++; i < len(s) && s[i] != ']'; {
			if s[i] == ',' || isSpace(s[i]) {
				i++
				continue
			}
			i = max(w.statements(s, i, nested+1, in), i+1)
		}
		return i + 1
	case '"':
		end := skipString(s, i)
		w.policyValue(unquote(s[i:end]), in)
		return end
	case '{':
	default:
		return skipValue(s, i)
	}
	if !in.principal && strings.EqualFold(unquote(field(s[i:], "effect")), "deny") {
		in.deny = true
	}
	for i++; i < len(s) && s[i] != '}'; {
		if s[i] != '"' {
			i++
			continue
		}
		end := skipString(s, i)
		key := s[i+1 : max(end-1, i+1)]
		i = skipSpace(s, end)
		if i < len(s) && s[i] == ':' {
			i++
		}
		to := in
		switch {
		case strings.EqualFold(key, "principal"):
			to.principal = true
		case strings.EqualFold(key, "resource"):
			to.resource = true
		case strings.EqualFold(key, "condition"):
			i = skipValue(s, skipSpace(s, i))
			continue
		}
		i = w.statements(s, i, nested+1, to)
	}
	return i + 1
}

func (w *walk) policyValue(value string, in clause) {
	if !in.principal && !in.resource || !usable(value) {
		return
	}
	said := analysis.ActionTarget
	if in.principal && !in.deny {
		said = analysis.ActionGranted
	}
	switch {
	case strings.HasPrefix(value, "arn:"):
		// General would let the verb speak: a role in a role's trust policy is not
		// the one that is changed.
		w.arn(value, "", "", analysis.MethodARN, said, false)
	case in.principal && isAccount(value):
		w.name(value, "AWS::Account", analysis.MethodARN, said, false)
	}
}
