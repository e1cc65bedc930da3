package s3

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go"

	"github.com/trailbench/trailbench/analysis"
)

// refusal is what AWS says about who was refused what.
type refusal struct {
	user, action, resource, reason string
}

var (
	notAuthorized = regexp.MustCompile(`(?:User: (\S+) is )?not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)(?: on resource: "?([^\s"]+)"?)?(?: (?:because|with) (.*))?`)
	keyARN        = regexp.MustCompile(`arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(?:key|alias)/[A-Za-z0-9/_-]+`)
)

func refusalIn(err error) refusal {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return refusal{}
	}
	words := api.ErrorMessage()
	r := refusal{}
	if m := notAuthorized.FindStringSubmatch(words); m != nil {
		r = refusal{user: m[1], action: m[2], resource: m[3], reason: m[4]}
	} else if strings.Contains(words, "ciphertext refers to a customer master key") || strings.Contains(words, "kms:Decrypt") {
		r.action = "kms:Decrypt"
	}
	return r
}

// denied says which permission is missing and gives the statement that grants it.
func denied(err error, r Request, message string) error {
	said := refusalIn(err)
	action := r.Action
	if said.action != "" {
		action = said.action
	} else if r.KeyARN != "" {
		action = "kms:Decrypt" // the head of the object was given, its body was not
	}
	resource := "arn:" + partition(r.Region) + ":s3:::" + r.Bucket
	var grant statement
	switch action {
	case "kms:Decrypt":
		resource = cmp.Or(keyARN.FindString(said.resource), keyARN.FindString(message), r.KeyARN)
		grant = decryptStatement(resource, r)
	case "s3:GetObject":
		grant = statement{Sid: "TrailbenchReadLogs", Effect: "Allow", Action: action, Resource: resource + "/" + r.Scope + "*"}
		resource += "/" + r.Key
	default: // s3:ListBucket, s3:GetBucketLocation
		grant = statement{Sid: "TrailbenchListLogs", Effect: "Allow", Action: action, Resource: resource}
	}
	err = fmt.Errorf("%w: %s on %s: %w", analysis.ErrAccessDenied, action, cmp.Or(resource, "the object's KMS key"), err)
	if strings.Contains(said.reason, "explicit deny") {
		return analysis.WithHint(err, fmt.Sprintf("a policy denies %s outright (%s), and no Allow helps against that: find the Deny and except %s from it",
			action, said.reason, cmp.Or(said.user, "this principal")))
	}
	where := "the policy of " + cmp.Or(said.user, "the user or role that reads") + ", and to the bucket's policy too when the bucket is another account's"
	if action == "kms:Decrypt" {
		where = "the policy of " + cmp.Or(said.user, "the user or role that reads") + "; the key's own policy must allow it as well (trailbench kms-policy prints that statement)"
	}
	return analysis.WithHint(err, "add this statement to "+where+":\n"+grant.String())
}

// decryptStatement allows the key to be used through S3 only.
func decryptStatement(arn string, r Request) statement {
	s := statement{Sid: "TrailbenchDecryptLogs", Effect: "Allow", Action: "kms:Decrypt", Resource: arn}
	if arn == "" {
		s.Resource = "arn:" + partition(r.Region) + ":kms:" + cmp.Or(r.Region, "REGION") + ":ACCOUNT:key/KEY-ID"
	}
	if region := cmp.Or(regionOfARN(arn), r.Region); region != "" && partition(region) == "aws" {
		s.Condition = map[string]map[string]string{"StringEquals": {"kms:ViaService": "s3." + region + ".amazonaws.com"}}
	}
	return s
}

// statement is one statement of an IAM policy, fields in the order people write them.
type statement struct {
	Sid       string
	Effect    string
	Action    string
	Resource  string
	Condition map[string]map[string]string `json:",omitempty"`
}

// String returns the statement as indented JSON.
func (s statement) String() string {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(s); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(out.String())
}

// explainCredentials words the failure to find credentials at all.
func explainCredentials(err error, cfg Config) error {
	words := "set --profile or AWS_PROFILE, sign in with aws sso login, or export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; a public bucket needs --no-sign-request"
	var noToken config.AssumeRoleTokenProviderNotSetError
	switch text := err.Error(); {
	case errors.As(err, &noToken), errors.Is(err, errNoToken):
		words = "run in a terminal without --no-input, so that the MFA code can be typed in"
	case strings.Contains(text, "SSO") || strings.Contains(text, "sso"):
		words = "the SSO session has ended: aws sso login" + profileFlag(cfg)
	case strings.Contains(text, "shared config profile"):
		words = "aws configure list-profiles shows which profiles there are"
	}
	return analysis.WithHint(fmt.Errorf("%w: %w", analysis.ErrAccessDenied, err), words)
}

func profileFlag(cfg Config) string {
	if cfg.Profile == "" {
		return ""
	}
	return " --profile " + cfg.Profile
}

// explainAssumeRole words the failure to assume the role asked for.
func explainAssumeRole(err error, cfg Config) error {
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != "AccessDenied" {
		return Explain(err, Request{Action: "sts:AssumeRole"})
	}
	said := refusalIn(err)
	grant := statement{Sid: "TrailbenchAssumeRole", Effect: "Allow", Action: "sts:AssumeRole", Resource: cfg.RoleARN}
	trust := "the role's trust policy must name " + cmp.Or(said.user, "this principal")
	if cfg.ExternalID == "" {
		trust += "; when it asks for an external id, give --external-id"
	} else {
		trust += " and the same external id"
	}
	return analysis.WithHint(fmt.Errorf("%w: sts:AssumeRole: %w", analysis.ErrAccessDenied, brief(err)),
		trust+"; and the policy of "+cmp.Or(said.user, "the user or role that assumes it")+" needs this statement:\n"+grant.String())
}

// partition returns the AWS partition a region lies in.
func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

func regionOfARN(arn string) string {
	if parts := strings.Split(arn, ":"); len(parts) > 3 {
		return parts[3]
	}
	return ""
}
