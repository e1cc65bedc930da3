package filter_test

import (
	"strings"
	"testing"

	"github.com/trailbench/trailbench/analysis/filter"
)

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"principal=ci-deploy  op=iam:Create*  !op=kms:Decrypt  ip=203.0.113.0/24  ip=192.0.2.1,198.51.100.7",
		"error=AccessDenied   error=*         write            !aws-service       region=us-east-1,ap-*",
		`bucket=acme-finance  req.bucketName=acme*   resp.credentials.accessKeyId=ASIA*   "free text"   /regex/`,
		"record>10 time>2026-11-01 around=7c2e4b1a-9d0f-4e55-8a11-0c9f6d3b2a10+-5m (a or b) and not c",
		`req."a.\"b"[0][*].*..c!="x\\y",/z/`, "ip=::1,fe80::/10,::ffff:1.2.3.4/100", "time<=-1d12h session_created≥2026-11-09T02:19:03.5+01:00",
		`!(write or "write") not not(x)`, "add.bytesTransferredOut>1.5Mi mfa=no deliveries>1 action=read", `ua=""*"*"`, "a,*b*,/c/", "key=AKIA*,x event=A*",
	} {
		f.Add(seed)
	}
	tables := []filter.Table{filter.Events(), filter.Objects(), incidents()}
	options := filter.Options{Now: now}
	f.Fuzz(func(t *testing.T, text string) {
		for _, table := range tables {
			for _, cursor := range []int{len(text) / 2, len(text)} {
				for _, c := range filter.Complete(table, text, cursor, nil) {
					if c.Start < 0 || c.Start > c.End || c.End != cursor {
						t.Fatalf("%q at %d: candidate %+v", text, cursor, c)
					}
				}
			}
			e, err := filter.Parse(table, text, options)
			if err != nil {
				continue
			}
			where, args := e.SQL()
			if strings.Count(where, "?") != len(args) {
				t.Fatalf("%q: %d arguments for %s", text, len(args), where)
			}
			canonical := e.String()
			again, err := filter.Parse(table, canonical, options)
			if err != nil {
				t.Fatalf("%q: canonical %q: %v", text, canonical, err)
			}
			if s := again.String(); s != canonical {
				t.Fatalf("%q: canonical %q, then %q", text, canonical, s)
			}
			if again.Literal() != e.Literal() {
				t.Fatalf("%q: canonical %q means\n%s, not\n%s", text, canonical, again.Literal(), e.Literal())
			}
			for _, term := range e.Terms() {
				if _, err := filter.Parse(table, term, options); err != nil {
					t.Fatalf("%q: term %q: %v", text, term, err)
				}
			}
		}
	})
}
