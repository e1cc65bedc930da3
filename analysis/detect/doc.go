// Package detect runs detections over a case and turns their rows into findings. It
// knows no SQL engine and no library of detections: both are handed to it.
//
// [Run] reads the coverage first, so that a detection that could not see anything is
// never reported as having found nothing; then it plans (see [Facts]) which
// detections ask for few operations only, has those events put aside once, and runs
// every detection by itself: one that fails or takes too long is a line of the
// result, never the end of the run.
package detect
