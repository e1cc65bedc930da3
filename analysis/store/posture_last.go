package store

import (
	"context"
	"database/sql"
	"errors"
)

// LastPosture is the last run of posture checks; the zero value where there was none.
func (s *Store) LastPosture(ctx context.Context) (run PostureRun, err error) {
	if !s.attached || s.imagined["posture_results"] {
		return run, nil
	}
	var since, until sql.NullTime
	err = s.db.QueryRowContext(ctx, noteSQL("last_posture")).Scan(&run.At, &since, &until, &run.Program)
	if errors.Is(err, sql.ErrNoRows) {
		return PostureRun{}, nil
	}
	run.At = run.At.UTC()
	if since.Valid {
		run.Scope.Since = since.Time.UTC()
	}
	if until.Valid {
		run.Scope.Until = until.Time.UTC()
	}
	return run, translate(err)
}
