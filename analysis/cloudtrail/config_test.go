package cloudtrail

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

const (
	snapshotKey = "AWSLogs/111122223333/Config/us-east-1/2026/1/5/ConfigSnapshot/111122223333_Config_us-east-1_ConfigSnapshot_20260105T070000Z_1f2e3d4c-1234-4abc-8def-0123456789ab.json.gz"
	historyKey  = "AWSLogs/111122223333/Config/us-east-1/2026/1/5/ConfigHistory/111122223333_Config_us-east-1_ConfigHistory_AWS::EC2::SecurityGroup_20260105T060000Z_20260105T070000Z_1.json.gz"
)

// readItem stands in for package awsconfig: an item has an id.
func readItem(text []byte) (item analysis.ConfigurationItem, err error) {
	var m struct {
		ID string `json:"resourceId"`
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return item, err
	}
	if item.Resource.ID = m.ID; m.ID == "" {
		return item, errors.New("a configuration item without resourceId")
	}
	return item, nil
}

func decodeItems(t testing.TB, opt Options, body []byte) (c analysis.Content, items []analysis.ConfigurationItem, rejects []analysis.Reject) {
	t.Helper()
	opt.Item = readItem
	c, err := Decode(context.Background(), bytes.NewReader(body), opt, func(p analysis.Piece) error {
		items = append(items, p.Items...)
		rejects = append(rejects, p.Rejects...)
		p.Release()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return c, items, rejects
}

// configText is a file of items of about size bytes each.
func configText(n, size int) string {
	var items []string
	for i := range n {
		items = append(items, fmt.Sprintf(`{"relatedEvents":[],"relationships":[{"resourceId":"vpc-%d","resourceName":null}],"configuration":{"Records":[{"eventVersion":"%s"}]},"resourceId":"sg-%d","resourceType":"AWS::EC2::SecurityGroup"}`,
			i, strings.Repeat("x", size), i))
	}
	return `{"fileVersion":"1.0","configSnapshotId":"1f2e3d4c-1234-4abc-8def-0123456789ab","configurationItems":[` + strings.Join(items, ",") + `]}`
}

func zipped(t testing.TB, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestDecodeConfig(t *testing.T) {
	f := func(name, key, text string, kind analysis.Kind, want int) {
		t.Helper()
		c, items, rejects := decodeItems(t, Options{Object: analysis.Object{Key: key}, PieceBytes: 4 << 10}, zipped(t, text))
		if c.Status != analysis.StatusOK || c.Kind != kind || c.Format != "aws-config" || c.Records != int64(want) || len(items) != want || len(rejects) > 0 || c.Reason != "" {
			t.Errorf("%s: %+v, %d items, %d rejects", name, c, len(items), len(rejects))
		}
		for i, item := range items {
			if item.RecordNumber != i+1 || item.Resource.ID != fmt.Sprintf("sg-%d", i) || item.Damaged {
				t.Fatalf("%s: item %d is %+v", name, i, item)
			}
			if part := text[item.Offset:][:item.Length]; !strings.HasPrefix(part, `{"relatedEvents"`) || !strings.Contains(part, fmt.Sprintf(`"sg-%d"`, i)) {
				t.Fatalf("%s: item %d stands at %d: %.80s", name, i, item.Offset, part)
			}
		}
	}
	many := configText(500, 100)
	f("snapshot", snapshotKey, many, analysis.KindConfigSnapshot, 500)
	f("snapshot by its id", "x.json.gz", many, analysis.KindConfigSnapshot, 500)
	f("history", historyKey, strings.Replace(configText(3, 10), `"configSnapshotId":"1f2e3d4c-1234-4abc-8def-0123456789ab",`, "", 1), analysis.KindConfigHistory, 3)
	f("answer of the API", "x", strings.Replace(strings.Replace(configText(3, 10), `"configSnapshotId":"1f2e3d4c-1234-4abc-8def-0123456789ab",`, "", 1), "configurationItems", "baseConfigurationItems", 1), analysis.KindConfigHistory, 3)
	f("nothing recorded", historyKey, `{"fileVersion":"1.0","configurationItems":[]}`, analysis.KindConfigHistory, 0)
	f("pretty", snapshotKey, strings.NewReplacer("[{", "[\n  {", ",\"configurationItems\"", ",\n \"configurationItems\"").Replace(`{"configSnapshotId":"x","configurationItems":[{"relatedEvents":[],"resourceId":"sg-0"}]}`), analysis.KindConfigSnapshot, 1)
	f("items larger than a piece", snapshotKey, configText(4, 64<<10), analysis.KindConfigSnapshot, 4)
}

// Without a reader for items a file of AWS Config is not CloudTrail's, as it always was.
func TestDecodeConfigUnasked(t *testing.T) {
	c, _, _ := decodeAll(t, Options{Object: analysis.Object{Key: snapshotKey}}, []byte(configText(2, 10)))
	if c.Status != analysis.StatusIgnored || c.Reason != "AWS Config snapshot or history" {
		t.Errorf("%+v", c)
	}
}

// One bad item is counted, with its reason, and the others are read.
func TestDecodeConfigBadItems(t *testing.T) {
	f := func(bad string, opt Options, records, rejects int64, reason string) {
		t.Helper()
		text := strings.Replace(configText(3, 10), `,{"relatedEvents"`, `,`+bad+`,{"relatedEvents"`, 1)
		opt.Object = analysis.Object{Key: snapshotKey}
		c, items, rejected := decodeItems(t, opt, []byte(text))
		if c.Status != analysis.StatusOK || c.Records != records || c.Rejects != rejects || len(items) != int(records) || c.Reason != "1 of its elements are not configuration items" {
			t.Errorf("%.40s: %+v, %d items", bad, c, len(items))
		}
		if len(rejected) != 1 || rejected[0].RecordNumber != 2 || !strings.Contains(rejected[0].Reason, reason) || text[rejected[0].Offset:][:rejected[0].Length] != bad {
			t.Errorf("%.40s: rejects %+v", bad, rejected)
		}
	}
	f(`{"resourceType":"AWS::S3::Bucket"}`, Options{}, 3, 1, "without resourceId")
	f(`{"resourceId":"`+strings.Repeat("x", 5000)+`"}`, Options{MaxRecord: 4000, PieceBytes: 1000}, 3, 1, "longer than 4000 bytes")
	f(`{"resourceId":"x","configuration":`+strings.Repeat("[", 300)+strings.Repeat("]", 300)+`}`, Options{}, 3, 1, "nested deeper than 200")
	f(`"x"`, Options{}, 3, 0, "not a configuration item")
	// The first of them is bad: what comes before the first good one is not lost.
	text := strings.Replace(configText(1, 10), `[{"relatedEvents"`, `[{"a":1},{"relatedEvents"`, 1)
	c, items, rejected := decodeItems(t, Options{}, []byte(text))
	if c.Records != 1 || c.Rejects != 1 || len(items) != 1 || len(rejected) != 1 {
		t.Errorf("%+v, %d items, %+v", c, len(items), rejected)
	}
	// All of them are.
	c, _, rejected = decodeItems(t, Options{}, []byte(`{"fileVersion":"1.0","configurationItems":[{"relatedEvents":[]}]}`))
	if c.Status != analysis.StatusOK || c.Kind != analysis.KindConfigHistory || c.Rejects != 1 || len(rejected) != 1 {
		t.Errorf("%+v, %+v", c, rejected)
	}
}

// Behind an item that is no JSON, the others are found and are in doubt.
func TestDecodeConfigBrokenItem(t *testing.T) {
	text := strings.Replace(configText(5, 10), `"resourceId":"sg-1"`, `"resourceId" "sg-1"`, 1)
	c, items, _ := decodeItems(t, Options{Object: analysis.Object{Key: snapshotKey}}, []byte(text))
	var got []string
	for _, item := range items {
		got = append(got, fmt.Sprint(item.Resource.ID, " ", item.Damaged))
	}
	if c.Status != analysis.StatusDamaged || c.Kind != analysis.KindConfigSnapshot || c.DamageOffset != int64(strings.Index(text, ` "sg-1"`)+1) ||
		!slices.Equal(got, []string{"sg-0 false", "sg-2 true", "sg-3 true", "sg-4 true"}) {
		t.Errorf("%+v\n%q", c, got)
	}
}

// A file that is cut off anywhere gives the items before, and says that it is.
func TestDecodeConfigTruncated(t *testing.T) {
	text := configText(4, 10)
	ends := []int{}
	_, whole, _ := decodeItems(t, Options{}, []byte(text))
	for _, item := range whole {
		ends = append(ends, int(item.Offset)+item.Length)
	}
	pool := new(Pool)
	f := func(what string, body []byte, least int) {
		t.Helper()
		c, items, _ := decodeItems(t, Options{Object: analysis.Object{Key: historyKey}, Pool: pool}, body)
		if c.Status != analysis.StatusDamaged || c.Reason == "" || c.Kind != analysis.KindConfigHistory || len(items) < least {
			t.Fatalf("%s: %+v, %d items, want %d", what, c, len(items), least)
		}
		for i, item := range items {
			if item.Resource.ID != fmt.Sprintf("sg-%d", i) {
				t.Fatalf("%s: item %d is %+v", what, i, item)
			}
		}
	}
	for n := range len(text) {
		least := 0
		for _, end := range ends {
			if end <= n {
				least++
			}
		}
		f(fmt.Sprint("text cut off at ", n), []byte(text[:n]), least)
	}
	body := zipped(t, text)
	for n := range len(body) {
		f(fmt.Sprint("gzip cut off at ", n), body[:n], 0)
	}
	flipped := bytes.Clone(body)
	flipped[len(body)-6] ^= 0x40 // of the checksum
	c, items, _ := decodeItems(t, Options{Object: analysis.Object{Key: historyKey}, Pool: pool}, flipped)
	if !c.AllSuspect || len(items) != 4 || !items[0].Damaged {
		t.Errorf("checksum: %+v, %d items", c, len(items))
	}
}

// The file by which AWS Config tests a bucket is nothing, whatever it holds.
func TestDecodeConfigProbe(t *testing.T) {
	f := func(key, body string, want analysis.Status) {
		t.Helper()
		if c, _, _ := decodeItems(t, Options{Object: analysis.Object{Key: key}}, []byte(body)); c.Status != want {
			t.Errorf("%s: %+v", key, c)
		}
	}
	f("AWSLogs/111122223333/Config/ConfigWritabilityCheckFile", "", analysis.StatusIgnored)
	f("AWSLogs/111122223333/Config/ConfigWritabilityCheckFile", configText(1, 1), analysis.StatusIgnored)
	f(`C:\logs\ConfigWritabilityCheckFile`, "x", analysis.StatusIgnored)
	f("NoConfigWritabilityCheckFile", configText(1, 1), analysis.StatusOK)
}

func TestParseConfigKey(t *testing.T) {
	day := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	f := func(key string, want KeyInfo) {
		t.Helper()
		if got, ok := ParseKey(key); !ok || got != want {
			t.Errorf("%s:\n%+v\nwant\n%+v", key, got, want)
		}
	}
	want := KeyInfo{AccountID: "111122223333", Region: "us-east-1", Day: day, Kind: analysis.KindConfigSnapshot, DeliveredAt: day.Add(7 * time.Hour)}
	f(snapshotKey, want)
	want.Kind = analysis.KindConfigHistory
	f(historyKey, want)
	want.Prefix, want.OrgID = "p/", "o-exampleorgid"
	f("p/"+strings.Replace(historyKey, "AWSLogs/", "AWSLogs/o-exampleorgid/", 1), want)
	// The name alone is enough, also where colons are not allowed in one.
	name := KeyInfo{AccountID: "111122223333", Region: "us-east-1", Kind: analysis.KindConfigHistory, DeliveredAt: day.Add(7 * time.Hour)}
	f("111122223333_Config_us-east-1_ConfigHistory_AWS__EC2__SecurityGroup_20260105T060000Z_20260105T070000Z_1.json.gz", name)
	// A name of CloudTrail's in a directory of AWS Config is not one of its files, nor the other way round.
	f("AWSLogs/111122223333/Config/us-east-1/2026/1/5/111122223333_CloudTrail_us-east-1_20260105T0700Z_AbCdEfGhIjKlMnOp.json.gz",
		KeyInfo{AccountID: "111122223333", Region: "us-east-1", Day: day, Kind: analysis.KindOther, DeliveredAt: day.Add(7 * time.Hour)})
	f("AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/05/"+snapshotKey[strings.LastIndex(snapshotKey, "/")+1:],
		KeyInfo{AccountID: "111122223333", Region: "us-east-1", Day: day, Kind: analysis.KindCloudTrail, DeliveredAt: day.Add(7 * time.Hour)})
}
