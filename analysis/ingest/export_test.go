package ingest

// SmallBatches makes a run commit every n events, and as often for configuration items, for tests of what happens between
// commits.
func SmallBatches(opt Options, n int) Options {
	opt.commitRows, opt.commitItemBytes = n, 100*n
	return opt
}
