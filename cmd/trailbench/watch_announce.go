package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/analysis/webhook"
)

// A message to a webhook names this many findings, and counts the rest.
const webhookFindings = 40

// begin notes, before the first round finds anything, which findings are no news.
func (w *watch) begin(ctx context.Context) error {
	return w.a.withCase(ctx, w.dir, store.NotesWrite, func(st *store.Store) error {
		err := st.BeginAnnouncing(ctx, linesChannel, w.opt.backlog, w.a.now())
		if err == nil && w.hook != nil {
			err = st.BeginAnnouncing(ctx, w.hook.Channel(), w.opt.backlog, w.a.now())
		}
		return err
	})
}

// linesChannel is stdout among the channels that are told about findings.
const linesChannel = "lines"

// announce reports the findings that were not reported yet, on stdout and to the
// webhook, each by itself: where one fails, it is tried again in the next round.
func (w *watch) announce(ctx context.Context) error {
	return w.a.writeCase(ctx, w.dir, func(st *store.Store, r *store.Reader) error {
		err := w.announceOn(ctx, st, r, linesChannel, w.lines)
		if w.hook == nil {
			return err
		}
		return errors.Join(err, w.announceOn(ctx, st, r, w.hook.Channel(), func(found []analysis.Finding) error {
			m := webhook.Message{Case: filepath.Base(w.dir), Time: w.a.now().UTC().Truncate(time.Second), New: len(found)}
			for _, f := range found[:min(len(found), webhookFindings)] {
				m.Findings = append(m.Findings, webhook.Of(f))
			}
			return w.hook.Send(ctx, m)
		}))
	})
}

// announceOn reports what channel was not told yet, and notes that it was. A report
// that came through just before a crash comes again: better twice than never.
func (w *watch) announceOn(ctx context.Context, st *store.Store, r *store.Reader, channel string, tell func([]analysis.Finding) error) error {
	where := store.Condition{SQL: "finding_id NOT IN (SELECT finding_id FROM notes.announced WHERE channel = ?)", Args: []any{channel}}
	where = store.And(where, store.Condition{SQL: visible + " AND status = 'open' AND severity_rank >= ?", Args: []any{w.least.Rank()}})
	found, err := r.LoadFindings(ctx, where)
	if err != nil || len(found) == 0 {
		return err
	}
	if err := tell(found); err != nil {
		return err
	}
	return st.NoteAnnounced(ctx, channel, r, where, w.a.now())
}

// lines writes findings to stdout.
func (w *watch) lines(found []analysis.Finding) error {
	out := bufio.NewWriter(w.a.out)
	for _, f := range found {
		if w.a.format() == "jsonl" {
			text, err := json.Marshal(webhook.Of(f))
			if err != nil {
				return err
			}
			out.Write(text)
			out.WriteByte('\n')
			continue
		}
		fmt.Fprintf(out, "%s  %-8s  %s  %s: %s\n", f.FirstTime.In(w.a.zone()).Format("2006-01-02 15:04:05"), strings.ToUpper(string(f.Severity)),
			f.ID, analysis.Clean(f.Title), analysis.Clean(f.Summary))
	}
	return out.Flush()
}
