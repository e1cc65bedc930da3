package resourceref

import (
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

// source is the part of the record that is being walked.
type source int

const (
	fromResponse source = iota
	fromRequest
	fromDetails
)

// maxDepth bounds the recursion; AWS nests seven levels.
const maxDepth = 64

// walk is the look at one event. It runs through each JSON text once, along the
// paths of the rules and, when deep, looking at every value on the way.
type walk struct {
	r      *Recogniser
	e      *analysis.Event
	op     operation
	rules  *ruleSet
	leaves map[string]leaf
	refs   []analysis.ResourceRef
	deep   bool
	source source

	// What a deep walk takes when nothing else names a resource.
	last     string
	lastRank int
}

// place is where in a text the walk stands.
type place struct {
	node  *node
	field string // name of the field that leads here, as written
	depth int    // of fields, those not counted that are only packing
}

// text walks one part of the record.
func (w *walk) text(s string, from source) {
	if s == "" {
		return
	}
	var root *node
	if w.rules != nil {
		switch from {
		case fromResponse:
			root = w.rules.response
		case fromRequest:
			root = w.rules.request
		case fromDetails:
			root = w.rules.details
		}
	}
	if root == nil && !w.deep {
		return
	}
	w.source = from
	if s[0] == '"' { // an exporter's string of JSON
		s = unquote(s)
	}
	if s != "" && s[0] == '{' {
		w.value(s, 0, place{node: root}, 0)
	}
}

// value walks the value at s[i] and returns the index behind it.
func (w *walk) value(s string, i int, at place, nested int) int {
	if i = skipSpace(s, i); i >= len(s) {
		return len(s)
	}
	switch s[i] {
	case '{':
		if nested == maxDepth {
			return skipValue(s, i)
		}
		return w.object(s, i, at, nested+1)
	case '[':
		if nested == maxDepth {
			return skipValue(s, i)
		}
		for i++; i < len(s) && s[i] != ']'; {
			if s[i] == ',' || isSpace(s[i]) {
				i++
				continue
			}
			i = max(w.value(s, i, at, nested+1), i+1)
		}
		return i + 1
	case '"':
		end := skipString(s, i)
		if end > i+1 {
			w.element(s[i:end], at)
		}
		return end
	}
	return skipValue(s, i)
}

func (w *walk) object(s string, i int, at place, nested int) int {
	object := s[i:]
	for i++; i < len(s) && s[i] != '}'; {
		if s[i] != '"' {
			i++
			continue
		}
		end := skipString(s, i)
		key := s[i+1 : max(end-1, i+1)]
		i = skipSpace(s, end)
		if i < len(s) && s[i] == ':' {
			i = skipSpace(s, i+1)
		}
		if i >= len(s) {
			break
		}
		var buf [64]byte
		name := lower(buf[:0], key)

		var next *node
		if at.node != nil {
			next = at.node.next[string(name)]
		}
		to := place{node: next, field: key, depth: at.depth + 1}
		if next == nil && isPacking(name, at.depth, s[i]) {
			to = place{node: at.node, field: at.field, depth: at.depth}
		}
		switch {
		case to.node != nil && len(to.node.rules) > 0 && s[i] == '"':
			end = skipString(s, i)
			w.ruled(s[i:end], to.node, object)
			if w.deep {
				w.scan(s[i:end], to, name)
			}
			i = end
		case to.node == nil && !w.deep:
			i = skipValue(s, i)
		case w.deep && to.node == nil && isPolicy(name) && (s[i] == '{' || strings.HasPrefix(s[i:], `"{`)):
			i = w.policy(s, i)
		case w.deep && s[i] == '"':
			end = skipString(s, i)
			w.scan(s[i:end], to, name)
			i = end
		default:
			i = w.value(s, i, to, nested)
		}
	}
	return i + 1
}

// element handles an element of a list, whose name is the list's.
func (w *walk) element(quoted string, at place) {
	if at.node != nil && len(at.node.rules) > 0 {
		w.ruled(quoted, at.node, "")
	}
	if w.deep {
		var buf [64]byte
		w.scan(quoted, at, lower(buf[:0], at.field))
	}
}

// ruled adds what the rules of a node make of a value. Object is the object that the
// value is a field of.
func (w *walk) ruled(quoted string, n *node, object string) {
	value := unquote(quoted)
	for _, r := range n.rules {
		if r.with == "" || strings.HasPrefix(value, "arn:") {
			w.name(value, r.resourceType, analysis.MethodRule, r.action, r.general)
			continue
		}
		if r.resourceType == "AWS::S3::Object" && !w.op.mutating {
			continue
		}
		parent := unquote(field(object, r.with))
		if ref, _, ok := w.r.parseARN(parent); ok {
			parent = ref.ID
		}
		if usable(parent) && usable(value) {
			w.name(parent+"/"+value, r.resourceType, analysis.MethodRule, r.action, r.general)
		} else if !usable(parent) && r.resourceType != "AWS::S3::Object" {
			w.name(value, r.resourceType, analysis.MethodRule, r.action, r.general)
		}
	}
}

// scan looks at a value that no rule may know: an ARN, an id that AWS makes, a field
// whose name says enough.
func (w *walk) scan(quoted string, at place, name []byte) {
	value := quoted[1:max(len(quoted)-1, 1)]
	if value == "" || len(value) > 2048 {
		return
	}
	if strings.HasPrefix(value, "arn:") {
		if isSecretField(name) {
			return
		}
		l := w.leaves[string(name)]
		w.arn(unquote(quoted), l.resourceType, at.field, analysis.MethodARN, l.action, true)
		return
	}
	if t, ok := w.r.idType(value); ok && !isSecretField(name) {
		said := analysis.Action("")
		if w.op.namesNoun(at.field) {
			said = w.op.effect
		}
		w.name(value, t, analysis.MethodIDPrefix, said, true)
		return
	}
	if l, ok := w.leaves[string(name)]; ok {
		w.name(unquote(quoted), l.resourceType, analysis.MethodLeaf, l.action, true)
		return
	}
	w.consider(quoted, at, name)
}

// consider remembers a field that could name the resource by its form alone. The
// best is one named after what the operation is about, then a plain name or id near
// the top, then any other id.
func (w *walk) consider(quoted string, at place, name []byte) {
	if len(w.refs) > 0 || at.depth > 2 || isSecretField(name) {
		return
	}
	rank := 0
	switch {
	case w.op.namesNoun(at.field):
		rank = 4
	case string(name) == "name" || string(name) == "id" || string(name) == "identifier":
		rank = 3
	case len(name) > 4 && strings.HasSuffix(string(name), "name") && !isOwnName(name):
		rank = 1
	case len(name) > 2 && strings.HasSuffix(string(name), "id") && !isOwnName(name),
		strings.HasSuffix(string(name), "identifier"):
		rank = 2
	}
	if rank <= w.lastRank {
		return
	}
	if value := unquote(quoted); usable(value) && len(value) <= 512 {
		w.last, w.lastRank = value, rank
	}
}

// lastResort adds the field that consider found, when there is nothing better.
func (w *walk) lastResort() {
	if len(w.refs) == 0 && w.lastRank > 0 {
		w.name(w.last, "", analysis.MethodLeaf, w.op.effect, false)
	}
}

// isOwnName reports whether a field's name only looks like a resource's.
func isOwnName(name []byte) bool {
	switch string(name) {
	case "requestid", "serviceaccountid", "clientrequestid", "creatorrequestid", "accountid", "ownerid", "registryid", "principalid", "versionid",
		"attributename", "metricname", "hostname", "displayname", "username", "masterusername", "statementid", "zoneid",
		"availabilityzoneid", "availabilityzonename", "correlationid", "transactionid", "parentid", "contextid", "valid", "invalid":
		return true
	}
	return false
}

// isSecretField reports whether a field may hold a credential, which is never taken
// for a name.
func isSecretField(name []byte) bool {
	for _, part := range [...]string{"token", "secret", "password", "passphrase", "privatekey", "keymaterial", "credential"} {
		if strings.Contains(string(name), part) {
			switch string(name) {
			case "secretid", "secretarn", "secretname", "secrettargetarn", "credentialid", "credentialarn":
				return false
			}
			return true
		}
	}
	return false
}

// isPacking reports whether a field only wraps what it holds: EC2's {"items":[…]},
// its {"content":…,"tag":1} for lists of one, and the outer <Operation>Request.
func isPacking(name []byte, depth int, first byte) bool {
	switch string(name) {
	case "items", "item", "member", "content":
		return true
	}
	if depth > 0 || first != '{' {
		return false
	}
	n := string(name)
	return strings.HasSuffix(n, "request") || strings.HasSuffix(n, "response") || strings.HasSuffix(n, "req")
}
