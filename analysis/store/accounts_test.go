package store

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// What a person says of an account counts before what a file says, and that before
// Organizations, column by column; what is said later counts before what was said.
func TestDirectoryOfAccounts(t *testing.T) {
	st := notesCase(t)
	now := time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC)
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	note := func(origin string, minutes int, all ...analysis.Account) {
		t.Helper()
		check(st.NoteAccounts(t.Context(), origin, all, now.Add(time.Duration(minutes)*time.Minute)))
	}
	f := func(id string, want analysis.Account) {
		t.Helper()
		all, err := st.Directory(t.Context())
		check(err)
		want.ID = id
		for _, got := range all {
			if got.ID == id {
				if got != want {
					t.Errorf("got  %+v\nwant %+v", got, want)
				}
				return
			}
		}
		t.Errorf("%s is not in the directory: %+v", id, all)
	}
	check(st.ReplaceAccounts(t.Context(), OriginOrganizations, []analysis.Account{
		{ID: "111122223333", Name: "root of all", Status: "ACTIVE", OU: "Root", Kind: "management", Partition: "aws"},
		{ID: "444455556666", Name: "Shared", Status: "ACTIVE", OU: "Root/Prod", Kind: "member", Partition: "aws", Role: "reader"},
	}, now))
	note(OriginAdded, 1, analysis.Account{ID: "444455556666", Name: "shared services"})
	note(OriginFile, 2, analysis.Account{ID: "444455556666", Name: "shared (file)", Kind: "log-archive"})
	note(OriginAdded, 3, analysis.Account{ID: "444455556666", Role: "ops/reader", ExternalID: "1b4c-example"})
	whole := analysis.Account{
		Name: "shared services", Status: "ACTIVE", OU: "Root/Prod", Kind: "log-archive", Partition: "aws", Role: "ops/reader", ExternalID: "1b4c-example",
		Origin: "added, file, organizations",
	}
	f("444455556666", whole)
	f("111122223333", analysis.Account{Name: "root of all", Status: "ACTIVE", OU: "Root", Kind: "management", Partition: "aws", Origin: "organizations"})

	check(st.NoteAccountChecks(t.Context(), []analysis.Account{{ID: "444455556666", Problem: "denied", Checked: now}}))
	check(st.NoteAccountChecks(t.Context(), []analysis.Account{{ID: "444455556666", Works: true, Checked: now.Add(time.Hour)}}))
	whole.Works, whole.Checked = true, now.Add(time.Hour)
	f("444455556666", whole)

	// An account that has left the organization is no longer listed by it.
	check(st.ReplaceAccounts(t.Context(), OriginOrganizations, []analysis.Account{{ID: "111122223333", Name: "root of all"}}, now.Add(time.Hour)))
	whole.Status, whole.OU, whole.Partition, whole.Origin = "", "", "", "added, file"
	f("444455556666", whole)

	check(st.ForgetAccount(t.Context(), "444455556666"))
	if err := st.ForgetAccount(t.Context(), "444455556666"); !errors.Is(err, analysis.ErrNotFound) {
		t.Errorf("forgotten twice: %v", err)
	}
}

// An account of the directory is the organization's own for every detection, and its
// name stands wherever accounts are named; what was named by hand counts first.
func TestAccountsOfTheDirectoryAreKnown(t *testing.T) {
	st := notesCase(t)
	now := time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC)
	err := errors.Join(
		st.Know(t.Context(), analysis.Known{Kind: analysis.EntityAccount, Value: "111122223333", Name: "ours"}, "alice", now),
		st.Know(t.Context(), analysis.Known{Kind: analysis.EntityAccount, Value: "444455556666"}, "alice", now),
		st.NoteAccounts(t.Context(), OriginOrganizations, []analysis.Account{
			{ID: "111122223333", Name: "a"}, {ID: "444455556666", Name: "b"}, {ID: "123456789012", Name: "c"},
		}, now))
	if err != nil {
		t.Fatal(err)
	}
	known, err := st.Known(t.Context())
	want := []analysis.Known{
		{Kind: analysis.EntityAccount, Value: "111122223333", Name: "ours"},
		{Kind: analysis.EntityAccount, Value: "123456789012", Name: "c"},
		{Kind: analysis.EntityAccount, Value: "444455556666", Name: "b"},
	}
	if err != nil || !slices.Equal(known, want) {
		t.Errorf("known: %+v, %v", known, err)
	}
}

// The list has every account that anything is known of: those of the logs, and one that
// only somebody named.
func TestAccountList(t *testing.T) {
	st := notesCase(t)
	if err := st.NoteAccounts(t.Context(), OriginAdded, []analysis.Account{{ID: "210987654321", Name: "silent"}}, time.Now()); err != nil {
		t.Fatal(err)
	}
	r, err := st.Reader(t.Context(), analysis.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	answer, err := r.Ask(t.Context(), Pick(Accounts(nil), "account_id", "name", "origin", "events > 0"))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Close()
	var got [][]any
	for answer.Next() {
		got = append(got, slices.Clone(answer.Values()))
	}
	text, err := json.Marshal(got)
	if err != nil || answer.Err() != nil {
		t.Fatal(err, answer.Err())
	}
	const want = `[["111122223333",null,"logs",true],["210987654321","silent","added",false],["444455556666",null,"logs",true]]`
	if string(text) != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	if n, err := r.Count(t.Context(), Accounts([]string{"2*", "444455556666"})); n != 2 || err != nil {
		t.Errorf("%d accounts chosen, %v", n, err)
	}
}

// Without a case file there is no directory, and the list still has the accounts of the
// logs.
func TestAccountsWithoutACaseFile(t *testing.T) {
	st := askCase(t)
	if all, err := st.Directory(t.Context()); len(all) > 0 || err != nil {
		t.Errorf("%+v, %v", all, err)
	}
	r, err := st.Reader(t.Context(), analysis.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if n, err := r.Count(t.Context(), Accounts(nil)); n == 0 || err != nil {
		t.Errorf("%d accounts, %v", n, err)
	}
}

func TestOwnSessionsAreNoted(t *testing.T) {
	st := notesCase(t)
	began := time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC)
	own := OwnSession{AccessKeyID: "ASIAIOSFODNN7EXAMPLE", ARN: "arn:aws:sts::111122223333:assumed-role/reader/trailbench", UserAgent: "trailbench/1.2", Began: began}
	if err := st.NoteOwnSessions(t.Context(), []OwnSession{own}); err != nil {
		t.Fatal(err)
	}
	var got OwnSession
	row := st.db.QueryRowContext(context.Background(), "SELECT access_key_id, session_arn, user_agent, began_at FROM notes.own_sessions")
	if err := row.Scan(&got.AccessKeyID, &got.ARN, &got.UserAgent, &got.Began); err != nil || got != own {
		t.Errorf("%+v, %v", got, err)
	}
}
