package tui

import (
	"slices"
	"strings"
	"testing"
)

func TestNoKeyMeansTwoThings(t *testing.T) {
	for _, c := range KeyConflicts() {
		t.Errorf("%s does %s", c.Key, strings.Join(c.Actions, " and "))
	}
}

// TestEveryActionHasAName: but for moving the cursor and what the palette itself does,
// everything can be found by name.
func TestEveryActionHasAName(t *testing.T) {
	movements := []action{
		actUp, actDown, actLeft, actRight, actFirst, actLast, actHalfDown, actHalfUp, actPageDown, actPageUp, actPrevGroup, actNextGroup,
		actEscape, actPalette,
	}
	seen := map[action]bool{}
	for _, b := range bindings() {
		if seen[b.action] {
			t.Errorf("%s stands in the table twice", b.action)
		}
		seen[b.action] = true
		if b.name == "" && !slices.Contains(movements, b.action) {
			t.Errorf("%s has no name in the palette", b.action)
		}
		if b.help == "" || len(b.keys) == 0 {
			t.Errorf("%s has no help or no key", b.action)
		}
	}
}

// TestHelpShowsEveryKey: the sheet of every size has every binding of the table.
func TestHelpShowsEveryKey(t *testing.T) {
	m := New(t.Context(), Options{Still: true})
	d := newHelpDialog(m.env, nil)
	for _, width := range []int{50, 80, 200} {
		text := strings.Join(d.body(width, 400), "\n")
		for _, b := range bindings() {
			for _, key := range b.keys {
				if !strings.Contains(text, keyText(key)) {
					t.Errorf("at %d cells the sheet lacks %s (%s)", width, keyText(key), b.help)
				}
			}
		}
	}
	sheet := KeySheet()
	for _, b := range bindings() {
		if !strings.Contains(sheet, b.help) {
			t.Errorf("trailbench keys lacks %q", b.help)
		}
	}
}
