package ingest

// SmallBatches makes a run commit every n events, for tests of what happens between
// commits.
func SmallBatches(opt Options, n int) Options {
	opt.commitRows = n
	return opt
}
