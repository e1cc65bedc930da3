package thennow

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

var accountNumber = regexp.MustCompile(`\b\d{12}\b`)

// opened says what a write opened, in words; "" for nothing that is known to.
func opened(c analysis.Change, own func(string) bool) string {
	for _, f := range c.Fields {
		if f.After == "" {
			continue
		}
		if words := opensValue(c.Operation, f.Path, f.After, own); words != "" {
			return words
		}
	}
	switch c.Operation {
	case "cloudtrail:StopLogging":
		return "the trail does not log"
	case "kms:ScheduleKeyDeletion":
		return "the key waits for its deletion"
	case "kms:DisableKey":
		return "the key is disabled"
	case "config:StopConfigurationRecorder":
		return "AWS Config does not record"
	case "guardduty:DeleteDetector":
		return "GuardDuty is off"
	case "s3:DeleteBucketPublicAccessBlock":
		return "public access is not blocked"
	case "iam:CreateLoginProfile":
		return "it can sign in to the console"
	case "iam:CreateAccessKey":
		return "a further access key can be used"
	}
	return ""
}

// opensValue says what a value opens, in words; "" for nothing that is known to.
func opensValue(operation, path, set string, own func(string) bool) string {
	path = strings.ToLower(path)
	_, name, _ := strings.Cut(operation, ":")
	switch {
	case strings.HasPrefix(path, "createvolumepermission"), strings.HasPrefix(path, "launchpermission"), strings.Contains(name, "SnapshotAttribute"),
		operation == "ssm:ModifyDocumentPermission":
		if hasText(set, "all") {
			return "it is shared with everybody"
		}
		if account := foreign(set, own); account != "" {
			return "it is shared with account " + account
		}
	case strings.HasPrefix(name, "AuthorizeSecurityGroup"):
		if strings.Contains(set, "0.0.0.0/0") || strings.Contains(set, "::/0") {
			return "it is open to the world" + ports(set)
		}
	case path == "attachedpolicies":
		if strings.HasSuffix(strings.Trim(set, `"`), ":policy/AdministratorAccess") {
			return "it has AdministratorAccess"
		}
	case strings.HasSuffix(path, "policydocument"), strings.Contains(path, "policy") && strings.Contains(set, "Statement"):
		return opensPolicy(set, own)
	case strings.HasSuffix(path, "publiclyaccessible"):
		if set == "true" {
			return "it can be reached from the internet"
		}
	case strings.HasSuffix(path, "authtype"):
		if strings.Trim(set, `"`) == "NONE" {
			return "its URL asks for no authentication"
		}
	case strings.Contains(operation, "PublicAccessBlock"):
		if set == "false" {
			return "public access is not blocked (" + leafOf(path) + ")"
		}
	case strings.HasSuffix(path, "httptokens"):
		if strings.Trim(set, `"`) == "optional" {
			return "its metadata service answers without a token"
		}
	case operation == "guardduty:UpdateDetector" && path == "enable":
		if set == "false" {
			return "GuardDuty is off"
		}
	}
	return ""
}

// openNow says what a snapshot shows to be open, whoever opened it; "" for nothing that
// is known to be. A write that no longer stands as it was logged may have been replaced by
// one that the logs do not have.
func openNow(config any, own func(string) bool) string {
	for _, part := range []string{"Policy", "Role.AssumeRolePolicyDocument"} {
		for _, document := range parts(config, part) {
			if words := opensPolicy(encode(document), own); words != "" {
				return words
			}
		}
	}
	for _, part := range []string{"CreateVolumePermissions", "LaunchPermissions", "Restore", "Sharing.AccountIds"} {
		for _, list := range parts(config, part) {
			text := encode(list)
			if hasText(text, "all") {
				return "it is shared with everybody"
			}
			if account := foreign(text, own); account != "" {
				return "it is shared with account " + account
			}
		}
	}
	return ""
}

func parts(config any, path string) []any {
	values, _ := find(config, path)
	return values
}

// foreign is the first account in a text that is not the organization's; "" without one.
func foreign(text string, own func(string) bool) string {
	for _, account := range accountNumber.FindAllString(text, -1) {
		if !own(account) {
			return account
		}
	}
	return ""
}

func hasText(set, word string) bool { return strings.Contains(set, `"`+word+`"`) }

// ports words the ports of a security group's rule.
func ports(rule string) string {
	var r struct {
		IPProtocol       any `json:"ipProtocol"`
		FromPort, ToPort any
	}
	if json.Unmarshal([]byte(rule), &r) != nil || fmt.Sprint(r.IPProtocol) == "-1" || r.FromPort == nil {
		return " on every port"
	}
	if fmt.Sprint(r.FromPort) == fmt.Sprint(r.ToPort) || r.ToPort == nil {
		return fmt.Sprintf(" on port %v", r.FromPort)
	}
	return fmt.Sprintf(" on ports %v to %v", r.FromPort, r.ToPort)
}

// opensPolicy says what a policy lets others do.
func opensPolicy(text string, own func(string) bool) string {
	for _, s := range statements(decode(text)) {
		one := s.(map[string]any) // statements makes nothing else
		if fmt.Sprint(one["effect"]) != "Allow" {
			continue
		}
		principal := encode(one["principal"])
		if one["principal"] != nil && strings.Contains(principal, `"*"`) && one["condition"] == nil {
			return "everybody may " + actions(one["action"])
		}
		if one["principal"] != nil {
			if account := foreign(principal, own); account != "" {
				return "account " + account + " may " + actions(one["action"])
			}
			continue
		}
		if fmt.Sprint(one["action"]) == "*" && fmt.Sprint(one["resource"]) == "*" {
			return "it allows everything"
		}
	}
	return ""
}

// actions words what a statement allows.
func actions(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		if len(v) > 3 {
			return fmt.Sprintf("%v and %d more", v[0], len(v)-1)
		}
		var all []string
		for _, one := range v {
			all = append(all, fmt.Sprint(one))
		}
		return strings.Join(all, ", ")
	}
	return "do something with it"
}
