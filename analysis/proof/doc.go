// Package proof shows whether detections do what they say: it runs each over the
// events of the fixture beside it (what must fire, and near misses that must not),
// over labelled events and recorded attacks, and over ordinary activity. Every event
// goes the whole way of real ones: a gzip log file under a real key, ingest, the
// store, the detection run.
//
// [Bench.Lint] is the linter of a library, [Fixture] the format of its tests.
package proof
