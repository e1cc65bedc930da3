package s3

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// Select narrows what is listed. The zero Select is everything.
type Select struct {
	Accounts []string        // account ids, "*" matches any run of characters
	Regions  []string        // log regions, the same
	Kinds    []analysis.Kind // none means all of CloudTrail's
	// Config asks for the files of AWS Config, too, whatever the kinds. Both of its kinds
	// lie in the same directories and are listed as one.
	Config bool
	// Since and Until bound when events happened. Directories are delivery dates, so
	// one day more is listed on either side.
	Since, Until time.Time

	// Roots are what an earlier [Bucket.Discover] returned; nil means discover now.
	Roots []Root

	// Known is asked for every listed object, from one goroutine at a time; known
	// objects are counted but not visited. It should compare URI, ETag and size. Nil means none.
	Known func(analysis.Object) bool

	// RelistFrom returns, for an incremental run, the day from which on a root must
	// be listed again. It must return zero (list all) unless every object of every
	// selected day before it was listed by an earlier run that ended well and is in
	// the ledger. The last three days are listed whatever it says. Nil lists all.
	RelistFrom func(account, region string, kind analysis.Kind) time.Time
}

// alwaysRelist days are listed again by every run: today and the two before.
const alwaysRelist = 3

func (s Select) check() error {
	for _, pattern := range slices.Concat(s.Accounts, s.Regions) {
		if _, err := path.Match(pattern, ""); err != nil {
			return fmt.Errorf("%w: %q is not a pattern", analysis.ErrUsage, pattern)
		}
	}
	if !s.Since.IsZero() && !s.Until.IsZero() && s.Until.Before(s.Since) {
		return fmt.Errorf("%w: the range ends (%s) before it begins (%s)", analysis.ErrUsage,
			s.Until.UTC().Format(time.RFC3339), s.Since.UTC().Format(time.RFC3339))
	}
	return nil
}

func (s Select) account(id string) bool { return matchAny(s.Accounts, id) }

func (s Select) region(name string) bool { return matchAny(s.Regions, name) }

func (s Select) kind(k analysis.Kind) bool {
	if k.Config() {
		return s.Config
	}
	return len(s.Kinds) == 0 || slices.Contains(s.Kinds, k)
}

func (s Select) root(r Root) bool {
	return r.Layout == LayoutFlat ||
		s.account(r.AccountID) && s.kind(r.Kind) && (r.Region == "" || s.region(r.Region))
}

func matchAny(patterns []string, s string) bool {
	return len(patterns) == 0 || slices.ContainsFunc(patterns, func(p string) bool {
		ok, _ := path.Match(p, s) // no account or region holds a slash; check saw the pattern
		return ok
	})
}

// days returns the delivery days to list, to exclusive; zero is open.
func (s Select) days() (from, to time.Time) {
	if !s.Since.IsZero() {
		from = day(s.Since).AddDate(0, 0, -1)
	}
	if !s.Until.IsZero() {
		to = day(s.Until).AddDate(0, 0, 2)
	}
	return from, to
}

// takes decides about an object found outside CloudTrail's layout by what its key
// says. What the key does not say is not held against it.
func (s Select) takes(obj analysis.Object) bool {
	switch {
	case obj.Kind != "" && !s.kind(obj.Kind),
		obj.AccountID != "" && !s.account(obj.AccountID),
		obj.Region != "" && !s.region(obj.Region):
		return false
	}
	from, to := s.days()
	d := obj.DeliveredAt
	return d.IsZero() || !d.Before(from) && (to.IsZero() || d.Before(to))
}

// windows cuts the days to list into stretches, newest first: a responder wants
// yesterday before last year, and a stretch costs one request more at most.
func (s Select) windows(root Root, now time.Time) []window {
	from, to := s.days()
	today := day(now)
	if s.RelistFrom != nil && root.Layout != LayoutFlat {
		again := day(s.RelistFrom(root.AccountID, root.Region, root.Kind))
		if newest := today.AddDate(0, 0, 1-alwaysRelist); again.After(newest) {
			again = newest
		}
		if again.After(from) {
			from = again
		}
	}
	if root.Layout == LayoutFlat {
		return []window{{root: root}}
	}
	if root.Kind.Config() {
		return configWindows(root, from, to, today)
	}
	newest := today.AddDate(0, 0, 1)
	if !to.IsZero() && to.Before(newest) {
		newest = to
	}
	var all []window
	for _, days := range []int{alwaysRelist, 30} {
		start := newest.AddDate(0, 0, -days)
		if !start.After(from) {
			break
		}
		all = append(all, window{root: root, from: start, to: to})
		to = start
	}
	return append(all, window{root: root, from: from, to: to})
}

// window is a stretch of days of a root that is listed as one: from inclusive, to
// exclusive, zero is open. Keys that are no day lie in the first or last stretch.
type window struct {
	root     Root
	from, to time.Time
	dir      string // below the root, of AWS Config's days: see configWindows
	after    string // where the listing goes on; "" before its first page
}

// prefix is what the window's keys begin with; false when the user's prefix lies outside.
func (w window) prefix() (string, bool) {
	switch {
	case strings.HasPrefix(w.dir, w.root.within):
		return w.root.Prefix + w.dir, true
	case strings.HasPrefix(w.root.within, w.dir):
		return w.root.Prefix + w.root.within, true
	}
	return "", false
}

const dayPath = "2006/01/02"

// start returns the key after which the window's own begin.
func (w window) start() string {
	if w.after != "" || w.from.IsZero() || w.root.Kind.Config() {
		return w.after
	}
	return w.root.Prefix + w.from.Format(dayPath)
}

// end returns the key up to which the window goes, "" when it is open.
func (w window) end() string {
	if w.to.IsZero() || w.root.Kind.Config() {
		return ""
	}
	return w.root.Prefix + w.to.Format(dayPath)
}

// empty reports that the prefix given by the user lies wholly outside the window.
func (w window) empty() bool {
	prefix, ok := w.prefix()
	if !ok {
		return true
	}
	start, end := w.start(), w.end()
	return end != "" && prefix >= end || start > prefix+"\U0010FFFF"
}

// split takes what is left of a window after a full page from the key first to the key
// last. When that promises to be some pages more it is divided in two, newer half
// first, so that several are listed at once; each division costs up to one page.
func (w window) split(first, last string, now time.Time) []window {
	w.after = last
	if w.root.Kind.Config() { // its windows are small, or not in the order of days
		return []window{w}
	}
	began, err1 := time.Parse(dayPath, dayPart(w.root.Prefix, first))
	reached, err2 := time.Parse(dayPath, dayPart(w.root.Prefix, last))
	to := w.to
	if to.IsZero() {
		to = day(now).AddDate(0, 0, 1)
	}
	pages := float64(to.Sub(reached)) / float64(reached.Sub(began)+24*time.Hour)
	if err1 != nil || err2 != nil || pages < 4 {
		return []window{w}
	}
	middle := day(reached.Add(to.Sub(reached) / 2))
	newer := window{root: w.root, from: middle, to: w.to}
	w.to = middle
	return []window{newer, w}
}

func dayPart(prefix, key string) string {
	if len(key) < len(prefix)+len(dayPath) {
		return ""
	}
	return key[len(prefix):][:len(dayPath)]
}
