package filter

import "github.com/trailbench/trailbench/analysis"

// Events returns the table of the view events.
func Events() Table {
	return Table{Subject: "events", Fields: append(eventFields(), eventJSON()...), Flags: eventFlags()}
}

func eventFields() []Field {
	const (
		// Conditions over other views come back to the event by its UUID.
		named     = "event_uuid IN (SELECT event_uuid FROM event_resources WHERE {})"
		bucket    = "event_uuid IN (SELECT event_uuid FROM event_resources WHERE resource_type = 'AWS::S3::Bucket' AND {})"
		delivered = "event_id IN (SELECT e.event_id FROM events AS e LEFT JOIN event_deliveries AS d ON d.event_id = e.event_id WHERE {})"
		// An event stands in the object of the copy kept and in those of its other copies.
		object = "(object_id IN (SELECT object_id FROM objects WHERE {}) OR event_id IN (SELECT event_id FROM (SELECT event_id, unnest(object_uris) AS uri FROM event_deliveries) WHERE {}))"
		anchor = "(SELECT min(event_time) FROM events WHERE {})"
		// An event's own id is a UUID, which is found without building texts; those of
		// records without one are hashes.
		cited = "(event_uuid IN (SELECT TRY_CAST(event_id AS UUID) FROM finding_events WHERE {}) OR event_id IN (SELECT event_id FROM finding_events WHERE {} AND starts_with(event_id, 'sha256:')))"
	)
	return []Field{
		{
			Name: "time", Aliases: []string{"event_time"}, Kind: Time, Columns: []string{"event_time"},
			Help: "when the call was made", Example: "time>=2026-11-09T02:19",
		},
		{
			Name: "around", Kind: Around, Columns: []string{"event_time", "event_id"}, UUID: "event_uuid", In: anchor,
			Help: "near an event or a time, 5 minutes where nothing else is said", Example: "around=2026-11-09T02:19:03Z+-5m",
		},
		{
			Name: "principal", Aliases: []string{"principal_arn", "user"}, Kind: Name, Columns: []string{"principal_arn"}, FreeText: true,
			Help: "who, whatever the session: user, role, root, service", Example: "principal=ci-deploy",
		},
		{
			Name: "session", Aliases: []string{"session_name"}, Kind: Name, Columns: []string{"session_name", "identity_arn"},
			Help: "role session, by its name or as role/name", Example: "session=OrgAdmin/ci-deploy",
		},
		{
			Name: "identity", Aliases: []string{"identity_arn"}, Kind: Name, Columns: []string{"identity_arn"}, FreeText: true,
			Help: "the identity's ARN as written, with the session", Example: "identity=*:assumed-role/OrgAdmin/*",
		},
		{
			Name: "identity_type", Kind: Text, Columns: []string{"identity_type"},
			Values: []string{"AssumedRole", "AWSAccount", "AWSService", "Directory", "FederatedUser", "IAMUser", "IdentityCenterUser", "Role", "Root", "SAMLUser", "Unknown", "WebIdentityUser"},
			Help:   "kind of identity", Example: "identity_type=IAMUser,Root",
		},
		{
			Name: "key", Aliases: []string{"access_key", "access_key_id"}, Kind: ID, Columns: []string{"access_key_id", "issued_access_key_id"}, FreeText: true,
			Help: "access key that made the call or that the call issued", Example: "key=AKIAIOSFODNN7EXAMPLE",
		},
		{
			Name: "issued", Aliases: []string{"issued_access_key_id"}, Kind: ID, Columns: []string{"issued_access_key_id"},
			Help: "access key that the call issued", Example: "issued=ASIA*",
		},
		{
			Name: "invoked_by", Kind: Service, Columns: []string{"invoked_by"},
			Help: "service that made the call for the principal", Example: "invoked_by=cloudformation",
		},
		{
			Name: "source_identity", Kind: Text, Columns: []string{"source_identity"}, FreeText: true,
			Help: "source identity carried along a role chain", Example: "source_identity=alice@example.com",
		},
		{
			Name: "session_created", Kind: Time, Columns: []string{"session_created"},
			Help: "when the session's credentials were issued", Example: "session_created>-36h",
		},
		{
			Name: "op", Aliases: []string{"operation"}, Kind: Operation, Columns: []string{"operation"}, FreeText: true,
			Help: "operation; without a service, in any", Example: "op=iam:Create*",
		},
		{
			Name: "service", Aliases: []string{"event_source"}, Kind: Service, Columns: []string{"event_source"},
			Help: "service called", Example: "service=iam,sts",
		},
		{
			Name: "name", Aliases: []string{"event_name"}, Kind: Text, Columns: []string{"event_name"},
			Help: "event name as written, API date and all", Example: "name=CreateFunction20150331",
		},
		{
			Name: "error", Aliases: []string{"error_code"}, Kind: Code, Columns: []string{"error_code"}, FreeText: true,
			Help: "error code; none means that the call was carried out", Example: "error=AccessDenied*",
		},
		{
			Name: "message", Aliases: []string{"error_message"}, Kind: Text, Columns: []string{"error_message"}, FreeText: true,
			Help: "error message", Example: `message="*explicit deny*"`,
		},
		{
			Name: "ip", Aliases: []string{"source_ip", "source_ip_address"}, Kind: IP, Columns: []string{"source_ip"}, FreeText: true,
			Help: "address, CIDR block, or the service that called", Example: "ip=203.0.113.0/24",
		},
		{
			Name: "ua", Aliases: []string{"user_agent", "agent"}, Kind: Text, Columns: []string{"user_agent"}, FreeText: true,
			Help: "user agent", Example: "ua=*kali*",
		},
		{
			Name: "account", Aliases: []string{"account_id", "recipient_account_id"}, Kind: ID, Columns: []string{"account_id"}, FreeText: true,
			Help: "account that the event was recorded in", Example: "account=111122223333",
		},
		{
			Name: "caller", Aliases: []string{"caller_account_id", "caller_account"}, Kind: ID, Columns: []string{"caller_account_id"},
			Help: "account of the caller", Example: "caller=123456789012",
		},
		{
			Name: "region", Aliases: []string{"aws_region"}, Kind: Text, Columns: []string{"region"}, FreeText: true,
			Help: "region that the event was recorded in", Example: "region=us-east-1,ap-*",
		},
		{
			Name: "vpce", Aliases: []string{"vpc_endpoint_id"}, Kind: ID, Columns: []string{"vpc_endpoint_id"}, FreeText: true,
			Help: "VPC endpoint that the call came through", Example: "vpce=vpce-*",
		},
		{
			Name: "resource", Kind: Name, Columns: []string{"resource_id", "resource_arn"}, In: named,
			Help: "resource that the event names, by id, name or ARN", Example: "resource=role/OrgAdmin",
		},
		{
			Name: "resource_type", Kind: Text, Columns: []string{"resource_type"}, In: named,
			Help: "type of a resource that the event names", Example: "resource_type=AWS::IAM::*",
		},
		{
			Name: "action", Kind: Enum, Columns: []string{"action"}, In: named,
			Values: texts(analysis.ActionCreated, analysis.ActionModified, analysis.ActionDeleted, analysis.ActionRead, analysis.ActionGranted, analysis.ActionTarget),
			Help:   "what was done to a resource that the event names", Example: "action=created,deleted",
		},
		{
			Name: "method", Kind: Enum, Columns: []string{"method"}, In: named,
			Values: texts(analysis.MethodRule, analysis.MethodResources, analysis.MethodARN, analysis.MethodIDPrefix, analysis.MethodLeaf),
			Help:   "how a resource that the event names was recognised", Example: "method=rule",
		},
		{
			Name: "bucket", Kind: Name, Columns: []string{"resource_id", "resource_arn"}, In: bucket,
			Help: "S3 bucket that the event names", Example: "bucket=amzn-s3-demo-bucket",
		},
		{
			Name: "event", Aliases: []string{"event_id"}, Kind: ID, Columns: []string{"event_id"}, UUID: "event_uuid", FreeText: true,
			Help: "event id", Example: "event=7c2e4b1a-9d0f-4e55-8a11-0c9f6d3b2a10",
		},
		{
			Name: "finding", Aliases: []string{"finding_id"}, Kind: ID, Columns: []string{"finding_id"}, In: cited,
			Help: "finding that the event is evidence of", Example: "finding=1062581b*",
		},
		{
			Name: "shared_event", Aliases: []string{"shared_event_id"}, Kind: ID, Columns: []string{"shared_event_id"}, FreeText: true,
			Help: "id that the copies of one call in several accounts share", Example: "shared_event=*",
		},
		{
			Name: "request", Aliases: []string{"request_id"}, Kind: ID, Columns: []string{"request_id"}, FreeText: true,
			Help: "request id", Example: "request=4442587FB7D0A2F9",
		},
		{
			Name: "category", Aliases: []string{"event_category"}, Kind: Text, Columns: []string{"event_category"},
			Values: []string{"Management", "Data", "Insight", "NetworkActivity"},
			Help:   "event category", Example: "category=Data",
		},
		{
			Name: "type", Aliases: []string{"event_type"}, Kind: Text, Columns: []string{"event_type"},
			Values: []string{"AwsApiCall", "AwsConsoleAction", "AwsConsoleSignIn", "AwsServiceEvent", "AwsVpceEvent", "AwsCloudTrailInsight"},
			Help:   "event type", Example: "type=AwsConsoleSignIn",
		},
		{
			Name: "version", Aliases: []string{"event_version"}, Kind: Text, Columns: []string{"event_version"},
			Help: "version of the record's format", Example: "version=1.08,1.09",
		},
		{
			Name: "api_version", Kind: Text, Columns: []string{"api_version"},
			Help: "version of the service's API", Example: "api_version=2006-03-01",
		},
		{
			Name: "mfa", Aliases: []string{"mfa_authenticated"}, Kind: Bool, Columns: []string{"mfa_authenticated"},
			Help: "the session was opened with MFA, where the record says", Example: "mfa=no",
		},
		{
			Name: "read_only", Kind: Bool, Columns: []string{"read_only"},
			Help: "readOnly, where the record says", Example: "read_only=no",
		},
		{
			Name: "mutating", Kind: Bool, Columns: []string{"mutating"},
			Help: "the call changes something: readOnly, or else its verb", Example: "mutating=yes",
		},
		{
			Name: "management_event", Kind: Bool, Columns: []string{"management_event"},
			Help: "managementEvent, where the record says", Example: "management_event=yes",
		},
		{
			Name: "from_console", Aliases: []string{"session_from_console", "session_credential_from_console"}, Kind: Bool, Columns: []string{"session_from_console"},
			Help: "the credentials came from a console session", Example: "from_console=yes",
		},
		{
			Name: "deliveries", Kind: Number, Columns: []string{"coalesce(d.deliveries, 1)"}, In: delivered,
			Help: "how many times the event was delivered", Example: "deliveries>1",
		},
		{
			Name: "object", Aliases: []string{"uri"}, Kind: Name, Columns: []string{"uri"}, In: object,
			Help: "log object that the event, or a copy of it, stands in; its file name is enough", Example: "object=*_us-east-1_20261109T0315Z_*",
		},
		{
			Name: "object_id", Kind: Number, Columns: []string{"object_id"},
			Help: "number of the log object in the ledger", Example: "object_id=17",
		},
		{
			Name: "record", Aliases: []string{"record_number"}, Kind: Number, Columns: []string{"record_number"},
			Help: "number of the record in its object", Example: "record<10",
		},
	}
}

// eventJSON are the columns that hold JSON. What is in them has a path.
func eventJSON() []Field {
	return []Field{
		{
			Name: "request_parameters", Aliases: []string{"req"}, Kind: JSON, Prefix: "req", Columns: []string{"request_parameters"}, FreeText: true,
			Help: "what was asked", Example: "req.bucketName=amzn-s3-demo-*",
		},
		{
			Name: "response_elements", Aliases: []string{"resp"}, Kind: JSON, Prefix: "resp", Columns: []string{"response_elements"}, FreeText: true,
			Help: "what was answered", Example: "resp..accessKeyId=ASIA*",
		},
		{
			Name: "additional_event_data", Aliases: []string{"add"}, Kind: JSON, Prefix: "add", Columns: []string{"additional_event_data"}, FreeText: true,
			Help: "additional event data", Example: "add.bytesTransferredOut>1MB",
		},
		{
			Name: "user_identity", Kind: JSON, Prefix: "identity", Columns: []string{"user_identity"}, Slow: true,
			Typed: map[string]string{
				"type":        "identity_type",
				"arn":         "identity_arn",
				"accountId":   "caller_account_id",
				"accessKeyId": "access_key_id",
				"invokedBy":   "invoked_by",
			},
			Help: "the identity as the record has it", Example: "identity.sessionContext.sessionIssuer.userName=OrgAdmin",
		},
		{
			Name: "resources", Kind: JSON, Prefix: "resource", Each: true, Columns: []string{"resources"}, FreeText: true,
			Help: "the resources that the record lists; any of them may match", Example: "resource.type=AWS::KMS::Key",
		},
		{
			Name: "service_event_details", Kind: JSON, Prefix: "service", Columns: []string{"service_event_details"}, FreeText: true,
			Help: "details of an event of a service", Example: "service.createAccountStatus.state=SUCCEEDED",
		},
		{
			Name: "tls_details", Aliases: []string{"tls"}, Kind: JSON, Prefix: "tls", Columns: []string{"tls_details"},
			Help: "TLS version, cipher and host header", Example: "tls.tlsVersion!=TLSv1.3",
		},
		{
			Name: "insight_details", Aliases: []string{"insights"}, Kind: JSON, Prefix: "insight", Columns: []string{"insight_details"}, FreeText: true,
			Help: "details of an insight", Example: "insight.insightType=ApiErrorRateInsight",
		},
		{
			Name: "extra_fields", Aliases: []string{"extra"}, Kind: JSON, Prefix: "extra", Columns: []string{"extra_fields"}, FreeText: true,
			Help: "fields of the record that have no column", Example: "extra.addendum.reason=DELIVERY_DELAY",
		},
	}
}

func eventFlags() []Flag {
	const failed = `error_code IS NOT NULL OR event_name = 'ConsoleLogin' AND contains(response_elements, '"ConsoleLogin":"Failure"')`
	return []Flag{
		{Name: "write", Aliases: []string{"writes"}, SQL: "mutating", Help: "changes something"},
		{Name: "read", Aliases: []string{"reads"}, SQL: "NOT mutating", Help: "changes nothing"},
		{Name: "failed", Aliases: []string{"error", "errors"}, SQL: failed, Help: "has an error code, or is a console sign-in that failed"},
		{Name: "success", Aliases: []string{"succeeded", "ok"}, SQL: "(" + failed + ") IS NOT TRUE", Help: "did not fail"},
		{Name: "management", SQL: "event_category = 'Management'", Help: "management event"},
		{Name: "data", SQL: "event_category = 'Data'", Help: "data event"},
		{Name: "insight", SQL: "event_category = 'Insight'", Help: "insight event"},
		{Name: "network", SQL: "event_category = 'NetworkActivity'", Help: "network activity event"},
		{Name: "aws-service", SQL: "identity_type = 'AWSService' OR event_type = 'AwsServiceEvent' OR identity_type IS NULL AND invoked_by IS NOT NULL", Help: "an AWS service acted of its own accord"},
		{Name: "root", SQL: "identity_type = 'Root'", Help: "the account's root user"},
		{Name: "console", SQL: "session_from_console OR starts_with(event_type, 'AwsConsole') OR contains(user_agent, 'console.amazonaws.com') OR contains(user_agent, 'S3Console/')", Help: "made in, or signing in to, the console"},
		{Name: "signin", Aliases: []string{"login"}, SQL: "event_type = 'AwsConsoleSignIn' OR event_source = 'signin.amazonaws.com'", Help: "a console sign-in"},
		{Name: "mfa", SQL: "mfa_authenticated", Help: "the session was opened with MFA"},
		{Name: "cross-account", SQL: "caller_account_id <> account_id", Help: "called from another account"},
		{Name: "self", SQL: "contains(user_agent, 'trailbench/')", Help: "made by trailbench"},
		{Name: "damaged", SQL: "damaged", Help: "stands behind the damage of its object"},
		{Name: "conflicting", SQL: "event_id IN (SELECT event_id FROM event_deliveries WHERE conflicting)", Help: "was delivered more than once with different content"},
	}
}
