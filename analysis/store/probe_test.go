package store

import "testing"

// The engine refuses a new connection that names the folder to spill into when
// something has spilled already, so only the first may.
func TestConnectionsAfterSpilling(t *testing.T) {
	st := askCase(t)
	reading, err := Open(t.Context(), st.Dir(), ModeRead, Options{MemoryLimit: "20MB", Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer reading.Close()
	spilled, err := reading.db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer spilled.Close()
	if _, err := spilled.ExecContext(t.Context(), "CREATE TEMP TABLE much AS SELECT repeat(CAST(range AS VARCHAR), 20) AS text FROM range(500000)"); err != nil {
		t.Fatal(err)
	}
	var files int
	if err := spilled.QueryRowContext(t.Context(), "SELECT count(*) FROM duckdb_temporary_files()").Scan(&files); err != nil || files == 0 {
		t.Fatalf("nothing has spilled: %d files, %v", files, err)
	}
	// The pool has none but the one in use.
	var events int
	if err := reading.db.QueryRowContext(t.Context(), "SELECT count(*) FROM events").Scan(&events); err != nil || events == 0 {
		t.Errorf("over another connection: %d events, %v", events, err)
	}
}
