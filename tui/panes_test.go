package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

func TestCompose(t *testing.T) {
	block := func(letter string, w, h int) []string {
		lines := make([]string, h)
		for i := range lines {
			lines[i] = strings.Repeat(letter, w)
		}
		return lines
	}
	f := func(want string, line string, w, h int, rects ...rect) {
		t.Helper()
		var blocks [][]string
		for i, r := range rects {
			blocks = append(blocks, block(string(rune('a'+i)), r.w, r.h))
		}
		if got := compose(blocks, rects, line, w, h); got != want {
			t.Errorf("%v:\n%s\nwant\n%s", rects, got, want)
		}
	}
	f("aaa\naaa", "", 3, 2, rect{0, 0, 3, 2})
	f("aab\naab", "", 3, 2, rect{0, 0, 2, 2}, rect{2, 0, 1, 2})
	f("baa\nbaa\nbcc", "", 3, 3, rect{1, 0, 2, 2}, rect{0, 0, 1, 3}, rect{1, 2, 2, 1}) // in any order
	f("xyz\naaa", "xyz", 3, 2, rect{0, 1, 3, 1}, rect{})
	f("a  \n   ", "", 3, 2, rect{0, 0, 1, 1}) // what nobody draws is empty
	f(" a ", "", 3, 1, rect{1, 0, 1, 1})
}

// TestPageLayouts: on every screen that shows panes beside each other they cover it, none
// twice, and each has room for a line.
func TestPageLayouts(t *testing.T) {
	f := func(name string, layout func(w, h int) []rect) {
		t.Helper()
		for _, size := range [][2]int{{100, 24}, {100, 31}, {120, 31}, {160, 40}, {200, 55}, {300, 95}} {
			w, h := size[0], size[1]
			covered := make([]int, w*h)
			for _, r := range layout(w, h) {
				if r.w < 3 || r.h < 3 {
					t.Errorf("%s %d×%d: %v has no room", name, w, h, r)
				}
				for y := r.y; y < r.y+r.h; y++ {
					for x := r.x; x < r.x+r.w; x++ {
						if y < h && x < w {
							covered[y*w+x]++
						} else {
							t.Fatalf("%s %d×%d: %v is outside", name, w, h, r)
						}
					}
				}
			}
			for i, n := range covered {
				if n != 1 {
					t.Fatalf("%s %d×%d: %d panes at %d,%d", name, w, h, n, i%w, i/w)
				}
			}
		}
	}
	for _, n := range []int{0, 3, 7, 100} {
		f("overview", func(w, h int) []rect { return overviewLayout(w, h, n) })
		f("stories", func(w, h int) []rect { return storiesLayout(w, h, n) })
		f("story", func(w, h int) []rect { return storyLayout(w, h, n) })
		f("finding", func(w, h int) []rect { return findingLayout(w, h, n, 7) })
		f("finding", func(w, h int) []rect { return findingLayout(w, h, 7, n) })
	}
}

func TestHistogramWords(t *testing.T) {
	f := func(counts []int64, step time.Duration, w int, title, right string) {
		t.Helper()
		gotTitle, gotRight := histogramWords(analysis.Histogram{Counts: counts, Step: step}, w)
		if gotTitle != title || gotRight != right {
			t.Errorf("%v, %v, %d: %q %q, want %q %q", counts, step, w, gotTitle, gotRight, title, right)
		}
	}
	f(nil, time.Hour, 10, "Events", "")
	f([]int64{1, 5, 3}, time.Hour, 3, "Events per 1 h", "median 3  max 5")
	f([]int64{1, 5, 3, 1, 2000, 0}, time.Hour, 3, "Events per 2 h", "median 6  max 2,000") // two in a cell
	f([]int64{1, 5, 3}, 24*time.Hour, 3, "Events per 1 day", "median 3  max 5")
	f([]int64{1, 5, 3}, 90*time.Second, 3, "Events per 90 s", "median 3  max 5")
	f([]int64{1, 5, 3}, 30*time.Second, 3, "Events per 30 s", "median 3  max 5")
}
