package stories

import "github.com/trailbench/trailbench/sample-logs/generate/synth"

// consolePhishing: a page between an administrator and the real sign-in takes over
// her session although she uses MFA; the intruder digs in at IAM and Identity Center.
func consolePhishing(p *script) {
	p.at("2026-01-21 00:00:00")
	p.options.Start, p.options.Days, p.options.Events = p.now, 3, 600
	p.options.Accounts = []string{shop}

	martha := p.user(shop, "martha", "192.0.2.121", agentMac)
	const (
		office, kit = "192.0.2.121", "203.0.113.145"
		mfa         = "arn:aws:iam::" + shop + ":mfa/martha"
	)
	for _, clock := range []string{"21 08:55:12", "22 08:49:40"} {
		p.at("2026-01-" + clock)
		p.ordinary(visitor(martha, office, agentMac), signIn(true, ""))
		p.wait(4, 8)
		here := p.browser(martha, office, agentMac, true)
		for range 3 {
			p.routine(here, 0, 2, call{op: "ec2:DescribeInstances"}, call{op: "ec2:DescribeRegions"}, call{op: "iam:GetAccountSummary"}, call{op: "iam:ListUsers"})
			p.wait(900, 4_000)
		}
	}

	// Passwords are guessed at first. CloudTrail hides names that may be passwords.
	p.at("2026-01-22 11:02:09")
	for i, name := range []string{"admin", "", "mateo", "jorge", "", "martha", "li", "", "sofia", "martha"} {
		guess := who{
			identity: synth.Identity{Type: "IAMUser", Account: shop, UserName: name},
			address:  "203.0.113.120", agent: agentChrome,
		}
		if name == "" || i == 0 {
			guess.identity.UserName = "HIDDEN_DUE_TO_SECURITY_REASONS"
			p.attack(guess, signIn(false, "No username found in supplied account"), "T1110.003", "guesses at users and passwords")
			continue
		}
		p.attack(guess, signIn(false, "Failed authentication"), "T1110.003", "guesses at users and passwords")
	}

	p.at("2026-01-22 13:17:52")
	p.attack(visitor(martha, kit, agentFirefox), signIn(true, ""), "T1557", "signs in as Martha, with her MFA, through the phishing page")
	thief := p.browser(martha, kit, agentFirefox, true)
	for _, op := range []string{"iam:GetAccountSummary", "iam:ListAccountAliases", "iam:ListUsers", "iam:ListMFADevices", "iam:ListAccessKeys", "iam:ListSAMLProviders", "sso:ListInstances"} {
		p.attack(thief, call{op: op}, "T1087.004", "looks around in IAM")
	}
	p.attack(thief, call{
		op: "iam:CreateVirtualMFADevice", request: `{"virtualMFADeviceName":"phone-2","path":"/"}`,
		response: `{"virtualMFADevice":{"serialNumber":"arn:aws:iam::` + shop + `:mfa/phone-2"}}`,
	}, "T1556.006", "makes an MFA device of its own")
	p.attack(thief, call{op: "iam:EnableMFADevice", request: `{"userName":"martha","serialNumber":"arn:aws:iam::` + shop + `:mfa/phone-2"}`}, "T1556.006", "registers the device for Martha")
	p.attack(thief, call{op: "iam:DeactivateMFADevice", request: format(`{"userName":"martha","serialNumber":"%s"}`, mfa)}, "T1556.006", "takes Martha's own device away")
	made, key := p.createAccessKey(thief, martha)
	p.attack(thief, made, "T1098.001", "makes an access key for Martha")
	p.attack(thief, p.loginProfile("Create", "backup-script"), "T1098.001", "gives a machine user a console password")
	p.attack(thief, p.loginProfile("Update", "carlos"), "T1098.001", "sets a colleague's password")

	p.wait(60, 120)
	p.attack(thief, call{
		op: "cloudshell:CreateEnvironment", request: `{}`, response: `{"EnvironmentId":"1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d"}`,
	}, "T1059.009", "opens CloudShell")
	p.attack(thief, call{
		op: "cloudshell:CreateSession", request: `{"EnvironmentId":"1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d","SessionType":"TMUX","TabId":"0f9e8d7c","QCliDisabled":true}`,
		response: `{"EnvironmentId":"1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d","SessionId":"ecs-execute-command-0a1b2c3d4e5f60718","StreamUrl":"HIDDEN_DUE_TO_SECURITY_REASONS"}`,
	}, "T1059.009", "opens CloudShell")

	// Another way in: an identity provider whose assertions it can write itself.
	saml := "arn:aws:iam::" + shop + ":saml-provider/corp-sso"
	p.attack(thief, call{op: "iam:CreateSAMLProvider", request: `{"name":"corp-sso","sAMLMetadataDocument":"HIDDEN_DUE_TO_SECURITY_REASONS"}`, response: format(`{"sAMLProviderArn":"%s"}`, saml)}, "T1484.002", "adds an identity provider of its own")
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"` + saml + `"},"Action":"sts:AssumeRoleWithSAML","Condition":{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}}]}`
	p.attack(thief, call{op: "iam:UpdateAssumeRolePolicy", request: format(`{"roleName":"billing-gateway","policyDocument":"%s"}`, quoted(trust))}, "T1484.002", "lets the provider's users assume a role")
	p.attack(thief, call{op: "iam:AttachRolePolicy", request: `{"roleName":"billing-gateway","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}`}, "T1098.003", "makes the role an administrator")
	p.identityCenter(thief)

	// The new key becomes a console session that outlives the key.
	remote := key.from(kit, agentBoto)
	p.wait(400, 500)
	federated := p.federate(remote, "audit")
	p.attack(federated, call{op: "iam:ListUsers"}.refused(federated), "T1087.004", "a federated session may not ask IAM")
	p.attack(federated, call{op: "s3:ListBuckets"}, "T1619", "lists the buckets in the federated session")
}

// identityCenter plants a user with an administrator's permission set.
func (p *script) identityCenter(thief who) {
	const (
		store, instance = "d-9067642ac7", "arn:aws:sso:::instance/ssoins-7223b02a1b2c3d4e"
		set             = "arn:aws:sso:::permissionSet/ssoins-7223b02a1b2c3d4e/ps-1a2b3c4d5e6f7081"
		person, group   = "9067642ac7-0c1d2e3f-4a5b-4c6d-8e7f-9a0b1c2d3e4f", "9067642ac7-5f4e3d2c-1b0a-4f9e-8d7c-6b5a4f3e2d1c"
	)
	p.attack(thief, call{op: "sso-directory:CreateUser", request: format(`{"identityStoreId":"%s","userName":"HIDDEN_DUE_TO_SECURITY_REASONS","passwordMode":"EMAIL","active":true}`, store), response: format(`{"user":{"userId":"%s"}}`, person)}, "T1136.003", "creates an Identity Center user")
	p.attack(thief, call{op: "sso-directory:CreateGroup", request: format(`{"identityStoreId":"%s","displayName":"Platform Support"}`, store), response: format(`{"group":{"groupId":"%s","displayName":"Platform Support"}}`, group)}, "T1136.003", "creates a group")
	p.attack(thief, call{op: "sso-directory:AddMemberToGroup", request: format(`{"identityStoreId":"%s","groupId":"%s","member":{"memberId":"%s"}}`, store, group, person)}, "T1098", "puts the user into the group")
	p.attack(thief, call{op: "sso:CreatePermissionSet", request: format(`{"instanceArn":"%s","name":"SupportAccess","sessionDuration":"PT12H"}`, instance), response: format(`{"permissionSet":{"permissionSetArn":"%s","name":"SupportAccess"}}`, set)}, "T1098.003", "creates a permission set")
	p.attack(thief, call{op: "sso:AttachManagedPolicyToPermissionSet", request: format(`{"instanceArn":"%s","permissionSetArn":"%s","managedPolicyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}`, instance, set)}, "T1098.003", "fills it with full access")
	p.attack(thief, call{
		op:      "sso:CreateAccountAssignment",
		request: format(`{"instanceArn":"%s","targetId":"%s","targetType":"AWS_ACCOUNT","permissionSetArn":"%s","principalType":"GROUP","principalId":"%s"}`, instance, shop, set, group),
		response: format(`{"accountAssignmentCreationStatus":{"status":"IN_PROGRESS","requestId":"%s","targetId":"%s","targetType":"AWS_ACCOUNT","permissionSetArn":"%s","principalType":"GROUP","principalId":"%s"}}`,
			p.random.UUID(), shop, set, group),
	}, "T1098.003", "assigns it to the group in this account")
	p.attack(thief, call{op: "sso:UpdateSsoConfiguration", request: format(`{"instanceArn":"%s","configurationType":"APP_AUTHENTICATION_CONFIGURATION","ssoConfiguration":{"sessionConfiguration":{"maxAuthenticationAge":"P90D"}}}`, instance)}, "T1556", "makes sign-ins last ninety days")

	p.wait(700, 800)
	role := &synth.Role{Account: shop, Path: "/aws-reserved/sso.amazonaws.com/", Name: "AWSReservedSSO_SupportAccess_0f1e2d3c4b5a6978", ID: p.random.UniqueID("AROA")}
	const name, address = "platform.support@example.com", "2001:db8:77::a1"
	planted := p.session(role, name, address, agentFirefox)
	planted.console = true
	portal := who{identity: synth.Identity{Type: "Unknown", PrincipalID: shop, Account: shop, UserName: name, OnBehalfOf: person, IdentityStore: "arn:aws:identitystore::" + shop + ":identitystore/" + store}, address: address, agent: agentFirefox}
	p.attack(portal, call{
		op: "signin:UserAuthentication", kind: "AwsServiceEvent",
		additional: format(`{"AuthWorkflowID":"%s","LoginTo":"https://%s.awsapps.com/start/","CredentialType":"PASSWORD"}`, p.random.UUID(), store),
		details:    `{"UserAuthentication":"Success"}`,
	}, "T1078.004", "the planted user signs in at the access portal, over IPv6")
	saml := who{
		identity: synth.Identity{Type: "SAMLUser", PrincipalID: "qXrnCfhbSxEXAMPLE=:" + name, UserName: name, IdentityProvider: "qXrnCfhbSxEXAMPLE="},
		address:  address, agent: "aws-internal/3 aws-sdk-java/1.12.780 Linux/5.10.230 OpenJDK_64-Bit_Server_VM/17.0.13",
	}
	p.attack(saml, call{
		op: "sts:AssumeRoleWithSAML", account: shop,
		request: format(`{"sAMLAssertionID":"_%s","roleSessionName":"%s","durationSeconds":43200,"roleArn":"%s","principalArn":"arn:aws:iam::%s:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE"}`, p.random.UUID(), name, role.ARN(), shop),
		response: p.issued(planted, 12, format(`,"subject":"%s","subjectType":"persistent","issuer":"https://portal.sso.us-east-1.amazonaws.com/saml/assertion/EXAMPLE","audience":"https://signin.aws.amazon.com/saml","nameQualifier":"qXrnCfhbSxEXAMPLE="`, name)+
			assumedRoleUser(planted)),
		resources: format(`[{"accountId":"%s","type":"AWS::IAM::Role","ARN":"%s"}]`, shop, role.ARN()),
	}, "T1078.004", "and takes its administrator role")
	for _, op := range []string{"ec2:DescribeRegions", "iam:ListRoles", "secretsmanager:ListSecrets", "organizations:ListAccounts"} {
		p.attack(planted, call{op: op}, "T1538", "the planted user looks around")
	}
}

// federate turns a long-term key into a federated console session.
func (p *script) federate(w who, name string) who {
	f := who{
		identity: synth.Identity{
			Type: "FederatedUser", PrincipalID: w.account() + ":" + name, ARN: "arn:aws:sts::" + w.account() + ":federated-user/" + name,
			Account: w.account(), AccessKey: p.random.KeyID("ASIA"),
			Session: &synth.SessionContext{Created: p.now.Unix()},
		},
		address: w.address, agent: w.agent,
	}
	p.attack(w, call{
		op:       "sts:GetFederationToken",
		request:  format(`{"name":"%s","durationSeconds":129600,"policy":"%s"}`, name, quoted(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`)),
		response: p.issued(f, 36, format(`,"federatedUser":{"federatedUserId":"%s","arn":"%s"},"packedPolicySize":9`, f.identity.PrincipalID, f.identity.ARN)),
	}, "T1550.001", "turns the key into a federated session")
	token := call{op: "signin:GetSigninToken", kind: "AwsConsoleSignIn", additional: `{"MobileVersion":"No","MFAUsed":"No"}`}
	console := f
	console.identity.AccessKey, console.agent, console.console = p.random.KeyID("ASIA"), agentFirefox, true
	token.response = format(`{"credentials":{"accessKeyId":"%s"},"GetSigninToken":"Success"}`, console.identity.AccessKey)
	p.attack(f, token, "T1550.001", "and that into a sign-in token")
	p.attack(visitor(console, console.address, agentFirefox), signIn(false, ""), "T1078.004", "and signs in to the console with it")
	return console
}
