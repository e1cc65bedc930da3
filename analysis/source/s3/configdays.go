package s3

import (
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// AWS Config does not pad the months and days of its directories: 2026/1/10 sorts before
// 2026/1/2, and a stretch of days is no stretch of keys. Each day has a listing of its
// own, as long as that is not too many.

const (
	mostDays  = 62 // that are listed one by one
	unpadded  = "2006/1/2/"
	monthPath = "2006/1/"
)

// configWindows cuts the days of AWS Config to list, newest first: to exclusive; both may
// be open. Keys of other days in a window are passed over, see [window.takesConfig].
func configWindows(root Root, from, to, today time.Time) []window {
	// Somewhere it is tomorrow already, by a clock that is ahead of ours.
	if last := today.AddDate(0, 0, 2); to.IsZero() || to.After(last) {
		to = last
	}
	whole := window{root: root, from: from, to: to}
	if from.IsZero() {
		return []window{whole}
	}
	step, path := func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }, unpadded
	first := from
	if to.Sub(from) > mostDays*24*time.Hour {
		step, path = func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }, monthPath
		first = time.Date(from.Year(), from.Month(), 1, 0, 0, 0, 0, time.UTC)
	}
	var all []window
	for t := first; t.Before(to); t = step(t) {
		w := whole
		w.dir = t.Format(path)
		all = append(all, w)
	}
	return all
}

// takesConfig decides about an object below a root of AWS Config, by its name and the day
// of its directory: what else lies there, as notices of items too large for a message, is
// no snapshot and no history.
func (w window) takesConfig(obj analysis.Object) bool {
	rest, _ := strings.CutPrefix(obj.Key, w.root.Prefix)
	parts := strings.SplitN(rest, "/", 4)
	if len(parts) < 4 || !obj.Kind.Config() {
		return false
	}
	d, err := time.Parse("2006/1/2", strings.Join(parts[:3], "/"))
	return err == nil && !d.Before(w.from) && d.Before(w.to)
}
