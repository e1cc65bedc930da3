package s3

import (
	"slices"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

func TestWindows(t *testing.T) {
	root := Root{Layout: LayoutStandalone, Prefix: "R/"}
	f := func(sel Select, want ...string) {
		t.Helper()
		var got []string
		for _, w := range sel.windows(root, at(20, 12)) {
			got = append(got, w.start()+" to "+w.end())
		}
		if !slices.Equal(got, want) {
			t.Errorf("windows %q\nwant    %q", got, want)
		}
	}
	f(Select{}, "R/2026/01/18 to ", "R/2025/12/22 to R/2026/01/18", " to R/2025/12/22")
	f(Select{Since: at(13, 8)}, "R/2026/01/18 to ", "R/2026/01/12 to R/2026/01/18")
	f(Select{Since: at(19, 8)}, "R/2026/01/18 to ")
	f(Select{Since: at(10, 0), Until: at(12, 0)}, "R/2026/01/11 to R/2026/01/14", "R/2026/01/09 to R/2026/01/11")
	f(Select{Until: at(12, 0)}, "R/2026/01/11 to R/2026/01/14", "R/2025/12/15 to R/2026/01/11", " to R/2025/12/15")
	from := func(t time.Time) Select {
		return Select{RelistFrom: func(string, string, analysis.Kind) time.Time { return t }}
	}
	f(from(time.Time{}), "R/2026/01/18 to ", "R/2025/12/22 to R/2026/01/18", " to R/2025/12/22")
	f(from(at(20, 12)), "R/2026/01/18 to ")
	f(from(at(15, 12)), "R/2026/01/18 to ", "R/2026/01/15 to R/2026/01/18")
	again := from(at(1, 0))
	again.Since = at(16, 3)
	f(again, "R/2026/01/18 to ", "R/2026/01/15 to R/2026/01/18")
}

func TestSplit(t *testing.T) {
	root := Root{Layout: LayoutStandalone, Prefix: "R/"}
	f := func(w window, first, last string, want ...string) {
		t.Helper()
		w.root = root
		var got []string
		for _, part := range w.split(first, last, at(20, 12)) {
			got = append(got, part.start()+" to "+part.end())
		}
		if !slices.Equal(got, want) {
			t.Errorf("split %q\nwant  %q", got, want)
		}
	}
	// A page of four days, and twenty to go.
	f(window{}, "R/2025/12/29/key", "R/2026/01/01/key", "R/2026/01/11 to ", "R/2026/01/01/key to R/2026/01/11")
	f(window{to: day(at(21, 0))}, "R/2025/12/29/key", "R/2026/01/01/key", "R/2026/01/11 to R/2026/01/21", "R/2026/01/01/key to R/2026/01/11")
	// Ten to go are two pages and a half.
	f(window{to: day(at(11, 0))}, "R/2025/12/29/key", "R/2026/01/01/key", "R/2026/01/01/key to R/2026/01/11")
	// A page of less than a day.
	f(window{to: day(at(11, 0))}, "R/2026/01/07/a", "R/2026/01/07/b", "R/2026/01/09 to R/2026/01/11", "R/2026/01/07/b to R/2026/01/09")
	f(window{to: day(at(11, 0))}, "R/2026/01/10/a", "R/2026/01/10/b", "R/2026/01/10/b to R/2026/01/11")
	f(window{}, "R/2026/01/01/key", "R/not a day/key", "R/not a day/key to ")
	f(window{}, "R/", "R/2026/01/01/key", "R/2026/01/01/key to ")
}

// Whatever a range is cut into, each key is met once.
func TestWindowsMeet(t *testing.T) {
	root := Root{Layout: LayoutStandalone, Prefix: "R/"}
	keys := []string{"R/!", "R/~"}
	for d := range 300 {
		dir := root.Prefix + at(22, 0).AddDate(0, 0, -d).Format(dayPath)
		keys = append(keys, dir, dir+"/a", dir+"/b", dir+"~")
	}
	slices.Sort(keys)
	for _, pageSize := range []int{1, 7, 100, 5000} {
		met := map[string]int{}
		queue := Select{}.windows(root, at(20, 12))
		for pages := 0; len(queue) > 0; pages++ {
			if pages > 4*len(keys) {
				t.Fatalf("pages of %d: no end", pageSize)
			}
			w := queue[0]
			queue = queue[1:]
			from, found := slices.BinarySearch(keys, w.start())
			if found {
				from++ // a listing starts after the key it is given
			}
			page := keys[from:min(from+pageSize, len(keys))]
			past := false
			for _, key := range page {
				if past = w.end() != "" && key > w.end(); past {
					break
				}
				met[key]++
			}
			if !past && from+pageSize < len(keys) {
				queue = append(queue, w.split(page[0], page[len(page)-1], at(20, 12))...)
			}
		}
		for _, key := range keys {
			if met[key] != 1 {
				t.Fatalf("pages of %d: %s was met %d times", pageSize, key, met[key])
			}
		}
	}
}

func TestTakes(t *testing.T) {
	f := func(sel Select, obj analysis.Object, want bool) {
		t.Helper()
		if got := sel.takes(obj); got != want {
			t.Errorf("%+v of %+v: %v", sel, obj, got)
		}
	}
	obj := analysis.Object{AccountID: account1, Region: "us-east-1", Kind: analysis.KindCloudTrail, DeliveredAt: at(15, 1)}
	f(Select{}, obj, true)
	f(Select{}, analysis.Object{}, true)
	f(Select{Accounts: []string{account2}}, obj, false)
	f(Select{Accounts: []string{account2}}, analysis.Object{}, true)
	f(Select{Regions: []string{"us-*"}}, obj, true)
	f(Select{Regions: []string{"eu-*"}}, obj, false)
	f(Select{Kinds: []analysis.Kind{analysis.KindDigest}}, obj, false)
	f(Select{Since: at(16, 1)}, obj, true) // delivered the day before, perhaps read too early
	f(Select{Since: at(17, 1)}, obj, false)
	f(Select{Until: at(14, 1)}, obj, true)
	f(Select{Until: at(13, 1)}, obj, false)
}
