package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// The origins of what is known of an account; the logs themselves are the fourth.
const (
	OriginAdded         = "added"         // somebody named it
	OriginFile          = "file"          // a file lists it
	OriginOrganizations = "organizations" // Organizations knows it
)

// Accounts asks for every account of the case, of the directory and of the logs; with
// ids, in which * matches, for those only.
func Accounts(ids []string) Question {
	q := Question{SQL: question("account_list")}
	if where := anyOf("account_id", ids); where != "" {
		q.SQL = "SELECT * FROM (\n" + q.SQL + "\n) WHERE " + where
	}
	return q
}

// AccountIDs asks for ids and names of accounts, in no order, as quickly as it can be told.
func AccountIDs() Question { return Question{SQL: question("account_ids")} }

// Directory returns the accounts that somebody named, that a file lists or that
// Organizations knows, by id; none without a case file.
func (s *Store) Directory(ctx context.Context) (all []analysis.Account, err error) {
	err = s.reading(ctx, func(r *Reader) error {
		return r.each(ctx, question("directory"), func(row []string) {
			a := analysis.Account{
				ID: row[0], Name: row[1], Status: row[2], OU: row[3], Kind: row[4], Partition: row[5],
				Role: row[6], ExternalID: row[7], Profile: row[8], Origin: row[9], Works: row[10] == "true", Problem: row[11],
			}
			a.Checked = parseStamp(&row[12])
			all = append(all, a)
		})
	})
	return all, err
}

// NoteAccounts adds to what is known of accounts. An empty field leaves what was noted
// before, by the same or another origin. It needs [NotesWrite].
func (s *Store) NoteAccounts(ctx context.Context, origin string, all []analysis.Account, now time.Time) error {
	return s.change(ctx, "note accounts", func(tx *sql.Tx) error { return noteAccounts(ctx, tx, origin, all, now) })
}

// ReplaceAccounts replaces everything that is known by an origin. It needs [NotesWrite].
func (s *Store) ReplaceAccounts(ctx context.Context, origin string, all []analysis.Account, now time.Time) error {
	return s.change(ctx, "note accounts", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM notes.account_entries WHERE origin = ?", origin); err != nil {
			return err
		}
		return noteAccounts(ctx, tx, origin, all, now)
	})
}

func noteAccounts(ctx context.Context, tx *sql.Tx, origin string, all []analysis.Account, now time.Time) error {
	rows := make([]map[string]any, len(all))
	for i, a := range all {
		rows[i] = map[string]any{
			"account_id": a.ID, "origin": origin, "name": a.Name, "status": a.Status, "ou": a.OU, "kind": a.Kind, "partition": a.Partition,
			"role": a.Role, "external_id": a.ExternalID, "profile": a.Profile, "noted_at": stampOrNull(now),
		}
	}
	return execJSON(ctx, tx, "note_accounts", rows)
}

// ForgetAccount takes back everything that is known of an account. The error is
// [analysis.ErrNotFound] for one that only the logs know. It needs [NotesWrite].
func (s *Store) ForgetAccount(ctx context.Context, id string) error {
	return s.change(ctx, "forget account "+id, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, "DELETE FROM notes.account_entries WHERE account_id = ?", id)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return fmt.Errorf("nothing is noted of it: %w", analysis.ErrNotFound)
		}
		_, err = tx.ExecContext(ctx, "DELETE FROM notes.account_checks WHERE account_id = ?", id)
		return err
	})
}

// NoteAccountChecks notes whether the roles of accounts worked: Works, Problem and
// Checked of each. It needs [NotesWrite].
func (s *Store) NoteAccountChecks(ctx context.Context, all []analysis.Account) error {
	rows := make([]map[string]any, len(all))
	for i, a := range all {
		rows[i] = map[string]any{"account_id": a.ID, "works": a.Works, "problem": a.Problem, "checked_at": stampOrNull(a.Checked)}
	}
	return s.change(ctx, "note what became of roles", func(tx *sql.Tx) error { return execJSON(ctx, tx, "note_account_checks", rows) })
}

// OwnSession is a session that trailbench itself asks AWS with.
type OwnSession struct {
	AccessKeyID string
	ARN         string // as records have it
	UserAgent   string // what the user agent of its calls holds
	Began       time.Time
}

// NoteOwnSessions notes sessions of this program, so that what it did can be told from
// what others did. It needs [NotesWrite].
func (s *Store) NoteOwnSessions(ctx context.Context, all []OwnSession) error {
	return s.change(ctx, "note this program's own sessions", func(tx *sql.Tx) error {
		for _, o := range all {
			if _, err := tx.ExecContext(ctx, "INSERT INTO notes.own_credentials VALUES (?, ?, ?, ?)", o.AccessKeyID, o.ARN, o.UserAgent, o.Began.UTC()); err != nil {
				return err
			}
		}
		return nil
	})
}
