package main

import (
	"context"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/session"
	"github.com/trailbench/trailbench/analysis/store"
)

// lineage answers package session's questions from a case.
type lineage struct {
	a *app
	r *store.Reader
}

var _ session.Lookup = lineage{}

// record reads one row by the names of its columns.
type record struct {
	all *list
	row []any
}

func (r record) text(name string) string {
	s, _ := r.row[r.all.column(name)].(string)
	return s
}

func (r record) time(name string) time.Time {
	t, _ := r.row[r.all.column(name)].(time.Time)
	return t
}

func (l lineage) Sessions(ctx context.Context, by session.Field, values []string) ([]session.Row, error) {
	all, err := l.a.ask(ctx, l.r, store.Sessions(string(by), values))
	if err != nil {
		return nil, err
	}
	rows := make([]session.Row, len(all.rows))
	for i := range rows {
		r := record{all, all.rows[i]}
		rows[i] = session.Row{
			EventID: r.text("event_id"), SharedEventID: r.text("shared_event_id"), Time: r.time("event_time"),
			AccountID: r.text("account_id"), Region: r.text("region"), Operation: r.text("operation"),
			Session: analysis.Session{
				IssuedKey: r.text("issued_key"), ParentKey: r.text("parent_key"), RoleARN: r.text("role_arn"),
				SessionARN: r.text("session_arn"), SessionName: r.text("session_name"), SourceIdentity: r.text("source_identity"),
				Subject: r.text("subject"), SignInSession: r.text("sign_in_session_arn"),
			},
			IdentityType: r.text("identity_type"), PrincipalARN: r.text("principal_arn"), CallerAccountID: r.text("caller_account_id"),
			InvokedBy: r.text("invoked_by"), SourceIP: r.text("source_ip"), UserAgent: r.text("user_agent"),
		}
		if expires := r.time("expires_at"); !expires.IsZero() {
			rows[i].ExpiresAt = expires.UnixMicro()
		}
	}
	return rows, nil
}

func (l lineage) Uses(ctx context.Context, by session.Field, values []string) ([]session.Use, error) {
	all, err := l.a.ask(ctx, l.r, store.Uses(string(by), values))
	if err != nil {
		return nil, err
	}
	uses := make([]session.Use, len(all.rows))
	for i := range uses {
		r := record{all, all.rows[i]}
		uses[i] = session.Use{
			Key: r.text("access_key_id"), IdentityType: r.text("identity_type"), IdentityARN: r.text("identity_arn"),
			PrincipalARN: r.text("principal_arn"), AccountID: r.text("account_id"), SourceIdentity: r.text("source_identity"),
			SignInSession: r.text("sign_in_session_arn"), Created: r.time("created"), First: r.time("first_seen"), Last: r.time("last_seen"),
		}
		uses[i].Events, _ = all.rows[i][all.column("events")].(int64)
	}
	return uses, nil
}
