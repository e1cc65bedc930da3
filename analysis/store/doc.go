// Package store owns the files of a case: evidence.duckdb, what AWS wrote, and
// beside it whatever the analyst makes of it.
//
// A [Store] is one DuckDB instance of this process. Its main database is in memory;
// the evidence is attached to it as "ev", read-only except for sync, ingest and
// upgrade. Three invariants hold everywhere:
//
//   - The files are touched through this instance only. Opening a .duckdb file by
//     other means in the same process and closing it again drops the POSIX lock, and
//     two writers then lose rows without an error.
//   - Exactly one goroutine writes ([Writer]); any number read.
//   - A batch of events and the ledger rows of the objects they came from commit in
//     one transaction, so that a killed run is resumed by running it again.
//
// The tables are in schema/evidence, the questions asked of them in questions. Read
// package ingest next for how batches come to be.
package store
