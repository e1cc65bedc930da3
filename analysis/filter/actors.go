package filter

import "slices"

// Principals returns the table of the list of principals.
func Principals() Table {
	const by = "principal_arn"
	return Table{
		Subject: "principals",
		Fields: slices.Concat([]Field{
			principalField(),
			typeField(),
			accountField("account of the principal"),
			opField("operation that it called in scope").of(by),
			ipField().of(by),
			regionField("region in which it was active in scope").of(by),
			keyField("access_key_id").of(by),
			sessionField().of(by),
			agentField().of(by),
			errorField().of(by),
		}, countFields(), []Field{
			numberField("writes", "how many of its events change something"),
			numberField("operations", "how many operations it called"),
			numberField("ips", "from how many addresses"),
			numberField("regions", "in how many regions"),
			numberField("keys", "with how many access keys"),
			numberField("sessions", "in how many sessions, by name"),
			newField(),
			boolField("new_asn", "since the baseline it came from a network that it never came from before"),
			findingsField(),
		}, seenFields()),
		Flags: []Flag{
			newFlag(), foundFlag(),
			{Name: "root", SQL: "identity_type = 'Root'", Help: "the account's root user"},
			{Name: "aws-service", SQL: "identity_type = 'AWSService' OR ends_with(principal_arn, '.amazonaws.com')", Help: "an AWS service"},
		},
	}
}

func errorField() Field {
	return Field{
		Name: "error", Aliases: []string{"error_code"}, Kind: Code, Columns: []string{"error_code"},
		Help: "error code of one of its events in scope", Example: "error=AccessDenied*",
	}
}

// Keys returns the table of the list of access keys.
func Keys() Table {
	const by = "access_key_id"
	parent := keyField("issued_by")
	parent.Name, parent.Help, parent.Example, parent.FreeText = "parent", "access key that asked for it", "parent=AKIAIOSFODNN7EXAMPLE", false
	return Table{
		Subject: "access-keys",
		Fields: slices.Concat([]Field{
			keyField("access_key_id"),
			textField("kind", "kind", "long-term or temporary", "kind=long-term"),
			principalField(),
			sessionField(),
			accountField("account of its principal"),
			parent,
			timeField("issued", "issued_at", "when it was issued"),
			opField("operation that it called in scope").of(by),
			ipField().of(by),
			regionField("region in which it was used in scope").of(by),
			agentField().of(by),
			errorField().of(by),
		}, countFields(), []Field{
			numberField("writes", "how many of its events change something"),
			numberField("operations", "how many operations it called"),
			numberField("ips", "from how many addresses"),
			newField(),
			findingsField(),
		}, seenFields()),
		Flags: []Flag{
			newFlag(), foundFlag(),
			{Name: "long-term", SQL: "kind = 'long-term'", Help: "a key of a user"},
			{Name: "temporary", SQL: "kind = 'temporary'", Help: "a key of a session"},
		},
	}
}

// IPs returns the table of the list of source addresses.
func IPs() Table {
	const by = "source_ip"
	ip := ipField()
	ip.FreeText = true
	return Table{
		Subject: "ips",
		Fields: slices.Concat([]Field{
			ip,
			textField("tag", "tag", "the analyst's own word for it", "tag=office"),
			{
				Name: "service", Kind: Service, Columns: []string{"service"}, FreeText: true,
				Help: "the AWS service, where it is one", Example: "service=cloudformation",
			},
			numberField("asn", "autonomous system"),
			textField("as", "as_name", "name of the autonomous system", "as=*hosting*"),
			textField("country", "country", "country, two letters", "country=NL,RO"),
			textField("city", "city", "city", "city=Amsterdam"),
			boolField("private", "no one on the internet has it"),
			principalField().of(by),
			keyField("access_key_id").of(by),
			accountField("account in which it was seen in scope").of(by),
			regionField("region in which it was seen in scope").of(by),
			opField("operation that was called from it in scope").of(by),
			agentField().of(by),
			errorField().of(by),
		}, countFields(), []Field{
			numberField("writes", "how many of them change something"),
			numberField("principals", "how many principals called from it"),
			numberField("accounts", "in how many accounts"),
			numberField("regions", "in how many regions"),
			numberField("agents", "with how many user agents"),
			newField(),
			findingsField(),
		}, seenFields()),
		Flags: []Flag{
			newFlag(), foundFlag(),
			{Name: "aws-service", SQL: "service IS NOT NULL", Help: "an AWS service"},
			{Name: "tagged", SQL: "tag IS NOT NULL", Help: "the analyst has a word for it"},
		},
	}
}

// Sessions returns the table of the list of calls that issued credentials.
func Sessions() Table {
	parent := keyField("parent_key")
	parent.Name, parent.Help, parent.Example = "parent", "access key that asked for the credentials", "parent=AKIAIOSFODNN7EXAMPLE"
	op := opField("the call that issued them")
	op.Example = "op=sts:AssumeRole*"
	ip, ua := ipField(), agentField()
	ip.FreeText, ua.FreeText, op.FreeText = true, true, true
	return Table{
		Subject: "sessions",
		Fields: slices.Concat([]Field{
			timeField("time", "event_time", "when they were asked for"),
			op,
			keyField("issued_key"),
			parent,
			{
				Name: "role", Aliases: []string{"role_arn"}, Kind: Name, Columns: []string{"role_arn"}, FreeText: true,
				Help: "role that was assumed", Example: "role=OrgAdmin",
			},
			sessionField(),
			{
				Name: "identity", Aliases: []string{"session_arn"}, Kind: Name, Columns: []string{"session_arn"}, FreeText: true,
				Help: "ARN of the session", Example: "identity=*:assumed-role/OrgAdmin/*",
			},
			principalField(),
			typeField(),
			accountField("account that the call was recorded in"),
			{
				Name: "caller", Aliases: []string{"caller_account_id"}, Kind: ID, Columns: []string{"caller_account_id"},
				Help: "account of the caller", Example: "caller=123456789012",
			},
			regionField("region that the call was recorded in"),
			ip,
			ua,
			{
				Name: "invoked_by", Kind: Service, Columns: []string{"invoked_by"},
				Help: "service that asked for the principal", Example: "invoked_by=cloudformation",
			},
			textField("source_identity", "source_identity", "source identity set on the session", "source_identity=alice@example.com"),
			textField("subject", "subject", "subject of the SAML assertion or web identity token", "subject=alice*"),
			{
				Name: "mfa", Aliases: []string{"mfa_authenticated"}, Kind: Bool, Columns: []string{"mfa_authenticated"},
				Help: "the asking session was opened with MFA", Example: "mfa=no",
			},
			timeField("expires", "expires_at", "when they end"),
			timeField("last_seen", "last_seen", "last event of the issued key"),
			{
				Name: "event", Aliases: []string{"event_id"}, Kind: ID, Columns: []string{"event_id"}, UUID: "event_uuid", FreeText: true,
				Help: "id of the call", Example: "event=7c2e4b1a-9d0f-4e55-8a11-0c9f6d3b2a10",
			},
		}, countFields()),
		Flags: []Flag{
			{Name: "used", SQL: "events > 0", Help: "the issued key made events"},
			{Name: "cross-account", SQL: "caller_account_id <> account_id", Help: "asked for from another account"},
			{Name: "aws-service", SQL: "identity_type = 'AWSService'", Help: "an AWS service asked"},
			{Name: "signin", Aliases: []string{"login"}, SQL: "issued_key IS NULL", Help: "a console sign-in"},
		},
	}
}
