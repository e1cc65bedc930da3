package synth

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// record is what the tests look at in a record.
type record struct {
	Version  string                     `json:"eventVersion"`
	Identity struct{ Type, ARN string } `json:"userIdentity"`
	Time     time.Time                  `json:"eventTime"`
	Source   string                     `json:"eventSource"`
	Name     string                     `json:"eventName"`
	Region   string                     `json:"awsRegion"`
	Address  string                     `json:"sourceIPAddress"`
	Error    string                     `json:"errorCode"`
	ID       string                     `json:"eventID"`
	ReadOnly *bool                      `json:"readOnly"`
	Type     string                     `json:"eventType"`
	Account  string                     `json:"recipientAccountId"`
	Category string                     `json:"eventCategory"`
	Request  json.RawMessage            `json:"requestParameters"`
	Response json.RawMessage            `json:"responseElements"`
}

// generate writes with opt and returns the files and their records.
func generate(t *testing.T, opt Options) (files []File, records []record, sum Summary) {
	t.Helper()
	sum, err := Write(context.Background(), opt, func(f File) error {
		f.Body, f.JSON = bytes.Clone(f.Body), bytes.Clone(f.JSON)
		files = append(files, f)
		if f.Corrupt {
			return nil
		}
		zr, err := gzip.NewReader(bytes.NewReader(f.Body))
		if err != nil {
			return fmt.Errorf("%s: %w", f.Key, err)
		}
		text, err := io.ReadAll(zr)
		if err != nil {
			return fmt.Errorf("%s: %w", f.Key, err)
		}
		if !bytes.Equal(text, f.JSON) {
			return fmt.Errorf("%s: Body is not JSON compressed", f.Key)
		}
		var log struct{ Records []record }
		if err := json.Unmarshal(text, &log); err != nil {
			return fmt.Errorf("%s: %w", f.Key, err)
		}
		if len(log.Records) != f.Records {
			return fmt.Errorf("%s: %d records, %d said", f.Key, len(log.Records), f.Records)
		}
		records = append(records, log.Records...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files, records, sum
}

func TestSameSeedSameBytes(t *testing.T) {
	f := func(a, b Options, same bool) {
		t.Helper()
		hash := func(opt Options) string {
			h := sha256.New()
			if _, err := Write(context.Background(), opt, func(f File) error {
				_, err := fmt.Fprintf(h, "%s %d\n%s\n", f.Key, f.Records, f.Body)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return string(h.Sum(nil))
		}
		if got := hash(a) == hash(b); got != same {
			t.Errorf("%+v and %+v: same bytes %v, want %v", a, b, got, same)
		}
	}
	small := Options{Events: 3_000, Seed: 7}
	f(small, small, true)
	f(small, Options{Events: 3_000, Seed: 8}, false)
	f(small, Options{Events: 3_000, Seed: 7, Company: 9}, false)
	all := Options{
		Events: 3_000, Seed: 7, Profile: ProfileData, Accounts: Accounts(), OrgID: "o-exampleorgid",
		Prefix: "p", SecondTrail: "s", CorruptRate: 0.1,
	}
	f(all, all, true)
}

func TestRecords(t *testing.T) {
	_, records, sum := generate(t, Options{Events: 6_000, Seed: 1, Accounts: Accounts()[:2]})
	if len(records) != 6_000 || sum.Records != 6_000 {
		t.Fatalf("%d records, %d counted, want 6000", len(records), sum.Records)
	}
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	address := regexp.MustCompile(`^(192\.0\.2\.\d+|198\.51\.100\.\d+|203\.0\.113\.\d+|10\.\d+\.\d+\.\d+|2001:db8:[0-9a-f:]+|[a-z0-9-]+\.amazonaws\.com|AWS Internal)$`)
	ids := map[string]bool{}
	for _, r := range records {
		switch {
		case ids[r.ID] || !uuid.MatchString(r.ID):
			t.Errorf("event id %q", r.ID)
		case !address.MatchString(r.Address):
			t.Errorf("address %q of %s", r.Address, r.ID)
		case r.Version == "" || r.Source == "" || r.Name == "" || r.Region == "" || r.Type == "" || r.Category == "" || r.ReadOnly == nil || r.Time.IsZero():
			t.Errorf("a required field is missing: %+v", r)
		case r.Request == nil || r.Response == nil:
			t.Errorf("requestParameters or responseElements are absent: %+v", r)
		case r.Account != "111122223333" && r.Account != "123456789012":
			t.Errorf("account %q", r.Account)
		}
		ids[r.ID] = true
	}
}

func TestLayout(t *testing.T) {
	f := func(opt Options, pattern string) {
		t.Helper()
		opt.Events, opt.Seed = 2_000, 3
		key := regexp.MustCompile(`^` + pattern + `(\d{12})/CloudTrail/([a-z0-9-]+)/(\d{4})/(\d\d)/(\d\d)/(\d{12})_CloudTrail_([a-z0-9-]+)_(\d{8}T\d\d[0-5][05]Z)_[A-Za-z0-9]{16}\.json\.gz$`)
		files, _, _ := generate(t, opt)
		seen := map[string]bool{}
		for _, file := range files {
			m := key.FindStringSubmatch(file.Key)
			if m == nil || seen[file.Key] {
				t.Errorf("key %q", file.Key)
				continue
			}
			seen[file.Key] = true
			at, err := time.Parse("20060102T1504Z", m[8])
			if err != nil || m[1] != m[6] || m[2] != m[7] || m[3]+m[4]+m[5] != m[8][:8] {
				t.Errorf("key %q contradicts itself", file.Key)
			}
			if early := at.Sub(file.Oldest); early < -30*time.Minute || early > 15*time.Minute {
				t.Errorf("%s holds an event of %s", file.Key, file.Oldest)
			}
		}
	}
	f(Options{}, `AWSLogs/`)
	f(Options{Profile: ProfileSmall}, `AWSLogs/`)
	f(Options{Prefix: "logs/trail", OrgID: "o-exampleorgid"}, `logs/trail/AWSLogs/o-exampleorgid/`)
	f(Options{Accounts: Accounts(), SecondTrail: "second"}, `(?:second/)?AWSLogs/`)
}

func TestDistributions(t *testing.T) {
	within := func(what string, got, low, high float64) {
		t.Helper()
		if got < low || got > high {
			t.Errorf("%s is %.4g, want %g to %g", what, got, low, high)
		}
	}
	files, records, sum := generate(t, Options{Events: 15_000, Seed: 1, Days: 1})
	n := float64(len(records))
	var readOnly, failed, broken, data, home float64
	names, sources, types := map[string]bool{}, map[string]bool{}, map[string]float64{}
	for _, r := range records {
		names[r.Source+r.Name], sources[r.Source] = true, true
		types[r.Identity.Type]++
		if *r.ReadOnly {
			readOnly++
		}
		if r.Category == "Data" {
			data++
		}
		if r.Region == "us-east-1" {
			home++
		}
		if r.Error != "" {
			failed++
			if strings.Contains(r.Identity.ARN, "legacy-inventory") {
				broken++
			}
		}
	}
	within("share of read-only events", readOnly/n, 0.80, 0.95)
	within("share of errors", failed/n, 0.01, 0.03)
	within("the noisy principal's share of them", broken/failed, 0.3, 0.9)
	within("share of data events", data/n, 0.03, 0.08)
	within("share of the home region", home/n, 0.8, 0.95)
	within("distinct operations", float64(len(names)), 180, 400)
	within("distinct services", float64(len(sources)), 40, 80)
	within("share of assumed roles", types["AssumedRole"]/n, 0.5, 0.8)
	within("share of identities without type", types[""]/n, 0.005, 0.03)
	within("bytes of JSON a record", float64(sum.JSONBytes)/n, 1_100, 1_450)
	within("compression", float64(sum.JSONBytes)/float64(sum.GzipBytes), 5.5, 9)
	unsorted := 0.0
	for _, f := range files {
		var log struct{ Records []record }
		if err := json.Unmarshal(f.JSON, &log); err != nil {
			t.Fatal(err)
		}
		for i := 1; i < len(log.Records); i++ {
			if log.Records[i].Time.Before(log.Records[i-1].Time) {
				unsorted++
				break
			}
		}
	}
	within("share of unsorted files", unsorted/float64(len(files)), 0.2, 0.6)
}

func TestProfiles(t *testing.T) {
	enough := errors.New("enough")
	f := func(p Profile, low, high, dataLow, dataHigh float64) {
		t.Helper()
		var files, records, data float64
		_, err := Write(context.Background(), Options{Events: 1_000_000, Seed: 1, Profile: p}, func(f File) error {
			files++
			records += float64(f.Records)
			data += float64(bytes.Count(f.JSON, []byte(`"eventCategory":"Data"`)))
			if records > 25_000 {
				return enough
			}
			return nil
		})
		if !errors.Is(err, enough) {
			t.Fatal(err)
		}
		if mean := records / files; mean < low || mean > high {
			t.Errorf("%s: %.1f records a file, want %g to %g", p, mean, low, high)
		}
		if share := data / records; share < dataLow || share > dataHigh {
			t.Errorf("%s: %.2f data events, want %g to %g", p, share, dataLow, dataHigh)
		}
	}
	f(ProfileSmall, 4, 12, 0, 0.06)
	f(ProfileCompany, 200, 500, 0.03, 0.08) // it begins at night
	f(ProfileData, 300, 1_500, 0.55, 0.75)
}

func TestSecondTrail(t *testing.T) {
	_, records, _ := generate(t, Options{Events: 5_000, Seed: 2, SecondTrail: "audit", DataShare: 0.2})
	copies, categories := map[string]int{}, map[string]string{}
	for _, r := range records {
		copies[r.ID]++
		categories[r.ID] = r.Category
	}
	if len(copies) != 5_000 {
		t.Fatalf("%d distinct events, want 5000", len(copies))
	}
	for id, n := range copies {
		want := 2
		if categories[id] == "Data" {
			want = 1
		}
		if n != want {
			t.Errorf("%s event %s comes %d times, want %d", categories[id], id, n, want)
		}
	}
}

func TestCorruptFiles(t *testing.T) {
	_, records, sum := generate(t, Options{Events: 5_000, Seed: 2, Profile: ProfileSmall, CorruptRate: 0.1})
	if sum.Corrupt < sum.Files/20 || sum.Corrupt > sum.Files/5 {
		t.Errorf("%d of %d files are corrupt, want a tenth", sum.Corrupt, sum.Files)
	}
	if len(records) >= 5_000 {
		t.Error("no record was lost with the corrupt files")
	}
}

func TestPlantAndSilence(t *testing.T) {
	start := time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC)
	planted := Event{
		Identity: UserIdentity("111122223333", "jane", "AIDACKCEVSQ6C2EXAMPLE", "AKIAIOSFODNN7EXAMPLE").Append(nil),
		Time:     start.Add(9 * time.Hour).Unix(), Source: "iam.amazonaws.com", Name: "CreateUser", Region: "us-east-1",
		Address: "203.0.113.9", Account: "111122223333", ID: UUID{1},
	}
	from, to := start.Add(3*time.Hour), start.Add(8*time.Hour)
	_, records, _ := generate(t, Options{
		Events: 3_000, Seed: 4, Days: 1, Profile: ProfileSmall,
		Plant:   []Record{{Time: time.Unix(planted.Time, 0), Account: planted.Account, Region: planted.Region, JSON: planted.Append(nil)}},
		Silence: []Silence{{Account: "111122223333", From: from, To: to}},
	})
	found := 0
	for _, r := range records {
		if r.ID == planted.ID.String() {
			found++
		}
		if !r.Time.Before(from) && r.Time.Before(to) {
			t.Errorf("%s happens at %s, in the silence", r.Name, r.Time)
		}
	}
	if found != 1 {
		t.Errorf("the planted event is there %d times", found)
	}
}

func TestWriteDirAndNDJSON(t *testing.T) {
	dir := t.TempDir()
	opt := Options{Events: 1_000, Seed: 5}
	sum, err := WriteDir(context.Background(), filepath.Join(dir, "logs"), opt)
	if err != nil {
		t.Fatal(err)
	}
	var files, size int64
	err = filepath.Walk(filepath.Join(dir, "logs"), func(_ string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			files++
			size += info.Size()
		}
		return err
	})
	if err != nil || files != sum.Files || size != sum.GzipBytes {
		t.Errorf("%d files of %d bytes (%v), want %d of %d", files, size, err, sum.Files, sum.GzipBytes)
	}
	path := filepath.Join(dir, "one.ndjson")
	if sum, err = WriteNDJSON(context.Background(), path, opt); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil || int64(len(text)) != sum.JSONBytes || bytes.Count(text, []byte("\n")) != 1_000 {
		t.Errorf("%d bytes, %d lines (%v), want %d and 1000", len(text), bytes.Count(text, []byte("\n")), err, sum.JSONBytes)
	}
}

func TestRefusesBadOptions(t *testing.T) {
	f := func(opt Options) {
		t.Helper()
		if _, err := Write(context.Background(), opt, func(File) error { return nil }); err == nil {
			t.Errorf("%+v was accepted", opt)
		}
	}
	f(Options{Profile: "huge"})
	f(Options{Accounts: []string{"999988887777"}})
	f(Options{Events: -1})
	f(Options{CorruptRate: 2})
}

func TestStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	_, err := Write(ctx, Options{Events: 50_000, Seed: 1}, func(File) error {
		if n++; n == 3 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || n > 20 {
		t.Errorf("after cancel: %d files, %v", n, err)
	}
	full := errors.New("disk full")
	if _, err := Write(context.Background(), Options{Events: 1_000, Seed: 1}, func(File) error { return full }); !errors.Is(err, full) {
		t.Errorf("got %v, want the callback's error", err)
	}
}
