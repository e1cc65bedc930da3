package analysis

import "time"

// Progress is a snapshot of a running sync or ingest: plain values, safe to copy
// and to hand to another goroutine.
type Progress struct {
	Stage   string // "listing", "reading", "deriving", "done"
	Started time.Time
	// Objects: Listed = Known + queued; Done counts everything with a final verdict.
	Listed, Known, Done        int64
	Damaged, Ignored, Failed   int64
	ListingDone                bool
	BytesTotal, BytesDone      int64 // stored bytes of the objects to be read
	Events, Duplicates         int64
	Rejects                    int64
	CurrentAccount, CurrentDay string // what is being listed, "" when unknown
}

// Rate returns stored bytes a second since Started, 0 before the first second.
func (p Progress) Rate(now time.Time) float64 {
	d := now.Sub(p.Started).Seconds()
	if d < 1 {
		return 0
	}
	return float64(p.BytesDone) / d
}

// Left estimates the time until every listed byte is read. It returns false while
// the listing goes on or nothing has been read yet.
func (p Progress) Left(now time.Time) (time.Duration, bool) {
	r := p.Rate(now)
	if !p.ListingDone || r == 0 {
		return 0, false
	}
	return time.Duration(float64(p.BytesTotal-p.BytesDone) / r * float64(time.Second)), true
}
