// Package change tells what writes did to one resource: what each set, beside what was
// there before as far as the logs tell. What is known of before comes from earlier
// writes, from reads whose record holds the answer, and from reads that were answered
// with "there is none". Where nothing tells, it says so; it never fills in AWS's
// defaults.
//
// It does not look for the events of a resource; package store does.
package change

import (
	"slices"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/jsondoc"
)

// Event is what a change is told from.
type Event struct {
	ID        string
	Time      time.Time
	Operation string // iam:CreateAccessKey
	Principal string
	Session   string
	SourceIP  string
	ErrorCode string
	Request   string // requestParameters, JSON
	Response  string // responseElements, JSON
	Mutating  bool
	// Action is what the event did to the resource itself: a new or deleted one has
	// nothing of what was there before.
	Action analysis.Action
}

// Of tells the changes of one resource in order of time. Names are those that requests
// call it by: id, name, ARN. A refused write is a change without fields.
func Of(names []string, events []Event) []analysis.Change {
	events = slices.Clone(events)
	slices.SortStableFunc(events, func(a, b Event) int { return a.Time.Compare(b.Time) })
	h := newHistory(names)
	var changes []analysis.Change
	for _, e := range events {
		if !e.Mutating {
			h.read(e)
			continue
		}
		c := analysis.Change{
			EventID: e.ID, Time: e.Time, Operation: e.Operation, Principal: e.Principal,
			Session: e.Session, SourceIP: e.SourceIP, ErrorCode: e.ErrorCode,
		}
		if e.ErrorCode == "" {
			c.Fields, c.BeforeFrom = h.write(e)
		}
		changes = append(changes, c)
	}
	return changes
}

// history is what is known of the resource so far.
type history struct {
	names    map[string]bool
	settings map[string]*setting
	lists    map[string]*list
	created  string // where the logs tell that it was made; it began with nothing
}

// setting is what the operations of one family set: PutBucketPolicy, GetBucketPolicy and
// DeleteBucketPolicy; or UpdateAccessKey and its like, for one key.
type setting struct {
	facts map[string]fact // by normal path
	whole string          // where the logs tell all of it, so that what is no fact is not there
}

// fact is a value that is known.
type fact struct {
	path string // as the record has it
	json string // "" for one that is known not to be there
	from string // where the logs tell
}

func newHistory(names []string) *history {
	h := &history{names: map[string]bool{}}
	for _, name := range names {
		h.names[name] = name != ""
	}
	h.forget()
	return h
}

func (h *history) forget() {
	h.settings, h.lists, h.created = map[string]*setting{}, map[string]*list{}, ""
}

// setting is the one of a family, for one instance of it.
func (h *history) setting(op operation, instance string) *setting {
	key := op.noun + "\x00" + instance
	s := h.settings[key]
	if s == nil {
		s = &setting{facts: map[string]fact{}}
		if h.created != "" && startsEmpty(op.noun) {
			s.whole = h.created
		}
		h.settings[key] = s
	}
	return s
}

// startsEmpty reports whether a new resource has none of a setting, whatever the
// account's defaults.
func startsEmpty(noun string) bool {
	switch noun {
	case "BucketPolicy", "BucketTagging", "BucketWebsite", "BucketReplication", "BucketCors", "BucketLifecycle",
		"RolePolicy", "UserPolicy", "GroupPolicy", "RolePermissionsBoundary", "UserPermissionsBoundary",
		"AccessKey", "LoginProfile", "MFADevice", "Permission", "FunctionUrlConfig":
		return true
	}
	return false
}

// known is what was at a path before.
func (s *setting) known(path string) (json, from string, ok bool) {
	if f, ok := s.facts[path]; ok {
		return f.json, f.from, true
	}
	return "", s.whole, s.whole != ""
}

// clear makes the setting known not to be there.
func (s *setting) clear(from string) {
	s.facts, s.whole = map[string]fact{}, from
}

// read learns from a read: what was answered, or that there is none.
func (h *history) read(e Event) {
	op := parse(e.Operation)
	req := h.values(op, e.Request)
	s := h.setting(op, req.instance)
	from := e.Operation + " " + stamp(e.Time)
	switch {
	case e.ErrorCode == "":
		for _, v := range h.values(op, e.Response).leaves {
			s.facts[v.normal] = fact{v.path, v.json, from}
		}
	case strings.Contains(e.ErrorCode, "NoSuch") || strings.Contains(e.ErrorCode, "NotFound"):
		s.clear(from + " → " + e.ErrorCode)
	}
}

// made is where it is told that what a call made was not there before.
const made = "made by this call"

// write tells what a write did, and learns from it.
func (h *history) write(e Event) (fields []analysis.ChangedField, beforeFrom string) {
	op, from := parse(e.Operation), e.Operation+" "+stamp(e.Time)
	w := writing{fields: &fields, from: &beforeFrom}
	if e.Action == analysis.ActionDeleted && op.effect == clears {
		h.delete(op, w)
		return fields, beforeFrom
	}
	if e.Action == analysis.ActionCreated && op.effect == creates {
		h.forget()
		h.created = from
	}
	req, resp := h.values(op, e.Request), h.values(op, e.Response)
	if req.instance == "" {
		req.instance = resp.instance // CreateAccessKey
	}
	switch {
	case h.writeTags(op, req, from, w), h.writeLists(op, req, from, w):
	case op.effect == clears:
		h.clear(op, req, from, w)
	default:
		h.set(op, e.Action, req, resp, from, w)
	}
	return fields, beforeFrom
}

// set tells what a write put into a setting.
func (h *history) set(op operation, action analysis.Action, req, resp values, from string, w writing) {
	if op.effect == creates && action != analysis.ActionCreated && req.instance == "" && !startsEmpty(op.noun) {
		op.effect = merges // something is added: nothing says that it was not there
	}
	s := h.setting(op, req.instance)
	set := req.leaves
	if op.state != "" {
		set = append(set, leaf{json: jsondoc.Quote(op.state)})
		if req.instance == "" {
			set[len(set)-1].path = op.noun
		}
	}
	switch op.effect {
	case creates:
		s.clear(made)
		set = append(set, resp.without(req)...)
	case replaces:
		for _, gone := range s.gone(set) {
			w.add(analysis.ChangedField{Path: named(op, req.instance, gone.path), Before: gone.json, Known: true}, gone.from)
		}
		if len(set) == 0 && len(*w.fields) == 0 { // emptied, as PutBucketLogging does to switch off
			w.add(analysis.ChangedField{Path: op.noun, Known: s.whole != ""}, s.whole)
		}
	}
	for _, v := range set {
		to, key := s, v.normal
		if v.of != "" {
			to, key = h.setting(operation{noun: v.of}, ""), v.as
			if op.effect == creates {
				to.clear(made)
			}
		}
		before, told, known := to.known(key)
		w.add(analysis.ChangedField{Path: named(op, req.instance, v.path), Before: before, After: v.json, Known: known}, told)
		to.facts[key] = fact{v.path, v.json, from}
	}
	if op.effect != merges {
		s.whole = from
		return
	}
	for _, v := range resp.without(req) { // an update is often answered with the whole
		s.facts[v.normal] = fact{v.path, v.json, from}
	}
}

// clear tells what a delete took from the resource.
func (h *history) clear(op operation, req values, from string, w writing) {
	for _, l := range req.leaves { // a part that the request describes: the rest stays
		path := string(jsondoc.Path(op.noun)) + "." + l.path
		w.add(analysis.ChangedField{Path: named(op, req.instance, path), Before: l.json}, "")
	}
	if len(req.leaves) > 0 {
		return
	}
	s := h.setting(op, req.instance)
	present := s.present()
	for _, f := range present {
		w.add(analysis.ChangedField{Path: named(op, req.instance, f.path), Before: f.json, Known: true}, f.from)
	}
	if len(present) == 0 {
		path := op.noun
		if req.instance != "" {
			path = named(op, req.instance, "")
		}
		w.add(analysis.ChangedField{Path: path, Known: s.whole != ""}, s.whole)
	}
	s.clear(from)
}

// delete tells what went with the resource.
func (h *history) delete(op operation, w writing) {
	var all []fact
	for key, s := range h.settings {
		noun, instance, _ := strings.Cut(key, "\x00")
		for _, f := range s.present() {
			f.path = named(operation{noun: noun}, instance, f.path)
			all = append(all, f)
		}
	}
	for name, l := range h.lists {
		for element, from := range l.present {
			all = append(all, fact{name, element, from})
		}
	}
	slices.SortFunc(all, func(a, b fact) int { return strings.Compare(a.path+"\x00"+a.json, b.path+"\x00"+b.json) })
	for _, f := range all {
		w.add(analysis.ChangedField{Path: f.path, Before: f.json, Known: true}, f.from)
	}
	if len(all) == 0 {
		w.add(analysis.ChangedField{Path: op.noun}, "")
	}
	h.forget()
}

// present are the facts of a setting that are there, in the order of their paths.
func (s *setting) present() []fact {
	var facts []fact
	for _, f := range s.facts {
		if f.json != "" {
			facts = append(facts, f)
		}
	}
	slices.SortFunc(facts, func(a, b fact) int { return strings.Compare(a.path, b.path) })
	return facts
}

// gone takes out the facts that a replacing write leaves out.
func (s *setting) gone(set []leaf) []fact {
	left := &setting{facts: map[string]fact{}}
	for key, f := range s.facts {
		if !slices.ContainsFunc(set, func(v leaf) bool { return v.normal == key }) {
			left.facts[key] = f
			delete(s.facts, key)
		}
	}
	return left.present()
}

// writing collects the fields of a change, and where the first that is known is told.
type writing struct {
	fields *[]analysis.ChangedField
	from   *string
}

func (w writing) add(f analysis.ChangedField, told string) {
	*w.fields = append(*w.fields, f)
	if f.Known && *w.from == "" {
		*w.from = told
	}
}

// named is a path with the instance that it belongs to: RolePolicy.inline.policyDocument.
func named(op operation, instance, path string) string {
	if instance == "" {
		return path
	}
	p := jsondoc.Path(op.noun).Key(instance)
	if wrap, rest, ok := strings.Cut(path, "."); ok && strings.EqualFold(wrap, op.noun) {
		path = rest
	}
	if path == "" {
		return string(p)
	}
	return string(p) + "." + path
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") }
