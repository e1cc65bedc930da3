package s3

import (
	"context"
	"errors"

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
