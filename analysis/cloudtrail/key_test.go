package cloudtrail

import (
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

func TestParseKey(t *testing.T) {
	day := time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC)
	delivered := time.Date(2026, 1, 15, 10, 5, 0, 0, time.UTC)
	f := func(key string, want KeyInfo) {
		t.Helper()
		got, ok := ParseKey(key)
		if !ok || got != want {
			t.Errorf("ParseKey(%q) = %+v, %t\nwant %+v", key, got, ok, want)
		}
		var o analysis.Object
		got.Apply(&o)
		if o.AccountID != want.AccountID || o.OrgID != want.OrgID || o.Region != want.Region || o.Kind != want.Kind || o.DeliveredAt != want.DeliveredAt {
			t.Errorf("Apply of %q made %+v", key, o)
		}
	}
	const file = "111122223333_CloudTrail_us-east-1_20260115T1005Z_AbCdEfGhIjKlMnOp.json.gz"
	base := KeyInfo{AccountID: "111122223333", Kind: analysis.KindCloudTrail, Region: "us-east-1", Day: day, DeliveredAt: delivered}
	with := func(change func(*KeyInfo)) KeyInfo { k := base; change(&k); return k }

	f("AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/15/"+file, base)
	f("some/prefix/AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/15/"+file, with(func(k *KeyInfo) { k.Prefix = "some/prefix/" }))
	f("AWSLogs/o-exampleorg1/111122223333/CloudTrail/us-east-1/2026/01/15/"+file, with(func(k *KeyInfo) { k.OrgID = "o-exampleorg1" }))
	// Control Tower has the organization in front, too.
	f("o-exampleorg1/AWSLogs/o-exampleorg1/111122223333/CloudTrail/us-east-1/2026/01/15/"+file, with(func(k *KeyInfo) {
		k.OrgID, k.Prefix = "o-exampleorg1", "o-exampleorg1/"
	}))
	// A region directory is taken as somebody wrote it.
	f("/evidence/AWSLogs/111122223333/CloudTrail/us_east_1/2026/01/15/"+file, with(func(k *KeyInfo) { k.Prefix, k.Region = "/evidence/", "us_east_1" }))
	f(`C:\evidence\AWSLogs\111122223333\CloudTrail\us-east-1\2026\01\15\`+file, with(func(k *KeyInfo) { k.Prefix = "C:/evidence/" }))
	// A file by itself.
	f(file, with(func(k *KeyInfo) { k.Day = time.Time{} }))
	f("downloads/"+file, with(func(k *KeyInfo) { k.Day = time.Time{} }))
	// Old documentation has no underscore before the random part.
	f("111122223333_CloudTrail_us-east-1_20260115T1005ZAbCdEfGhIjKlMnOp.json.gz", with(func(k *KeyInfo) { k.Day = time.Time{} }))
	// Decompressed.
	f("111122223333_CloudTrail_us-east-1_20260115T1005Z_AbCdEfGhIjKlMnOp.json", with(func(k *KeyInfo) { k.Day = time.Time{} }))
	// Directories alone.
	f("AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/15/renamed.gz", with(func(k *KeyInfo) { k.DeliveredAt = time.Time{} }))

	for dir, kind := range map[string]analysis.Kind{
		"CloudTrail-Insight": analysis.KindInsight, "CloudTrail-NetworkActivity": analysis.KindNetworkActivity, "CloudTrail-Aggregated": analysis.KindAggregated,
	} {
		f("AWSLogs/111122223333/"+dir+"/us-east-1/2026/01/15/111122223333_"+dir+"_us-east-1_20260115T1005Z_AbCdEfGhIjKlMnOp.json.gz",
			with(func(k *KeyInfo) { k.Kind = kind }))
	}
	digest := with(func(k *KeyInfo) {
		k.Kind, k.Trail, k.HomeRegion = analysis.KindDigest, "my_trail", "eu-west-1"
		k.DeliveredAt = time.Date(2026, 1, 15, 10, 5, 30, 0, time.UTC)
	})
	const digestDir = "AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/01/15/"
	f(digestDir+"111122223333_CloudTrail-Digest_us-east-1_my_trail_eu-west-1_20260115T100530Z.json.gz", digest)
	digest.Backfill = true
	f(digestDir+"111122223333_CloudTrail-Digest_us-east-1_my_trail_eu-west-1_20260115T100530Z_backfill.json.gz", digest)

	f("AWSLogs/111122223333/CloudTrail-Lake/Query/2026/01/15/1a2b3c4d/result_1.csv.gz", KeyInfo{AccountID: "111122223333", Kind: analysis.KindExport, Day: day})
	f("AWSLogs/111122223333/Config/us-east-1/2026/1/15/ConfigHistory/111122223333_Config_us-east-1_x.json.gz",
		KeyInfo{AccountID: "111122223333", Kind: analysis.KindOther, Region: "us-east-1", Day: day})
}

func TestParseKeyRefuses(t *testing.T) {
	f := func(key string) {
		t.Helper()
		if got, ok := ParseKey(key); ok {
			t.Errorf("ParseKey(%q) = %+v", key, got)
		}
	}
	f("")
	f("events.json.gz")
	f("AWSLogs/")
	f("AWSLogs/111122223333/")
	f("AWSLogs/111122223333/elasticloadbalancing/us-east-1/2026/01/15/x.log.gz")
	f("AWSLogs/11112222333/CloudTrail/us-east-1/2026/01/15/x.json.gz")
	f("myAWSLogs/111122223333/CloudTrail/us-east-1/2026/01/15/x.json.gz")
	f("111122223333_CloudTrail_us-east-1_20261315T1005Z_AbCdEfGhIjKlMnOp.json.gz")
	f("111122223333_CloudTrail-Unknown_us-east-1_20260115T1005Z_AbCdEfGhIjKlMnOp.json.gz")
}

func FuzzParseKey(f *testing.F) {
	f.Add("AWSLogs/o-exampleorg1/111122223333/CloudTrail/us-east-1/2026/01/15/111122223333_CloudTrail_us-east-1_20260115T1005Z_AbCdEfGhIjKlMnOp.json.gz")
	f.Add("AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/01/15/111122223333_CloudTrail-Digest_us-east-1_my_trail_eu-west-1_20260115T100530Z_backfill.json.gz")
	f.Add("AWSLogs/111122223333/CloudTrail-Lake/")
	f.Add(`a\AWSLogs\111122223333\CloudTrail`)
	f.Fuzz(func(t *testing.T, key string) {
		k, ok := ParseKey(key)
		if ok && (len(k.AccountID) != 12 || k.Kind == "") {
			t.Errorf("ParseKey(%q) = %+v", key, k)
		}
	})
}
