package cloudtrail

import (
	"encoding/json"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// digestFile is the content of a digest file. Source: AWS CloudTrail user guide,
// "CloudTrail digest file structure".
type digestFile struct {
	AWSAccountID                string            `json:"awsAccountId"`
	DigestStartTime             time.Time         `json:"digestStartTime"`
	DigestEndTime               time.Time         `json:"digestEndTime"`
	DigestS3Bucket              string            `json:"digestS3Bucket"`
	DigestS3Object              string            `json:"digestS3Object"`
	DigestPublicKeyFingerprint  string            `json:"digestPublicKeyFingerprint"`
	DigestSignatureAlgorithm    string            `json:"digestSignatureAlgorithm"`
	PreviousDigestS3Bucket      string            `json:"previousDigestS3Bucket"`
	PreviousDigestS3Object      string            `json:"previousDigestS3Object"`
	PreviousDigestHashValue     string            `json:"previousDigestHashValue"`
	PreviousDigestHashAlgorithm string            `json:"previousDigestHashAlgorithm"`
	PreviousDigestSignature     string            `json:"previousDigestSignature"`
	LogFiles                    []json.RawMessage `json:"logFiles"`
}

// readDigest takes the object that c has cut as a digest file, if it is one.
func (d *decoder) readDigest(c *cutter) bool {
	_, bucket := c.extra("digestS3Bucket")
	_, object := c.extra("digestS3Object")
	if _, end := c.extra("digestEndTime"); !bucket || !object || !end || len(d.frames) > 0 {
		return false
	}
	d.recognized, d.format = true, formatDigest
	var f digestFile
	if err := json.Unmarshal(c.text[c.start:c.end], &f); err != nil {
		d.damage(d.offset(c.start), "a field of the digest is not what it should be")
	}
	key, _ := ParseKey(firstOf(f.DigestS3Object, d.opt.Object.Key))
	meta := d.opt.Metadata
	d.digest = &analysis.Digest{
		AccountID:             firstOf(f.AWSAccountID, key.AccountID, d.opt.Object.AccountID),
		Region:                firstOf(key.Region, d.opt.Object.Region),
		StartTime:             f.DigestStartTime,
		EndTime:               f.DigestEndTime,
		S3Bucket:              f.DigestS3Bucket,
		S3Object:              f.DigestS3Object,
		PublicKeyFingerprint:  f.DigestPublicKeyFingerprint,
		SignatureAlgorithm:    firstOf(meta["signature-algorithm"], f.DigestSignatureAlgorithm),
		Signature:             meta["signature"],
		BackfillGeneratedAt:   meta["backfill-generation-timestamp"],
		PreviousS3Bucket:      f.PreviousDigestS3Bucket,
		PreviousS3Object:      f.PreviousDigestS3Object,
		PreviousSignature:     f.PreviousDigestSignature,
		PreviousHashValue:     f.PreviousDigestHashValue,
		PreviousHashAlgorithm: f.PreviousDigestHashAlgorithm,
		LogFiles:              len(f.LogFiles),
	}
	return true
}
