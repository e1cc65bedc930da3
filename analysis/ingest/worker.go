package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsconfig"
	"github.com/trailbench/trailbench/analysis/cloudtrail"
	"github.com/trailbench/trailbench/analysis/session"
	"github.com/trailbench/trailbench/analysis/store"
)

// bodyPartBytes is how an object's original bytes are handed over.
const bodyPartBytes = 1 << 20

func (r *run) work(ctx context.Context) error {
	for {
		select {
		case c, ok := <-r.items:
			if !ok {
				return nil
			}
			if err := r.read(ctx, c); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// read carries one object to its end. Its error is the context's only.
func (r *run) read(ctx context.Context, c claimed) error {
	opened, err := c.Open(ctx)
	if err != nil {
		if interrupted(ctx, err) {
			return context.Cause(ctx)
		}
		return r.finish(ctx, c.row, failed(err), nil)
	}
	defer opened.Body.Close()
	body := &bodyReader{r: opened.Body, row: c.row, sum: sha256.New(), read: &r.meter.bytes, keep: r.opt.KeepBodies, skip: c.row.BodyBytes()}
	done := c.row.Committed()
	emit := func(p analysis.Piece) error {
		parcel := parcel{row: c.row, release: p.Release, bodies: body.take(false)}
		parcel.events = make([]store.EventRow, 0, len(p.Events))
		deriver := r.deriver()
		refs := make([]analysis.ResourceRef, 0, len(p.Events)*5/4)
		for i := range p.Events {
			e := &p.Events[i]
			if int64(e.RecordNumber) <= done {
				continue // committed by a run that was interrupted
			}
			e.Session = session.Of(e)
			// One slab for the refs of a piece; when it is full they get a new one.
			e.ResourceRefs = slices.Clip(deriver.Refs(e, refs[len(refs):]))
			if n := len(refs) + len(e.ResourceRefs); n <= cap(refs) {
				refs = refs[:n]
			}
			parcel.events = append(parcel.events, store.NewEventRow(e, c.row, p.SourceRank))
			parcel.bytes += e.Length
		}
		for i := range p.Items {
			if item := &p.Items[i]; int64(item.RecordNumber) > done {
				parcel.items = append(parcel.items, store.NewItemRow(item, c.row))
				parcel.bytes += len(item.Config)
				parcel.wide += len(item.Config)
			}
		}
		for _, j := range p.Rejects {
			if int64(j.RecordNumber) > done {
				parcel.rejects = append(parcel.rejects, store.RejectRow{Object: c.row, Reject: j})
			}
		}
		return r.send(ctx, parcel)
	}
	content, err := cloudtrail.Decode(ctx, body, cloudtrail.Options{Object: c.Object, Metadata: opened.Metadata, Item: awsconfig.Decode, Pool: &r.pool}, emit)
	if err == nil {
		_, err = io.Copy(io.Discard, body) // what the decoder had no use for is hashed and kept all the same
	}
	if err != nil {
		if interrupted(ctx, err) {
			return context.Cause(ctx)
		}
		// Records handed over before stay; the next run goes on after them.
		f := failed(fmt.Errorf("read %s: %w", c.Object.URI, err))
		f.Format, f.Kind, f.SourceRank = content.Format, content.Kind, content.SourceRank
		return r.finish(ctx, c.row, f, body)
	}
	return r.finish(ctx, c.row, content, body)
}

// finish sends the object's end.
func (r *run) finish(ctx context.Context, row *store.ObjectRow, content analysis.Content, body *bodyReader) error {
	end := &ending{row: row, content: content, size: row.Size}
	p := parcel{row: row, end: end}
	if body != nil {
		// The bytes of what is neither CloudTrail's nor AWS Config's are not evidence.
		if content.Status != analysis.StatusIgnored {
			p.bodies = body.take(true)
		}
		end.size = body.n
		if content.Status != analysis.StatusFailed { // else it would be the hash of a part
			end.sum = hex.EncodeToString(body.sum.Sum(nil))
		}
	}
	return r.send(ctx, p)
}

func (r *run) send(ctx context.Context, p parcel) error {
	for _, c := range p.bodies {
		p.bytes += len(c.Bytes)
	}
	select {
	case r.parcels <- p:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func failed(err error) analysis.Content {
	reason := err.Error()
	if hints := analysis.Hints(err); len(hints) > 0 {
		reason += " (" + strings.Join(hints, "; ") + ")"
	}
	return analysis.Content{Kind: "", Status: analysis.StatusFailed, Reason: reason, DamageOffset: -1}
}

// bodyReader hashes what passes through it and keeps it in parts.
type bodyReader struct {
	r    io.Reader
	row  *store.ObjectRow
	sum  hash.Hash
	n    int64
	read *atomic.Int64 // for the progress
	keep bool
	skip int64 // bytes that an interrupted run committed

	buf   []byte
	ready []store.BodyPart
}

func (b *bodyReader) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.sum.Write(p[:n])
	b.read.Add(int64(n))
	fresh := p[min(int64(n), max(0, b.skip-b.n)):n]
	b.n += int64(n)
	if b.keep {
		b.buf = append(b.buf, fresh...)
		if len(b.buf) >= bodyPartBytes {
			b.cut()
		}
	}
	return n, err
}

func (b *bodyReader) cut() {
	b.ready = append(b.ready, store.BodyPart{Object: b.row, Offset: b.n - int64(len(b.buf)), Bytes: slices.Clip(b.buf)})
	b.buf = nil
}

// take returns the parts that are full, at the end also the last one.
func (b *bodyReader) take(end bool) []store.BodyPart {
	if end && len(b.buf) > 0 {
		b.cut()
	}
	parts := b.ready
	b.ready = nil
	return parts
}
