package s3

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

// Config says which bucket to read and as whom. The zero value of every field but
// Bucket is the default of the AWS tools: environment, shared configuration files,
// SSO, web identity, instance metadata.
type Config struct {
	Bucket string
	// Prefix is where to look: "" for the whole bucket, a custom prefix, any level
	// of CloudTrail's layout down to a day, or the key of one object.
	Prefix string

	Profile string // of the shared configuration files
	Region  string // of the SDK; the bucket's own region is found out

	RoleARN    string // assumed with the credentials found, when set
	ExternalID string
	// SessionName of the role's session, which shows in the logs; "" is trailbench.
	SessionName string
	MFASerial   string
	// MFAToken asks the user for a code. Nil means that nobody can be asked.
	MFAToken func() (string, error)

	EndpointURL   string // of another S3 server; STS keeps its own
	PathStyle     bool
	NoSignRequest bool
	RequesterPays bool
	Offline       bool // Open refuses

	UserAgent string // "trailbench/1.2", shown in the bucket owner's own logs
	Jobs      int    // concurrent listings, 0 means 16

	// Tests shorten these; zero is the default.
	attempts    int
	maxBackoff  time.Duration
	readTimeout time.Duration
	wholeSize   int64
	searchDirs  int
	standard    bool // retry without adapting the rate, which after SlowDown is one request in two seconds
}

func (c Config) withDefaults() Config {
	if c.Jobs <= 0 {
		c.Jobs = 16
	}
	if c.attempts <= 0 {
		c.attempts = 6
	}
	if c.maxBackoff <= 0 {
		c.maxBackoff = 20 * time.Second
	}
	if c.readTimeout <= 0 {
		c.readTimeout = 30 * time.Second
	}
	if c.wholeSize <= 0 {
		c.wholeSize = wholeSize
	}
	if c.searchDirs <= 0 {
		c.searchDirs = searchDirs
	}
	if c.UserAgent == "" {
		c.UserAgent = "trailbench"
	}
	return c
}

// ParseURI takes s3://bucket/prefix apart.
func ParseURI(uri string) (bucket, prefix string, err error) {
	rest, ok := strings.CutPrefix(uri, "s3://")
	bucket, prefix, _ = strings.Cut(rest, "/")
	if !ok || bucket == "" {
		return "", "", analysis.WithHint(
			fmt.Errorf("%w: %q is not the address of a bucket", analysis.ErrUsage, uri),
			"write s3://bucket or s3://bucket/prefix/")
	}
	return bucket, prefix, nil
}

// Bucket is an open bucket. Its methods may be called from several goroutines.
type Bucket struct {
	cfg    Config
	client *s3.Client
	now    func() time.Time
}

// Open finds credentials and the bucket's region. It makes one or two small requests;
// the errors of credentials, of roles that cannot be assumed and of buckets that do
// not exist come from here.
func Open(ctx context.Context, cfg Config) (*Bucket, error) {
	cfg = cfg.withDefaults()
	if cfg.Bucket == "" {
		return nil, fmt.Errorf("%w: no bucket named", analysis.ErrUsage)
	}
	b := &Bucket{cfg: cfg, now: time.Now}
	if cfg.Offline {
		return nil, fmt.Errorf("read %s: %w", b.uri(""), analysis.ErrOffline)
	}
	access, err := cfg.access(ctx)
	if err != nil {
		return nil, err
	}
	if err := b.connect(ctx, access); err != nil {
		return nil, err
	}
	return b, nil
}

// URI returns s3://bucket/prefix as the bucket was opened.
func (b *Bucket) URI() string { return b.uri(b.cfg.Prefix) }

// RootURI returns s3://bucket/directory of a root.
func (b *Bucket) RootURI(r Root) string { return b.uri(r.Prefix) }

// Region returns the region the bucket is in.
func (b *Bucket) Region() string { return b.client.Options().Region }

func (b *Bucket) uri(key string) string { return "s3://" + b.cfg.Bucket + "/" + key }

// access finds credentials. Only the reads of this package pass its guard.
func (c Config) access(ctx context.Context) (awsread.Config, error) {
	access, err := awsread.Load(ctx, awsread.Options{
		Profile: c.Profile, Region: c.Region, NoSignRequest: c.NoSignRequest, UserAgent: c.UserAgent, Reads: ReadOperations(),
		Role:     awsread.Role{ARN: c.RoleARN, ExternalID: c.ExternalID, SessionName: c.SessionName, MFASerial: c.MFASerial, MFAToken: c.MFAToken},
		Attempts: c.attempts, MaxBackoff: c.maxBackoff, ReadTimeout: c.readTimeout, Standard: c.standard,
	})
	if err != nil {
		return awsread.Config{}, err
	}
	return access.With(refuseForeignListing), nil
}

// connect makes the client and moves it to the bucket's region. A refusal is not an
// error here: who may only list one prefix or only get objects can still do that.
func (b *Bucket) connect(ctx context.Context, access awsread.Config) error {
	newClient := func(region string) *s3.Client {
		return awsread.New(access, s3.NewFromConfig, func(o *s3.Options) {
			o.Region = region
			if b.cfg.EndpointURL != "" {
				o.BaseEndpoint = aws.String(b.cfg.EndpointURL)
			}
			o.UsePathStyle = b.cfg.PathStyle || hostWithoutDots(aws.ToString(o.BaseEndpoint))
			o.DisableLogOutputChecksumValidationSkipped = true
		})
	}
	b.client = newClient(access.Region())
	head, err := b.client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: aws.String(b.cfg.Bucket)})
	region := ""
	switch {
	case err == nil:
		region = aws.ToString(head.BucketRegion)
	case ctx.Err() != nil:
		return ctx.Err()
	default:
		if region = regionOf(err); region == "" && awsread.Status(err) != 403 {
			return fmt.Errorf("find bucket %s: %w", b.cfg.Bucket, b.explain(ctx, err, "s3:ListBucket", ""))
		}
	}
	if region == "" {
		region = b.location(ctx)
	}
	if region != "" && region != access.Region() {
		b.client = newClient(region)
	}
	return nil
}

// location asks the other way, for servers that do not say the region with HeadBucket.
// "" when it is not told: then the SDK's region stands.
func (b *Bucket) location(ctx context.Context) string {
	out, err := b.client.GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: aws.String(b.cfg.Bucket)})
	switch {
	case err != nil:
		return ""
	case out.LocationConstraint == "EU": // of buckets made before regions had names
		return "eu-west-1"
	default:
		return string(out.LocationConstraint)
	}
}

// hostWithoutDots reports whether bucket.host cannot be a name: localhost and the like.
// The SDK itself sees to IP addresses.
func hostWithoutDots(endpoint string) bool {
	u, err := url.Parse(endpoint)
	return err == nil && u.Hostname() != "" && !strings.Contains(u.Hostname(), ".")
}
