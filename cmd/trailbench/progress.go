package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/dustin/go-humanize"

	"github.com/trailbench/trailbench/analysis"
)

// progress shows a running ingest or sync on stderr: one line in place on a terminal,
// a plain line every ten seconds elsewhere, JSON lines on request. The zero progress
// shows nothing.
type progress struct {
	a    *app
	mode string // plain, json, line, "" for none

	mu    sync.Mutex // report comes from the ingest's goroutines, clear from ours
	last  time.Time
	shown bool
}

// startProgress makes the progress that the flags ask for the one of the app.
func (a *app) startProgress() *progress {
	mode := a.flags.progress
	switch {
	case mode == "none" || a.flags.quiet && mode != "json":
		mode = ""
	case mode == "auto" && isTerminal(a.err) && a.getenv("TERM") != "dumb":
		mode = "line"
	case mode == "auto":
		mode = "plain"
	}
	a.progress = &progress{a: a, mode: mode, last: a.now()}
	return a.progress
}

// report shows a snapshot, if it is time to.
func (p *progress) report(s analysis.Progress) {
	if p.a != nil && p.a.listen.ingest != nil {
		p.a.listen.ingest(s)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.a.now()
	done := s.Stage == "done"
	switch p.mode {
	case "line":
		if now.Sub(p.last) < 100*time.Millisecond || done {
			return
		}
		text := ansi.Truncate(progressText(s, now), max(20, p.a.width(p.a.err)-1), "…")
		fmt.Fprint(p.a.err, "\r"+ansi.EraseLineRight+text)
		p.shown = true
	case "plain":
		if now.Sub(p.last) < 10*time.Second || done {
			return
		}
		fmt.Fprintln(p.a.err, "trailbench: "+progressText(s, now))
	case "json":
		if now.Sub(p.last) < time.Second && !done {
			return
		}
		p.json(s, now)
	}
	p.last = now
}

// clear takes the line away, so that a message can stand there.
func (p *progress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		fmt.Fprint(p.a.err, "\r"+ansi.EraseLineRight)
		p.shown = false
	}
}

func progressText(s analysis.Progress, now time.Time) string {
	if s.Stage == "deriving" {
		return "deriving again · " + humanize.Comma(s.Events) + " events"
	}
	todo := s.Listed - s.Known
	parts := []string{s.Stage}
	objects := humanize.Comma(s.Done) + " of " + humanize.Comma(todo)
	if !s.ListingDone {
		objects += "+"
	}
	parts = append(parts, objects+" objects", size(s.BytesDone), humanize.Comma(s.Events)+" events")
	if s.Known > 0 {
		parts = append(parts, humanize.Comma(s.Known)+" known already")
	}
	if bad := s.Damaged + s.Failed; bad > 0 {
		parts = append(parts, humanize.Comma(bad)+" unreadable")
	}
	if rate := s.Rate(now); rate > 0 {
		parts = append(parts, size(int64(rate))+"/s")
	}
	if left, ok := s.Left(now); ok && left > 0 {
		parts = append(parts, left.Round(time.Second).String()+" left")
	} else if s.CurrentDay != "" {
		parts = append(parts, strings.TrimSpace(s.CurrentAccount+" "+s.CurrentDay))
	}
	return analysis.Clean(strings.Join(parts, " · "))
}

// size is a number of bytes for people.
func size(n int64) string { return humanize.Bytes(uint64(max(0, n))) }

// json writes the snapshot as a line; the names are documented and only grow.
func (p *progress) json(s analysis.Progress, now time.Time) {
	line := struct {
		Stage       string  `json:"stage"`
		Seconds     float64 `json:"seconds"`
		Listed      int64   `json:"objects_listed"`
		Known       int64   `json:"objects_known"`
		Done        int64   `json:"objects_done"`
		Damaged     int64   `json:"objects_damaged"`
		Ignored     int64   `json:"objects_ignored"`
		Failed      int64   `json:"objects_failed"`
		ListingDone bool    `json:"listing_done"`
		BytesTotal  int64   `json:"bytes_total"`
		BytesDone   int64   `json:"bytes_done"`
		Events      int64   `json:"events"`
		Duplicates  int64   `json:"duplicates"`
		Rejects     int64   `json:"rejects"`
	}{
		s.Stage, now.Sub(s.Started).Round(time.Millisecond).Seconds(), s.Listed, s.Known, s.Done, s.Damaged, s.Ignored,
		s.Failed, s.ListingDone, s.BytesTotal, s.BytesDone, s.Events, s.Duplicates, s.Rejects,
	}
	text, err := json.Marshal(line)
	if err != nil {
		return // plain numbers always marshal
	}
	fmt.Fprintln(p.a.err, string(text))
}
