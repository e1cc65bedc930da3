package filter_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"

	"github.com/trailbench/trailbench/analysis/filter"
)

// openCase gives a database in memory, the one that the product uses, with the
// evidence schema and the small case of testdata.
func openCase(t *testing.T) *sql.DB {
	t.Helper()
	db := openSchema(t)
	text, err := os.ReadFile("testdata/case.sql")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(string(text)); err != nil {
		t.Fatal(err)
	}
	return db
}

// openSchema gives the evidence schema alone.
func openSchema(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	files, err := filepath.Glob("../store/schema/evidence/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no schema: %v", err)
	}
	slices.Sort(files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(string(text)); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
	}
	// Package store puts the case file's view, or an empty one, beside the evidence.
	if _, err := db.Exec("CREATE VIEW finding_events AS SELECT 'f1' AS finding_id, CAST(event_uuid AS VARCHAR) AS event_id FROM cloudtrail_events"); err != nil {
		t.Fatal(err)
	}
	return db
}

var now = time.Date(2026, 11, 10, 4, 0, 0, 0, time.UTC)

// selected lists what a filter selects, by a column that tells the rows apart.
func selected(t *testing.T, db *sql.DB, table filter.Table, column, text string) string {
	t.Helper()
	e, err := filter.Parse(table, text, filter.Options{Now: now})
	if err != nil {
		t.Errorf("%s: %v", text, err)
		return ""
	}
	where, args := e.SQL()
	got := query(t, db, table, column, text, where, args...)
	// The text to be shown selects the same.
	if shown := query(t, db, table, column, text, e.Literal()); shown != got {
		t.Errorf("%s: selects %s, and as literal text %s:\n%s", text, got, shown, e.Literal())
	}
	return got
}

func query(t *testing.T, db *sql.DB, table filter.Table, column, text, where string, args ...any) string {
	t.Helper()
	rows, err := db.Query("SELECT "+column+" FROM "+table.Subject+" WHERE "+where+" ORDER BY 1", args...)
	if err != nil {
		t.Errorf("%s: %v\n%s %v", text, err, where, args)
		return ""
	}
	defer rows.Close()
	var found []string
	for rows.Next() {
		var n int
		if err := rows.Scan(&n); err != nil {
			t.Fatal(err)
		}
		found = append(found, fmt.Sprint(n))
	}
	if err := rows.Err(); err != nil {
		t.Errorf("%s: %v\n%s %v", text, err, where, args)
	}
	return strings.Join(found, " ")
}

func TestEventsSelected(t *testing.T) {
	db := openCase(t)
	f := func(text, want string) {
		t.Helper()
		if got := selected(t, db, filter.Events(), "record_number", text); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
	f("", "1 2 3 4 5 6 7 8 9")

	// Names and ARNs: the last parts are enough, and only whole ones.
	f("principal=ci-deploy", "1 2")
	f("principal=CI-DEPLOY", "1 2")
	f("principal=user/ci-deploy", "1 2")
	f("principal=arn:aws:iam::111122223333:user/ci-deploy", "1 2")
	f("principal=ci-deploy*", "1 2 6")
	f("principal=ci", "")
	f("principal=*deploy*", "1 2 6")
	f("principal=orgadmin", "3 4")
	f("principal=root,cloudtrail.amazonaws.com", "5 7")
	f("principal=/user.ci-deploy$/", "1 2")
	f("session=OrgAdmin/ci-deploy", "3 4")
	f("session=ci-deploy", "3 4")
	f("identity=*:assumed-role/*", "3 4")

	// Operations, services, codes.
	f("op=iam:CreateUser", "1")
	f("op=iam:create*", "1 2")
	f("op=createuser", "1")
	f("op=*Object", "3 4")
	f("op=s3:Get*,kms:*", "3 5")
	f("!op=kms:Decrypt", "1 2 3 4 6 7 8 9")
	f("op!=kms:Decrypt op=*", "1 2 3 4 6 7 8")
	f("service=iam,s3", "1 2 3 4")
	f("service=iam.amazonaws.com", "1 2")
	f("service=k*", "5")
	f("name=UpdateFunctionCode", "")
	f("name=UpdateFunctionCode*", "8")
	f("op=lambda:UpdateFunctionCode", "8")
	f("error=AccessDenied", "3")
	f("error=UnauthorizedOperation", "6")
	f("error=*", "3 6")
	f("!error=*", "1 2 4 5 7 8 9")
	f("!error=AccessDenied", "1 2 4 5 6 7 8 9")

	// Addresses: IPv4, IPv6, blocks, text.
	f("ip=203.0.113.77", "1 2")
	f("ip=203.0.113.0/24", "1 2")
	f("ip=::ffff:203.0.113.77", "1 2")
	f("ip=192.0.2.1,198.51.100.7", "3 4")
	f("ip=0.0.0.0/0", "1 2 3 4")
	f("ip=2001:db8::/64", "6")
	f("ip=2001:DB8:0::1", "6")
	f("ip=2001:db8::/32", "6 7")
	f("ip=2001:db8::/127", "6")
	f("ip=2001:db8:0:1:8000::2", "7")
	f("ip=fe80::/10", "")
	f("ip=::/0", "1 2 3 4 6 7")
	f("ip=*", "1 2 3 4 5 6 7 8")
	f("ip=cloudtrail.amazonaws.com", "5")
	f(`ip="aws internal"`, "8")
	f("ip=*.amazonaws.com", "5")
	f("ip=203.0.113.*", "1 2")
	f("!ip=203.0.113.0/24", "3 4 5 6 7 8 9")

	// Text, wildcards, regular expressions, quotes.
	f("region=us-east-1,ap-*", "1 2 3 4 5 7")
	f("region=*-1", "1 2 3 4 5 6 7")
	f("region=*west*", "6 8")
	f("region=us*1", "1 2 3 5 7")
	f("ua=*kali", "1 2")
	f("ua=/kali$/", "1 2")
	f("ua=/KALI/", "")
	f("ua=/(?i)KALI/", "1 2")
	f(`ua=/(?<word>kali)/`, "1 2")
	f(`ua="Mozilla/5.0 (X11; Linux)"`, "7")
	f(`ua=Mozilla*"(X11"*`, "7")
	f(`ua="it's \"quoted\""`, "8")
	f(`ua="*kali"`, "")

	// Flags.
	f("write", "1 2 4 6 7 8")
	f("read", "3 5 9")
	f("failed", "3 6 7")
	f("error", "3 6 7")
	f("success", "1 2 4 5 8 9")
	f("aws-service", "5")
	f("!aws-service !self", "1 2 3 4 7 8 9")
	f("root", "7")
	f("console", "3 7")
	f("signin", "7")
	f("data", "8")
	f("management write", "1 2 4 6 7")
	f("mfa", "7")
	f("mfa=no", "3 4")
	f("mfa=*", "3 4 7")
	f("self", "6")
	f("damaged", "8")
	f("cross-account", "8")
	f("conflicting", "2")

	// Times: periods, relative ones, missing ones.
	f("time=2026-11-09", "1 2 3 4")
	f("time>2026-11-09", "1 2 3 4 5 6 7 8")
	f("time<=2026-11-09", "1 2 3 4")
	f("time<2026-11-10", "1 2 3 4")
	f("time>=2026-11-10", "5 6 7 8")
	f("time=2026-11-09T02:05", "3")
	f("time>2026-11-10T02:00:00Z", "7 8")
	f("time=2026-11-10T03:00:00+01:00", "7")
	f("time>-2h", "8")
	f("time>=2h", "7 8")
	f("!time>2026-11-10", "1 2 3 4 9")
	f("!time=*", "9")
	f("session_created>2026-11-09T01:54", "3 4")

	// Ids and keys.
	f("key=AKIAI44QH8DHBEXAMPLE", "2")
	f("key=AKIA*", "1 2")
	f("key=akia*", "")
	f("issued=*", "2")
	f("event=00000000-0000-0000-0000-000000000003", "3")
	f("event=00000000-0000-0000-0000-000000000003,00000000-0000-0000-0000-000000000004", "3 4")
	f("event=SHA256:Odd", "8")
	f("event=*0005", "5")
	f("account=111122223333 caller=*", "8")

	// Around an event or a time.
	f("around=00000000-0000-0000-0000-000000000002+-2m", "1 2")
	f("around=00000000-0000-0000-0000-000000000002", "1 2 3")
	f("around=00000000-0000-0000-0000-000000000002±30s", "2")
	f("around=2026-11-09T02:05+-1m", "3")
	f("around=SHA256:Odd+-1h", "7 8")
	f("around=no-such-event+-1h", "")
	f("!around=00000000-0000-0000-0000-000000000002+-1d", "8 9")

	// Resources.
	f("resource=svc-backup", "1")
	f("resource=user/svc-backup", "1")
	f("resource=amzn-s3-demo-bucket", "3 7")
	f("bucket=amzn-s3-demo-bucket", "3")
	f("bucket=amzn-s3-demo-bucket*", "3 4")
	f("!bucket=amzn-s3-demo-bucket", "1 2 4 5 6 7 8 9")
	f("resource=*", "1 3 4 7")
	f("resource_type=AWS::IAM::*", "1 7")
	f("action=created,modified", "1 4")
	f("method=rule", "1 3 4 7")

	// Deliveries and objects.
	f("deliveries>1", "1 2")
	f("deliveries=1", "3 4 5 6 7 8 9")
	f("object=b_ap-south-1_2.json.gz", "1 2 8")
	f("object=*_us-east-1_*", "1 2 3 4 5 6 7 9")
	f("object_id=2 record>=8", "8")

	// JSON.
	f("req.bucketName=amzn-s3-demo-bucket", "3")
	f("req.bucketName=AMZN*", "3 4")
	f("req.bucketName=*", "3 4")
	f("!req.bucketName=* req=*", "1 2 5 6 8")
	f(`req.key=*"%_done"*`, "3")
	f("req.key=1*_done/*", "3")
	f("req.key=100*a_done*", "")
	f("req.x-amz-acl=private", "4")
	f("req.size>1.5k", "4")
	f("req.size=2048", "4")
	f("req.size<=2Ki", "4")
	f("req.maxCount>9 req.maxCount<11", "6")
	f(`req."odd key.x"=*`, "8")
	f(`req."odd key.x"="ü?`+"\n"+`"`, "8")
	f("req.encryptionContext.aws:cloudtrail:arn=*trail/main", "5")
	f("req.instancesSet.items[0].imageId=ami-1", "6")
	f("req.instancesSet.items[0].imageId=ami-2", "")
	f("req.instancesSet.items[*].imageId=ami-2,ami-3", "6")
	f("req..imageId=ami-2", "6")
	f("req..imageId=/^ami-[2-9]$/", "6")
	f("req.instancesSet.*[1].imageId=*", "6")
	f("req..*=ami-2", "6")
	f("!req..imageId=*", "1 2 3 4 5 7 8 9")
	f("requestParameters.userName=svc-backup", "1 2")
	f("resp.accessKey.accessKeyId=AKIA*", "2")
	f("resp..accessKeyId=AKIAI44QH8DHBEXAMPLE", "2")
	f("identity.type=Root", "7")
	f("userIdentity.sessionContext.attributes.creationDate>2026-11-09", "3 4")
	f("identity.sessionContext.attributes.creationDate<2026-11-09", "")
	f("resource.type=AWS::S3::Bucket", "3 4")
	f("resource.ARN=*/report.csv", "3 4")
	f("tls.tlsVersion=*", "")

	// Free text.
	f(`"100%_done"`, "3")
	f("svc-backup", "1 2")
	f("SVC-BACKUP,boto3", "1 2 4")
	f("/kali|Boto/", "1 2 4")
	f("ami-*imageId", "6")
	f("00000000-0000-0000-0000-000000000003", "3")
	f("!svc-backup", "3 4 5 6 7 8 9")
	f("AKIAI44QH8DHBEXAMPLE", "2")

	// Logic.
	f("(op=s3:GetObject or op=kms:Decrypt) and not error=*", "5")
	f("op=s3:GetObject or op=kms:Decrypt !error=*", "3 5")
	f("!(write or failed)", "5 9")
	f("not not write", "1 2 4 6 7 8")
	f("region=us-east-1 write or root", "1 2 7")
	f("!(region=us-east-1 write)", "3 4 5 6 8 9")
}

func TestObjectsSelected(t *testing.T) {
	db := openCase(t)
	f := func(text, want string) {
		t.Helper()
		if got := selected(t, db, filter.Objects(), "object_id", text); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
	f("", "1 2 3")
	f("status=damaged,ignored", "2 3")
	f("damaged", "2")
	f("!ok", "2 3")
	f("size>10MB", "2")
	f("size<=1.5k", "1 3")
	f("object=notes.txt", "3")
	f("object=s3://*", "1 2")
	f("region=ap-*", "2")
	f("reason=*JSON*", "3")
	f("kind=cloudtrail records>3", "1")
	f("empty", "3")
	f("delivered>=2026-11-09T03:00", "2")
	f("!delivered=*", "3")
	f("ingested<-1h", "1 2 3")
	f("unexpected", "2")
}

// TestLongLists: lists of indicators are long, and DuckDB limits how deep an
// expression may be.
func TestLongLists(t *testing.T) {
	db := openCase(t)
	f := func(text, want string) {
		t.Helper()
		if got := selected(t, db, filter.Events(), "record_number", text); got != want {
			t.Errorf("%.40s…: got %s, want %s", text, got, want)
		}
	}
	many := func(format, last string) string {
		var list []string
		for i := range 2000 {
			list = append(list, fmt.Sprintf(format, i/250, i%250))
		}
		return strings.Join(append(list, last), ",")
	}
	f("ip="+many("10.0.%d.%d", "192.0.2.1"), "3")
	f("principal="+many("p%d-%d", "ci-deploy"), "1 2")
	f("region="+many("r%d-%d", "eu-west-1"), "6")
	f("event="+many("e%d-%d", "00000000-0000-0000-0000-000000000004"), "4")
	f(strings.ReplaceAll("op="+many("s3:x%d%d", "kms:Decrypt"), ",", " or op="), "5")
	f(strings.Repeat("!(", 49)+"root or write"+strings.Repeat(")", 49), "3 5 9")
}

// TestViewCovered: every column that a view shows can be asked for.
func TestViewCovered(t *testing.T) {
	db := openSchema(t)
	for _, table := range []filter.Table{filter.Events(), filter.Objects()} {
		asked := map[string]bool{"source_ip_hi": true, "source_ip_lo": true, "event_uuid": true}
		for _, f := range table.Fields {
			for _, c := range f.Columns {
				asked[c] = true
			}
		}
		asked["damaged"] = true // as a flag
		rows, err := db.Query("SELECT column_name FROM (DESCRIBE " + table.Subject + ")")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var column string
			if err := rows.Scan(&column); err != nil {
				t.Fatal(err)
			}
			if !asked[column] {
				t.Errorf("%s: no field for column %s", table.Subject, column)
			}
		}
	}
}

// TestExamplesRun: what help shows is right, and runs over the views themselves.
func TestExamplesRun(t *testing.T) {
	db := openSchema(t)
	for _, table := range []filter.Table{filter.Events(), filter.Objects()} {
		for _, row := range filter.Help(table) {
			selected(t, db, table, "object_id", row.Example)
			for _, value := range row.Values {
				selected(t, db, table, "object_id", row.Name+"="+filter.Quote(value))
			}
		}
	}
}
