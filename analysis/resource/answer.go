package resource

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

// follow reads the pages of an operation for which the SDK has no paginator: next asks
// for the page behind a token, nil for the first. As [collect], it reads at most
// [most] entries.
func follow[T any](next func(token *string) ([]T, *string, error)) ([]T, error) {
	all := []T{}
	var token *string
	for len(all) < most {
		page, behind, err := next(token)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if behind == nil || *behind == "" {
			break
		}
		token = behind
	}
	return all[:min(len(all), most)], nil
}

// describe reads the entries behind names, as many at a time as the operation takes.
func describe[T any](names []string, err error, atATime int, read func(names []string) ([]T, error)) (any, error) {
	if err != nil {
		return nil, err
	}
	all := []T{}
	for some := range slices.Chunk(names, atATime) {
		entries, err := read(some)
		if err != nil {
			return nil, err
		}
		all = append(all, entries...)
	}
	return all, nil
}

// resources names what a list call found.
func resources[T any](l *Lookup, kind string, all []T, err error, name func(T) (id, arn string)) ([]analysis.Resource, error) {
	if err != nil {
		return nil, err
	}
	var found []analysis.Resource
	for _, one := range all {
		id, arn := name(one)
		found = append(found, l.found(kind, id, arn))
	}
	return found, nil
}

// listAccountWide is the List of a type of which there is one in each account or
// region: it asks nothing.
func listAccountWide(kind string) func(context.Context, *Lookup) ([]analysis.Resource, error) {
	return func(_ context.Context, l *Lookup) ([]analysis.Resource, error) {
		return []analysis.Resource{l.found(kind, l.AccountID, "")}, nil
	}
}

// goneIn is err, or errGone where AWS answers with one of the words in it: for services
// whose error code means other things, too.
func goneIn(err error, code string, words ...string) error {
	if awsread.Code(err) != code {
		return err
	}
	said := strings.ToLower(awsread.Brief(err).Error())
	if slices.ContainsFunc(words, func(w string) bool { return strings.Contains(said, w) }) {
		return errGone
	}
	return err
}

// rest is the id or, where the id is an ARN, what follows prefix in its last part: for
// ids that have "/" or ":" in them.
func (l *Lookup) rest(prefix string) string { return restOf(cmp.Or(l.ID, l.ARN), prefix) }

func restOf(id, prefix string) string {
	if !strings.HasPrefix(id, "arn:") {
		return id
	}
	parts := strings.SplitN(id, ":", 6)
	return strings.TrimPrefix(parts[len(parts)-1], prefix)
}

// arnOf is the resource's ARN, made of its account and region where it is not known.
func (l *Lookup) arnOf(service, resource string) string {
	if l.ARN == "" && strings.HasPrefix(l.ID, "arn:") {
		return l.ID
	}
	return cmp.Or(l.ARN, l.arn(service, resource))
}

// arn is the ARN of something in the account and region of l.
func (l *Lookup) arn(service, resource string) string {
	return "arn:" + l.Partition() + ":" + service + ":" + l.Region + ":" + l.AccountID + ":" + resource
}

// attributes are those that AWS gives as texts, with the documents among them decoded.
func attributes(texts map[string]string, documents ...string) map[string]any {
	all := make(map[string]any, len(texts))
	for name, text := range texts {
		all[name] = text
		if slices.Contains(documents, name) {
			all[name] = document(&text)
		}
	}
	return all
}

// withoutPassword is a URL without the user and password in it.
func withoutPassword(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.User == nil {
		return text
	}
	u.User = url.User("masked")
	return u.String()
}

// hide is a value as JSON in which what the paths lead to is masked. Paths are those of
// a [Field]; "*" stands for every member of an object.
func hide(value any, paths ...string) (any, error) {
	tree, err := treeOf(value)
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		tree = change(tree, path, maskAny)
	}
	return tree, nil
}

// treeOf is a value as it is in JSON.
func treeOf(value any) (any, error) {
	text, err := encode(value)
	if err != nil {
		return nil, err
	}
	var tree any
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	err = dec.Decode(&tree)
	return tree, err
}

// change puts what with makes of them in the place of the values that a path leads to.
func change(tree any, path string, with func(any) any) any {
	if path == "" {
		return with(tree)
	}
	name, rest, _ := strings.Cut(path, ".")
	name, each := strings.CutSuffix(name, "[]")
	if name == "" { // "[].Name": the entries of tree itself
		return changeEach(tree, rest, with)
	}
	object, ok := tree.(map[string]any)
	if !ok {
		return tree
	}
	for member, value := range object {
		switch {
		case member != name && name != "*" || value == nil:
		case each:
			object[member] = changeEach(value, rest, with)
		default:
			object[member] = change(value, rest, with)
		}
	}
	return object
}

func changeEach(tree any, path string, with func(any) any) any {
	entries, ok := tree.([]any)
	if !ok {
		return tree
	}
	for i := range entries {
		entries[i] = change(entries[i], path, with)
	}
	return entries
}

// maskAny hides a value of any kind.
func maskAny(value any) any {
	if text, ok := value.(string); ok {
		return mask(text)
	}
	text, err := json.Marshal(value)
	if err != nil {
		return mask("")
	}
	return mask(string(text))
}

// result is what a call answers, as the result of a part.
func result[T any](out *T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return out, nil
}

// secretName is what the names of values are like that could be secrets.
var secretName = regexp.MustCompile(`(?i)secret|passw|passphrase|token|credential|private_?key|api_?key|access_?key|authorization|user_?data|environment|parameter_?value|input_?parameters`)

// maskSecret hides those members of an object, and of what is in it, whose names say
// that they could be secrets. The value of a tag, and of what else has a name and a value,
// is named by the name.
func maskSecret(value any) any {
	switch v := value.(type) {
	case map[string]any:
		named := false
		for _, name := range []string{"Key", "Name"} {
			text, ok := v[name].(string)
			named = named || ok && secretName.MatchString(text)
		}
		for name, member := range v {
			if (secretName.MatchString(name) || named && name == "Value") && member != nil {
				v[name] = maskAny(member)
			} else {
				v[name] = maskSecret(member)
			}
		}
	case []any:
		for i := range v {
			v[i] = maskSecret(v[i])
		}
	}
	return value
}
