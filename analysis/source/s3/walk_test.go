package s3

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread/awstest"
)

func TestIntegrationLayouts(t *testing.T) {
	server := gateway(t, nil)
	f := func(name string, layout Layout, org string, keys ...string) {
		t.Helper()
		decoys := []string{
			name + "/AWSLogs/" + account1 + "/Config/us-east-1/2026/1/15/ConfigSnapshot/x.json.gz",
			name + "/elsewhere/readme.txt",
		}
		for _, key := range append(slices.Clone(keys), decoys...) {
			server.Put(bucketName, key, "x", nil)
		}
		b := open(t, Config{EndpointURL: server.URL, Prefix: name + "/"})
		roots, err := b.Discover(t.Context())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, r := range roots {
			if r.Layout != layout || r.OrgID != org || r.AccountID == "" || r.Region == "" {
				t.Errorf("%s: root %+v, want layout %s", name, r, layout)
			}
		}
		if len(roots) == 0 {
			t.Errorf("%s: nothing found", name)
		}
		sameKeys(t, walkKeys(t, b, Select{}), keys)
	}
	two := func(root string) []string {
		return []string{
			logKey(root, account1, "CloudTrail", "us-east-1", at(15, 1), 1),
			logKey(root, account1, "CloudTrail", "eu-west-1", at(16, 1), 2),
			logKey(root, account2, "CloudTrail", "us-east-1", at(16, 1), 3),
			logKey(root, account2, "CloudTrail-Insight", "us-east-1", at(16, 1), 4),
		}
	}
	f("standalone", LayoutStandalone, "", two("standalone/AWSLogs")...)
	f("deep", LayoutStandalone, "", two("deep/custom/prefix/AWSLogs")...)
	f("organization", LayoutOrganization, orgID, two("organization/AWSLogs/"+orgID)...)
	f("tower", LayoutControlTower, orgID, two("tower/"+orgID+"/AWSLogs/"+orgID)...)
}

func TestIntegrationSeveralLayoutsInOneBucket(t *testing.T) {
	keys := []string{
		logKey("AWSLogs", account1, "CloudTrail", "us-east-1", at(15, 1), 1),
		logKey("AWSLogs/"+orgID, account2, "CloudTrail", "us-east-1", at(15, 1), 2),
		logKey(orgID+"/AWSLogs/"+orgID, account1, "CloudTrail", "us-east-1", at(15, 1), 3),
		logKey("trail/AWSLogs", account1, "CloudTrail", "us-east-1", at(15, 1), 4),
		"AWSLogs/" + account1 + "/CloudTrail-Lake/Query/2026/01/15/0123/result_1.csv.gz",
	}
	server := gateway(t, filled(keys...))
	b := open(t, Config{EndpointURL: server.URL})
	roots, err := b.Discover(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var layouts []string
	for _, r := range roots {
		layouts = append(layouts, string(r.Layout))
	}
	sameKeys(t, layouts, []string{"standalone", "standalone", "standalone", "organization", "control tower"})
	sameKeys(t, walkKeys(t, b, Select{}), keys)
}

func TestIntegrationSearchIsBounded(t *testing.T) {
	key := logKey("d00/AWSLogs", account1, "CloudTrail", "us-east-1", at(15, 1), 1)
	keys := []string{key, "1/2/3/4/AWSLogs/" + account1 + "/CloudTrail/us-east-1/too/deep"}
	for n := range 10 {
		keys = append(keys, fmt.Sprintf("d%02d/x", n))
	}
	server := gateway(t, filled(keys...))
	f := func(dirs int, found string, unsearched int) {
		t.Helper()
		b := open(t, Config{EndpointURL: server.URL, searchDirs: dirs})
		roots, err := b.Roots(t.Context(), Select{})
		n := 0
		for _, r := range roots {
			if r.Layout == LayoutUnsearched {
				n++
			} else if r.Prefix != found {
				t.Errorf("%d directories: found %+v", dirs, r)
			}
		}
		if err != nil || n != unsearched || len(roots) != n+1 {
			t.Errorf("%d directories: %d roots, %d unsearched, %v", dirs, len(roots), n, err)
		}
		sameKeys(t, walkKeys(t, b, Select{}), []string{key})
	}
	f(0, "d00/AWSLogs/"+account1+"/CloudTrail/us-east-1/", 0)
	f(4, "d00/AWSLogs/"+account1+"/CloudTrail/us-east-1/", 9) // three of eleven are searched, then nothing deeper

	b := open(t, Config{EndpointURL: server.URL, searchDirs: 1})
	if _, err := b.Discover(t.Context()); !errors.Is(err, analysis.ErrNotFound) || hintsOf(err) == "" {
		t.Errorf("nothing found in the directories searched: %v", err)
	}
}

func TestIntegrationPrefixLeadsIntoTheLayout(t *testing.T) {
	k15 := logKey("AWSLogs", account1, "CloudTrail", "us-east-1", at(15, 1), 1)
	k16 := logKey("AWSLogs", account1, "CloudTrail", "us-east-1", at(16, 1), 2)
	feb := logKey("AWSLogs", account1, "CloudTrail", "us-east-1", time.Date(2025, 2, 3, 4, 5, 0, 0, time.UTC), 3)
	euw := logKey("AWSLogs", account1, "CloudTrail", "eu-west-1", at(15, 1), 4)
	other := logKey("AWSLogs", account2, "CloudTrail", "us-east-1", at(15, 1), 5)
	flat := "export/one.json.gz"
	server := gateway(t, filled(k15, k16, feb, euw, other, flat, "export/two.csv", "export/sub/three"))
	f := func(prefix string, want ...string) {
		t.Helper()
		sameKeys(t, walkKeys(t, open(t, Config{EndpointURL: server.URL, Prefix: prefix}), Select{}), want)
	}
	all := []string{k15, k16, feb, euw, other}
	f("", all...)
	f("AWS", all...)
	f("AWSLogs", all...)
	f("AWSLogs/", all...)
	f("AWSLogs/1111", k15, k16, feb, euw)
	f("AWSLogs/"+account1+"/", k15, k16, feb, euw)
	f("AWSLogs/"+account1+"/CloudTrail/", k15, k16, feb, euw)
	f("AWSLogs/"+account1+"/CloudTrail/us-east-1/", k15, k16, feb)
	f("AWSLogs/"+account1+"/CloudTrail/us-", k15, k16, feb)
	f("AWSLogs/"+account1+"/CloudTrail/us-east-1/2026/", k15, k16)
	f("AWSLogs/"+account1+"/CloudTrail/us-east-1/2026/01/1", k15, k16)
	f("AWSLogs/"+account1+"/CloudTrail/us-east-1/2026/01/15/", k15)
	f(k16, k16)
	f("export/", flat, "export/two.csv", "export/sub/three")
	f(flat, flat)
	f("nothing/here/")

	b := open(t, Config{EndpointURL: server.URL, Prefix: "AWSLogs/" + account1 + "/CloudTrail/us-east-1/2026/01/"})
	sameKeys(t, walkKeys(t, b, Select{Since: at(16, 0).AddDate(0, 0, 1), Until: at(17, 0)}), []string{k16})
}

func TestIntegrationSelect(t *testing.T) {
	var keys []string
	n := 0
	for _, account := range []string{account1, account2} {
		for _, kind := range []string{"CloudTrail", "CloudTrail-Insight"} {
			for _, region := range []string{"us-east-1", "us-west-2", "eu-west-1"} {
				for d := 8; d <= 18; d++ {
					n++
					keys = append(keys, logKey("AWSLogs", account, kind, region, at(d, 1), n))
				}
			}
		}
	}
	server := gateway(t, filled(keys...))
	b := open(t, Config{EndpointURL: server.URL})
	f := func(sel Select, keep func(key string) bool) {
		t.Helper()
		var want []string
		for _, key := range keys {
			if keep(key) {
				want = append(want, key)
			}
		}
		sameKeys(t, walkKeys(t, b, sel), want)
	}
	has := func(parts ...string) func(string) bool {
		return func(key string) bool {
			return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(key, p) })
		}
	}
	f(Select{}, has("AWSLogs"))
	f(Select{Accounts: []string{account2}}, has("AWSLogs/"+account2))
	f(Select{Accounts: []string{"1111*", "9999*"}}, has("AWSLogs/"+account1))
	f(Select{Regions: []string{"us-*"}}, has("/us-east-1/", "/us-west-2/"))
	f(Select{Regions: []string{"eu-west-1", "us-east-1"}}, has("/us-east-1/", "/eu-west-1/"))
	f(Select{Kinds: []analysis.Kind{analysis.KindInsight}}, has("/CloudTrail-Insight/"))
	// One day before, one day after: directories are delivery dates.
	f(Select{Since: at(15, 10)}, has("/01/14/", "/01/15/", "/01/16/", "/01/17/", "/01/18/"))
	f(Select{Since: at(11, 10), Until: at(12, 10)}, has("/01/10/", "/01/11/", "/01/12/", "/01/13/"))
	f(Select{Until: at(9, 10)}, has("/01/08/", "/01/09/", "/01/10/"))

	roots, err := b.Discover(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f(Select{Roots: roots, Regions: []string{"eu-*"}, Accounts: []string{account1}}, func(key string) bool {
		return strings.Contains(key, "/eu-west-1/") && strings.Contains(key, "/"+account1+"/")
	})
	err = b.Walk(t.Context(), Select{Accounts: []string{"999999999999"}}, func(analysis.Item) error { return nil })
	if !errors.Is(err, analysis.ErrNotFound) {
		t.Errorf("an account that is not there: %v", err)
	}
	err = b.Walk(t.Context(), Select{Regions: []string{"[us"}}, func(analysis.Item) error { return nil })
	if !errors.Is(err, analysis.ErrUsage) {
		t.Errorf("a broken pattern: %v", err)
	}
}

func TestIntegrationNewestDayFirst(t *testing.T) {
	var keys []string
	for d := 1; d <= 20; d++ {
		keys = append(keys, logKey("AWSLogs", account1, "CloudTrail", "us-east-1", at(d, 1), d),
			logKey("AWSLogs", account1, "CloudTrail", "eu-west-1", at(d, 1), d))
	}
	old := logKey("AWSLogs", account1, "CloudTrail", "us-east-1", at(1, 1).AddDate(-1, 0, 0), 99)
	server := gateway(t, filled(append(keys, old)...))
	b := open(t, Config{EndpointURL: server.URL, Jobs: 1})
	items := walkItems(t, b, Select{})
	if len(items) != len(keys)+1 {
		t.Fatalf("%d objects, want %d", len(items), len(keys)+1)
	}
	for i, item := range items[:6] {
		if item.Object.DeliveredAt.Before(at(18, 0)) {
			t.Errorf("object %d is %s: the last three days come first", i, item.Object.Key)
		}
	}
	if last := items[len(items)-1].Object.Key; last != old {
		t.Errorf("the last is %s, want the oldest", last)
	}
}

func TestIntegrationPlan(t *testing.T) {
	key := func(d, n int) string { return logKey("AWSLogs", account1, "CloudTrail", "us-east-1", at(d, 1), n) }
	insight := logKey("AWSLogs", account1, "CloudTrail-Insight", "us-east-1", at(15, 1), 9)
	server := gateway(t, map[string]string{key(15, 1): "12345", key(15, 2): "123", key(16, 3): "1", insight: "12"})
	proxy := awstest.NewProxy(t, server.URL)
	b := open(t, Config{EndpointURL: proxy.URL})
	known := key(16, 3)
	plan, err := b.Plan(t.Context(), Select{Known: func(o analysis.Object) bool { return o.Key == known }})
	if err != nil {
		t.Fatal(err)
	}
	want := []PlanDay{
		{account1, "us-east-1", analysis.KindCloudTrail, day(at(15, 0)), 2, 8},
		{account1, "us-east-1", analysis.KindInsight, day(at(15, 0)), 1, 2},
	}
	if !slices.Equal(plan.Days, want) || plan.Objects != 3 || plan.Bytes != 10 || plan.Known != 1 {
		t.Errorf("plan %+v, want days %+v", plan, want)
	}
	if gets := proxy.Requests("GET /" + bucketName + "/AWSLogs"); len(gets) > 0 {
		t.Errorf("a plan fetched %d objects", len(gets))
	}
}

func TestIntegrationIncremental(t *testing.T) {
	key := func(d, n int) string { return logKey("AWSLogs", account1, "CloudTrail", "us-east-1", at(d, 1), n) }
	server := gateway(t, filled(key(1, 5), key(10, 5), key(19, 5), key(20, 5)))
	b := open(t, Config{EndpointURL: server.URL})
	type identity struct {
		uri, etag string
		size      int64
	}
	id := func(o analysis.Object) identity { return identity{o.URI, o.ETag, o.Size} }
	ledger := map[identity]bool{}
	sync := func(sel Select) []string {
		t.Helper()
		sel.Known = func(o analysis.Object) bool { return ledger[id(o)] }
		var keys []string
		for _, item := range walkItems(t, b, sel) {
			ledger[id(item.Object)] = true
			keys = append(keys, item.Object.Key)
		}
		return keys
	}
	sameKeys(t, sync(Select{}), []string{key(1, 5), key(10, 5), key(19, 5), key(20, 5)})
	sameKeys(t, sync(Select{}), nil)

	// Late objects: a name that sorts before a known one of the same minute, and one
	// delivered into a day long past.
	server.Put(bucketName, key(20, 1), "late", nil)
	server.Put(bucketName, key(1, 1), "late", nil)
	sameKeys(t, sync(Select{}), []string{key(20, 1), key(1, 1)})

	// The same key written anew is another object.
	server.Put(bucketName, key(10, 5), "other", nil)
	sameKeys(t, sync(Select{}), []string{key(10, 5)})

	// A run that relies on the ledger lists from the day it is told, and the last
	// three days always.
	server.Put(bucketName, key(5, 2), "late", nil)
	server.Put(bucketName, key(18, 2), "late", nil)
	from := func(t time.Time) Select {
		return Select{RelistFrom: func(account, region string, kind analysis.Kind) time.Time { return t }}
	}
	sameKeys(t, sync(from(at(21, 0))), []string{key(18, 2)})
	sameKeys(t, sync(from(at(6, 0))), nil)
	sameKeys(t, sync(from(at(5, 23))), []string{key(5, 2)})
	sameKeys(t, sync(from(time.Time{})), nil)
}

func TestIntegrationManyPages(t *testing.T) {
	if testing.Short() {
		t.Skip("puts 1,100 objects")
	}
	server := gateway(t, nil)
	var keys []string
	for n := range 1100 {
		keys = append(keys, logKey("AWSLogs", account1, "CloudTrail", "us-east-1", at(1, 0).Add(time.Duration(n)*20*time.Minute), n))
	}
	fill(t, server, keys, "x")
	for _, jobs := range []int{1, 4} {
		b := open(t, Config{EndpointURL: server.URL, Jobs: jobs})
		sameKeys(t, walkKeys(t, b, Select{}), keys)
		sameKeys(t, walkKeys(t, b, Select{Roots: []Root{{Layout: LayoutFlat, Prefix: "AWS"}}}), keys)
	}
}

func TestIntegrationHostileKeys(t *testing.T) {
	keys := []string{
		"AWSLogs/" + account1 + "/CloudTrail/us-east-1/2026/01/15/a b+c%20d&<e>.json.gz",
		"AWSLogs/" + account1 + "/CloudTrail/us-east-1/2026/01/15/日本語%1B[31m.json.gz",
	}
	server := gateway(t, filled(keys...))
	proxy := awstest.NewProxy(t, server.URL)
	b := open(t, Config{EndpointURL: proxy.URL})
	items := walkItems(t, b, Select{})
	bodies, errs := fetchAll(t.Context(), items)
	for _, key := range keys {
		if bodies[key] != "body of "+key {
			t.Errorf("%q: bodies %q, errors %v", key, bodies, errs)
		}
	}
	for _, item := range items {
		if o := item.Object; o.AccountID != account1 || o.Region != "us-east-1" || o.Kind != analysis.KindCloudTrail {
			t.Errorf("%q: the directory says whose it is, the object does not: %+v", o.Key, o)
		}
	}

	// The gateway does not encode names in listings as S3 does; this answer is S3's.
	proxy.On("list-type=2", 0, 0, awstest.Answer(200, "application/xml", `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>amzn-s3-demo-bucket</Name><Prefix>x/</Prefix>
<KeyCount>1</KeyCount><MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>
<Contents><Key>x/a+b%1B%5B31m%2B%0A.json</Key><Size>1</Size></Contents></ListBucketResult>`))
	sameKeys(t, walkKeys(t, b, Select{Roots: []Root{{Layout: LayoutFlat, Prefix: "x/"}}}), []string{"x/a b\x1b[31m+\n.json"})
}

func TestIntegrationWalkEndsWithVisit(t *testing.T) {
	server := gateway(t, filled(logKey("AWSLogs", account1, "CloudTrail", "us-east-1", at(15, 1), 1),
		logKey("AWSLogs", account1, "CloudTrail", "us-east-1", at(16, 1), 2)))
	b := open(t, Config{EndpointURL: server.URL})
	enough := errors.New("enough")
	visits := 0
	err := b.Walk(t.Context(), Select{}, func(analysis.Item) error {
		visits++
		return enough
	})
	if err != enough || visits != 1 {
		t.Errorf("%v after %d visits", err, visits)
	}
}

// fill puts many objects with the same body, several at a time.
func fill(t testing.TB, server *awstest.Server, keys []string, body string) {
	t.Helper()
	client := server.Client()
	next := make(chan string)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for key := range next {
				if err := put(client, key, body); err != nil {
					t.Errorf("put %s: %v", key, err)
				}
			}
		})
	}
	for _, key := range keys {
		next <- key
	}
	close(next)
	wg.Wait()
}

func TestIntegrationCancelWithinASecond(t *testing.T) {
	key := logKey("AWSLogs", account1, "CloudTrail", "us-east-1", at(15, 1), 1)
	server := gateway(t, filled(key))
	f := func(stage, match string, skip int) {
		t.Helper()
		proxy := awstest.NewProxy(t, server.URL)
		cfg := quick(Config{EndpointURL: proxy.URL})
		cfg.readTimeout = time.Minute
		b, err := Open(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		proxy.Reset()
		proxy.On(match, skip, 0, proxy.Hang())
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() {
			var item analysis.Item
			err := b.Walk(ctx, Select{}, func(i analysis.Item) error { item = i; return nil })
			if err == nil {
				_, err = fetchOne(ctx, item)
			}
			ended <- err
		}()
		waitFor(t, func() bool { return len(proxy.Requests(match)) > skip })
		start := time.Now()
		cancel()
		err = <-ended
		if took := time.Since(start); took > time.Second || !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled while %s: %v after %s", stage, err, took)
		}
	}
	f("discovering", "delimiter=", 0)
	f("discovering regions", "delimiter=", 2)
	f("listing", "start-after=", 0)
	f("reading", "GET /"+bucketName+"/AWSLogs", 0)
}

func waitFor(t testing.TB, reached func() bool) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !reached() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("waited in vain")
		}
	}
}

func BenchmarkWalk(b *testing.B) {
	server := gateway(b, nil)
	const objects = 1000
	var keys []string
	for n := range objects {
		keys = append(keys, logKey("AWSLogs", account1, "CloudTrail", "us-east-1", at(1, 0).Add(time.Duration(n)*20*time.Minute), n))
	}
	fill(b, server, keys, strings.Repeat("x", 16<<10))
	for _, fetch := range []bool{false, true} {
		b.Run(fmt.Sprintf("fetch=%v", fetch), func(b *testing.B) {
			bucket := open(b, Config{EndpointURL: server.URL})
			for b.Loop() {
				items := walkItems(b, bucket, Select{})
				if len(items) != objects {
					b.Fatalf("%d objects", len(items))
				}
				if fetch {
					if _, errs := fetchAll(b.Context(), items); len(errs) > 0 {
						b.Fatal(errs)
					}
				}
			}
			b.ReportMetric(float64(objects*b.N)/b.Elapsed().Seconds(), "objects/s")
		})
	}
}
