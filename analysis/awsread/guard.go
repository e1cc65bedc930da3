package awsread

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
)

// ErrNotARead is returned for an operation that the guard refused.
var ErrNotARead = errors.New("refused: trailbench only reads")

// reads are the names of operations that change nothing, in every AWS API.
var reads = regexp.MustCompile(`^(Get|List|Describe|Head|BatchGet|Search|Select|Lookup|Simulate)`)

// alsoReads are reads by another name. AssumeRole gives this program its own sessions;
// the credential report is made anew at most every four hours, by AWS, for whoever asks.
var alsoReads = []string{"STS:AssumeRole", "IAM:GenerateCredentialReport"}

// secrets are operations that read by name, and hand out what nobody needs to see in
// order to tell what is there: secrets, tokens, passwords, stored data, code.
var secrets = []string{
	"BatchGetItem", "BatchGetSecretValue", "GetAuthorizationToken", "GetBlobs", "GetCode", "GetClusterCredentials",
	"GetClusterCredentialsWithIAM", "GetCredentialsForIdentity", "GetDownloadUrlForLayer", "GetFederationToken", "GetFile",
	"GetFunction", "GetInstanceAccessDetails", "GetItem", "GetJobOutput", "GetLayerVersion", "GetLogEvents", "GetLogObject",
	"GetLogRecord", "GetObject", "GetObjectTorrent", "GetOpenIdToken", "GetOpenIdTokenForDeveloperIdentity", "GetParameter",
	"GetParameterHistory", "GetParameters", "GetParametersByPath", "GetPasswordData", "GetQueryResults", "GetRandomPassword",
	"GetRecords", "GetRoleCredentials", "GetSecretValue", "GetSessionToken", "GetSigninToken", "GetSnapshotBlock",
	"SelectObjectContent",
}

// Allowed reports whether the guard lets an operation through, named as the SDK names
// it: the service's id and the operation's name ("Secrets Manager", "GetSecretValue").
func Allowed(service, operation string) bool {
	if slices.Contains(alsoReads, service+":"+operation) {
		return true
	}
	return reads.MatchString(operation) && !slices.Contains(secrets, operation)
}

// guard refuses every operation that may does not let through.
func guard(may func(service, operation string) bool) func(*middleware.Stack) error {
	refuse := middleware.InitializeMiddlewareFunc("ReadOnlyGuard",
		func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
			middleware.InitializeOutput, middleware.Metadata, error,
		) {
			service, operation := middleware.GetServiceID(ctx), middleware.GetOperationName(ctx)
			if !may(service, operation) {
				return middleware.InitializeOutput{}, middleware.Metadata{}, fmt.Errorf("%s:%s: %w", service, operation, ErrNotARead)
			}
			return next.HandleInitialize(ctx, in)
		})
	return func(stack *middleware.Stack) error {
		// Before all else: the client has put the operation's name into ctx already.
		return stack.Initialize.Add(refuse, middleware.Before)
	}
}

// Call is an operation that was sent to AWS, whatever came of it.
type Call struct {
	Service   string // as the SDK names it: "EC2", "Secrets Manager"
	Operation string
	Region    string
}

// record tells seen of every operation that passed the guard.
func record(seen func(Call)) func(*middleware.Stack) error {
	return func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("CallRecorder",
			func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
				middleware.InitializeOutput, middleware.Metadata, error,
			) {
				seen(Call{middleware.GetServiceID(ctx), middleware.GetOperationName(ctx), awsmiddleware.GetRegion(ctx)})
				return next.HandleInitialize(ctx, in)
			}), middleware.After)
	}
}
