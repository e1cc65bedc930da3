package change

import (
	"slices"
	"strings"

	"github.com/trailbench/trailbench/analysis/jsondoc"
)

// leaf is a value that a request or answer names: a scalar, a list, or a policy.
type leaf struct {
	path   string
	normal string // as reads and writes of one family share it
	json   string
	value  *jsondoc.Value
	of, as string // the setting, and the place in it, of a value that is another operation's
}

// values is a request or an answer.
type values struct {
	instance string // which one, where a resource has several: a policy's name
	leaves   []leaf
}

// without are the values that other does not name.
func (v values) without(other values) []leaf {
	return slices.DeleteFunc(slices.Clone(v.leaves), func(l leaf) bool {
		return slices.ContainsFunc(other.leaves, func(o leaf) bool { return o.normal == l.normal })
	})
}

// values takes JSON apart. What only says which resource is meant, or is of the call
// rather than of the resource, is left out.
func (h *history) values(op operation, text string) values {
	var v values
	if doc, err := jsondoc.Parse(text); err == nil && doc.Kind == jsondoc.Object {
		h.flatten(op, &v, "", doc)
	}
	return v
}

func (h *history) flatten(op operation, into *values, path jsondoc.Path, v *jsondoc.Value) {
	embedded := v.Embedded != nil // a policy, or another document: one value, though it has parts
	v = unwrap(v)
	if v.Kind == jsondoc.Object && !embedded && v.Member("Statement") == nil {
		for _, m := range v.Members {
			if h.ofTheCall(m) {
				continue
			}
			if into.instance == "" && whichOne(m.Name) && !m.Value.Composite() {
				into.instance = m.Value.Text
				continue
			}
			h.flatten(op, into, path.Key(m.Name), m.Value)
		}
		return
	}
	l := leaf{path: string(path), normal: normal(op, string(path), v.Composite()), json: v.Plain(), value: v}
	if op.noun == "Role" && path == "assumeRolePolicyDocument" {
		l.of, l.as = "AssumeRolePolicy", "policydocument"
	}
	into.leaves = append(into.leaves, l)
}

// ofTheCall reports whether a member says nothing of the resource's settings.
func (h *history) ofTheCall(m jsondoc.Member) bool {
	switch m.Name {
	case "Host", "host", "xmlns", "requestId", "_return", "clientToken", "clientRequestToken", "ClientToken", "dryRun", "DryRun", "createDate", "x-id":
		return true
	}
	v := unwrap(m.Value)
	switch v.Kind {
	case jsondoc.Object:
		return len(v.Members) == 0
	case jsondoc.String, jsondoc.Null:
		// S3 names the subresource of a request as an empty parameter: "policy": "".
		return v.Text == "" || v.Kind == jsondoc.Null || h.names[v.Text]
	}
	return false
}

// whichOne reports whether a member tells one of several things that a resource has.
func whichOne(name string) bool {
	switch name {
	case "policyName", "accessKeyId", "statementId", "grantId", "serialNumber", "sSHPublicKeyId", "certificateId",
		"key": // an object in a bucket
		return true
	}
	return false
}

// unwrap opens documents in strings, and what EC2's interface wraps around lists and
// values.
func unwrap(v *jsondoc.Value) *jsondoc.Value {
	v = v.Document()
	if v.Kind == jsondoc.Object && len(v.Members) == 1 {
		switch m := v.Members[0]; {
		case m.Name == "items" && m.Value.Kind == jsondoc.Array, m.Name == "value":
			return m.Value.Document()
		}
	}
	return v
}

// normal is a path without letter case and without the names that wrap all of a request
// or an answer: what PutBucketPolicy calls bucketPolicy, GetBucketPolicy calls policy.
func normal(op operation, path string, composite bool) string {
	parts := strings.Split(strings.ToLower(path), ".")
	noun := strings.ToLower(op.noun)
	for len(parts) > 0 {
		first := parts[0]
		for _, suffix := range []string{"configuration", "request", "response"} {
			first = strings.TrimSuffix(first, suffix)
		}
		wraps := first != "" && strings.HasSuffix(noun, first) || first == strings.ToLower(op.verb)+noun
		if !wraps || len(parts) == 1 && !composite {
			break
		}
		parts = parts[1:]
	}
	return strings.Join(parts, ".")
}
