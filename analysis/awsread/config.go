package awsread

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/trailbench/trailbench/analysis"
)

// Options say as whom to read. The zero value of every field is the default of the AWS
// tools: environment, shared configuration files, SSO, web identity, instance metadata.
type Options struct {
	Profile string // of the shared configuration files
	Region  string // "" for the configured one, us-east-1 without any
	Role    Role   // assumed with the credentials found, when its ARN is set

	NoSignRequest bool
	Offline       bool // Load refuses
	// Endpoint is asked in place of every service's own; "" leaves that to AWS_ENDPOINT_URL.
	Endpoint string

	UserAgent string // "trailbench/1.2", which CloudTrail shows
	// Reads narrows what the guard lets through to these operations, as
	// "S3:ListObjectsV2"; nil leaves it at [Allowed]. It is the only way to read objects.
	Reads []string

	Attempts    int           // of a request; 0 is 6
	MaxBackoff  time.Duration // between two of them; 0 is 20 seconds
	ReadTimeout time.Duration // of silence on a connection; 0 is 30 seconds
	// Standard tries again without adapting the rate to what AWS says, which after a
	// refusal is one request in two seconds. For tests.
	Standard bool
	// Transport carries the requests in place of the network; nil is the network.
	Transport http.RoundTripper
}

// Role is a role to assume.
type Role struct {
	ARN         string
	ExternalID  string
	SessionName string // shows in the logs; "" is trailbench
	MFASerial   string
	// MFAToken asks the user for a code. Nil means that nobody can be asked.
	MFAToken func() (string, error)
}

// Config is access to AWS that only reads. The zero value cannot be used; see [Load].
// It may be used from several goroutines.
type Config struct {
	aws aws.Config
	opt Options
}

// New makes a client of a service: awsread.New(cfg, iam.NewFromConfig).
func New[C, O any](c Config, service func(aws.Config, ...func(*O)) *C, options ...func(*O)) *C {
	return service(c.aws, options...)
}

// Load finds credentials as every AWS tool does, once, so that their absence is told
// apart from a refusal by AWS, and assumes the role of opt.
func Load(ctx context.Context, opt Options) (Config, error) {
	opt = opt.withDefaults()
	if opt.Offline {
		return Config{}, fmt.Errorf("ask AWS: %w", analysis.ErrOffline)
	}
	retryer := sync.OnceValue(func() aws.Retryer { return newRetryer(opt) })
	opts := []func(*config.LoadOptions) error{
		// The SDK's own logger writes to stderr and would tear the terminal UI.
		config.WithLogger(logging.Nop{}),
		// A plain *http.Client here would make AWS_CA_BUNDLE an error.
		config.WithHTTPClient(opt.httpClient()),
		config.WithRetryer(retryer),
		config.WithAssumeRoleCredentialOptions(func(o *stscreds.AssumeRoleOptions) {
			o.TokenProvider = opt.Role.MFAToken
		}),
	}
	if opt.Profile != "" {
		opts = append(opts, config.WithSharedConfigProfile(opt.Profile))
	}
	if opt.Region != "" {
		opts = append(opts, config.WithRegion(opt.Region))
	}
	if opt.Endpoint != "" {
		opts = append(opts, config.WithBaseEndpoint(opt.Endpoint))
	}
	if opt.NoSignRequest {
		opts = append(opts, config.WithCredentialsProvider(aws.AnonymousCredentials{}))
	}
	awscfg, err := config.LoadDefaultConfig(ctx, opts...)
	if err != nil {
		return Config{}, fmt.Errorf("load AWS configuration: %w", explainCredentials(err, opt))
	}
	if awscfg.Region == "" {
		awscfg.Region = "us-east-1"
	}
	// From here on, only reads leave; the credential chain above needs its own calls.
	awscfg.APIOptions = append(awscfg.APIOptions, guard(opt.may()), userAgent(opt.UserAgent))
	if awscfg.BaseEndpoint != nil {
		awscfg.APIOptions = append(awscfg.APIOptions, plainHost(*awscfg.BaseEndpoint))
	}
	c := Config{aws: awscfg, opt: opt}
	if opt.NoSignRequest {
		return c, nil
	}
	if _, err := awscfg.Credentials.Retrieve(ctx); err != nil {
		return Config{}, fmt.Errorf("find AWS credentials: %w", explainCredentials(err, opt))
	}
	if opt.Role.ARN == "" {
		return c, nil
	}
	return c.Assume(ctx, opt.Role)
}

// Assume is access with the credentials of a role, which this access may assume. They
// are kept and renewed before they expire.
func (c Config) Assume(ctx context.Context, role Role) (Config, error) {
	c.opt.Role = role
	if role.MFASerial != "" && role.MFAToken == nil {
		return Config{}, fmt.Errorf("assume %s: %w", role.ARN, explainCredentials(errNoToken, c.opt))
	}
	before := c.aws
	c.aws = before.Copy()
	opt := c.opt // a role's rate is that of its own account
	c.aws.Retryer = sync.OnceValue(func() aws.Retryer { return newRetryer(opt) })
	c.aws.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(before), role.ARN,
		func(o *stscreds.AssumeRoleOptions) {
			o.RoleSessionName = "trailbench"
			if role.SessionName != "" {
				o.RoleSessionName = role.SessionName
			}
			o.Duration = time.Hour // every role allows it; the SDK's quarter would ask for an MFA code that often
			if role.ExternalID != "" {
				o.ExternalID = aws.String(role.ExternalID)
			}
			if role.MFASerial != "" {
				o.SerialNumber, o.TokenProvider = aws.String(role.MFASerial), role.MFAToken
			}
		}))
	if _, err := c.aws.Credentials.Retrieve(ctx); err != nil {
		return Config{}, fmt.Errorf("assume %s: %w", role.ARN, explainAssumeRole(err, c.opt))
	}
	return c, nil
}

// InRegion is the same access in another region.
func (c Config) InRegion(region string) Config {
	c.aws = c.aws.Copy()
	c.aws.Region = region
	return c
}

// Region is where requests go.
func (c Config) Region() string { return c.aws.Region }

// Endpoint is the address that every service is asked at instead of its own, "" for
// none: AWS_ENDPOINT_URL.
func (c Config) Endpoint() string { return aws.ToString(c.aws.BaseEndpoint) }

// Recording is the same access that tells seen of every call before it leaves. It is
// called from the goroutine of the call.
func (c Config) Recording(seen func(Call)) Config {
	c.aws = c.aws.Copy()
	c.aws.APIOptions = append(slices.Clip(c.aws.APIOptions), record(seen))
	return c
}

// With is the same access with further middleware behind the guard.
func (c Config) With(add func(*middleware.Stack) error) Config {
	c.aws = c.aws.Copy()
	c.aws.APIOptions = append(slices.Clip(c.aws.APIOptions), add)
	return c
}

// Identity is who this access is to AWS.
type Identity struct {
	ARN         string // as records have it: arn:aws:sts::111122223333:assumed-role/reader/trailbench
	AccountID   string
	AccessKeyID string // of the credentials in use
}

// Identity asks AWS who this is. It needs no permission.
func (c Config) Identity(ctx context.Context) (Identity, error) {
	out, err := New(c, sts.NewFromConfig).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return Identity{}, fmt.Errorf("ask AWS who this is: %w", Explain(err, "sts:GetCallerIdentity"))
	}
	id := Identity{ARN: aws.ToString(out.Arn), AccountID: aws.ToString(out.Account)}
	if creds, err := c.aws.Credentials.Retrieve(ctx); err == nil {
		id.AccessKeyID = creds.AccessKeyID
	}
	return id, nil
}

func (o Options) withDefaults() Options {
	if o.Attempts <= 0 {
		o.Attempts = 6
	}
	if o.MaxBackoff <= 0 {
		o.MaxBackoff = 20 * time.Second
	}
	if o.ReadTimeout <= 0 {
		o.ReadTimeout = 30 * time.Second
	}
	if o.UserAgent == "" {
		o.UserAgent = "trailbench"
	}
	return o
}

// may is what the guard lets through.
func (o Options) may() func(service, operation string) bool {
	if o.Reads == nil {
		return Allowed
	}
	return func(service, operation string) bool { return slices.Contains(o.Reads, service+":"+operation) }
}

// plainHost keeps requests at an endpoint that is an IP address. Some services have the
// account's id put before the host's name, and there is no name before an address.
func plainHost(endpoint string) func(*middleware.Stack) error {
	return func(stack *middleware.Stack) error {
		at, err := url.Parse(endpoint)
		if err != nil || net.ParseIP(at.Hostname()) == nil {
			return nil
		}
		return stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("PlainHost",
			func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
				middleware.FinalizeOutput, middleware.Metadata, error,
			) {
				if r, ok := in.Request.(*smithyhttp.Request); ok && strings.HasSuffix(r.URL.Host, "."+at.Host) {
					r.URL.Host = at.Host
				}
				return next.HandleFinalize(ctx, in)
			}), "Signing", middleware.Before)
	}
}

func userAgent(agent string) func(*middleware.Stack) error {
	name, version, ok := strings.Cut(agent, "/")
	if !ok {
		return awsmiddleware.AddUserAgentKey(name)
	}
	return awsmiddleware.AddUserAgentKeyValue(name, version)
}

// httpClient gives up on a connection that is silent for the read timeout. There
// is no limit on a whole request: a large object on a slow line may take its time.
func (o Options) httpClient() config.HTTPClient {
	if o.Transport != nil {
		return &http.Client{Transport: o.Transport}
	}
	return awshttp.NewBuildableClient().
		WithReadTimeout(o.ReadTimeout).
		WithTransportOptions(func(t *http.Transport) {
			t.MaxIdleConns = 256
			t.MaxIdleConnsPerHost = 128
		})
}

// newRetryer backs off adaptively when AWS says to slow down. All requests are reads,
// so whatever went wrong on the way, asking again is safe: also after an answer that
// broke off or could not be understood.
func newRetryer(opt Options) aws.Retryer {
	options := func(o *retry.StandardOptions) {
		o.MaxAttempts = opt.Attempts
		o.Backoff = retry.NewExponentialJitterBackoff(opt.MaxBackoff)
		// A shared budget of retries would fail thousands of requests at once in
		// one bad minute; adaptive mode already slows everyone down.
		o.RateLimiter = ratelimit.None
		o.Retryables = append(o.Retryables, retry.IsErrorRetryableFunc(brokenAnswer))
	}
	if opt.Standard {
		return retry.NewStandard(options)
	}
	return retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) {
		o.StandardOptions = append(o.StandardOptions, options)
	})
}

// brokenAnswer holds for answers that broke off or are not what AWS sends.
func brokenAnswer(err error) aws.Ternary {
	var foreign *smithy.DeserializationError
	if errors.As(err, &foreign) || errors.Is(err, io.ErrUnexpectedEOF) {
		return aws.TrueTernary
	}
	return aws.UnknownTernary
}
