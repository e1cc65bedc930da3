// Package session tells which credential came from which.
//
// [Of] reads one event: what came out of a credential-issuing call or a sign-in. It
// runs at ingest, for every event. [Chain] works on what was stored of that: from one
// access key up to the first identity and down to every credential made with it.
//
// It does not decode records and does not read the case: Chain asks a [Lookup]. No
// secret part of a credential is ever looked at; an access key's id is no secret.
package session

import (
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

// Of returns what a successful credential-issuing call or sign-in gave out, nil for
// every other event. The strings share memory with e.
//
// A call that succeeded is a session even where the record leaves its response out
// (too large, or taken out by an exporter); then the issued key is "".
func Of(e *analysis.Event) *analysis.Session {
	issue := issuer(e.Operation)
	if issue == nil || !e.Success() {
		return nil
	}
	s := &analysis.Session{
		IssuedKey:      e.IssuedAccessKeyID,
		ParentKey:      e.AccessKeyID,
		SourceIdentity: e.SourceIdentity,
		SignInSession:  text(e.UserIdentity, "sessionContext", "signInSessionArn"),
	}
	if s.IssuedKey == "" {
		s.IssuedKey = text(e.ResponseElements, "credentials", "accessKeyId")
	}
	if !issue(e, s) {
		return nil
	}
	if s.IssuedKey == s.ParentKey {
		s.IssuedKey = "" // a record that says a key issued itself says nothing
	}
	return s
}

// issuer returns what fills in the session of an operation, and says false when there
// is none after all.
func issuer(operation string) func(*analysis.Event, *analysis.Session) bool {
	switch operation {
	case "sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity":
		return assumeRole
	case "sts:AssumeRoot":
		return assumeRoot
	case "sts:GetFederationToken":
		return federationToken
	case "sts:GetSessionToken", "signin:GetSigninToken":
		return sameIdentity
	case "signin:ConsoleLogin", "signin:SwitchRole":
		return consoleSignIn
	case "signin:UserAuthentication", "signin:CreateOAuth2Token",
		"sso:Authenticate", "sso:Federate", "sso:GetRoleCredentials",
		"sso:CreateToken", "sso:CreateTokenWithIAM", "sso-oauth:CreateToken", "sso-oauth:CreateTokenWithIAM":
		return identityCenter
	}
	return nil
}

func assumeRole(e *analysis.Event, s *analysis.Session) bool {
	s.RoleARN = text(e.RequestParameters, "roleArn")
	s.SessionARN = text(e.ResponseElements, "assumedRoleUser", "arn")
	s.SessionName = text(e.RequestParameters, "roleSessionName")
	if s.SessionName == "" {
		s.SessionName = s.SessionARN[strings.LastIndexByte(s.SessionARN, '/')+1:]
	}
	s.SourceIdentity = first(text(e.ResponseElements, "sourceIdentity"), text(e.RequestParameters, "sourceIdentity"), s.SourceIdentity)
	switch e.Operation {
	case "sts:AssumeRoleWithSAML":
		s.Subject = first(text(e.ResponseElements, "subject"), text(e.UserIdentity, "userName"))
	case "sts:AssumeRoleWithWebIdentity":
		s.Subject = first(text(e.ResponseElements, "subjectFromWebIdentityToken"), text(e.UserIdentity, "userName"))
	}
	s.ExpiresAt = expiration(e)
	return true
}

// assumeRoot gives root's rights in a member account for one task. The response names
// no session; the member account's root is who acts.
func assumeRoot(e *analysis.Event, s *analysis.Session) bool {
	target := text(e.RequestParameters, "targetPrincipal")
	if len(target) == 12 {
		target = "arn:" + partition(e.Region) + ":iam::" + target + ":root"
	}
	s.SessionARN = target
	s.ExpiresAt = expiration(e)
	return true
}

func federationToken(e *analysis.Event, s *analysis.Session) bool {
	s.SessionARN = text(e.ResponseElements, "federatedUser", "arn")
	s.SessionName = text(e.RequestParameters, "name")
	s.ExpiresAt = expiration(e)
	return true
}

// sameIdentity: a further key for who already is signed in.
func sameIdentity(e *analysis.Event, s *analysis.Session) bool {
	s.SessionARN = e.IdentityARN
	s.SessionName = e.SessionName
	s.ExpiresAt = expiration(e)
	return true
}

// consoleSignIn answers in responseElements instead of errorCode. No key is named;
// console work then shows keys that no record issued.
func consoleSignIn(e *analysis.Event, s *analysis.Session) bool {
	if text(e.ResponseElements, e.EventName) != "Success" {
		return false
	}
	s.SessionARN = e.IdentityARN
	s.SessionName = e.SessionName
	if e.Operation == "signin:SwitchRole" {
		s.Subject = text(e.AdditionalEventData, "SwitchFrom")
		if strings.Contains(e.PrincipalARN, ":role/") {
			s.RoleARN = e.PrincipalARN
		}
	}
	return true
}

// identityCenter: sign-ins of Identity Center and of `aws login`, and the keys handed
// out there. They name the person; the role's key comes from an AssumeRoleWithSAML in
// the account signed in to.
func identityCenter(e *analysis.Event, s *analysis.Session) bool {
	for _, part := range [...]string{e.ServiceEventDetails, e.ResponseElements} {
		if outcome := text(part, e.EventName); outcome != "" && outcome != "Success" {
			return false
		}
	}
	s.SessionARN = e.IdentityARN
	s.SessionName = e.SessionName
	s.Subject = first(text(e.UserIdentity, "onBehalfOf", "userId"), text(e.UserIdentity, "userName"))
	if s.Subject == "" && e.IdentityType != "AssumedRole" && e.IdentityType != "IAMUser" {
		s.Subject = text(e.UserIdentity, "principalId")
	}
	s.ExpiresAt = expiration(e)
	return true
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}
