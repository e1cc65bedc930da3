package awsread

import (
	"context"
	"net/http"
	"strings"

	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Genuine is the same access that takes no page of a proxy, and no empty answer, for one
// of AWS's: an API that answers with lists has none in either, and that would say that
// something is gone. What is asked in place of AWS is taken at its word.
func (c Config) Genuine() Config {
	if c.Endpoint() != "" {
		return c
	}
	return c.With(func(stack *middleware.Stack) error {
		return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("GenuineAnswer", genuine), middleware.After)
	})
}

func genuine(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
	middleware.DeserializeOutput, middleware.Metadata, error,
) {
	out, metadata, err := next.HandleDeserialize(ctx, in)
	if answer, ok := out.RawResponse.(*smithyhttp.Response); err == nil && ok && answer.StatusCode < 300 && isForeign(answer.Response) {
		err = ErrForeign
	}
	return out, metadata, err
}

// isForeign holds for an answer without a request's id, which every service of AWS
// sends, that has nothing in it, or a page.
func isForeign(r *http.Response) bool {
	if r.Header.Get("X-Amzn-Requestid") != "" || r.Header.Get("X-Amz-Request-Id") != "" {
		return false
	}
	return r.ContentLength == 0 || strings.Contains(r.Header.Get("Content-Type"), "html")
}
