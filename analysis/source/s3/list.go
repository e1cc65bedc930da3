package s3

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/cloudtrail"
)

// listing is one page of keys, decoded.
type listing struct {
	objects  []types.Object
	prefixes []string
	token    *string // of the next page, nil when this is the last
}

// page fetches one page of the keys below prefix that sort after the key after. Pages
// are asked for by key and not by token, so that anyone can go on from anywhere.
func (b *Bucket) page(ctx context.Context, prefix, after string) (listing, error) {
	in := &s3.ListObjectsV2Input{Prefix: aws.String(prefix)}
	if after != "" {
		in.StartAfter = aws.String(after)
	}
	l, err := b.list(ctx, in)
	if n := len(l.objects); err == nil && l.token != nil && (n == 0 || aws.ToString(l.objects[n-1].Key) <= after) {
		return l, fmt.Errorf("list %s: the server does not get past %q", b.uri(prefix), after)
	}
	return l, err
}

func (b *Bucket) list(ctx context.Context, in *s3.ListObjectsV2Input) (listing, error) {
	in.Bucket = aws.String(b.cfg.Bucket)
	in.RequestPayer = b.payer()
	// A key may hold characters that XML cannot; one such key, planted, would
	// otherwise make the whole page unreadable.
	in.EncodingType = types.EncodingTypeUrl
	out, err := b.client.ListObjectsV2(ctx, in)
	if err != nil {
		prefix := aws.ToString(in.Prefix)
		return listing{}, fmt.Errorf("list %s: %w", b.uri(prefix), b.explain(ctx, err, "s3:ListBucket", prefix))
	}
	decode := func(s *string) *string {
		if out.EncodingType == types.EncodingTypeUrl {
			if plain, err := url.QueryUnescape(aws.ToString(s)); err == nil {
				return &plain
			}
		}
		return s
	}
	l := listing{objects: out.Contents}
	for i := range l.objects {
		l.objects[i].Key = decode(l.objects[i].Key)
	}
	for _, p := range out.CommonPrefixes {
		l.prefixes = append(l.prefixes, aws.ToString(decode(p.Prefix)))
	}
	if aws.ToBool(out.IsTruncated) {
		l.token = out.NextContinuationToken
	}
	return l, nil
}

// children returns the names of the directories in dir. Where the prefix the bucket
// was opened with leads on from dir, its next part is the only child and nothing is
// asked: whoever may list only below that prefix is served too.
func (b *Bucket) children(ctx context.Context, dir string) ([]string, error) {
	filter := ""
	if rest, ok := strings.CutPrefix(b.cfg.Prefix, dir); ok {
		name, _, whole := strings.Cut(rest, "/")
		if whole {
			return []string{name}, nil
		}
		filter = name
	}
	var names []string
	in := &s3.ListObjectsV2Input{Prefix: aws.String(dir + filter), Delimiter: aws.String("/")}
	for {
		l, err := b.list(ctx, in)
		if err != nil {
			return nil, err
		}
		for _, p := range l.prefixes {
			names = append(names, strings.TrimSuffix(strings.TrimPrefix(p, dir), "/"))
		}
		if l.token == nil {
			return names, nil
		}
		in.ContinuationToken = l.token
	}
}

// given reports whether the path dir was spelled out by the user.
func (b *Bucket) given(dir string) bool { return strings.HasPrefix(b.cfg.Prefix, dir) }

func (b *Bucket) payer() types.RequestPayer {
	if b.cfg.RequesterPays {
		return types.RequestPayerRequester
	}
	return ""
}

// object turns a listed object into ours. A key that ends in a slash is a
// directory as consoles make them: no object.
func (b *Bucket) object(o types.Object) (analysis.Object, bool) {
	key := aws.ToString(o.Key)
	if strings.HasSuffix(key, "/") {
		return analysis.Object{}, false
	}
	key = strings.ToValidUTF8(key, "\uFFFD")
	obj := analysis.Object{
		URI:          b.uri(key),
		Key:          key,
		ETag:         strings.Trim(aws.ToString(o.ETag), `"`),
		Size:         aws.ToInt64(o.Size),
		StorageClass: string(o.StorageClass),
	}
	if o.LastModified != nil {
		obj.Modified = o.LastModified.UTC()
	}
	if info, ok := cloudtrail.ParseKey(key); ok {
		info.Apply(&obj)
	}
	return obj, true
}

// dayOf returns the delivery day of an object: its name's, else when it was written.
func dayOf(obj analysis.Object) time.Time {
	t := obj.DeliveredAt
	if t.IsZero() {
		t = obj.Modified
	}
	return day(t)
}

func day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// parallel runs fn on every element, n at a time, and joins the results in order. It
// goes on after errors, so that one refused directory does not hide the others.
func parallel[T, R any](ctx context.Context, n int, in []T, fn func(context.Context, T) ([]R, error)) ([]R, error) {
	results := make([][]R, len(in))
	var failed failures
	var wg sync.WaitGroup
	slots := make(chan struct{}, n)
	for i, x := range in {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			wg.Wait()
			return nil, ctx.Err()
		}
		wg.Go(func() {
			defer func() { <-slots }()
			var err error
			if results[i], err = fn(ctx, x); err != nil {
				failed.add(err)
			}
		})
	}
	wg.Wait()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	var all []R
	for _, r := range results {
		all = append(all, r...)
	}
	return all, failed.err()
}
