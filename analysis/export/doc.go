// Package export writes what is in a case in the forms of other tools and people: rows as
// JSON, CSV, TSV, Markdown and for Timesketch, original records, ATT&CK Navigator layers,
// and the report. It decides how things look, never which: rows come from package store.
package export
