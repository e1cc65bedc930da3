// Package tui is the terminal workbench: screens over a case, driven by the keyboard.
//
// It knows nothing of DuckDB, files or AWS: everything it shows comes through the
// [Backend], and every filter is the grammar of package filter. It builds without the
// engine, so that its tests do too.
package tui
