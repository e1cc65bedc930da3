// Package tui is the terminal workbench: screens over a case, driven by the keyboard.
//
// It knows nothing of DuckDB, files or AWS: everything it shows comes through the
// [Backend], and the filter of every list is the grammar of package filter. It builds
// without the engine, so that its tests do too. Nothing is asked of AWS but through live.go,
// which says first how many calls that takes, of whom and as whom.
//
// The [Model] (model.go) is the Bubble Tea model. It holds the history of places
// (history.go), draws the frame (frame.go), finds the action of a key in the one table of
// keys.go, and hands it to the screen that is shown. A screen (screen.go) is built from a
// [Place] (build.go) and gives it back whole when it is left. What screens share is env.go;
// they wait for nothing, but start tasks (task.go), whose results come back to Update.
//
// Every list is list.go with its entry in list_specs.go. A page of several panes is
// panes.go: each pane is a list (panes_list.go), rows that are all there (panes_rows.go),
// words or a chart. The profile of a principal, key, address or resource is page.go with its
// entry in page_specs.go; its panels are panes, too. The other screens begin in the file of
// their name. What acts on the row under the cursor of any screen is in take.go and
// pivot.go, where values lead to is in places.go, and how they are written in words.go.
//
// Start with screen.go, env.go, model.go, then list.go. The parts below know nothing of
// screens: table, chart, jsontree and diff draw what they are given, with package theme's
// styles and package cell's one line for a value.
package tui
