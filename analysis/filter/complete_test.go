package filter_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis/filter"
)

func TestComplete(t *testing.T) {
	data := map[string][]filter.Value{
		"op":                {{Text: "s3:GetObject", Count: 2904}, {Text: "s3:GetBucketPolicy", Count: 2}, {Text: "iam:CreateUser", Count: 1}},
		"ua":                {{Text: "aws-cli/2.17.9 kali", Count: 3540}},
		"req.":              {{Text: "bucketName", Count: 10}, {Text: "odd key", Count: 1}},
		"req.instancesSet.": {{Text: "items", Count: 4}},
		"req.bucketName":    {{Text: "amzn-s3-demo-bucket", Count: 8}},
		"identity_type":     {{Text: "Root", Count: 7}},
	}
	values := func(field, prefix string) []filter.Value {
		var found []filter.Value
		for _, v := range data[field] {
			if strings.HasPrefix(strings.ToLower(v.Text), strings.ToLower(prefix)) {
				found = append(found, v)
			}
		}
		return found
	}
	// The cursor is at the |; want are the texts that each completion gives,
	// all of them or those before the ….
	f := func(text string, want ...string) {
		t.Helper()
		before, after, _ := strings.Cut(text, "|")
		var got []string
		for _, c := range filter.Complete(filter.Events(), before+after, len(before), values) {
			s := (before + after)[:c.Start] + c.Text + (before + after)[c.End:]
			if c.Count > 0 {
				s += fmt.Sprintf(" (%d)", c.Count)
			}
			got = append(got, s)
		}
		if len(got) > len(want) && len(want) > 0 && want[len(want)-1] == "…" {
			got, want = got[:len(want)-1], want[:len(want)-1]
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s\n got %q\nwant %q", text, got, want)
		}
	}
	// Fields, flags, operators, keywords.
	f("|", "time>=", "around=", "principal=", "…")
	f("pri|", "principal=")
	f("write pri|", "write principal=")
	f("!pri|", "!principal=")
	f("(write or pri|", "(write or principal=")
	f("pri|=x", "principal=x")
	f("event_n|", "name=")
	f("sourceIP|", "ip=")
	f("agent|", "ua=")
	f("rea|", "read_only=", "read", "session_created>=")
	f("tim|", "time>=")
	f("time|", "time=", "time!=", "time<", "time<=", "time>", "time>=")
	f("time|>x", "time>x")
	f("aws-s|", "aws-service")
	f("o|", "op=", "object=", "object_id>", "or", "success")
	f("write a|", "write around=", "write account=", "write action=", "write api_version=", "write add.", "write aws-service", "write and", "write key=", "write ua=", "write region=")
	f("no|", "not")
	f("xyzzy|")

	// Values, from the data and known beforehand.
	f("op=s3|", "op=s3:GetObject (2904)", "op=s3:GetBucketPolicy (2)")
	f("op=kms:Decrypt,i|", "op=kms:Decrypt,iam:CreateUser (1)")
	f("!op!=i|", "!op!=iam:CreateUser (1)")
	f("operation=i| write", "operation=iam:CreateUser write (1)")
	f("ua=|", `ua="aws-cli/2.17.9 kali" (3540)`)
	f(`ua="aws|`, `ua="aws-cli/2.17.9 kali" (3540)`)
	f("action=c|", "action=created")
	f("mfa=|", "mfa=yes", "mfa=no")
	f("time>-|", "time>-1h", "time>-24h", "time>-7d", "time>-30d")
	f("identity_type=R|", "identity_type=Root (7)")
	f("identity_type=A|", "identity_type=AssumedRole", "identity_type=AWSAccount", "identity_type=AWSService")
	f("req.bucketName=am|", "req.bucketName=amzn-s3-demo-bucket (8)")
	f("requestParameters.bucketName=|", "requestParameters.bucketName=amzn-s3-demo-bucket (8)")
	f("colour=|")

	// Paths into JSON.
	f("req|", "request=", "req.")
	f("req.|", "req.bucketName (10)", `req."odd key" (1)`)
	f("requestParameters.b|", "requestParameters.bucketName (10)")
	f("req.instancesSet.i|", "req.instancesSet.items (4)")

	// An earlier mistake does not matter; an unreadable one leaves nothing to say.
	f("colour=x pri|", "colour=x principal=")
	f("time>never pri|", "time>never principal=")
	f("write ) pri|")
	f("ua=a(b pri|")

	// Nothing completes regular expressions, wildcards and quoted text.
	f("ua=/a|")
	f("ua=a*|")
	f(`"pri|`)
}

func TestCompleteWithoutData(t *testing.T) {
	for _, text := range []string{"", "op=", "req.", "req.x=", "pri", "\xff", "ua=\""} {
		for cursor := -1; cursor <= len(text)+1; cursor++ {
			filter.Complete(filter.Events(), text, cursor, nil)
		}
	}
}

func TestColumn(t *testing.T) {
	f := func(name, want string) {
		t.Helper()
		c, err := filter.Events().Column(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		if got := fmt.Sprintf("%s: %s %v %v", c.Name, c.SQL, c.Args, c.List); got != want {
			t.Errorf("%s\n got %s\nwant %s", name, got, want)
		}
	}
	f("sourceIPAddress", "ip: source_ip [] false")
	f("key", "key: access_key_id [] false")
	f("requestParameters", "request_parameters: request_parameters [] false")
	f("requestParameters.tags[*].key", `req.tags[*].key: (request_parameters ->> ?) [$."tags"[*]."key"] true`)
	f("identity.type", "identity.type: identity_type [] false")
	f("resource.ARN", `resource.ARN: (resources ->> ?) [$[*]."ARN"] true`)

	for _, name := range []string{"resource", "around", "principl", "req.", ""} {
		if c, err := filter.Events().Column(name); err == nil {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

func TestHelp(t *testing.T) {
	rows := filter.Help(filter.Events())
	row := func(name, kind string) filter.Row {
		i := slices.IndexFunc(rows, func(r filter.Row) bool { return r.Name == name && r.Kind == kind })
		if i < 0 {
			t.Fatalf("no %s %s", kind, name)
		}
		return rows[i]
	}
	if r := row("req.", "JSON"); !slices.Contains(r.Aliases, "request_parameters") || len(r.Operators) != 6 || !r.FreeText {
		t.Errorf("%+v", r)
	}
	if r := row("principal", "name or ARN"); len(r.Operators) != 2 || r.Example != "principal=ci-deploy" {
		t.Errorf("%+v", r)
	}
	if r := row("write", "flag"); r.Columns[0] != "mutating" || r.Example != "write" {
		t.Errorf("%+v", r)
	}
}

func TestParseTime(t *testing.T) {
	f := func(text, from, to string) {
		t.Helper()
		p, err := filter.ParseTime(text, now)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			return
		}
		const layout = "2006-01-02T15:04:05.999999"
		if p.From.Format(layout) != from || p.To.Format(layout) != to {
			t.Errorf("%s is %s to %s", text, p.From.Format(layout), p.To.Format(layout))
		}
	}
	f("2026-11-09", "2026-11-09T00:00:00", "2026-11-10T00:00:00")
	f("2026-11-09T02:19", "2026-11-09T02:19:00", "2026-11-09T02:20:00")
	f("2026-11-09 02:19", "2026-11-09T02:19:00", "2026-11-09T02:20:00")
	f("2026-11-09T02:19Z", "2026-11-09T02:19:00", "2026-11-09T02:20:00")
	f("2026-11-09t02:19:03z", "2026-11-09T02:19:03", "2026-11-09T02:19:04")
	f("2026-11-09T02:19:03", "2026-11-09T02:19:03", "2026-11-09T02:19:04")
	f("2026-11-09T02:19:03+02:00", "2026-11-09T00:19:03", "2026-11-09T00:19:04")
	f("2026-11-09T02:19:03.25Z", "2026-11-09T02:19:03.25", "2026-11-09T02:19:03.250001")
	f("-36h", "2026-11-08T16:00:00", "2026-11-08T16:00:00")
	f("1w1d", "2026-11-02T04:00:00", "2026-11-02T04:00:00")
	f("90s", "2026-11-10T03:58:30", "2026-11-10T03:58:30")

	for _, text := range []string{"", "-", "5", "5x", "h", "now", "2026", "2026-13-01", "2026-02-30", "09.11.2026", "999999999999999999h", "200000d"} {
		if p, err := filter.ParseTime(text, now); err == nil {
			t.Errorf("%q is %v", text, p)
		}
	}
	if d, err := filter.ParseDuration("1d12h"); err != nil || d != 36*time.Hour {
		t.Error(d, err)
	}
}
