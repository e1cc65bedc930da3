// Package s3 reads log objects from a bucket: it finds out which of CloudTrail's
// layouts are there, plans, lists and opens.
//
// It only ever reads. Every client it makes carries a guard that refuses, before
// anything leaves the machine, each operation that is not on a short list of reads
// ([ReadOperations]).
//
// Nothing is skipped by the order of keys: each listed object is offered with key,
// ETag and size, and the ledger decides what is new. Objects delivered late are
// therefore found wherever their names sort.
//
// It does not look into objects (package cloudtrail does) and writes nothing
// (package store does). Start with [Open], then [Bucket.Walk].
package s3
