package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
)

// ReadOperations returns the operations the guard lets through, as service:operation.
func ReadOperations() []string {
	return []string{
		"S3:GetBucketLocation",
		"S3:GetObject",
		"S3:HeadBucket",
		"S3:HeadObject",
		"S3:ListObjectsV2",
		"STS:AssumeRole",
	}
}

// ErrNotARead is returned for an operation that the guard refused.
var ErrNotARead = errors.New("refused: trailbench only reads")

// guard refuses every operation that is not a read before it is even serialized.
func guard(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("ReadOnlyGuard",
		func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
			middleware.InitializeOutput, middleware.Metadata, error,
		) {
			op := awsmiddleware.GetServiceID(ctx) + ":" + awsmiddleware.GetOperationName(ctx)
			if !slices.Contains(ReadOperations(), op) {
				return middleware.InitializeOutput{}, middleware.Metadata{}, fmt.Errorf("%s: %w", op, ErrNotARead)
			}
			return next.HandleInitialize(ctx, in)
		}), middleware.After)
}

// refuseForeignListing turns an answer that is no listing (the log-in page of a
// proxy, an empty body) into an error that is retried. The SDK does not look at the
// name of the root element and would take it for an empty bucket.
func refuseForeignListing(stack *middleware.Stack) error {
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("RefuseForeignListing",
		func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
			middleware.DeserializeOutput, middleware.Metadata, error,
		) {
			out, metadata, err := next.HandleDeserialize(ctx, in)
			if list, ok := out.Result.(*s3.ListObjectsV2Output); ok && err == nil && list.Name == nil {
				err = &smithy.DeserializationError{Err: errors.New("the answer is not the listing of a bucket")}
			}
			return out, metadata, err
		}), middleware.Before)
}

func userAgent(agent string) func(*middleware.Stack) error {
	name, version, ok := strings.Cut(agent, "/")
	if !ok {
		return awsmiddleware.AddUserAgentKey(name)
	}
	return awsmiddleware.AddUserAgentKeyValue(name, version)
}

// newHTTPClient gives up on a connection that is silent for the read timeout. There
// is no limit on a whole request: a large object on a slow line may take its time.
func newHTTPClient(cfg Config) *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().
		WithReadTimeout(cfg.readTimeout).
		WithTransportOptions(func(t *http.Transport) {
			t.MaxIdleConns = 256
			t.MaxIdleConnsPerHost = 128
		})
}

// newRetryer backs off adaptively when S3 says SlowDown. All requests are reads, so
// whatever went wrong on the way, asking again is safe: also after an answer that
// broke off or could not be understood.
func newRetryer(cfg Config) aws.Retryer {
	options := func(o *retry.StandardOptions) {
		o.MaxAttempts = cfg.attempts
		o.Backoff = cfg.backoff()
		// A shared budget of retries would fail thousands of objects at once in
		// one bad minute; adaptive mode already slows everyone down.
		o.RateLimiter = ratelimit.None
		o.Retryables = append(o.Retryables, retry.IsErrorRetryableFunc(brokenAnswer))
	}
	if cfg.standard {
		return retry.NewStandard(options)
	}
	return retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) {
		o.StandardOptions = append(o.StandardOptions, options)
	})
}

// brokenAnswer holds for answers that broke off or are not what S3 sends.
func brokenAnswer(err error) aws.Ternary {
	var foreign *smithy.DeserializationError
	if errors.As(err, &foreign) || errors.Is(err, io.ErrUnexpectedEOF) {
		return aws.TrueTernary
	}
	return aws.UnknownTernary
}

func (c Config) backoff() retry.BackoffDelayer {
	return retry.NewExponentialJitterBackoff(c.maxBackoff)
}
