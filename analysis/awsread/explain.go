package awsread

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/trailbench/trailbench/analysis"
)

// Kind names what came of a request that failed, in a word or two for tables.
type Kind string

// The kinds of failure.
const (
	KindNone      Kind = ""
	KindDenied    Kind = "denied"             // a permission is missing
	KindSCP       Kind = "denied by policy"   // a policy denies it outright: an SCP, a boundary, a Deny
	KindExpired   Kind = "expired token"      // the credentials are no longer valid
	KindUnknown   Kind = "unknown key"        // AWS does not know the credentials
	KindRegion    Kind = "region not enabled" // the account does not use the region
	KindThrottled Kind = "throttled"          // AWS asked to slow down for as long as it was tried
	KindForeign   Kind = "not AWS"            // something else answered: a proxy's page
	KindTimeout   Kind = "timed out"
	KindNetwork   Kind = "no connection"
	KindCancelled Kind = "cancelled"
	KindRefused   Kind = "not a read" // by the guard of this package
	KindFailed    Kind = "failed"     // AWS says something else
)

// ErrForeign is an answer that lacks what AWS always sends: something else answered.
var ErrForeign = errors.New("the answer is not one of AWS: it lacks what AWS always sends")

// KindOf names an error of a request.
func KindOf(err error) Kind {
	var (
		api     smithy.APIError
		foreign *smithy.DeserializationError
		dns     net.Error
		broken  *url.Error
	)
	switch {
	case err == nil:
		return KindNone
	case errors.Is(err, ErrNotARead):
		return KindRefused
	case errors.Is(err, ErrForeign):
		return KindForeign
	case errors.Is(err, context.Canceled):
		return KindCancelled
	case errors.Is(err, context.DeadlineExceeded):
		return KindTimeout
	case errors.As(err, &api):
		return kindOfCode(api.ErrorCode(), api.ErrorMessage(), Status(err))
	case errors.As(err, &foreign):
		return KindForeign
	case errors.As(err, &dns) && dns.Timeout():
		return KindTimeout
	case errors.As(err, &broken):
		return KindNetwork
	}
	return KindFailed
}

func kindOfCode(code, message string, status int) Kind {
	switch code {
	case "ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired", "CredentialsExpired":
		return KindExpired
	case "OptInRequired", "InvalidRegion", "RegionDisabledException", "AuthFailure.RegionDisabled":
		return KindRegion
	case "InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "InvalidToken", "SignatureDoesNotMatch", "AuthFailure", "MissingAuthenticationToken", "IncompleteSignature":
		// A region that is not enabled does not know any token.
		return KindUnknown
	case "Throttling", "ThrottlingException", "ThrottledException", "RequestLimitExceeded", "TooManyRequestsException", "SlowDown", "RequestThrottled", "RequestThrottledException", "BandwidthLimitExceeded", "PriorRequestNotComplete", "EC2ThrottledException":
		return KindThrottled
	case "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "AuthorizationErrorException", "NotAuthorized", "Forbidden", "403":
		if strings.Contains(message, "explicit deny") {
			return KindSCP
		}
		return KindDenied
	}
	switch {
	case code == "UnknownError" || code == "":
		return KindForeign
	case status == 403:
		return KindDenied
	}
	return KindFailed
}

// Code is the error code that AWS answered, "" where it did not.
func Code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// Status is the HTTP status of the answer behind err, 0 without one.
func Status(err error) int {
	var answer *smithyhttp.ResponseError
	if errors.As(err, &answer) {
		return answer.HTTPStatusCode()
	}
	return 0
}

// answered is an error of the SDK in the words that matter; the rest is the chain's.
type answered struct {
	error
	words string
}

func (a answered) Error() string { return a.words }

func (a answered) Unwrap() error { return a.error }

// Brief takes the SDK's long-windedness from an error: of a refusal the code, the
// message and the request's id are left, of a broken connection what broke.
func Brief(err error) error {
	var (
		api      smithy.APIError
		foreign  *smithy.DeserializationError
		broken   *url.Error
		attempts *retry.MaxAttemptsError
		answer   *awshttp.ResponseError
	)
	a := answered{error: err}
	switch {
	case errors.As(err, &api):
		a.words = api.ErrorCode()
		if message := strings.TrimSuffix(api.ErrorMessage(), "."); message != "" && message != a.words {
			a.words += ": " + message
		}
		if errors.As(err, &answer) && answer.RequestID != "" {
			a.words += " (request " + answer.RequestID + ")"
		}
	case errors.As(err, &foreign):
		a.words = foreign.Err.Error()
	case errors.As(err, &broken):
		a.words = broken.Err.Error()
	default:
		return err
	}
	if errors.As(err, &attempts) {
		a.words += fmt.Sprintf(", %d attempts", attempts.Attempt)
	}
	return a
}

// Refusal is what AWS says about who was refused what; its fields are "" where it does
// not say.
type Refusal struct {
	User, Action, Resource, Reason string
}

var notAuthorized = regexp.MustCompile(`(?:User: (\S+) is )?not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)(?: on resource: "?([^\s"]+)"?)?(?: (?:because|with) (.*))?`)

// RefusalIn takes a refusal apart.
func RefusalIn(err error) Refusal {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return Refusal{}
	}
	words := api.ErrorMessage()
	r := Refusal{}
	if m := notAuthorized.FindStringSubmatch(words); m != nil {
		r = Refusal{User: m[1], Action: m[2], Resource: m[3], Reason: m[4]}
	} else if strings.Contains(words, "ciphertext refers to a customer master key") || strings.Contains(words, "kms:Decrypt") {
		r.Action = "kms:Decrypt"
	}
	return r
}

// Explain puts an error of a request that needs the IAM action into words and adds what
// to do about it; of a refusal that is the statement to add. The result matches
// [analysis.ErrAccessDenied] where that is what it means. Errors that need no
// explanation come back as they are.
func Explain(err error, action string) error {
	if err == nil || errors.Is(err, context.Canceled) || len(analysis.Hints(err)) > 0 {
		return err
	}
	kind, said := KindOf(err), RefusalIn(err)
	err = Brief(err)
	if hint := Advice(kind, err); hint != "" {
		switch kind {
		case KindExpired, KindUnknown:
			err = fmt.Errorf("%w: %w", analysis.ErrAccessDenied, err)
		}
		return analysis.WithHint(err, hint)
	}
	action = cmp.Or(said.Action, action)
	user := cmp.Or(said.User, "the role or user that reads")
	switch kind {
	case KindSCP:
		return analysis.WithHint(fmt.Errorf("%w: %s: %w", analysis.ErrAccessDenied, action, err), fmt.Sprintf(
			"a policy denies %s outright (%s), and no Allow helps against that: find the Deny and except %s from it", action, said.Reason, user))
	case KindDenied:
		grant := Statement{Sid: "TrailbenchRead", Effect: "Allow", Action: action, Resource: "*"}
		return analysis.WithHint(fmt.Errorf("%w: %s: %w", analysis.ErrAccessDenied, action, err),
			"add this statement to the policy of "+user+" (trailbench iam-template prints all of them):\n"+grant.String())
	}
	return err
}

// Advice is what to do about a kind of failure whatever was asked; "" where it depends.
func Advice(kind Kind, err error) string {
	code := Code(err)
	switch kind {
	case KindExpired:
		return "the temporary credentials have expired: sign in again (aws sso login, or assume the role anew), then run the same command, which goes on where it stopped"
	case KindForeign:
		return "something between here and AWS answers in its place: look at HTTPS_PROXY, AWS_ENDPOINT_URL, --endpoint-url and the network's log-in page"
	case KindThrottled:
		return "AWS asked to slow down for as long as it was tried: run again later"
	case KindRegion:
		return "the account has not enabled this region: nothing of it can be read, and CloudTrail shows whether anything was ever done there"
	case KindTimeout, KindNetwork:
		return "look at the network, HTTPS_PROXY and AWS_ENDPOINT_URL, then run again"
	case KindUnknown:
		switch code {
		case "InvalidToken":
			return "the session token does not belong to the access key: set all three of key, secret and token, or none"
		case "SignatureDoesNotMatch", "IncompleteSignature":
			return "the secret does not belong to the access key, or a proxy changes requests on the way"
		}
		return "AWS does not know this access key: look at --profile, AWS_PROFILE and AWS_ACCESS_KEY_ID, and whether the key was deactivated; or the account has not enabled this region"
	}
	if code == "RequestTimeTooSkewed" {
		return "this machine's clock is wrong: set it, then run again"
	}
	return ""
}

// Statement is one statement of an IAM policy, fields in the order people write them.
type Statement struct {
	Sid       string
	Effect    string
	Action    string
	Resource  string
	Condition map[string]map[string]string `json:",omitempty"`
}

// String returns the statement as indented JSON.
func (s Statement) String() string {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(s); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(out.String())
}

var errNoToken = errors.New("an MFA code is needed and nobody can be asked")

// explainCredentials words the failure to find credentials at all.
func explainCredentials(err error, opt Options) error {
	words := "set --profile or AWS_PROFILE, sign in with aws sso login, or export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; a public bucket needs --no-sign-request"
	var noToken config.AssumeRoleTokenProviderNotSetError
	switch text := err.Error(); {
	case errors.As(err, &noToken), errors.Is(err, errNoToken):
		words = "run in a terminal without --no-input, so that the MFA code can be typed in"
	case strings.Contains(text, "SSO") || strings.Contains(text, "sso"):
		words = "the SSO session has ended: aws sso login" + profileFlag(opt)
	case strings.Contains(text, "shared config profile"):
		words = "aws configure list-profiles shows which profiles there are"
	}
	return analysis.WithHint(fmt.Errorf("%w: %w", analysis.ErrAccessDenied, err), words)
}

func profileFlag(opt Options) string {
	if opt.Profile == "" {
		return ""
	}
	return " --profile " + opt.Profile
}

// explainAssumeRole words the failure to assume the role asked for.
func explainAssumeRole(err error, opt Options) error {
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != "AccessDenied" {
		return Explain(err, "sts:AssumeRole")
	}
	said := RefusalIn(err)
	grant := Statement{Sid: "TrailbenchAssumeRole", Effect: "Allow", Action: "sts:AssumeRole", Resource: opt.Role.ARN}
	trust := "the role's trust policy must name " + cmp.Or(said.User, "this principal")
	if opt.Role.ExternalID == "" {
		trust += "; when it asks for an external id, give --external-id"
	} else {
		trust += " and the same external id"
	}
	return analysis.WithHint(fmt.Errorf("%w: sts:AssumeRole: %w", analysis.ErrAccessDenied, Brief(err)),
		trust+"; and the policy of "+cmp.Or(said.User, "the user or role that assumes it")+" needs this statement:\n"+grant.String())
}

// Partition returns the AWS partition a region lies in.
func Partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// HomeRegion is where a partition's global services (IAM, Organizations, Route 53) are
// asked.
func HomeRegion(partition string) string {
	switch partition {
	case "aws-cn":
		return "cn-north-1"
	case "aws-us-gov":
		return "us-gov-west-1"
	}
	return "us-east-1"
}
