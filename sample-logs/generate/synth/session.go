package synth

import (
	"strings"
	"time"
)

// enter gives the credentials with which the actor works at time t, issuing new
// ones when the old have run out; the call that issues them is recorded too.
func (g *generator) enter(a *actor, region string, t int64) *session {
	i := g.random.skewed(len(a.names))
	if s := a.sessions[i]; s != nil && (a.lifetime == 0 || t < s.created+a.lifetime) {
		return s
	}
	s := g.issue(a, a.names[i], region, t)
	a.sessions[i] = s
	return s
}

// issue makes a session of the actor and records how it came to be.
func (g *generator) issue(a *actor, name, region string, t int64) *session {
	s := &session{name: name, created: t, address: a.name, agent: a.name}
	if len(a.addresses) > 0 {
		s.address, s.agent = choose(g.random, a.addresses), choose(g.random, a.agents)
	}
	var id Identity
	switch a.kind {
	case byService:
		id = Identity{Type: "AWSService", InvokedBy: a.name}
	case byNameless:
		id = Identity{Account: a.account.id, InvokedBy: a.name}
	case byPartner:
		id = Identity{Type: "AWSAccount", PrincipalID: a.userID + ":" + name, Account: a.name}
		s.address, s.agent = "192.0.2.200", "aws-sdk-java/2.25.11 Linux/6.1.94 OpenJDK_64-Bit_Server_VM/21.0.4 Java/21.0.4"
	case byUserKey:
		s.key = a.keyID
		id = UserIdentity(a.account.id, a.name, a.userID, a.keyID)
	case byUserBrowser:
		s.key = g.random.KeyID("ASIA")
		id = UserIdentity(a.account.id, a.name, a.userID, s.key)
		id.Session = &SessionContext{Created: t, MFA: true}
		s.console = true
		g.signIn(a, s, UserIdentity(a.account.id, a.name, a.userID, ""), t)
	case byRoot:
		s.key = g.random.KeyID("ASIA")
		id = Identity{Type: "Root", PrincipalID: a.account.id, ARN: "arn:aws:iam::" + a.account.id + ":root", Account: a.account.id}
		g.signIn(a, s, id, t)
		id.AccessKey = s.key
		id.Session = &SessionContext{Created: t, MFA: true}
		s.console = true
	default:
		s.key = g.random.KeyID("ASIA")
		id = RoleIdentity(a.role, name, s.key, t)
		id.Session.EC2RoleDelivery = a.delivery
		g.assume(a, s, id, region, t)
		switch a.kind {
		case byRecorder, byLinked:
			id.InvokedBy = a.service
			s.address, s.agent = a.service, a.service
		case byPod:
			id.Session.WebProvider = provider(a.account.id, clusterIssuer(region))
		case byPipeline:
			id.Session.WebProvider = provider(a.account.id, pipelineIssuer)
		case byPerson:
			s.console = true
			login := id
			login.AccessKey, login.Session = "", &SessionContext{Role: a.role, Created: t}
			g.signIn(a, s, login, t+2)
		case byFunction:
			id.Session.Federation = len(name)%2 == 0
		}
	}
	s.arn = id.ARN
	s.identity = id.Append(nil)
	return s
}

const pipelineIssuer = "token.actions.githubusercontent.com"

func clusterIssuer(region string) string {
	return "oidc.eks." + region + ".amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E"
}

func provider(account, issuer string) string {
	return "arn:aws:iam::" + account + ":oidc-provider/" + issuer
}

// assume records the STS call that gave the session its key.
func (g *generator) assume(a *actor, s *session, id Identity, region string, t int64) {
	e := Event{
		Version: "1.08", Time: t, Source: "sts.amazonaws.com", Name: "AssumeRole", Region: region,
		Address: a.service, Agent: a.service, ID: g.random.UUID(), RequestID: g.random.UUID().append(nil), ReadOnly: true, Account: a.account.id,
		Resources: []byte(`[{"accountId":"` + a.account.id + `","type":"AWS::IAM::Role","ARN":"` + a.role.ARN() + `"}]`),
	}
	request := `{"roleArn":"` + a.role.ARN() + `","roleSessionName":"` + s.name + `"`
	extra := ""
	var caller Identity
	switch a.kind {
	case byPod, byPipeline:
		issuer, subject := clusterIssuer(region), "system:serviceaccount:kube-system:"+a.name
		if a.kind == byPipeline {
			issuer, subject = pipelineIssuer, a.service
		}
		e.Name, e.Address, e.Agent, e.TLSHost = "AssumeRoleWithWebIdentity", s.address, s.agent, "sts."+region+".amazonaws.com"
		caller = Identity{
			Type: "WebIdentityUser", PrincipalID: provider(a.account.id, issuer) + ":sts.amazonaws.com:" + subject,
			UserName: subject, IdentityProvider: provider(a.account.id, issuer),
		}
		extra = `,"subjectFromWebIdentityToken":"` + subject + `","provider":"` + caller.IdentityProvider + `","audience":"sts.amazonaws.com"`
	case byPerson:
		saml := "arn:aws:iam::" + a.account.id + ":saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE"
		e.Name, e.Region, e.Address, e.Agent = "AssumeRoleWithSAML", "us-east-1", s.address, "aws-internal/3 aws-sdk-java/1.12.780 Linux/5.10.230 OpenJDK_64-Bit_Server_VM/17.0.13"
		caller = Identity{Type: "SAMLUser", PrincipalID: "qXrnCfhbSxEXAMPLE=:" + s.name, UserName: s.name, IdentityProvider: "qXrnCfhbSxEXAMPLE="}
		request = `{"sAMLAssertionID":"_` + g.random.UUID().String() + `","roleSessionName":"` + s.name + `","durationSeconds":28800,"roleArn":"` + a.role.ARN() + `","principalArn":"` + saml + `"`
		extra = `,"subject":"` + s.name + `","subjectType":"persistent","issuer":"https://portal.sso.us-east-1.amazonaws.com/saml/assertion/EXAMPLE","audience":"https://signin.aws.amazon.com/saml","nameQualifier":"qXrnCfhbSxEXAMPLE="`
	case byAuditor:
		e.Address, e.Agent, e.TLSHost = s.address, s.agent, "sts."+region+".amazonaws.com"
		caller = Identity{Type: "AWSAccount", PrincipalID: "AROADBQP57FF2EXAMPLE:scanner", Account: partner(a.account.id)}
		request += `,"externalId":"123ABC","durationSeconds":3600`
		e.Shared = g.random.UUID()
	default:
		caller = Identity{Type: "AWSService", InvokedBy: a.service}
		e.Shared = g.random.UUID()
	}
	e.Identity = caller.Append(nil)
	e.Request = []byte(request + `}`)
	e.Response = []byte(`{"credentials":{"accessKeyId":"` + s.key + `","sessionToken":"` + g.token() + `","expiration":"` + longTime(t+min(a.lifetime, 12*3600)) +
		`"}` + extra + `,"assumedRoleUser":{"assumedRoleId":"` + id.PrincipalID + `","arn":"` + id.ARN + `"}}`)
	g.emit(&e, a.account, false)
}

// token is as random as a session token and shorter; it opens nothing.
func (g *generator) token() string {
	return "IQoJb3JpZ2luX2VjEXAMPLE" + string(g.random.letters(nil, base64, 60))
}

// longTime is how STS and IAM write times in responses.
func longTime(t int64) string { return time.Unix(t, 0).UTC().Format("Jan 2, 2006, 3:04:05 PM") }

// signIn records a sign-in to the console.
func (g *generator) signIn(a *actor, s *session, id Identity, t int64) {
	mfa := "Yes"
	if a.kind == byPerson {
		mfa = "No" // Identity Center asks for it, and this record does not know
	}
	e := Event{
		Version: "1.08", Identity: id.Append(nil), Time: t, Source: "signin.amazonaws.com", Name: "ConsoleLogin", Region: "us-east-1",
		Address: s.address, Agent: s.agent, Response: []byte(`{"ConsoleLogin":"Success"}`),
		Additional: []byte(`{"LoginTo":"https://console.aws.amazon.com/console/home?hashArgs=%23&isauthcode=true&state=hashArgsFromTB_us-east-1_` + g.random.Hex(16) + `","MobileVersion":"No","MFAUsed":"` + mfa + `"}`),
		ID:         g.random.UUID(), Type: "AwsConsoleSignIn", Account: a.account.id, TLSHost: "us-east-1.signin.aws.amazon.com",
	}
	g.emit(&e, a.account, false)
}

// agentFor is the user agent as the service records it: S3 puts brackets around it.
func agentFor(o *operation, agent string) string {
	if o.isS3 && !strings.HasSuffix(agent, ".amazonaws.com") {
		return "[" + agent + "]"
	}
	return agent
}
