package awsconfig

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// masked stands in the place of a value that could be a secret, as in the looks of
// package resource: how long it is, and the beginning of its hash.
type masked struct {
	Masked string `json:"masked"`
	Bytes  int    `json:"bytes"`
}

func mask(value string) masked {
	sum := sha256.Sum256([]byte(value))
	return masked{Masked: "sha256:" + hex.EncodeToString(sum[:8]), Bytes: len(value)}
}

// hide masks, in place, what could be a secret: the values of environments and of
// parameters, user data, and what has a name that says so. Names stay.
func hide(value any) any {
	switch v := value.(type) {
	case map[string]any:
		pair := secretPair(v)
		for name, member := range v {
			switch {
			case pair && valueName(name), secretName(name):
				v[name] = hideText(member)
			case bag(name, member):
				v[name] = hideAll(member)
			default:
				v[name] = hide(member)
			}
		}
	case []any:
		for i := range v {
			v[i] = hide(v[i])
		}
	case string:
		return hideInside(v)
	case json.Number:
		// No reader agrees on numbers that are none to a computer.
		if _, err := strconv.ParseFloat(v.String(), 64); err != nil {
			return v.String()
		}
	}
	return value
}

// hideText masks a text and the texts of a list; an object with a name like a secret's
// is looked at as any other, it says where the secret is.
func hideText(value any) any {
	switch v := value.(type) {
	case string:
		if v != "" {
			return mask(v)
		}
	case json.Number:
		return mask(v.String())
	case []any:
		for i := range v {
			v[i] = hideText(v[i])
		}
	case map[string]any:
		return hide(v)
	}
	return value
}

// hideAll masks every value of an object, and of a list of names with values.
func hideAll(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			v[name] = hideAll(member)
		}
	case []any:
		for i, entry := range v {
			m, ok := entry.(map[string]any)
			if !ok {
				v[i] = hideAll(entry)
				continue
			}
			for name, member := range m {
				if valueName(name) {
					m[name] = hideAll(member)
				}
			}
		}
	default:
		return hideText(value)
	}
	return value
}

// hideInside looks into a text that is JSON itself.
func hideInside(text string) any {
	tree, ok := document(text)
	if !ok {
		return text
	}
	before, err := encode(tree)
	if err != nil {
		return text
	}
	if after, err := encode(hide(tree)); err == nil && after != before {
		return after
	}
	return text
}

// document is a text that is a JSON object or list, as it stands or encoded for a URL as
// IAM's policies are. A text in quotes may hold one, too.
func document(text string) (any, bool) {
	plain := strings.TrimSpace(text)
	if len(plain) > 2 && plain[0] == '%' {
		if decoded, err := url.PathUnescape(plain); err == nil {
			plain = decoded
		}
	}
	if plain == "" || plain[0] != '{' && plain[0] != '[' && plain[0] != '"' || !json.Valid([]byte(plain)) {
		return nil, false
	}
	tree, err := decode([]byte(plain))
	return tree, err == nil
}

// bag reports whether the values of a member are somebody's own: environments and
// parameters, which hold keys and passwords under any name.
func bag(name string, value any) bool {
	switch strings.ToLower(name) {
	case "variables", "environmentvariables", "runtimeenvironmentvariables", "parameters", "defaultarguments", "nonoverridablearguments", "userdata":
		return true
	case "environment":
		// Of a container or model. One of a function or a build has members of its own.
		if _, ok := value.([]any); ok {
			return true
		}
		m, ok := value.(map[string]any)
		for _, member := range m {
			if _, text := member.(string); !text {
				return false
			}
		}
		return ok
	}
	return false
}

// valueName reports whether a member is the value beside a name.
func valueName(name string) bool {
	switch strings.ToLower(name) {
	case "value", "values", "parametervalue", "resolvedvalue", "defaultvalue", "stringvalue":
		return true
	}
	return false
}

// secretPair reports whether an object is a name with a value, and the name a secret's.
func secretPair(m map[string]any) bool {
	for _, name := range []string{"name", "key", "Name", "Key", "parameterKey", "parameterName"} {
		if text, ok := m[name].(string); ok && secretName(text) {
			return true
		}
	}
	return false
}

var (
	// secretWords are what names of secrets hold.
	secretWords = []string{"password", "passwd", "passphrase", "secret", "token", "apikey", "privatekey", "authkey", "parametervalue", "resolvedvalue"}
	// harmlessEnds are the last words of names that speak of a secret and hold none.
	harmlessEnds = []string{
		"arn", "arns", "id", "ids", "name", "names", "status", "state", "type", "enabled", "disabled", "required", "length", "age",
		"used", "changed", "date", "time", "policy", "validity", "units", "ttl", "version", "reuse",
	}
)

// secretName reports whether a member with that name may be a secret. Names with a colon
// are keys of the conditions of policies, as token.actions.githubusercontent.com:sub.
func secretName(name string) bool {
	if strings.Contains(name, ":") {
		return false
	}
	words := wordsOf(name)
	plain := strings.Join(words, "")
	if plain == "httptokens" { // whether an instance's metadata ask for one
		return false
	}
	return slices.ContainsFunc(secretWords, func(w string) bool { return strings.Contains(plain, w) }) &&
		!slices.Contains(harmlessEnds, words[len(words)-1])
}

// wordsOf are the words of a name in lower case: secretARN, secret_arn and SecretArn are
// secret and arn.
func wordsOf(name string) (words []string) {
	begin := 0
	cut := func(end int) {
		if end > begin {
			words = append(words, strings.ToLower(name[begin:end]))
		}
	}
	for i, r := range name {
		switch {
		case r == '-' || r == '_' || r == '.' || r == ' ' || r == '/':
			cut(i)
			begin = i + 1
		case i > begin && unicode.IsUpper(r) && unicode.IsLower(rune(name[i-1])):
			cut(i)
			begin = i
		}
	}
	cut(len(name))
	if words == nil {
		return []string{""}
	}
	return words
}
