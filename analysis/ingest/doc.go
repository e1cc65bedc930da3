// Package ingest carries log objects from a source into the evidence:
//
//	walk ─► N workers: open, hash, decode, derive ─► gather ─► one committer
//
// Every queue is bounded, so memory does not grow with the input; cancelling the
// context stops every stage. A batch commits the events together with the ledger
// rows of their objects, so an ingest killed at any moment is finished by running it
// again, and the same input gives the same case with any number of workers.
//
// What may go wrong with one object (unreadable, damaged, not CloudTrail) is its row
// in the ledger and never the end of the run.
package ingest
