package s3

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

var (
	errChanged = errors.New("changed since it was listed")
	errForeign = errors.New("the answer does not come from S3: it has no ETag")
)

const readAnew = "run sync again: it reads the object as it is now"

// Request names what was asked of S3 when an error came back.
type Request struct {
	Action string // as policies name it: s3:ListBucket, s3:GetObject
	Bucket string
	Key    string // the object, or the prefix listed
	Scope  string // the part of the bucket that a permission should cover, "" for all
	Region string // of the bucket
	KeyARN string // of the KMS key that encrypts the object, where known
}

// Explain puts an error of S3 or STS into words and adds what to do about it. For a
// refusal that is the exact policy statement to add. The result matches
// [analysis.ErrAccessDenied] or [analysis.ErrNotFound] where that is what it means.
// Errors that need no explanation come back as they are.
func Explain(err error, r Request) error {
	var api smithy.APIError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled), len(analysis.Hints(err)) > 0:
		return err
	}
	err = awsread.Brief(err)
	switch {
	case errors.Is(err, errChanged):
		return analysis.WithHint(err, readAnew)
	case errors.Is(err, errForeign), errors.As(err, new(*smithy.DeserializationError)) && !errors.As(err, &api):
		return analysis.WithHint(err, "something between here and S3 answers in its place: look at HTTPS_PROXY, --endpoint-url and the network's log-in page")
	case !errors.As(err, &api):
		return err
	}
	switch api.ErrorCode() {
	case "InvalidObjectState":
		return archived(err, r)
	case "PreconditionFailed":
		return analysis.WithHint(fmt.Errorf("%w: %w", errChanged, err), readAnew)
	case "NoSuchKey":
		return analysis.WithHint(fmt.Errorf("deleted since it was listed: %w: %w", analysis.ErrNotFound, err),
			"when no lifecycle rule explains it, look for DeleteObject events; a versioned bucket still has the object")
	case "NoSuchBucket":
		return notFound(err, r)
	case "ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired":
		return refused(err, "the temporary credentials have expired: sign in again (aws sso login, or assume the role anew), then run the same command, which goes on where it stopped")
	case "InvalidAccessKeyId", "UnrecognizedClientException", "InvalidClientTokenId":
		return refused(err, "AWS does not know this access key: look at --profile, AWS_PROFILE and AWS_ACCESS_KEY_ID, and whether the key was deactivated")
	case "InvalidToken":
		return refused(err, "the session token does not belong to the access key: set all three of key, secret and token, or none")
	case "SignatureDoesNotMatch":
		return refused(err, "the secret does not belong to the access key, or a proxy changes requests on the way")
	case "RequestTimeTooSkewed":
		return refused(err, "this machine's clock is wrong: set it, then run again")
	case "PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException":
		return wrongRegion(err)
	case "KMS.DisabledException", "KMS.KMSInvalidStateException":
		return analysis.WithHint(err, "the KMS key that encrypts the log is disabled or waits for its deletion: enable it (aws kms cancel-key-deletion, aws kms enable-key) and find out who did that")
	case "KMS.NotFoundException":
		return analysis.WithHint(err, "the KMS key that encrypts the log is gone: without it nobody can read the object")
	case "SlowDown", "Throttling", "ServiceUnavailable":
		return analysis.WithHint(err, "S3 asked to slow down for as long as it was tried: run again later")
	}
	switch awsread.Status(err) {
	case http.StatusForbidden:
		return denied(err, r, api.ErrorMessage())
	case http.StatusNotFound:
		return notFound(err, r)
	case http.StatusMovedPermanently:
		return wrongRegion(err)
	}
	return err
}

func refused(err error, hint string) error {
	return analysis.WithHint(fmt.Errorf("%w: %w", analysis.ErrAccessDenied, err), hint)
}

func archived(err error, r Request) error {
	return analysis.WithHint(fmt.Errorf("archived (Glacier) and not restored: %w", err), fmt.Sprintf(
		`restore it, wait until it is there, then run sync again: aws s3api restore-object --bucket %s --key %q --restore-request 'Days=14,GlacierJobParameters={Tier=Standard}'`,
		r.Bucket, r.Key))
}

func notFound(err error, r Request) error {
	return analysis.WithHint(fmt.Errorf("no bucket %s: %w: %w", r.Bucket, analysis.ErrNotFound, err),
		"look at its spelling; with --endpoint-url, at which server is asked")
}

func wrongRegion(err error) error {
	words := "give the bucket's region with --aws-region"
	if region := regionOf(err); region != "" {
		words = "the bucket is in " + region + ": give --aws-region " + region
	}
	return analysis.WithHint(err, words)
}

// explain is [Explain] for a request to this bucket. When an object was refused and S3
// does not say why, asking for its head tells the permissions apart: that needs
// s3:GetObject but not the key.
func (b *Bucket) explain(ctx context.Context, err error, action, key string) error {
	if b.cfg.NoSignRequest && awsread.Status(err) == http.StatusForbidden {
		return refused(awsread.Brief(err), "the bucket is not public: leave out --no-sign-request and give credentials")
	}
	r := Request{
		Action: action,
		Bucket: b.cfg.Bucket,
		Key:    key,
		Scope:  b.cfg.Prefix[:strings.LastIndexByte(b.cfg.Prefix, '/')+1],
		Region: b.Region(),
	}
	if action == "s3:GetObject" && awsread.Status(err) == http.StatusForbidden && awsread.RefusalIn(err).Action == "" {
		head, headErr := b.client.HeadObject(ctx, &s3.HeadObjectInput{
			Bucket: aws.String(b.cfg.Bucket), Key: aws.String(key), RequestPayer: b.payer(),
		})
		if headErr == nil {
			r.KeyARN = aws.ToString(head.SSEKMSKeyId)
		}
	}
	return Explain(err, r)
}

var expectingRegion = regexp.MustCompile(`expecting '([a-z0-9-]+)'`)

// regionOf returns the region that a refusal names, "" when it names none.
func regionOf(err error) string {
	var answer *smithyhttp.ResponseError
	if errors.As(err, &answer) && answer.Response != nil {
		if region := answer.Response.Header.Get("X-Amz-Bucket-Region"); region != "" {
			return region
		}
	}
	if m := expectingRegion.FindStringSubmatch(err.Error()); m != nil {
		return m[1]
	}
	return ""
}
