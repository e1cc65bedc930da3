package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/cloudtrail"
	"github.com/trailbench/trailbench/analysis/session"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/tui"
)

// Event is one event with all that belongs to it.
func (b *bench) Event(ctx context.Context, id string) (tui.Record, error) {
	var r tui.Record
	all := analysis.List{Of: analysis.ListEvents}
	columns, err := b.Columns(ctx, all)
	if err != nil {
		return r, err
	}
	r.Columns = columns
	if r.Row, err = b.Row(ctx, all, id); err != nil {
		return r, err
	}
	_, err = read(ctx, b, analysis.Scope{}, func(ctx context.Context, rd *store.Reader) (bool, error) {
		copies, err := rd.Deliveries(ctx, id)
		if err != nil {
			return false, err
		}
		for _, c := range copies {
			r.Deliveries = append(r.Deliveries, tui.Delivery{URI: c.URI, Record: c.RecordNumber, SHA256: c.SHA256, Kept: c.Kept, Differs: c.Differs})
		}
		if err := b.fillRecord(ctx, rd, copies, &r); err != nil {
			return false, err
		}
		refs, err := b.a.ask(ctx, rd, store.ResourcesOf(id))
		if err != nil {
			return false, err
		}
		for _, row := range refs.rows {
			rec := record{refs, row}
			r.Resources = append(r.Resources, analysis.ResourceRef{
				AccountID: rec.text("account_id"), Region: rec.text("region"), Type: rec.text("resource_type"), ID: rec.text("resource_id"),
				ARN: rec.text("resource_arn"), Action: analysis.Action(rec.text("action")), Method: analysis.Method(rec.text("method")),
			})
		}
		r.Findings, err = rd.LoadFindings(ctx, store.Condition{SQL: "finding_id IN (SELECT finding_id FROM finding_events WHERE event_id = ?)", Args: []any{id}})
		return true, err
	})
	return r, err
}

// fillRecord reads the record as delivered, from the first copy whose object is kept; else
// it puts the record together from the columns.
func (b *bench) fillRecord(ctx context.Context, rd *store.Reader, copies []store.Delivery, r *tui.Record) error {
	for _, c := range copies {
		if !c.HasBody {
			continue
		}
		body, err := rd.Body(ctx, c.ObjectID)
		if err != nil {
			return err
		}
		text, err := cloudtrail.RecordAt(body, c.Offset, c.Length)
		if err != nil {
			r.Why = fmt.Sprintf("record %d of %s cannot be read: %v", c.RecordNumber, c.URI, err)
			continue
		}
		r.JSON, r.AsLogged = string(text), true
		return nil
	}
	if r.Why == "" {
		r.Why = "the case was made without the original objects; this is put together from what was decoded"
	}
	r.JSON = recordOfColumns(r.Columns, r.Row.Values)
	return nil
}

// recordOfColumns is a record put together from the columns of the list of events, which
// have CloudTrail's names in snake_case.
func recordOfColumns(columns []analysis.ListColumn, values []any) string {
	var parts []string
	for i, c := range columns {
		if i >= len(values) || values[i] == nil || c.Name == "resource" {
			continue
		}
		text := ""
		switch v := values[i].(type) {
		case time.Time:
			text = jsonText(v.Format(time.RFC3339Nano))
		case string:
			if text = v; c.Kind != analysis.ColumnJSON {
				text = jsonText(v)
			}
		default:
			text = fmt.Sprint(v)
		}
		parts = append(parts, jsonText(camel(c.Name))+":"+text)
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// camel is a column's name as CloudTrail writes it.
func camel(name string) string {
	switch name {
	case "source_ip":
		return "sourceIPAddress"
	case "region":
		return "awsRegion"
	case "account_id":
		return "recipientAccountId"
	}
	words := strings.Split(name, "_")
	for i, w := range words[1:] {
		if w == "id" {
			w = "ID"
		} else if w != "" {
			w = strings.ToUpper(w[:1]) + w[1:]
		}
		words[i+1] = w
	}
	return strings.Join(words, "")
}

// Finding is a finding with the detection behind it.
func (b *bench) Finding(ctx context.Context, id string) (tui.FindingDetail, error) {
	return read(ctx, b, analysis.Scope{}, func(ctx context.Context, r *store.Reader) (d tui.FindingDetail, err error) {
		found, err := r.LoadFindings(ctx, store.Condition{SQL: "finding_id = ?", Args: []any{id}})
		if err != nil {
			return d, err
		}
		if len(found) == 0 {
			return d, fmt.Errorf("finding %s: %w", id, analysis.ErrNotFound)
		}
		d.Finding = found[0]
		d.Detection, _ = b.lib.Detection(d.Finding.Detection)
		results, err := b.a.ask(ctx, r, store.LastResults(store.Condition{SQL: "detection_id = ?", Args: []any{d.Finding.Detection}}))
		if err != nil {
			return d, err
		}
		for _, row := range results.rows {
			rec := record{results, row}
			d.State = rec.text("state")
			d.Missing = texts(row[results.column("missing")])
		}
		decisions, err := b.a.ask(ctx, r, store.Decisions(id))
		if err != nil {
			return d, err
		}
		for _, row := range decisions.rows {
			rec := record{decisions, row}
			d.History = append(d.History, tui.Decision{Status: analysis.FindingStatus(rec.text("status")), Note: rec.text("note"), Author: rec.text("author"), At: rec.time("decided_at")})
		}
		return d, nil
	})
}

// Stories are the attack stories of a scope.
func (b *bench) Stories(ctx context.Context, scope analysis.Scope) (stories []analysis.Story, loose []analysis.Finding, err error) {
	stories, err = read(ctx, b, analysis.Scope{}, func(ctx context.Context, r *store.Reader) (found []analysis.Story, err error) {
		found, loose, err = storiesOf(ctx, r, scope)
		return found, err
	})
	return stories, loose, err
}

// Chain is the lineage of an access key.
func (b *bench) Chain(ctx context.Context, key string) (*session.Tree, error) {
	return read(ctx, b, analysis.Scope{}, func(ctx context.Context, r *store.Reader) (*session.Tree, error) {
		return session.Chain(ctx, lineage{b.a, r}, key)
	})
}

// Changes are the writes to a resource.
func (b *bench) Changes(ctx context.Context, resource string) ([]analysis.Change, error) {
	return read(ctx, b, analysis.Scope{}, func(ctx context.Context, r *store.Reader) ([]analysis.Change, error) {
		return b.a.changesOf(ctx, r, resource)
	})
}

// Network is what the files on this machine know of an address.
func (b *bench) Network(address string) analysis.Network {
	if table := b.networks.Load(); table != nil {
		return table.Lookup(address)
	}
	return analysis.Network{}
}

// Look finds what a pasted text is.
func (b *bench) Look(ctx context.Context, text string) ([]analysis.Ref, error) {
	return read(ctx, b, analysis.Scope{}, func(ctx context.Context, r *store.Reader) ([]analysis.Ref, error) {
		return r.Look(ctx, text)
	})
}

// texts is a list value of the engine, or its JSON text, as strings.
func texts(v any) []string {
	switch v := v.(type) {
	case []any:
		var all []string
		for _, x := range v {
			all = append(all, fmt.Sprint(x))
		}
		return all
	case string:
		var all []string
		if err := json.Unmarshal([]byte(v), &all); err != nil {
			return nil
		}
		return all
	}
	return nil
}

// loadNetworks reads the files of networks in the background; the lists have their words
// once they are there. Files that cannot be read are said.
func (b *bench) loadNetworks(ctx context.Context) (problem error) {
	_, err := use(ctx, b, func(ctx context.Context, st *store.Store) (bool, error) {
		known, err := st.Known(ctx)
		if err != nil {
			return false, err
		}
		table, broken := b.a.openNetworks(known)
		problem = broken
		if old := b.networks.Swap(table); old != nil {
			err = old.Close()
		}
		return true, errors.Join(err, b.a.showNetworksOf(ctx, st, table))
	})
	return errors.Join(err, problem)
}
