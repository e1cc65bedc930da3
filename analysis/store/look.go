package store

import (
	"context"
	"net/netip"
	"regexp"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

// accessKey is the id of a long-term or a temporary access key.
var accessKey = regexp.MustCompile(`^A(?:KIA|SIA)[A-Z0-9]{8,}$`)

// shortestID is how much of an event or finding id is enough to look for it.
const shortestID = 6

// Look finds what a text names: an ARN, access key, address or account, an event or
// finding by its id or the beginning of it, and a principal or resource by its bare name.
// What its form alone makes plain is found also where no event has it; where several
// things fit, all of them are returned, none where nothing does.
func (r *Reader) Look(ctx context.Context, text string) ([]analysis.Ref, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, nil
	}
	if kind := formOf(text); kind != "" {
		return []analysis.Ref{{Kind: kind, ID: text}}, nil
	}
	refs, err := r.lookIDs(ctx, text)
	if err != nil || len(refs) > 0 {
		return refs, err
	}
	rows, err := r.conn.QueryContext(ctx, question("look"), text)
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	for rows.Next() {
		var ref analysis.Ref
		if err := rows.Scan(&ref.Kind, &ref.ID); err != nil {
			return nil, translate(err)
		}
		refs = append(refs, ref)
	}
	if len(refs) == 0 && strings.HasPrefix(text, "arn:") {
		refs = append(refs, analysis.Ref{Kind: arnKind(text), ID: text})
	}
	return refs, translate(rows.Err())
}

// formOf is what the form of a text alone says that it is, "" where it says nothing.
func formOf(text string) analysis.RefKind {
	_, noAddress := netip.ParseAddr(text)
	switch {
	case noAddress == nil:
		return analysis.RefIP
	case len(text) == 12 && strings.Trim(text, "0123456789") == "":
		return analysis.RefAccount
	case accessKey.MatchString(text):
		return analysis.RefKey
	}
	return ""
}

// arnKind tells a principal's ARN from that of another resource.
func arnKind(arn string) analysis.RefKind {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) == 6 && (parts[2] == "iam" || parts[2] == "sts") {
		kind, _, _ := strings.Cut(parts[5], "/")
		switch kind {
		case "user", "role", "root", "assumed-role", "federated-user":
			return analysis.RefPrincipal
		}
	}
	return analysis.RefResource
}

// lookIDs finds the events and findings whose id text is or begins.
func (r *Reader) lookIDs(ctx context.Context, text string) (refs []analysis.Ref, err error) {
	const most = 20
	events, err := r.EventIDs(ctx, strings.ToLower(text), most)
	if err != nil {
		return nil, err
	}
	if len(events) == 0 {
		n, err := r.Count(ctx, EventByID(fields("event_id"), text))
		if err != nil {
			return nil, err
		}
		if n > 0 {
			events = []string{text}
		}
	}
	for _, id := range events {
		refs = append(refs, analysis.Ref{Kind: analysis.RefEvent, ID: id})
	}
	if !r.noted || len(text) < shortestID {
		return refs, nil
	}
	findings, err := r.FindingIDs(ctx, text, most)
	for _, id := range findings {
		refs = append(refs, analysis.Ref{Kind: analysis.RefFinding, ID: id})
	}
	return refs, err
}
