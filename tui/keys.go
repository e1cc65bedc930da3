package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// action is something the analyst can do by a key, or by its name in the palette. It
// means the same on every screen.
type action string

// The actions.
const (
	actUp, actDown, actLeft, actRight action = "up", "down", "left", "right"
	actFirst, actLast                 action = "first", "last"
	actHalfDown, actHalfUp            action = "half-page-down", "half-page-up"
	actPageDown, actPageUp            action = "page-down", "page-up"
	actPrevGroup, actNextGroup        action = "previous-group", "next-group"
	actPrevItem, actNextItem          action = "previous-item", "next-item"
	actNextPanel, actPrevPanel        action = "next-panel", "previous-panel"

	actOverview, actFindings, actEvents, actPrincipals, actSessions action = "overview", "findings", "events", "principals", "sessions"
	actIPs, actResources, actPosture, actSQL, actCase, actSources   action = "ips", "resources", "posture", "sql", "case", "sources"
	actEnter, actEscape, actBack, actForward                        action = "open", "escape", "back", "forward"
	actPivot, actAround, actPalette                                 action = "pivot", "around", "palette"

	actFilter, actOnly, actWithout, actOr            action = "filter", "only-value", "without-value", "or-value"
	actDropLast, actDropAll, actFiltersOff           action = "drop-condition", "drop-conditions", "filters-off"
	actWrites, actErrors, actSaveView                action = "writes", "errors", "save-view"
	actFindNext, actFindPrevious                     action = "find-next", "find-previous"
	actTime, actEarlier, actLater                    action = "time-range", "earlier", "later"
	actWider, actNarrower, actAccounts               action = "wider", "narrower", "accounts"
	actSelect, actRange, actSelectAll                action = "select", "select-range", "select-all"
	actCount, actCompare, actSort, actColumns        action = "count-by", "compare", "sort", "columns"
	actPreview, actFacets, actFull, actForm, actZone action = "preview", "facets", "full-size", "other-form", "time-zone"
	actToSQL                                         action = "to-sql"
	actStar, actNextStar, actPrevStar, actAnnotate   action = "star", "next-starred", "previous-starred", "annotate"
	actUndo, actRedo                                 action = "undo", "redo"
	actCopy, actExport, actOpenWith                  action = "copy", "export", "open-with"
	actAgain, actRun, actLive                        action = "again", "run", "live"
	actHelp, actStop, actQuit, actSuspend            action = "help", "stop", "quit", "suspend"
	actRedraw, actMouse                              action = "redraw", "mouse"

	actSQLRun, actSQLComplete, actSQLEditor            action = "sql-run", "sql-complete", "sql-editor"
	actSQLOlder, actSQLNewer, actSQLSave, actSQLResult action = "sql-older", "sql-newer", "sql-save", "sql-result"
)

// keyContext is where a key means something.
type keyContext int

const (
	everywhere keyContext = iota
	inEditor              // the SQL editor; the rest are text there
)

// binding is an action with its keys: what footer, help sheet, palette and
// trailbench keys are made from.
type binding struct {
	action action
	keys   []string // as Bubble Tea names them
	group  string
	name   string // in the palette; "" for plain movements of the cursor
	help   string // in the sheet
	short  string // in the footer; "" is help
	where  keyContext
}

// The groups of the key sheet, in order.
const (
	groupMove   = "Move"
	groupGo     = "Go"
	groupFilter = "Filter"
	groupScope  = "Scope"
	groupSelect = "Select"
	groupLook   = "Look"
	groupWrite  = "Write down"
	groupTake   = "Take away"
	groupRun    = "Run"
	groupOther  = "Program"
	groupEditor = "SQL editor"
)

// bindings is the key table: the one place where a key gets its meaning.
func bindings() []binding {
	b := func(group string, a action, keys, name, help, short string) binding {
		return binding{action: a, keys: strings.Fields(keys), group: group, name: name, help: help, short: short}
	}
	table := []binding{
		b(groupMove, actUp, "k up", "", "row up", ""),
		b(groupMove, actDown, "j down", "", "row down", ""),
		b(groupMove, actLeft, "h left", "", "column left; in trees: fold", ""),
		b(groupMove, actRight, "l right", "", "column right; in trees: unfold", ""),
		b(groupMove, actFirst, "g home", "", "first row", ""),
		b(groupMove, actLast, "G end", "", "last row", ""),
		b(groupMove, actHalfDown, "ctrl+d", "", "half a page down", ""),
		b(groupMove, actHalfUp, "ctrl+u", "", "half a page up", ""),
		b(groupMove, actPageDown, "pgdown", "", "page down", ""),
		b(groupMove, actPageUp, "pgup", "", "page up", ""),
		b(groupMove, actPrevGroup, "{", "", "previous gap in time, day or section", ""),
		b(groupMove, actNextGroup, "}", "", "next gap in time, day or section", ""),
		b(groupMove, actPrevItem, "K", "Previous item without leaving the page", "previous item, without leaving the page", ""),
		b(groupMove, actNextItem, "J", "Next item without leaving the page", "next item, without leaving the page", "next"),
		b(groupMove, actNextPanel, "tab", "Next panel", "next panel", "panel"),
		b(groupMove, actPrevPanel, "shift+tab", "Previous panel", "previous panel", ""),

		b(groupGo, actOverview, "1", "Go to Overview", "overview", ""),
		b(groupGo, actFindings, "2", "Go to Findings", "findings", ""),
		b(groupGo, actEvents, "3", "Go to Events", "events", ""),
		b(groupGo, actPrincipals, "4", "Go to Principals", "principals", ""),
		b(groupGo, actSessions, "5", "Go to Sessions", "sessions and role chains", ""),
		b(groupGo, actIPs, "6", "Go to IPs", "source addresses", ""),
		b(groupGo, actResources, "7", "Go to Resources", "resources", ""),
		b(groupGo, actPosture, "8", "Go to Posture", "posture", ""),
		b(groupGo, actSQL, "9", "Go to SQL", "SQL", ""),
		b(groupGo, actCase, "0", "Go to Case", "case: story, indicators, report", ""),
		b(groupGo, actSources, "S", "Go to Sources", "sources: sync, ingest, coverage", "sources"),
		b(groupGo, actEnter, "enter", "Open what is under the cursor", "open what is under the cursor", "open"),
		b(groupGo, actEscape, "esc", "", "close, clear, then back", "back"),
		b(groupGo, actBack, "[ alt+left", "Back", "back", "back"),
		b(groupGo, actForward, "] alt+right", "Forward", "forward", ""),
		b(groupGo, actPivot, "x", "Pivot from the value under the cursor", "pivot menu, with counts", "pivot"),
		b(groupGo, actAround, "@", "What happened around this", "around this event; again: wider", "around"),
		b(groupGo, actPalette, ": ctrl+k", "", "commands by name; paste anything", "commands"),

		b(groupFilter, actFilter, "/", "Edit the filter", "edit the filter; in a record: find", "filter"),
		b(groupFilter, actOnly, "=", "Only this value", "only this value", "only"),
		b(groupFilter, actWithout, "!", "Without this value", "without this value", "not"),
		b(groupFilter, actOr, "|", "Or this value", "or this value", ""),
		b(groupFilter, actDropLast, "backspace", "Drop the last condition", "drop the last condition", "drop last"),
		b(groupFilter, actDropAll, "X", "Drop all conditions", "drop all conditions", "drop all"),
		b(groupFilter, actFiltersOff, `\`, "Filters off and on", "filters off and on", ""),
		b(groupFilter, actWrites, "W", "Writes, reads, all", "writes, reads, all", "writes"),
		b(groupFilter, actErrors, "E", "Failed, succeeded, all", "failed, succeeded, all", "errors"),
		b(groupFilter, actSaveView, "w", "Save as a view", "save as a view", ""),
		b(groupFilter, actFindNext, "n", "Find the next", "find the next", ""),
		b(groupFilter, actFindPrevious, "N", "Find the previous", "find the previous", ""),

		b(groupScope, actTime, "t", "Time range", "time range", "time"),
		b(groupScope, actEarlier, ",", "Earlier", "earlier", ""),
		b(groupScope, actLater, ".", "Later", "later", ""),
		b(groupScope, actWider, "<", "Wider time range", "wider", ""),
		b(groupScope, actNarrower, ">", "Narrower time range", "narrower", ""),
		b(groupScope, actAccounts, "A", "Accounts and regions", "accounts and regions", "accounts"),

		b(groupSelect, actSelect, "space", "Select the row", "select the row", "select"),
		b(groupSelect, actRange, "v", "Select a range", "select from here to the next v", ""),
		b(groupSelect, actSelectAll, "V", "Select all that match", "select all that match; again: none", ""),

		b(groupLook, actCount, "F", "Count by this column", "count by this column", "count"),
		b(groupLook, actCompare, "D", "Compare two", "compare two selected, or this with another", "compare"),
		b(groupLook, actSort, "s", "Sort by this column", "sort by this column; again: the other way, then not", "sort"),
		b(groupLook, actColumns, "c", "Choose columns", "columns", ""),
		b(groupLook, actPreview, "p", "Preview on and off", "preview", ""),
		b(groupLook, actFacets, "f", "Facets on and off", "facets", "facets"),
		b(groupLook, actFull, "z", "Panel full size", "panel full size", ""),
		b(groupLook, actForm, "i", "Other form of the same", "other form: tree or raw, table or lanes", "form"),
		b(groupLook, actZone, "T", "Times in UTC, local, relative", "UTC, local, relative", ""),
		b(groupLook, actToSQL, ";", "SQL of this view", "SQL of this view", "SQL"),

		b(groupWrite, actStar, "m", "Star", "star", "star"),
		b(groupWrite, actNextStar, "'", "Next starred", "next starred", ""),
		b(groupWrite, actPrevStar, `"`, "Previous starred", "previous starred", ""),
		b(groupWrite, actAnnotate, "a", "Note, tag, verdict, add to report", "annotate: n note, t tag, v verdict, r report", "note"),
		b(groupWrite, actUndo, "u", "Undo", "undo", ""),
		b(groupWrite, actRedo, "ctrl+r", "Redo", "redo", ""),

		b(groupTake, actCopy, "y", "Copy", "copy: y cell, r row, t TSV, a ARN, q SQL, l command line", "copy"),
		b(groupTake, actExport, "e", "Export or write the report", "export, report", "export"),
		b(groupTake, actOpenWith, "o", "Open with", "open with: p pager, e editor, c console link, d duckdb shell", ""),

		b(groupRun, actAgain, "r", "Run this view again", "run this view again; on Sources: sync", "again"),
		b(groupRun, actRun, "R", "Run the detections", "run the detections; on Posture: the checks", "run"),
		b(groupRun, actLive, "L", "Configuration now (asks AWS)", "configuration now: asks AWS, after saying how", "look up"),

		b(groupOther, actHelp, "? f1", "Keys", "this help", "keys"),
		b(groupOther, actStop, "ctrl+c", "Stop what runs", "stop what runs; again within 2 s: quit", ""),
		b(groupOther, actQuit, "q", "Quit", "close this screen; on a tab: quit", "quit"),
		b(groupOther, actSuspend, "ctrl+z", "Suspend", "suspend", ""),
		b(groupOther, actRedraw, "ctrl+l", "Redraw", "redraw", ""),
		b(groupOther, actMouse, "f2", "Mouse off and on", "mouse off and on", ""),
	}
	editor := []binding{
		b(groupEditor, actSQLRun, "f5 ctrl+enter", "Run the SQL", "run", "run"),
		b(groupEditor, actSQLComplete, "tab", "Complete the SQL", "complete", "complete"),
		b(groupEditor, actSQLEditor, "ctrl+e", "Edit the SQL in $EDITOR", "$EDITOR", ""),
		b(groupEditor, actSQLOlder, "ctrl+up", "Older SQL", "older statement", ""),
		b(groupEditor, actSQLNewer, "ctrl+down", "Newer SQL", "newer statement", ""),
		b(groupEditor, actSQLSave, "ctrl+s", "Save the SQL", "save under a name", "save"),
		b(groupEditor, actSQLResult, "esc", "To the SQL result", "to the result", "result"),
	}
	for i := range editor {
		editor[i].where = inEditor
	}
	return append(table, editor...)
}

// keymap finds actions by key and keys by action.
type keymap struct {
	table  []binding
	byKey  map[keyContext]map[string]action
	byName map[action]*binding
}

func newKeymap(table []binding) keymap {
	k := keymap{table: table, byKey: map[keyContext]map[string]action{everywhere: {}, inEditor: {}}, byName: map[action]*binding{}}
	for i := range table {
		b := &table[i]
		k.byName[b.action] = b
		for _, key := range b.keys {
			k.byKey[b.where][key] = b.action
		}
	}
	return k
}

// action is what a key does in a context, "" for nothing.
func (k keymap) action(c keyContext, key string) action { return k.byKey[c][key] }

// key is the first key of an action, as people write it.
func (k keymap) key(a action) string {
	b := k.byName[a]
	if b == nil || len(b.keys) == 0 {
		return ""
	}
	return keyText(b.keys[0])
}

func keyText(key string) string {
	switch key {
	case "pgdown":
		return "pgdn"
	case "up", "down", "left", "right":
		return map[string]string{"up": "↑", "down": "↓", "left": "←", "right": "→"}[key]
	}
	return key
}

// keysText is all keys of a binding as people write them.
func (b binding) keysText() string {
	var all []string
	for _, key := range b.keys {
		all = append(all, keyText(key))
	}
	return strings.Join(all, " ")
}

func (b binding) shortHelp() string { return cmp.Or(b.short, b.help) }

// KeySheet is the key table as Markdown: what trailbench keys prints.
func KeySheet() string {
	var s strings.Builder
	group := ""
	for _, b := range bindings() {
		if b.group != group {
			if group != "" {
				s.WriteByte('\n')
			}
			group = b.group
			fmt.Fprintf(&s, "## %s\n\n| keys | meaning |\n|---|---|\n", group)
		}
		var keys []string
		for _, key := range b.keys {
			keys = append(keys, "`"+strings.ReplaceAll(keyText(key), "|", `\|`)+"`")
		}
		fmt.Fprintf(&s, "| %s | %s |\n", strings.Join(keys, " "), b.help)
	}
	return s.String()
}

// KeyConflict is a key that would do two things in one context.
type KeyConflict struct {
	Key     string
	Actions []string
}

// KeyConflicts lists the keys of the table that are bound twice where both would hear
// them.
func KeyConflicts() []KeyConflict {
	uses := map[string][]string{}
	for _, b := range bindings() {
		for _, key := range b.keys {
			at := fmt.Sprintf("%d %s", b.where, key)
			uses[at] = append(uses[at], string(b.action))
		}
	}
	var all []KeyConflict
	for at, actions := range uses {
		if len(actions) > 1 {
			_, key, _ := strings.Cut(at, " ")
			all = append(all, KeyConflict{Key: key, Actions: actions})
		}
	}
	slices.SortFunc(all, func(a, b KeyConflict) int { return strings.Compare(a.Key, b.Key) })
	return all
}
