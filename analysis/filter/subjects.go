package filter

import "slices"

// Resources returns the table of the list of resources.
func Resources() Table {
	by := func(name, column, help string) Field {
		return Field{Name: name, Aliases: []string{column}, Kind: Name, Columns: []string{column}, FreeText: true, Help: help, Example: name + "=ci-deploy"}
	}
	op := opField("operation of the last write")
	op.Columns, op.Aliases, op.Example = []string{"last_write_operation"}, []string{"last_write_operation"}, "op=iam:Put*"
	return Table{
		Subject: "resources",
		Fields: slices.Concat([]Field{
			{
				Name: "resource", Aliases: []string{"resource_id", "name"}, Kind: Name, Columns: []string{"resource_id", "resource_arn"}, FreeText: true,
				Help: "id, name or ARN", Example: "resource=role/OrgAdmin",
			},
			textField("type", "resource_type", "type in the words of CloudFormation", "type=AWS::IAM::*"),
			{
				Name: "arn", Aliases: []string{"resource_arn"}, Kind: Text, Columns: []string{"resource_arn"},
				Help: "ARN, where some event gave it", Example: "arn=arn:aws:s3:::acme-*",
			},
			accountField("account of the resource"),
			regionField("region of the resource"),
			by("by", "last_write_by", "who made the last write"),
			by("creator", "created_by", "who created it"),
			op,
			timeField("last_write", "last_write_at", "when it was last written"),
			timeField("created", "created_at", "when it was created"),
			timeField("modified", "modified_at", "when it was last modified"),
			timeField("deleted", "deleted_at", "when it was last deleted"),
			numberField("events", "how many events name it"),
			numberField("writes", "how many of them change it"),
			{
				Name: "live", Kind: Text, Columns: []string{"live"},
				Help: "what the last look in AWS came to: found, gone, denied, failed", Example: "live=found,gone",
			},
			timeField("looked", "looked_at", "when it was looked up in AWS the last time"),
			numberField("failing", "how many posture checks say that it fails"),
			newField(),
			findingsField(),
		}, seenFields()),
		Flags: []Flag{
			newFlag(), foundFlag(),
			{Name: "changed", SQL: "writes > 0", Help: "something in scope changed it"},
			{Name: "looked-up", SQL: "live IS NOT NULL", Help: "somebody looked it up in AWS"},
			{Name: "created", SQL: "created_at >= first_seen", Help: "created in scope"},
			{Name: "deleted", SQL: "deleted_at IS NOT NULL", Help: "deleted in scope"},
		},
	}
}

// Operations returns the table of the list of operations.
func Operations() Table {
	const by = "operation"
	op := opField("operation; without a service, in any")
	op.FreeText = true
	return Table{
		Subject: "operations",
		Fields: slices.Concat([]Field{
			op,
			{
				Name: "service", Aliases: []string{"event_source"}, Kind: Service, Columns: []string{"event_source"}, FreeText: true,
				Help: "service called", Example: "service=iam,sts",
			},
			boolField("mutating", "it changes something"),
			principalField().of(by),
			ipField().of(by),
			keyField("access_key_id").of(by),
			accountField("account in which it was called in scope").of(by),
			regionField("region in which it was called in scope").of(by),
			errorField().of(by),
		}, countFields(), []Field{
			numberField("writes", "how many of them change something"),
			numberField("principals", "how many principals called it"),
			numberField("ips", "from how many addresses"),
			numberField("accounts", "in how many accounts"),
			numberField("regions", "in how many regions"),
			newField(),
		}, seenFields()),
		Flags: []Flag{
			newFlag(),
			{Name: "write", Aliases: []string{"writes"}, SQL: "mutating", Help: "changes something"},
			{Name: "read", Aliases: []string{"reads"}, SQL: "NOT mutating", Help: "changes nothing"},
		},
	}
}

// New returns the table of the list of what was first seen since the baseline.
func New() Table {
	return Table{
		Subject: "new",
		Fields: slices.Concat([]Field{
			{
				Name: "kind", Kind: Enum, Columns: []string{"kind"},
				Values: []string{"ip", "key", "principal", "region", "operation", "agent", "account", "service"},
				Help:   "what it is", Example: "kind=ip,key",
			},
			{
				Name: "value", Kind: Name, Columns: []string{"value"}, FreeText: true,
				Help: "the value; the last part of an ARN is enough", Example: "value=*kali*",
			},
			textField("detail", "detail", "its first event, in words", "detail=*ci-deploy*"),
			{
				Name: "event", Aliases: []string{"event_id"}, Kind: ID, Columns: []string{"event_id"},
				Help: "id of its first event", Example: "event=7c2e4b1a-9d0f-4e55-8a11-0c9f6d3b2a10",
			},
		}, countFields(), seenFields()[:2]),
	}
}
