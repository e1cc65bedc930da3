package cloudtrail

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/trailbench/trailbench/analysis"
)

// generated is a log file of n records with the proportions of real ones: sizes,
// repeated identities, fields that are absent or null.
func generated(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	hex := func(digits int) string { return fmt.Sprintf("%0*x", digits, r.Uint64())[:digits] }
	services := []struct {
		source, name, request string
		readOnly              bool
	}{
		{"ec2.amazonaws.com", "DescribeInstances", `{"instancesSet":{"items":[{"instanceId":"i-0abcdef1234567890"}]},"filterSet":{}}`, true},
		{"s3.amazonaws.com", "GetObject", `{"bucketName":"amzn-s3-demo-bucket","Host":"amzn-s3-demo-bucket.s3.us-east-1.amazonaws.com","key":"reports/2026/01/summary.csv"}`, true},
		{"kms.amazonaws.com", "Decrypt", `{"encryptionContext":{"aws:lambda:FunctionArn":"arn:aws:lambda:us-east-1:111122223333:function:orders"},"encryptionAlgorithm":"SYMMETRIC_DEFAULT"}`, true},
		{"iam.amazonaws.com", "ListAttachedRolePolicies", `{"roleName":"orders-role"}`, true},
		{"sts.amazonaws.com", "AssumeRole", `{"roleArn":"arn:aws:iam::111122223333:role/deploy","roleSessionName":"pipeline","durationSeconds":3600}`, true},
		{"ec2.amazonaws.com", "CreateTags", `{"resourcesSet":{"items":[{"resourceId":"vol-0abcdef1234567890"}]},"tagSet":{"items":[{"key":"team","value":"payments"}]}}`, false},
		{"logs.amazonaws.com", "CreateLogStream", `null`, false},
	}
	var b bytes.Buffer
	b.WriteString(`{"Records":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		s := services[r.IntN(len(services))]
		session := r.IntN(20)
		b.WriteString(`{"eventVersion":"1.08","userIdentity":`)
		if r.IntN(4) == 0 {
			fmt.Fprintf(&b, `{"type":"AWSService","invokedBy":"%s"}`, s.source)
		} else {
			fmt.Fprintf(&b, `{"type":"AssumedRole","principalId":"AROAEXAMPLEROLEID%04d:session-%d","arn":"arn:aws:sts::111122223333:assumed-role/orders-role/session-%d","accountId":"111122223333","accessKeyId":"ASIAEXAMPLEKEY%06d","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAEXAMPLEROLEID%04d","arn":"arn:aws:iam::111122223333:role/orders-role","accountId":"111122223333","userName":"orders-role"},"webIdFederationData":{},"attributes":{"creationDate":"2026-01-15T10:%02d:00Z","mfaAuthenticated":"false"}}}`, session%3, session, session, session, session%3, session)
		}
		fmt.Fprintf(&b, `,"eventTime":"2026-01-15T%02d:%02d:%02dZ","eventSource":"%s","eventName":"%s","awsRegion":"us-east-1","sourceIPAddress":"198.51.100.%d","userAgent":"aws-sdk-go-v2/1.30.3 os/linux lang/go#1.22.5 md/GOOS#linux md/GOARCH#amd64 api/%s#1.58.2","requestParameters":%s,"responseElements":null,`,
			r.IntN(24), r.IntN(60), r.IntN(60), s.source, s.name, r.IntN(256), s.name, s.request)
		fmt.Fprintf(&b, `"requestID":"%s-%s-%s-%s-%s","eventID":"%s-%s-%s-%s-%s","readOnly":%t,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management"`,
			hex(8), hex(4), hex(4), hex(4), hex(12), hex(8), hex(4), hex(4), hex(4), hex(12), s.readOnly)
		if r.IntN(3) > 0 {
			b.WriteString(`,"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"ec2.us-east-1.amazonaws.com"}`)
		}
		b.WriteByte('}')
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

// BenchmarkDecode measures decoding of plain text, the share of the checksum in it,
// and the tokens of jsontext over the same text for comparison.
func BenchmarkDecode(b *testing.B) {
	const records = 10_000
	body := generated(records)
	b.Run("decode", func(b *testing.B) {
		pool := new(Pool)
		opt := Options{Pool: pool}
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		n := 0
		for b.Loop() {
			n = 0
			_, err := Decode(context.Background(), bytes.NewReader(body), opt, func(p analysis.Piece) error {
				n += len(p.Events)
				p.Release()
				return nil
			})
			if err != nil || n != records {
				b.Fatal(n, err)
			}
		}
	})
	b.Run("sha256", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			sha256.Sum256(body)
		}
	})
	b.Run("cut", func(b *testing.B) {
		text := append(append([]byte{}, body...), make([]byte, pad)...)
		c := &cutter{ids: new(identities)}
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			for i := len(`{"Records":[`); text[i] == '{'; i = c.end + 1 {
				if c.cut(text, i) != whole {
					b.Fatal(c.fault)
				}
			}
		}
	})
	b.Run("jsontext", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		d := new(jsontext.Decoder)
		for b.Loop() {
			d.Reset(bytes.NewBuffer(body))
			for {
				if _, err := d.ReadToken(); err == io.EOF {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

// BenchmarkDecodeSmall measures objects as most of them are: a few records in gzip.
func BenchmarkDecodeSmall(b *testing.B) {
	body := gzipped(b, string(generated(5)))
	opt := Options{Pool: new(Pool), Object: analysis.Object{Key: logKey}}
	b.SetBytes(int64(len(generated(5))))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode(context.Background(), bytes.NewReader(body), opt, func(p analysis.Piece) error {
			p.Release()
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
}
