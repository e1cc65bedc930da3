package story

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// web holds which findings belong together: a forest in which each finding points to
// an earlier one of its story.
type web struct {
	opt    Options
	parent map[*analysis.Finding]*analysis.Finding
	// seen is who had a thread before, by thread: of each story the last finding that did.
	seen map[thread][]*analysis.Finding
	// all is who has a thread, in order of time.
	all map[thread][]*analysis.Finding
	why map[*analysis.Finding][]string
}

// thread is something that two findings of one story share.
type thread struct {
	kind  string
	value string
}

func newWeb(opt Options) *web {
	return &web{
		opt: opt, parent: map[*analysis.Finding]*analysis.Finding{},
		seen: map[thread][]*analysis.Finding{}, all: map[thread][]*analysis.Finding{}, why: map[*analysis.Finding][]string{},
	}
}

// add joins f, which is not earlier than those before it, with those that it shares a
// thread with.
func (w *web) add(f *analysis.Finding) {
	w.parent[f] = f
	for _, t := range w.threads(f) {
		w.all[t] = append(w.all[t], f)
		if t.kind == "about" {
			continue
		}
		for _, other := range sharers(w.seen, t) {
			if t.limited() && f.FirstTime.Sub(other.LastTime) > window {
				continue
			}
			w.join(other, f, t)
		}
		// Of those joined already one is enough.
		w.seen[t] = append(slices.DeleteFunc(w.seen[t], func(o *analysis.Finding) bool {
			return w.root(o) == w.root(f) && !o.LastTime.After(f.LastTime)
		}), f)
	}
}

// isNameless reports whether a finding tells neither who nor from where.
func isNameless(f *analysis.Finding) bool {
	return f.First(analysis.EntityPrincipal)+f.First(analysis.EntityAccessKey)+f.First(analysis.EntitySourceIP) == ""
}

// addNameless joins f with the nearest finding about a resource of it. It never holds
// two stories together: many may have to do with one resource.
func (w *web) addNameless(f *analysis.Finding) {
	w.parent[f] = f
	for _, e := range f.Entities {
		if e.Kind != analysis.EntityResource || w.root(f) != f {
			continue
		}
		t := thread{"about", e.Value}
		if other := nearest(w.all[t], f, window); other != nil {
			w.join(other, f, t)
		}
	}
	for _, t := range w.threads(f) {
		w.all[t] = append(w.all[t], f)
	}
}

// nearest returns the one of others that is nearest to f in time, within a limit.
func nearest(others []*analysis.Finding, f *analysis.Finding, limit time.Duration) (found *analysis.Finding) {
	for _, other := range others {
		gap := max(f.FirstTime.Sub(other.LastTime), other.FirstTime.Sub(f.LastTime), 0)
		if found == nil && gap <= limit || gap < limit {
			found, limit = other, gap
		}
	}
	return found
}

// sharers are the findings of index that hold the other end of a thread.
func sharers(index map[thread][]*analysis.Finding, t thread) []*analysis.Finding {
	switch t.kind {
	case "made":
		return slices.Concat(index[t], index[thread{"acts", t.value}])
	case "acts":
		return index[thread{"made", t.value}]
	}
	return index[t]
}

func (w *web) root(f *analysis.Finding) *analysis.Finding {
	for w.parent[f] != f {
		w.parent[f] = w.parent[w.parent[f]]
		f = w.parent[f]
	}
	return f
}

func (w *web) join(a, b *analysis.Finding, t thread) {
	x, y := w.root(a), w.root(b)
	if x == y {
		return
	}
	if y.FirstTime.Before(x.FirstTime) {
		x, y = y, x
	}
	w.parent[y] = x
	for _, reason := range append(w.why[y], t.String()) {
		if !slices.Contains(w.why[x], reason) {
			w.why[x] = append(w.why[x], reason)
		}
	}
	delete(w.why, y)
}

// near returns the story that a finding of low severity belongs to, nil for none: by
// its strongest thread, that of the finding that is nearest in time.
func (w *web) near(f *analysis.Finding) *analysis.Finding {
	for _, t := range w.threads(f) {
		if t.kind == "about" && !isNameless(f) {
			continue
		}
		limit := window
		if !t.limited() {
			limit = math.MaxInt64
		}
		if other := nearest(sharers(w.all, t), f, limit); other != nil {
			return w.root(other)
		}
	}
	return nil
}

// limited reports whether a thread joins only what is near in time: an address or a
// user can be somebody else's next month.
func (t thread) limited() bool { return t.kind != "key" && t.kind != "made" && t.kind != "acts" }

// String says why a thread makes findings one story.
func (t thread) String() string {
	switch t.kind {
	case "key":
		return "credentials that come from access key " + t.value
	case "made", "acts":
		return fmt.Sprintf("%s was made or changed, and acted", t.value)
	case "user":
		return "the same user " + t.value
	case "ip":
		return "the same address " + t.value
	case "about":
		return "the same resource " + t.value
	}
	return "the same role " + strings.ReplaceAll(t.value, " ", " from ")
}

// threads are what f can share with others.
func (w *web) threads(f *analysis.Finding) []thread {
	var all []thread
	put := func(kind, value string) {
		t := thread{kind, value}
		if value != "" && !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	var addresses []string
	for _, e := range f.Entities {
		if e.Kind == analysis.EntitySourceIP && !w.opt.Common[e.Value] && !analysis.IsServiceAddress(e.Value) {
			addresses = append(addresses, e.Value)
		}
	}
	for _, e := range f.Entities {
		switch e.Kind {
		case analysis.EntityAccessKey:
			put("key", w.origin(e.Value))
		case analysis.EntityPrincipal:
			put("acts", identity(e.Value))
			switch {
			case strings.Contains(e.Value, ":user/"), strings.HasSuffix(e.Value, ":root"):
				put("user", e.Value)
			default:
				// A role is many people: only from the same address it is the same one.
				for _, ip := range addresses {
					put("role", e.Value+" "+ip)
				}
			}
		case analysis.EntityResource:
			if strings.HasPrefix(e.Value, "AKIA") || strings.HasPrefix(e.Value, "ASIA") {
				put("key", w.origin(e.Value))
			}
			put("made", identity(e.Value))
			put("about", e.Value)
		}
	}
	for _, ip := range addresses {
		put("ip", ip)
	}
	return all
}

// origin follows an access key to the one that it came from.
func (w *web) origin(key string) string {
	for range 20 {
		parent := w.opt.Parent[key]
		if parent == "" {
			break
		}
		key = parent
	}
	return key
}

// identity is value when it is the ARN of an IAM user or role, else "".
func identity(value string) string {
	if strings.HasPrefix(value, "arn:") && (strings.Contains(value, ":user/") || strings.Contains(value, ":role/")) {
		return value
	}
	return ""
}
