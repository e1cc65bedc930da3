package filter_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/filter"
)

// incidents is a table of another subject: what the grammar says of counts, severities
// and first sightings has to hold for every table that has such fields.
func incidents() filter.Table {
	return filter.Table{
		Subject: "incidents",
		Fields: []filter.Field{
			{Name: "count", Kind: filter.Number, Columns: []string{"events"}, Example: "count>10"},
			{Name: "severity", Kind: filter.Enum, Ordered: true, Columns: []string{"severity"}, Values: []string{"low", "medium", "high", "critical"}, Example: "severity>=high"},
			{Name: "first_seen", Kind: filter.Time, Columns: []string{"first_seen"}, Example: "first_seen>2026-11-01"},
			{Name: "title", Kind: filter.Text, Columns: []string{"title"}, FreeText: true, Example: "title=*key*"},
		},
		Flags: []filter.Flag{{Name: "new", SQL: "status IS NULL", Help: "not seen before"}},
	}
}

func TestCanonicalText(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		e, err := filter.Parse(filter.Events(), text, filter.Options{Now: now})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			return
		}
		if got := e.String(); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
		again, err := filter.Parse(filter.Events(), want, filter.Options{Now: now})
		if err != nil {
			t.Errorf("%s: %v", want, err)
			return
		}
		if again.Literal() != e.Literal() {
			t.Errorf("%s\nis %s\nnot %s", text, e.Literal(), again.Literal())
		}
	}
	f("", "")
	f("  \t ", "")

	// Names: any spelling of a name, one canonical name.
	f("sourceIPAddress=192.0.2.1", "ip=192.0.2.1")
	f("op~kms:*,secretsmanager:*", "op=kms:*,secretsmanager:*")
	f("!op~kms:*", "!op=kms:*")
	f(`ua="~x" "~/y"`, `ua="~x" "~/y"`)
	f("event_name=x Event-Name=y eventName=z", "name=x name=y name=z")
	f("errors writes", "failed write")
	f("requestParameters.bucketName=x", "req.bucketName=x")
	f("req=*", "request_parameters=*")
	f(`req."bucketName"."a.b"[0].*..c=x`, `req.bucketName."a.b"[0].*..c=x`)

	// Operators.
	f("op!=kms:Decrypt", "!op=kms:Decrypt")
	f("op≠kms:Decrypt record≥2 record≤3", "!op=kms:Decrypt record>=2 record<=3")
	f("! op=x", "!op=x")
	f("NOT op=x AND NOT write", "!op=x !write")
	f("!!write", "write")
	f("!(op!=x)", "op=x")

	// Values.
	f(`op=iam:Create*,"kms:Decrypt"`, "op=iam:Create*,kms:Decrypt")
	f(`ua="a b"*"c,d"`, `ua="a b"*"c,d"`)
	f(`ua="a"b"c"`, "ua=abc")
	f(`ua=a**b***`, "ua=a*b*")
	f(`ua="*"`, `ua="*"`)
	f(`ua=""`, `ua=""`)
	f(`ua="\"\\\x"`, `ua="\"\\\\x"`)
	f(`ua=a\b`, `ua=a\b`)
	f(`ua=a=b`, `ua="a=b"`)
	f(`ua=/a b,\/(c)/`, `ua=/a b,\/(c)/`)
	f(`ua="/a/"`, `ua="/a/"`)
	f("ua=Gr\u00fc\u00dfe", "ua=Grüße")
	f("ua=\"a\u00a0b\"", "ua=\"a\u00a0b\"")

	// Logic.
	f("a b and c", "a b c")
	f("a or b c or d", "a or b c or d")
	f("(a or b) and not c", "(a or b) !c")
	f("((a b)) (c or (d or e))", "a b (c or d or e)")
	f("not (a b)", "!(a b)")
	f("!(a)", "!a")
	f("not(a or b)", "!(a or b)")

	// Free text: what would be read as something else keeps its quotes.
	f(`"write" "and" "region:x" "two words" iam:CreateUser`, `"write" "and" "region:x" "two words" iam:CreateUser`)
	f(`kali,"write"`, `kali,"write"`)
	f(`"a=b" "!x"`, `"a=b" "!x"`)
	f(`a*b "*"`, `a*b "*"`)
	f("/x y/ AKIAIOSFODNN7EXAMPLE", "/x y/ AKIAIOSFODNN7EXAMPLE")
	f("hello! a-b", `"hello!" a-b`)
	f("android notable orders", "android notable orders")
}

func TestSyntaxErrors(t *testing.T) {
	// marks has a ^ under every byte that the error is about.
	f := func(text, marks, message, hint string) {
		t.Helper()
		_, err := filter.Parse(filter.Events(), text, filter.Options{Now: now})
		var syntax *filter.SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%s: %v", text, err)
			return
		}
		if !errors.Is(err, analysis.ErrUsage) {
			t.Errorf("%s: no ErrUsage", text)
		}
		pointed := strings.Repeat(" ", syntax.Pos) + strings.Repeat("^", max(1, syntax.End-syntax.Pos))
		if pointed != marks || err.Error() != message || strings.Join(analysis.Hints(err), "; ") != hint {
			t.Errorf("got\n%s\n%s\n%s\nhint: %s", text, pointed, err, analysis.Hints(err))
		}
	}
	const quote = "put text that holds it in quotes"
	f("principl=x",
		"^^^^^^^^", `unknown field "principl"`, "did you mean principal?")
	f("write sourceIPAdress=x",
		"      ^^^^^^^^^^^^^^", `unknown field "sourceIPAdress"`, "did you mean ip?")
	f("colour=x",
		"^^^^^^", `unknown field "colour"`, "trailbench help filters lists the fields; text that holds a comparison goes in quotes")
	f("rq.bucketName=x",
		"^^^^^^^^^^^^^", `unknown field "rq.bucketName"`, "did you mean req.bucketName?")
	f("ua>5",
		"^^^^", "ua cannot be compared with >", "write ua=*kali*")
	f("op= write",
		"   ^", "a value is missing here", "")
	f("op=",
		"   ^", "a value is missing here", "")
	f("op=a,,b",
		"     ^", "a value is missing here", "")
	f("op ==x",
		"   ^", "= cannot stand here", quote)
	f("op==x",
		"   ^", "= cannot stand here", quote)
	f("op=!x",
		"   ^", "! cannot stand here", quote)
	f("(write",
		"^", "this ( is not closed", "")
	f("write)",
		"     ^", "there is no ( for this )", "")
	f("()",
		" ^", "a condition is missing here", "")
	f("write and",
		"         ^", "a condition is missing here", "")
	f("write or or read",
		"         ^^", "a condition is missing before or", `to search for the word, write "or"`)
	f("!",
		" ^", "a condition is missing here", "")
	f(`ua="x`,
		"   ^^", "this quote is not closed", "")
	f("ua=Mozilla(X11)",
		"          ^", "a ( cannot stand inside a value", "put the value in quotes")
	f("ua=/x",
		"   ^^", "this regular expression is not closed", "a value that begins with / goes in quotes")
	f("req.logGroupName=/aws/lambda",
		"                 ^^^^^", "the regular expression ends before 'l'", `a value that begins with / goes in quotes; inside a regular expression, write \/`)
	f("ua=/(/",
		"   ^^^", "missing closing ): `(`", "")
	f("ua=//",
		"   ^^", "the regular expression is empty", "")
	f("region:us-east-1",
		"^^^^^^^^^^^^^^^^", "a field is compared with =, not with a colon", "write region=us-east-1, or put the text in quotes")
	f("write,read",
		"^^^^^", "write cannot stand in a list", "join flags with or, or put the word in quotes")
	f("time>yesterday",
		"     ^^^^^^^^^", "yesterday is not a time", "write 2026-11-09, 2026-11-09T02:19, 2026-11-09T02:19:03Z or -36h")
	f("time=-36h",
		"     ^^^^", "nothing happens exactly 36h ago", "write > for what came after it, < for what came before")
	f("time>2026-11-09,2026-11-10",
		"                ^^^^^^^^^^", "> takes one value", "")
	f("record>many",
		"       ^^^^", "many is not a number", "write 10, 2.5k or 8MiB")
	f("mfa=maybe",
		"    ^^^^^", "maybe is neither yes nor no", "write yes or no")
	f("action=destroyed",
		"       ^^^^^^^^^", "destroyed is not a value of action", "it is one of created, modified, deleted, read, granted, target")
	f("ip=203.0.113.0/33",
		"   ^^^^^^^^^^^^^^", `"203.0.113.0/33" is not a CIDR block`, "write 203.0.113.0/24 or 2001:db8::/32")
	f("around=x+-5",
		"       ^^^^", "x+-5 is not an event id with a length of time", "write around=2026-11-09T02:19:03Z+-5m")
	f("req.a[x]=1",
		"     ^^^", "this is not a path into JSON", `a path is written req.key, req."odd key", req.list[0], req.list[*].key or req..key`)
	f("req.=1",
		"   ^", "this is not a path into JSON", `a path is written req.key, req."odd key", req.list[0], req.list[*].key or req..key`)
	f("req.a>x",
		"      ^", "x is neither a number nor a time", "")
	f("req>5",
		"    ^", "request_parameters is no number or time", "name a value inside it, such as req.bucketName=amzn-s3-demo-*")
	f("a\x00b",
		" ^", "the filter holds a byte that is not text", "")
	f("a\xffb",
		" ^", "the filter holds a byte that is not text", "")
	f(strings.Repeat("(", 101)+"write",
		strings.Repeat(" ", 100)+"^^^^^^", "more than 100 parentheses and nots inside each other", "")
}

func TestOtherTables(t *testing.T) {
	f := func(text, where string, args ...any) {
		t.Helper()
		e, err := filter.Parse(incidents(), text, filter.Options{Now: now})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			return
		}
		got, gotArgs := e.SQL()
		if got != where || !reflect.DeepEqual(gotArgs, args) {
			t.Errorf("%s\n got %s %v\nwant %s %v", text, got, gotArgs, where, args)
		}
	}
	f("count>10", "events > ?", int64(10))
	f("count=1.5", "events = ?", 1.5)
	f("count>=2k", "events >= ?", int64(2000))
	f("severity>=high", "severity IN (?, ?)", "high", "critical")
	f("severity>critical", "false")
	f("severity<MEDIUM", "severity = ?", "low")
	f("severity=high,low", "lower(severity) IN (lower(?), lower(?))", "high", "low")
	f("first_seen>2026-11-01", "first_seen >= CAST(? AS TIMESTAMP)", "2026-11-01 00:00:00")
	f("first_seen>-1d", "first_seen > CAST(? AS TIMESTAMP)", "2026-11-09 04:00:00")
	f("key new", "(status IS NULL) AND contains(lower(title), lower(?))", "key")
	if _, err := filter.Parse(incidents(), "severity>=hihg", filter.Options{}); err == nil || err.Error() != "hihg is not a value of severity" {
		t.Error(err)
	}
}

// TestCheapFirst: typed columns stand before JSON, whatever the order of writing.
func TestCheapFirst(t *testing.T) {
	e, err := filter.Parse(filter.Events(), "kali identity.x=1 req.bucketName=x bucket=y op=s3:GetObject", filter.Options{})
	if err != nil {
		t.Fatal(err)
	}
	where, _ := e.SQL()
	at := -1
	for _, part := range []string{"operation", "event_resources", "user_agent", "request_parameters ->>", "user_identity ->>"} {
		i := strings.Index(where, part)
		if i < at {
			t.Errorf("%s comes too soon in\n%s", part, where)
		}
		at = i
	}
}

func TestTermsAndAnd(t *testing.T) {
	parse := func(text string) *filter.Expr {
		e, err := filter.Parse(filter.Events(), text, filter.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	f := func(text string, want ...string) {
		t.Helper()
		if got := parse(text).Terms(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %q", text, got)
		}
	}
	f("")
	f("write", "write")
	f("a or b", "(a or b)")
	f("write !(a b) (c or d)", "write", "!(a b)", "(c or d)")

	if got := parse("a or b").And(parse("write root")).String(); got != "(a or b) write root" {
		t.Error(got)
	}
	if got := parse("").And(parse("write")); got.String() != "write" || got.IsEmpty() {
		t.Error(got)
	}
	if got := parse("write").And(parse("")).String(); got != "write" {
		t.Error(got)
	}
}

func TestQuote(t *testing.T) {
	for _, value := range []string{"", "x", "a b", `"`, `\`, `a\"b`, "*", "/x/", "a,b", "(x)", "!x", "=", "a=b", "≠", "\n", "ü", "and", "write", "\u200b", "-1"} {
		e, err := filter.Parse(incidents(), "title="+filter.Quote(value), filter.Options{})
		if err != nil {
			t.Errorf("%q: %v", value, err)
			continue
		}
		where, args := e.SQL()
		if where != "lower(title) = lower(?)" || args[0] != value {
			t.Errorf("%q: %s %q", value, where, args)
		}
	}
}

// TestNames: every name, alias and prefix of a table leads to one thing.
func TestNames(t *testing.T) {
	fold := strings.NewReplacer("_", "", "-", "")
	for _, table := range []filter.Table{filter.Events(), filter.Objects()} {
		fields, flags := map[string]string{}, map[string]string{}
		claim := func(names map[string]string, owner string, spellings ...string) {
			for _, s := range spellings {
				s = strings.ToLower(fold.Replace(s))
				if other := names[s]; other != "" {
					t.Errorf("%s: %s and %s are both %s", table.Subject, other, owner, s)
				}
				names[s] = owner
			}
		}
		for _, f := range table.Fields {
			claim(fields, f.Name, append(f.Aliases, f.Name)...)
			if f.Help == "" || f.Example == "" || len(f.Columns) == 0 || (f.Kind == filter.JSON) != (f.Prefix != "") {
				t.Errorf("%s: %s is incomplete", table.Subject, f.Name)
			}
		}
		for _, f := range table.Flags {
			claim(flags, f.Name, append(f.Aliases, f.Name)...)
			if strings.ContainsAny(f.SQL, "?") {
				t.Errorf("%s: flag %s has an argument", table.Subject, f.Name)
			}
		}
	}
}
