package s3

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread/awstest"
)

const (
	bucketName = "amzn-s3-demo-bucket"
	account1   = "111122223333"
	account2   = "123456789012"
	orgID      = "o-exampleorgid"
)

// logKey returns a key as CloudTrail makes them; n makes it unique.
func logKey(root, account, kind, region string, delivered time.Time, n int) string {
	return fmt.Sprintf("%s/%s/%s/%s/%s/%s_%s_%s_%s_%016d.json.gz", root, account, kind, region,
		delivered.Format(dayPath), account, kind, region, delivered.Format("20060102T1504Z"), n)
}

// at returns a time in January 2026.
func at(day, hour int) time.Time { return time.Date(2026, 1, day, hour, 5, 0, 0, time.UTC) }

// quick makes a test's faults pass in milliseconds.
func quick(cfg Config) Config {
	cfg.Bucket = bucketName
	cfg.attempts = 4
	cfg.standard = true
	cfg.maxBackoff = 5 * time.Millisecond
	if cfg.readTimeout == 0 {
		cfg.readTimeout = 10 * time.Second
	}
	return cfg
}

func open(t testing.TB, cfg Config) *Bucket {
	t.Helper()
	b, err := Open(t.Context(), quick(cfg))
	if err != nil {
		t.Fatalf("open: %v\nhints: %q", err, analysis.Hints(err))
	}
	b.now = func() time.Time { return at(20, 12) }
	return b
}

// gateway starts a server that holds the objects and works as its owner.
func gateway(t testing.TB, objects map[string]string) *awstest.Server {
	t.Helper()
	server := awstest.Gateway(t)
	awstest.Setenv(t, server.AccessKey, server.SecretKey)
	server.Bucket(bucketName, objects)
	return server
}

func filled(keys ...string) map[string]string {
	objects := map[string]string{}
	for _, key := range keys {
		objects[key] = "body of " + key
	}
	return objects
}

func walkKeys(t testing.TB, b *Bucket, sel Select) []string {
	t.Helper()
	items := walkItems(t, b, sel)
	var keys []string
	for _, item := range items {
		keys = append(keys, item.Object.Key)
	}
	slices.Sort(keys)
	return keys
}

func walkItems(t testing.TB, b *Bucket, sel Select) []analysis.Item {
	t.Helper()
	var items []analysis.Item
	err := b.Walk(t.Context(), sel, func(item analysis.Item) error {
		items = append(items, item)
		return nil
	})
	if err != nil {
		t.Fatalf("walk %s: %v\nhints: %q", b.URI(), err, analysis.Hints(err))
	}
	return items
}

// fetchAll opens every item, several at a time, and returns bodies and errors by key.
func fetchAll(ctx context.Context, items []analysis.Item) (bodies map[string]string, errs map[string]error) {
	bodies, errs = map[string]string{}, map[string]error{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	slots := make(chan struct{}, 4)
	for _, item := range items {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			body, err := fetchOne(ctx, item)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				errs[item.Object.Key] = err
			} else {
				bodies[item.Object.Key] = body
			}
		})
	}
	wg.Wait()
	return bodies, errs
}

func fetchOne(ctx context.Context, item analysis.Item) (string, error) {
	opened, err := item.Open(ctx)
	if err != nil {
		return "", err
	}
	defer opened.Body.Close()
	body, err := io.ReadAll(opened.Body)
	return string(body), err
}

// sameKeys compares two lists of keys, whatever their order.
func sameKeys(t testing.TB, got, want []string) {
	t.Helper()
	got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		t.Errorf("keys:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// hintsOf joins the advice of an error.
func hintsOf(err error) string { return strings.Join(analysis.Hints(err), "\n") }

func put(client *awss3.Client, key, body string) error {
	_, err := client.PutObject(context.Background(), &awss3.PutObjectInput{
		Bucket: aws.String(bucketName), Key: &key, Body: strings.NewReader(body),
	})
	return err
}
