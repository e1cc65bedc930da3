package stories

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/trailbench/trailbench/sample-logs/generate/synth"
)

// digest is the digest file of the log files that were delivered for one region in
// the hour from start on: their hashes are right, and there is no signature.
func digest(account, region, start string) func([]synth.File) (string, []byte, error) {
	return func(files []synth.File) (string, []byte, error) {
		const bucket, trail = "amzn-s3-demo-logging-bucket", "management-events"
		from, err := time.Parse(time.DateTime, start)
		if err != nil {
			return "", nil, err
		}
		to := from.Add(time.Hour)
		key := "AWSLogs/" + account + "/CloudTrail-Digest/" + region + to.Format("/2006/01/02/") +
			account + "_CloudTrail-Digest_" + region + "_" + trail + "_us-east-1" + to.Format("_20060102T150405Z") + ".json.gz"
		d := digestFile{
			Account: account, Start: from.Format(time.RFC3339), End: to.Format(time.RFC3339), Bucket: bucket, Object: key,
			Fingerprint: "31e8b5433410dfb61a9dc45cc65b22ff", Algorithm: "SHA256withRSA", Files: []digestEntry{},
		}
		for _, f := range files {
			at, err := deliveredAt(f.Key)
			if err != nil {
				return "", nil, err
			}
			if !strings.Contains(f.Key, "/CloudTrail/"+region+"/") || at.Before(from) || !at.Before(to) {
				continue
			}
			sum := sha256.Sum256(f.JSON)
			d.Files = append(d.Files, digestEntry{
				Bucket: bucket, Object: f.Key, Hash: hex.EncodeToString(sum[:]), Algorithm: "SHA-256",
				Newest: f.Newest.Format(time.RFC3339), Oldest: f.Oldest.Format(time.RFC3339),
			})
		}
		if len(d.Files) > 0 {
			d.Newest = slices.MaxFunc(d.Files, func(a, b digestEntry) int { return strings.Compare(a.Newest, b.Newest) }).Newest
			d.Oldest = slices.MinFunc(d.Files, func(a, b digestEntry) int { return strings.Compare(a.Oldest, b.Oldest) }).Oldest
		}
		text, err := json.Marshal(d)
		if err != nil {
			return "", nil, err
		}
		body, err := compressed(text)
		return key, body, err
	}
}

// digestFile is the content of a digest file, in the order of the AWS documentation.
// This is the first of its chain: it names no digest before it.
type digestFile struct {
	Account           string        `json:"awsAccountId"`
	Start             string        `json:"digestStartTime"`
	End               string        `json:"digestEndTime"`
	Bucket            string        `json:"digestS3Bucket"`
	Object            string        `json:"digestS3Object"`
	Fingerprint       string        `json:"digestPublicKeyFingerprint"`
	Algorithm         string        `json:"digestSignatureAlgorithm"`
	Newest            string        `json:"newestEventTime"`
	Oldest            string        `json:"oldestEventTime"`
	PreviousBucket    *string       `json:"previousDigestS3Bucket"`
	PreviousObject    *string       `json:"previousDigestS3Object"`
	PreviousHash      *string       `json:"previousDigestHashValue"`
	PreviousAlgorithm *string       `json:"previousDigestHashAlgorithm"`
	PreviousSignature *string       `json:"previousDigestSignature"`
	Files             []digestEntry `json:"logFiles"`
}

type digestEntry struct {
	Bucket    string `json:"s3Bucket"`
	Object    string `json:"s3Object"`
	Hash      string `json:"hashValue"`
	Algorithm string `json:"hashAlgorithm"`
	Newest    string `json:"newestEventTime"`
	Oldest    string `json:"oldestEventTime"`
}

// deliveredAt reads the time of delivery from a log file's key.
func deliveredAt(key string) (time.Time, error) {
	return time.Parse("20060102T1504Z", regexp.MustCompile(`\d{8}T\d{4}Z`).FindString(key))
}

// compressed is text in gzip, without a time, so that it is always the same.
func compressed(text []byte) ([]byte, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.ModTime = time.Unix(0, 0)
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
