package s3

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// configKey returns the key of a snapshot as AWS Config makes it: months and days are not
// padded.
func configKey(root, account, region string, delivered time.Time) string {
	return fmt.Sprintf("%s/%s/Config/%s/%s/ConfigSnapshot/%s_Config_%s_ConfigSnapshot_%s_1f2e3d4c-1234-4abc-8def-0123456789ab.json.gz",
		root, account, region, delivered.Format("2006/1/2"), account, region, delivered.Format("20060102T150405Z"))
}

func historyKey(root, account, region string, delivered time.Time) string {
	stamp := delivered.Format("20060102T150405Z")
	return fmt.Sprintf("%s/%s/Config/%s/%s/ConfigHistory/%s_Config_%s_ConfigHistory_AWS::EC2::SecurityGroup_%s_%s_1.json.gz",
		root, account, region, delivered.Format("2006/1/2"), account, region, stamp, stamp)
}

func TestConfigWindows(t *testing.T) {
	root := Root{Layout: LayoutStandalone, Prefix: "R/", Kind: analysis.KindConfigSnapshot}
	f := func(sel Select, within string, want ...string) {
		t.Helper()
		root.within = within
		var got []string
		for _, w := range sel.windows(root, at(20, 12)) {
			if w.start() != "" || w.end() != "" {
				t.Errorf("%+v begins or ends by keys", w)
			}
			if !w.empty() {
				prefix, _ := w.prefix()
				got = append(got, prefix)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("windows %q\nwant    %q", got, want)
		}
	}
	f(Select{}, "", "R/")
	f(Select{Until: at(12, 0)}, "", "R/")
	f(Select{Since: at(19, 8)}, "", "R/2026/1/18/", "R/2026/1/19/", "R/2026/1/20/", "R/2026/1/21/")
	f(Select{Since: at(9, 8), Until: at(10, 0)}, "", "R/2026/1/8/", "R/2026/1/9/", "R/2026/1/10/", "R/2026/1/11/")
	f(Select{Since: at(9, 8).AddDate(0, -3, 0), Until: at(10, 0)}, "", "R/2025/10/", "R/2025/11/", "R/2025/12/", "R/2026/1/")
	f(Select{Since: at(9, 8), Until: at(10, 0)}, "2026/1/1", "R/2026/1/10/", "R/2026/1/11/")
	f(Select{Since: at(9, 8), Until: at(10, 0)}, "2026/1/9/ConfigSnapshot/", "R/2026/1/9/ConfigSnapshot/")
	f(Select{RelistFrom: func(string, string, analysis.Kind) time.Time { return at(20, 12) }}, "", "R/2026/1/18/", "R/2026/1/19/", "R/2026/1/20/", "R/2026/1/21/")
}

// Files of AWS Config are fetched only when they are asked for, and then those of the
// days, accounts and regions asked for, each once.
func TestIntegrationConfigFiles(t *testing.T) {
	trail := logKey("AWSLogs", account1, "CloudTrail", "us-east-1", at(10, 1), 1)
	var all []string
	for _, day := range []int{-30, 1, 2, 3, 9, 10, 11, 19, 20} {
		all = append(all, configKey("AWSLogs", account1, "us-east-1", at(day, 7)), historyKey("AWSLogs", account1, "us-east-1", at(day, 6)))
	}
	elsewhere := []string{configKey("AWSLogs", account2, "us-east-1", at(10, 7)), configKey("AWSLogs", account1, "eu-west-1", at(10, 7))}
	server := gateway(t, filled(slices.Concat([]string{
		trail, "AWSLogs/" + account1 + "/Config/ConfigWritabilityCheckFile",
		"AWSLogs/" + account1 + "/Config/us-east-1/2026/1/10/OversizedChangeNotification/AWS::S3::Bucket/x/111122223333_Config_us-east-1_ChangeNotification_x.json.gz",
	}, all, elsewhere)...))
	b := open(t, Config{EndpointURL: server.URL})
	of := func(days ...int) []string {
		var keys []string
		for _, d := range days {
			keys = append(keys, configKey("AWSLogs", account1, "us-east-1", at(d, 7)), historyKey("AWSLogs", account1, "us-east-1", at(d, 6)))
		}
		return keys
	}
	f := func(sel Select, want ...string) {
		t.Helper()
		slices.Sort(want)
		sameKeys(t, walkKeys(t, b, sel), want)
	}
	here := Select{Accounts: []string{account1}, Regions: []string{"us-east-1"}}
	f(Select{}, trail)
	f(Select{Config: true}, slices.Concat([]string{trail}, all, elsewhere)...)
	here.Config = true
	f(here, slices.Concat([]string{trail}, all)...)
	here.Kinds = []analysis.Kind{analysis.KindInsight}
	f(here, all...)
	here.Since, here.Until = at(3, 0), at(10, 0)
	f(here, of(2, 3, 9, 10, 11)...)
	here.Since = at(3, 0).AddDate(0, -4, 0)
	f(here, of(-30, 1, 2, 3, 9, 10, 11)...)
	here.Since, here.Until = time.Time{}, at(9, 0)
	f(here, of(-30, 1, 2, 3, 9, 10)...)

	plan, err := b.Plan(t.Context(), here)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[analysis.Kind]int64{}
	for _, d := range plan.Days {
		kinds[d.Kind] += d.Objects
	}
	if len(kinds) != 2 || kinds[analysis.KindConfigSnapshot] != 6 || kinds[analysis.KindConfigHistory] != 6 {
		t.Errorf("planned %v", kinds)
	}
}
