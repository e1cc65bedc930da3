package s3

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/trailbench/trailbench/analysis"
)

// wholeSize is up to where an object is fetched whole before anyone reads it, so that
// a broken transfer is repeated unseen. CloudTrail's objects are far smaller.
const wholeSize = 8 << 20

var errShort = errors.New("the answer has another length than the object")

// open fetches one object as it was listed, or says why it cannot.
func (b *Bucket) open(ctx context.Context, obj analysis.Object, key string) (*analysis.Opened, error) {
	f := &fetch{bucket: b, ctx: ctx, obj: obj, key: key}
	var opened *analysis.Opened
	var err error
	if obj.Size <= b.cfg.wholeSize {
		opened, err = f.whole()
	} else {
		opened, err = f.stream()
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", obj.URI, f.explain(err))
	}
	return opened, nil
}

// fetch reads one object, over as many requests as that takes. The SDK repeats a
// request whose answer does not begin; fetch repeats one whose body breaks off.
type fetch struct {
	bucket *Bucket
	ctx    context.Context // of Open: the body lives under it
	obj    analysis.Object
	key    string

	body   io.ReadCloser // nil between requests
	offset int64         // bytes handed on
	broken int           // bodies that broke off since the last byte
}

// whole fetches an object into memory.
func (f *fetch) whole() (*analysis.Opened, error) {
	for {
		opened, err := f.get(0)
		if err != nil {
			return nil, err
		}
		data := make([]byte, f.obj.Size)
		_, err = io.ReadFull(opened.Body, data)
		if err == nil {
			// The checksum of the SDK is compared when the end is read.
			if n, end := io.ReadFull(opened.Body, make([]byte, 1)); end != io.EOF || n > 0 {
				err = cmp.Or(end, errShort)
			}
		}
		opened.Body.Close()
		if err == nil {
			opened.Body = io.NopCloser(bytes.NewReader(data))
			return opened, nil
		}
		if err := f.pause(err); err != nil {
			return nil, err
		}
	}
}

// stream opens an object that is read as it arrives; what breaks off is continued
// from the byte it had come to.
func (f *fetch) stream() (*analysis.Opened, error) {
	opened, err := f.get(0)
	if err != nil {
		return nil, err
	}
	f.body = opened.Body
	opened.Body = f
	return opened, nil
}

// Read implements [io.Reader].
func (f *fetch) Read(p []byte) (int, error) {
	for {
		if f.offset >= f.obj.Size {
			return 0, io.EOF
		}
		if f.body == nil {
			opened, err := f.get(f.offset)
			if err != nil {
				return 0, f.fail(err)
			}
			f.body = opened.Body
		}
		n, err := f.body.Read(p[:min(int64(len(p)), f.obj.Size-f.offset)])
		f.offset += int64(n)
		if n > 0 {
			f.broken = 0
		}
		if err == nil || f.offset == f.obj.Size && err == io.EOF {
			return n, nil
		}
		f.body.Close()
		f.body = nil
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err := f.pause(err); err != nil {
			return n, f.fail(err)
		}
		if n > 0 {
			return n, nil
		}
	}
}

// Close implements [io.Closer].
func (f *fetch) Close() error {
	if f.body == nil {
		return nil
	}
	body := f.body
	f.body = nil
	return body.Close()
}

func (f *fetch) fail(err error) error {
	return fmt.Errorf("read %s from byte %d: %w", f.obj.URI, f.offset, f.explain(err))
}

func (f *fetch) explain(err error) error {
	return f.bucket.explain(f.ctx, err, "s3:GetObject", f.key)
}

// pause waits before the next attempt after a body that broke off, or returns why
// there is none.
func (f *fetch) pause(err error) error {
	if f.ctx.Err() != nil {
		return f.ctx.Err()
	}
	f.broken++
	if f.broken >= f.bucket.cfg.attempts {
		return fmt.Errorf("broken off %d times: %w", f.broken, err)
	}
	delay, _ := retry.NewExponentialJitterBackoff(f.bucket.cfg.maxBackoff).BackoffDelay(f.broken, err)
	select {
	case <-time.After(delay):
		return nil
	case <-f.ctx.Done():
		return f.ctx.Err()
	}
}

// get asks for the object from an offset on and checks that the answer is the object
// that was listed. S3 itself answers another with a precondition that failed; the
// ETag is compared here too, for servers and proxies that do not.
func (f *fetch) get(offset int64) (*analysis.Opened, error) {
	in := &s3.GetObjectInput{
		Bucket:       aws.String(f.bucket.cfg.Bucket),
		Key:          aws.String(f.key),
		RequestPayer: f.bucket.payer(),
	}
	if f.obj.ETag != "" {
		in.IfMatch = aws.String(`"` + f.obj.ETag + `"`)
	}
	if offset > 0 {
		in.Range = aws.String(fmt.Sprintf("bytes=%d-", offset))
	}
	for {
		out, err := f.bucket.client.GetObject(f.ctx, in)
		if err != nil {
			return nil, err
		}
		etag := strings.Trim(aws.ToString(out.ETag), `"`)
		length := aws.ToInt64(out.ContentLength)
		switch {
		case etag == "" && f.obj.ETag != "":
			err = errForeign
		case f.obj.ETag != "" && etag != f.obj.ETag:
			out.Body.Close()
			return nil, errChanged
		case offset > 0 && !strings.HasPrefix(aws.ToString(out.ContentRange), fmt.Sprintf("bytes %d-", offset)):
			out.Body.Close()
			return nil, errors.New("the server cannot go on in the middle of an object")
		case out.ContentLength == nil || length != f.obj.Size-offset:
			err = fmt.Errorf("%w: %d bytes instead of %d", errShort, length, f.obj.Size-offset)
		default:
			return &analysis.Opened{
				Body:     out.Body,
				ETag:     etag,
				Size:     f.obj.Size,
				Metadata: lowerKeys(out.Metadata),
			}, nil
		}
		out.Body.Close()
		if err := f.pause(err); err != nil {
			return nil, err
		}
	}
}

func lowerKeys(m map[string]string) map[string]string {
	out := make(map[string]string, len(m))
	for k, v := range m {
		out[strings.ToLower(k)] = v
	}
	return out
}
