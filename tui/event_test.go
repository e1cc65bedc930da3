package tui

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/filter"
	"github.com/trailbench/trailbench/analysis/jsondoc"
	"github.com/trailbench/trailbench/tui/jsontree"
	"github.com/trailbench/trailbench/tui/theme"
)

func TestValueFacts(t *testing.T) {
	refs := []analysis.ResourceRef{{ID: "amzn-s3-demo-bucket"}}
	f := func(path jsondoc.Path, value string, entity analysis.EntityKind, column string) {
		t.Helper()
		if e, c := valueFacts(path, value, refs); e != entity || c != column {
			t.Errorf("%s %q is %q in %q, want %q in %q", path, value, e, c, entity, column)
		}
	}
	f("sourceIPAddress", "cloudformation.amazonaws.com", analysis.EntitySourceIP, "source_ip")
	f("requestParameters.cidr", "203.0.113.77", analysis.EntitySourceIP, "source_ip")
	f("requestParameters.address", "2001:db8::1", analysis.EntitySourceIP, "source_ip")
	f("responseElements.credentials.accessKeyId", "AKIAIOSFODNN7EXAMPLE", analysis.EntityAccessKey, "access_key_id")
	f("requestParameters.userId", "123456789012", analysis.EntityAccount, "account_id")
	f("requestParameters.count", "1234567890123", "", "")
	f("userIdentity.arn", "arn:aws:iam::111122223333:user/alice", analysis.EntityPrincipal, "principal_arn")
	f("userIdentity.arn", "arn:aws:iam::111122223333:root", analysis.EntityPrincipal, "principal_arn")
	f("userIdentity.arn", "arn:aws:sts::111122223333:assumed-role/app/alice", "", "")
	f("requestParameters.policyArn", "arn:aws:iam::aws:policy/AdministratorAccess", analysis.EntityResource, "resource")
	f("requestParameters.bucketName", "amzn-s3-demo-bucket", analysis.EntityResource, "resource")
	f("requestParameters.bucketName", "other", "", "")
	f("requestParameters.name", "", "", "")
}

// What a field of a record is compared with is a condition that the grammar reads.
func TestRecordValue(t *testing.T) {
	f := func(u jsontree.Under, field, value string) {
		t.Helper()
		sub, why := recordValue(u, nil)
		if sub.field != field || sub.value != value || (field == "") != (why != "") {
			t.Errorf("%s: field %q, value %q, why %q", u.Path, sub.field, sub.value, why)
		}
		if field == "" {
			return
		}
		if _, err := filter.Parse(filter.Events(), condition(sub.field, sub.value), filter.Options{}); err != nil {
			t.Errorf("%s: %v", u.Path, err)
		}
	}
	f(jsontree.Under{Path: "sourceIPAddress", Value: "192.0.2.1", Kind: jsondoc.String}, "ip", "192.0.2.1")
	f(jsontree.Under{Path: "requestParameters.tagSet[3].key", Value: `a "b" (c)`, Kind: jsondoc.String}, "req.tagSet[*].key", `a "b" (c)`)
	f(jsontree.Under{Path: "errorMessage", Value: "no\nsuch", Kind: jsondoc.String}, "message", "no\nsuch")
	f(jsontree.Under{Path: "requestParameters", Value: `{"a":1}`, Kind: jsondoc.Object}, "", `{"a":1}`)
	f(jsontree.Under{Path: "requestParameters.policy.Effect", Value: "Allow", Kind: jsondoc.String, Within: "requestParameters.policy"}, "", "Allow")
	if sub, _ := recordValue(jsontree.Under{Path: "responseElements", Value: "null", Kind: jsondoc.Null}, nil); sub.value != "" {
		t.Errorf("null is compared as %q", sub.value)
	}
}

func TestActedOn(t *testing.T) {
	f := func(want string, refs ...analysis.ResourceRef) {
		t.Helper()
		if got := actedOn(refs); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	f("")
	f("role/a", analysis.ResourceRef{ID: "arn:aws:iam::111122223333:role/a"})
	f("key", analysis.ResourceRef{ID: "reader", Action: analysis.ActionRead}, analysis.ResourceRef{ID: "key", Action: analysis.ActionCreated}, analysis.ResourceRef{ID: "user", Action: analysis.ActionTarget})
	f("granted", analysis.ResourceRef{ID: "read", Action: analysis.ActionRead}, analysis.ResourceRef{ID: "granted", Action: analysis.ActionGranted})
}

// The panels tile the body below the head at every size, and the focused one is there.
func TestEventLayout(t *testing.T) {
	for w := minWidth; w <= 300; w += 7 {
		for h := 13; h <= 97; h++ {
			for _, focus := range []panelName{panelRecord, panelChain, panelAround, panelPivots} {
				g := eventLayout(w, h, 1, focus, false)
				area := 0
				for _, r := range []rect{g.record, g.raw, g.chain, g.around, g.pivots} {
					area += r.w * r.h
					if r.w*r.h > 0 && (r.h < 4 || r.x+r.w > w || r.y+r.h > h) {
						t.Fatalf("%d×%d %s: %+v", w, h, focus, g)
					}
				}
				if area != w*(h-1) {
					t.Fatalf("%d×%d %s: %d of %d cells: %+v", w, h, focus, area, w*(h-1), g)
				}
				at := map[panelName]rect{panelRecord: g.record, panelChain: g.chain, panelAround: g.around, panelPivots: g.pivots}[focus]
				if name, _ := g.at(at.x+1, at.y+1); at.h == 0 || name != focus {
					t.Fatalf("%d×%d: %s has the focus and no room: %+v", w, h, focus, g)
				}
			}
		}
	}
}

func TestCompanion(t *testing.T) {
	f := func(values map[string]string, want string) {
		t.Helper()
		if got, _ := companion(func(column string) string { return values[column] }); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	f(map[string]string{"access_key_id": "ASIAEXAMPLE", "identity_arn": "x", "principal_arn": "y"}, "key=ASIAEXAMPLE")
	f(map[string]string{"identity_arn": "arn:aws:sts::111122223333:assumed-role/a/b c", "principal_arn": "y"}, `identity="arn:aws:sts::111122223333:assumed-role/a/b c"`)
	f(map[string]string{"principal_arn": "ec2.amazonaws.com"}, "principal=ec2.amazonaws.com")
	f(nil, "")
}

func TestRecordWords(t *testing.T) {
	r := Record{Row: analysis.ListRow{Key: "e1"}}
	f := func(want string) {
		t.Helper()
		if diff := cmp.Diff(want, recordWords(r)); diff != "" {
			t.Error(diff)
		}
	}
	f("id e1")
	r.Deliveries = []Delivery{
		{URI: "s3://amzn-s3-demo-bucket/111122223333_CloudTrail_us-east-1_20260109T0315Z_x8Qd.json.gz", Record: 3, SHA256: "0123456789abcdef"},
		{URI: "s3://amzn-s3-demo-bucket/other.json", Record: 1212, Kept: true, Differs: true},
	}
	f("id e1 · record 1,212 of other.json · delivered 2 times")
	if oddities(r) == "" {
		t.Error("a copy that differs is not said")
	}
	r.Deliveries = r.Deliveries[:1]
	f("id e1 · record 3 of …us-east-1_20260109T0315Z_x8Qd · sha256 0123456789ab")
	if words := oddities(r); words != "" {
		t.Errorf("odd: %s", words)
	}
}

// testEnv is what drawing needs of what screens share.
func testEnv() *env {
	return &env{
		keys: newKeymap(bindings()), running: map[*task]bool{}, ctx: context.Background(),
		styles: theme.New(theme.Options{NoColor: true}), width: 120, height: 36, still: true,
		now: func() time.Time { return time.Date(2026, 1, 16, 12, 0, 0, 0, time.UTC) },
	}
}
