package store

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/analysis"
)

func TestGatesLetQuestionsPass(t *testing.T) {
	r := reader(t, askCase(t), analysis.Scope{})
	f := func(sql string) {
		t.Helper()
		a, err := r.Query(context.Background(), sql)
		if err != nil {
			t.Errorf("%s: %v", sql, err)
			return
		}
		defer a.Close()
		for a.Next() {
		}
		if a.Err() != nil {
			t.Errorf("%s: %v", sql, a.Err())
		}
	}
	f("SELECT 1")
	f("SELECT count(*) FROM events;")
	f("FROM events LIMIT 1")
	f("TABLE accounts")
	f("VALUES (1), (2)")
	f("SELECT * FROM ev.events")
	f("SELECT * FROM ev.main.EVENTS, main.sessions")
	f("WITH a AS (SELECT 1 AS x) SELECT * FROM a, A AS b")
	f("WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT * FROM t")
	f("SELECT * FROM range(3), generate_series(1, 2)")
	f("SELECT j.key FROM events AS e, json_each(e.request_parameters) AS j")
	f("SELECT unnest([1, 2])")
	f("SELECT * FROM events AS e WHERE EXISTS (SELECT 1 FROM event_resources AS r WHERE r.event_uuid = e.event_uuid)")
	f("SHOW TABLES")
	f("DESCRIBE events")
	f("SUMMARIZE accounts")
	f("SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'events'")
	f("SELECT * FROM information_schema.tables")
	f("SELECT * FROM pragma_table_info('events')")
	f("SELECT region, count(*) FROM events GROUP BY ALL ORDER BY ALL")
	f("SELECT * FROM (PIVOT (SELECT region, event_name FROM events) ON region IN ('us-east-1') USING count(*))")
}

// The evidence must survive whatever a query says, and a query must not become a way
// to read the responder's other files.
func TestGatesRefuse(t *testing.T) {
	st := askCase(t)
	r := reader(t, st, analysis.Scope{})
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret.csv")
	if err := os.WriteFile(secret, []byte("key\nhush\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := func(sql, why string) {
		t.Helper()
		sql = strings.ReplaceAll(sql, "FILE", secret)
		a, err := r.Query(context.Background(), sql)
		if err == nil {
			a.Close()
			t.Errorf("%s: let through", sql)
			return
		}
		if !strings.Contains(err.Error(), why) {
			t.Errorf("%s: refused with %q, want %q", sql, err, why)
		}
	}
	// not exactly one SELECT
	f("", "0 statements")
	f("-- nothing", "0 statements")
	f("SELECT 1; SELECT 2", "2 statements")
	f("SELECT 1; DROP VIEW events", "no SELECT")
	f("DROP TABLE ev.cloudtrail_events", "no SELECT")
	f("DELETE FROM cloudtrail_events", "no SELECT")
	f("UPDATE meta SET value = ''", "no SELECT")
	f("INSERT INTO meta VALUES ('a', 'b')", "no SELECT")
	f("CREATE TABLE x AS SELECT 1", "no SELECT")
	f("ATTACH 'FILE' AS x", "no SELECT")
	f("COPY (SELECT 1) TO 'FILE'", "no SELECT")
	f("COPY meta FROM 'FILE'", "no SELECT")
	f("PRAGMA database_list", "no SELECT")
	f("SET memory_limit = '1GB'", "no SELECT")
	f("INSTALL httpfs", "no SELECT")
	f("LOAD httpfs", "no SELECT")
	f("EXPORT DATABASE 'FILE'", "no SELECT")
	f("EXPLAIN ANALYZE SELECT 1", "no SELECT")
	f("COMMIT", "no SELECT")
	f("SELEC 1", "syntax error")
	f("SELECT 1\nFROM events WHERE WHERE", "LINE 2: FROM events WHERE WHERE\n                          ^")
	// files posing as tables
	f("SELECT * FROM 'FILE'", "no table")
	f("SELECT * FROM \"FILE\"", "no table")
	f("FROM 'FILE'", "no table")
	f("SELECT (SELECT max(key) FROM 'FILE')", "no table")
	f("SELECT * FROM events WHERE event_id IN (FROM 'FILE')", "no table")
	f("SELECT * FROM events UNION ALL BY NAME SELECT * FROM 'FILE'", "no table")
	f("SELECT * FROM events ORDER BY (SELECT max(key) FROM 'FILE')", "no table")
	f("SELECT * FROM (SELECT * FROM events JOIN 'FILE' ON true)", "no table")
	f("SELECT * FROM events, LATERAL (SELECT * FROM 'FILE')", "no table")
	f("WITH a AS (SELECT * FROM 'FILE') SELECT * FROM a", "no table")
	f("WITH \"FILE\" AS (SELECT 1) SELECT * FROM \"FILE\"", "no table")
	f("WITH RECURSIVE t AS (SELECT 'x' AS key UNION ALL SELECT key FROM 'FILE') SELECT * FROM t", "no table")
	f("SELECT * FROM (PIVOT 'FILE' ON key IN ('hush') USING count(*))", "no table")
	f("DESCRIBE 'FILE'", "no table")
	f("SUMMARIZE 'FILE'", "no table")
	f("SHOW 'FILE'", "no table")
	f("SELECT * FROM (DESCRIBE 'FILE')", "no table")
	f("SELECT * FROM secret.csv", "no table")
	f("SELECT * FROM \"https://example.com/x.parquet\"", "no table")
	// functions that read or run something else
	f("SELECT * FROM read_csv('FILE')", "table function read_csv")
	f("SELECT * FROM READ_TEXT('FILE')", "table function")
	f("SELECT * FROM main.read_blob('FILE')", "table function read_blob")
	f("SELECT * FROM glob('FILE')", "table function glob")
	f("SELECT * FROM events, read_json(event_id)", "table function read_json")
	f("SELECT * FROM parquet_metadata('FILE')", "table function parquet_metadata")
	f("SELECT * FROM sniff_csv('FILE')", "table function sniff_csv")
	f("SELECT * FROM query('FROM ''FILE''')", "table function query")
	f("SELECT * FROM query_table('FILE')", "table function query_table")
	f("SELECT * FROM histogram('FILE', key)", "table function histogram")
	f("SELECT * FROM json_execute_serialized_sql('{}')", "table function json_execute_serialized_sql")
	f("SELECT * FROM duckdb_secrets()", "table function duckdb_secrets")
	f("SELECT * FROM duckdb_settings()", "table function duckdb_settings")
	f("SELECT * FROM force_checkpoint('ev')", "table function force_checkpoint")
	f("SELECT * FROM read_duckdb('FILE')", "table function read_duckdb")
	f("SELECT getenv('HOME')", "function getenv")
	f("SELECT write_log('x')", "function write_log")
	// accepted by the gates, refused by the engine
	f("SELECT * FROM events WHERE event_id = ?", "query:")
	f("SELECT * FROM pragma_table_info('FILE')", "query:")

	if n, err := r.Count(context.Background(), EventCount(Condition{})); n != 5 || err != nil {
		t.Errorf("after all that the case has %d events, %v", n, err)
	}
}

func openMemory() (*sql.DB, error) { return sql.Open("duckdb", "") }

func FuzzGates(f *testing.F) {
	f.Add("SELECT 1")
	f.Add("SELECT * FROM 'a.csv'")
	f.Add("WITH a AS (FROM b) SELECT * FROM a")
	f.Add(";;--\x00")
	db, err := openMemory()
	if err != nil {
		f.Fatal(err)
	}
	defer db.Close()
	conn, err := db.Conn(context.Background())
	if err != nil {
		f.Fatal(err)
	}
	r := &Reader{conn: conn}
	f.Fuzz(func(t *testing.T, text string) {
		_ = r.Check(context.Background(), text)
	})
}
