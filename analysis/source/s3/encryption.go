package s3

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Encryption is how an object is encrypted: the algorithm (AES256, aws:kms, "" where the
// server does not say) and the ARN of the KMS key, "" for none. It needs s3:GetObject, and
// not the key.
func (b *Bucket) Encryption(ctx context.Context, key string) (algorithm, keyARN string, err error) {
	head, err := b.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: aws.String(b.cfg.Bucket), Key: aws.String(key), RequestPayer: b.payer()})
	if err != nil {
		return "", "", fmt.Errorf("look at %s: %w", b.uri(key), b.explain(ctx, err, "s3:GetObject", key))
	}
	return string(head.ServerSideEncryption), aws.ToString(head.SSEKMSKeyId), nil
}
