// Package resourceref recognises the AWS resources that an event names.
//
// Five methods, best first, all of them data in this folder: the rule table
// (rules.tsv: this field of this operation is that type of resource), the record's
// own resources[], ARNs (arns.tsv), ids that AWS makes (ids.tsv), and field names
// that mean the same everywhere (leaves.tsv). Of one resource found twice the best
// method is kept, and each fills in what the other left open.
//
// It does not look anything up, and it does not clean what it returns: names come
// from the record, so that whoever prints them must use [analysis.Clean]. Passwords,
// tokens and session tokens are never returned: only fields that hold names are read.
//
// To change what is recognised, edit rules.tsv; the package's tests name a row that
// does not parse.
package resourceref

import (
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

// maxRefs bounds what one event can name; a hostile record could name thousands.
const maxRefs = 64

// Recogniser holds the compiled tables. It does not change after [New], so that any
// number of goroutines can share one.
type Recogniser struct {
	operations map[string]*ruleSet // iam:CreateUser
	services   map[string]*ruleSet // iam
	arns       map[string][]arnShape
	ids        map[string]idShape
	leaves     map[string]map[string]leaf // by service, "" is every other
}

// New compiles the embedded tables.
func New() *Recogniser {
	r := &Recogniser{arns: loadARNs(), ids: loadIDs(), leaves: loadLeaves()}
	r.operations, r.services = loadRules()
	return r
}

// Refs appends to buf[:0] the resources that e names and returns it; at most 64.
//
// Of a reading call, and of a data event, it takes what rules and resources[] say; of
// a changing call it looks at every value. Reading calls are most of any log, and
// what they name beside that is seldom worth the time.
//
// The actions say what the call did, so a call that failed has only targets. The
// strings share memory with e.
func (r *Recogniser) Refs(e *analysis.Event, buf []analysis.ResourceRef) []analysis.ResourceRef {
	buf = buf[:0]
	if e.EventCategory == "Insight" || e.EventCategory == "Aggregated" {
		return buf
	}
	w := walk{r: r, e: e, refs: buf, rules: r.operations[e.Operation]}
	if w.rules != nil && e.Mutating {
		w.op = w.rules.op
	} else {
		w.op = parseOperation(e.Operation, e.Mutating)
	}
	if w.rules == nil {
		w.rules = r.services[w.op.service]
	}
	w.deep = e.Mutating && e.EventCategory != "Data" && w.op.service != "sts"
	if w.deep {
		if w.leaves = r.leaves[w.op.service]; w.leaves == nil {
			w.leaves = r.leaves[""]
		}
	}
	if w.rules != nil && w.rules.account {
		w.name(e.AccountID, "AWS::Account", analysis.MethodRule, w.rules.said, false)
	}
	if w.rules != nil && w.rules.caller {
		w.name(e.IdentityARN, "", analysis.MethodRule, w.rules.said, false)
	}
	if w.deep || w.rules != nil {
		w.text(e.ResponseElements, fromResponse)
		w.text(e.RequestParameters, fromRequest)
		w.text(e.ServiceEventDetails, fromDetails)
	}
	w.resources(e.Resources)
	w.lastResort()

	for i := range w.refs {
		ref := &w.refs[i]
		if ref.Type == "AWS::S3::Bucket" && ref.ARN == "" {
			ref.ARN = bucketARN(e.Region, ref.ID)
		}
		if !e.Success() {
			ref.Action = analysis.ActionTarget
		}
	}
	return w.refs
}

// add appends a reference, or merges it into the one that means the same resource.
// Known says that the account is the owner's, not just the one that the event
// belongs to.
func (w *walk) add(ref analysis.ResourceRef, known bool) {
	if ref.ID == "" {
		return // "arn:aws:s3:::/": there is an ARN's form, and nothing in it
	}
	if ref.AccountID == "" {
		ref.AccountID = w.e.AccountID
	}
	for i := range w.refs {
		if old := &w.refs[i]; sameResource(old, &ref) {
			merge(old, &ref, known)
			return
		}
	}
	if len(w.refs) < maxRefs {
		w.refs = append(w.refs, ref)
		return
	}
	// Full: what a rule says is worth more than what a scan found.
	for i := len(w.refs) - 1; i >= 0; i-- {
		if rank(ref.Method) < rank(w.refs[i].Method) {
			w.refs[i] = ref
			return
		}
	}
}

func sameResource(a, b *analysis.ResourceRef) bool {
	if a.ID != b.ID {
		return false
	}
	if a.Type != b.Type && a.Type != "" && b.Type != "" {
		return false
	}
	if a.ARN != b.ARN && a.ARN != "" && b.ARN != "" {
		return false
	}
	// A role's name alone means the role of the event's account, not one of the same
	// name elsewhere. Bucket names are unique in all accounts.
	return a.AccountID == b.AccountID || strings.HasPrefix(a.Type, "AWS::S3::") || strings.HasPrefix(b.Type, "AWS::S3::")
}

// merge keeps the better method and its action and fills old's gaps from ref.
func merge(old, ref *analysis.ResourceRef, known bool) {
	switch o, n := rank(old.Method), rank(ref.Method); {
	case n < o:
		old.Method, old.Action = ref.Method, ref.Action
	case n == o && weight(ref.Action) > weight(old.Action):
		old.Action = ref.Action
	}
	if old.Type == "" {
		old.Type = ref.Type
	}
	if old.ARN == "" && ref.ARN != "" {
		old.ARN, old.Region = ref.ARN, ref.Region
	}
	if known {
		old.AccountID = ref.AccountID
	}
}

// rank orders methods, best first.
func rank(m analysis.Method) int {
	switch m {
	case analysis.MethodRule:
		return 0
	case analysis.MethodResources:
		return 1
	case analysis.MethodARN:
		return 2
	case analysis.MethodIDPrefix:
		return 3
	}
	return 4
}

// weight orders actions by how much they say.
func weight(a analysis.Action) int {
	switch a {
	case analysis.ActionCreated, analysis.ActionDeleted:
		return 4
	case analysis.ActionGranted:
		return 3
	case analysis.ActionModified:
		return 2
	case analysis.ActionRead:
		return 1
	}
	return 0
}
