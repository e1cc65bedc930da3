package store

import (
	"slices"

	"github.com/trailbench/trailbench/analysis"
)

func columnsOfKeys() []analysis.ListColumn {
	all := slices.Concat([]analysis.ListColumn{
		ofKey("the access key"),
		ofText("kind", "kind", 9, "long-term or temporary"),
		ofPrincipal("whose it is"),
		titled("SESSION", ofText("session_name", "session", 20, "name of the role session")),
	}, seenColumns(), countColumns(), []analysis.ListColumn{writesColumn()}, newnessColumns(), []analysis.ListColumn{
		ofNumber("operations", "operations", 5, "how many operations it called"),
		ofNumber("ips", "ips", 5, "from how many addresses"),
		ofAccount("account of its principal"),
		ofTime("issued_at", "issued", "when it was issued"),
		ofEntity("issued_by", "parent", analysis.EntityAccessKey, 20, "access key that asked for it"),
		knownSinceColumn(),
	})
	return columns(shown(11, all)...)
}

func columnsOfIPs() []analysis.ListColumn {
	all := slices.Concat([]analysis.ListColumn{
		ofAddress("address, or the service that called"),
		ofText("tag", "tag", 10, "the analyst's own word for it"),
		ofText("as_name", "as", 20, "name of its autonomous system"),
		titled("CC", ofText("country", "country", 2, "country")),
	}, seenColumns(), countColumns(), []analysis.ListColumn{
		ofNumber("principals", "principals", 5, "how many principals called from it"),
	}, newnessColumns(), []analysis.ListColumn{
		writesColumn(),
		ofNumber("accounts", "accounts", 5, "in how many accounts"),
		ofNumber("regions", "regions", 5, "in how many regions"),
		ofNumber("agents", "agents", 5, "with how many user agents"),
		ofText("service", "service", 24, "the AWS service, where it is one"),
		ofNumber("asn", "asn", 8, "autonomous system"),
		ofText("city", "city", 16, "city"),
		ofBool("private", "private", "no one on the internet has it"),
		knownSinceColumn(),
	})
	return columns(shown(11, all)...)
}

func columnsOfSessions() []analysis.ListColumn {
	return columns(shown(9, []analysis.ListColumn{
		titled("TIME", ofTime("event_time", "time", "when the credentials were asked for")),
		ofText("operation", "op", 24, "the call that issued them"),
		ofEntity("issued_key", "key", analysis.EntityAccessKey, 20, "access key that was issued; empty for a console sign-in"),
		titled("ROLE", ofEntity("role_arn", "role", analysis.EntityPrincipal, 28, "role that was assumed")),
		titled("SESSION", ofText("session_name", "session", 20, "name that the caller gave the session")),
		ofPrincipal("who asked for them"),
		ofAddress("from where they were asked for"),
		ofNumber("events", "events", 9, "how many events the issued key made"),
		ofNumber("failed", "failed", 8, "how many of them have an error code"),
		ofTime("last_seen", "last_seen", "last event of the issued key"),
		ofEntity("parent_key", "parent", analysis.EntityAccessKey, 20, "access key that asked for them"),
		ofAccount("account that the call was recorded in"),
		ofRegion("region that the call was recorded in"),
		ofEntity("user_agent", "ua", analysis.EntityUserAgent, 30, "program that asked"),
		ofTime("expires_at", "expires", "when they end"),
		ofText("session_arn", "identity", 40, "ARN of the session"),
		ofText("source_identity", "source_identity", 20, "source identity set on the session"),
		ofText("subject", "subject", 24, "subject of the SAML assertion or web identity token"),
		ofText("sign_in_session_arn", "", 30, "sign-in session that they belong to"),
		ofText("identity_type", "type", 12, "kind of identity that asked"),
		ofEntity("caller_account_id", "caller", analysis.EntityAccount, 12, "account of the caller"),
		ofText("invoked_by", "invoked_by", 20, "service that asked for the principal"),
		ofBool("mfa_authenticated", "mfa", "the asking session was opened with MFA"),
		ofText("shared_event_id", "", 36, "the same for the copies of the call in both accounts"),
		titled("EVENT", ofText("event_id", "event", 36, "the call")),
	})...)
}

func columnsOfResources() []analysis.ListColumn {
	return columns(shown(11, []analysis.ListColumn{
		titled("TYPE", ofText("resource_type", "type", 24, "type in the words of CloudFormation")),
		titled("NAME", ofEntity("resource_id", "resource", analysis.EntityResource, 30, "name or id")),
		ofAccount("its account"),
		ofNumber("writes", "writes", 7, "how many events in scope changed it"),
		titled("LAST WRITE", ofTime("last_write_at", "last_write", "when the last of them was")),
		titled("BY", ofEntity("last_write_by", "by", analysis.EntityPrincipal, 28, "who made the last of them")),
		titled("EVENTS", ofNumber("events", "events", 9, "how many events in scope name it")),
		ofBool("new", "new", "first seen in the whole case at or after the baseline"),
		ofNumber("findings", "findings", 8, "findings of medium severity or above that name it and are open or confirmed"),
		ofText("live", "live", 12, "what the last look in AWS came to: found, gone, denied or failed; empty: nobody looked"),
		ofNumber("failing", "failing", 7, "how many posture checks say that it fails"),
		ofText("last_write_operation", "op", 24, "operation of the last write"),
		ofRegion("its region; empty for global ones"),
		titled("ARN", ofText("resource_arn", "arn", 48, "ARN, where some event gave it")),
		ofTime("first_seen", "first_seen", "first event in scope that names it"),
		ofTime("last_seen", "last_seen", "last event in scope that names it"),
		ofTime("created_at", "created", "first event of the case that created it"),
		ofEntity("created_by", "creator", analysis.EntityPrincipal, 28, "who created it"),
		ofTime("modified_at", "modified", "last event in scope that modified it"),
		ofTime("deleted_at", "deleted", "last event in scope that deleted it"),
		ofTime("looked_at", "looked", "when it was looked up in AWS the last time"),
		knownSinceColumn(),
	})...)
}

func columnsOfOperations() []analysis.ListColumn {
	all := slices.Concat([]analysis.ListColumn{
		ofText("operation", "op", 36, "service and call"),
	}, countColumns(), []analysis.ListColumn{
		writesColumn(),
		ofNumber("principals", "principals", 5, "how many principals called it"),
		ofNumber("ips", "ips", 5, "from how many addresses"),
	}, seenColumns(), []analysis.ListColumn{
		newnessColumns()[0],
		ofNumber("accounts", "accounts", 5, "in how many accounts"),
		ofNumber("regions", "regions", 5, "in how many regions"),
		ofBool("mutating", "mutating", "it changes something"),
		titled("SERVICE", ofText("event_source", "service", 28, "service called")),
		knownSinceColumn(),
	})
	return columns(shown(9, all)...)
}

func columnsOfNew() []analysis.ListColumn {
	return columns(shown(5, []analysis.ListColumn{
		ofText("kind", "kind", 9, "ip, key, principal, region, operation, agent, account or service"),
		ofText("value", "value", 36, "what is new"),
		ofTime("first_seen", "first_seen", "first event of the case with it"),
		ofNumber("events", "events", 9, "how many events in scope have it"),
		ofText("detail", "detail", 0, "the first of them, in words"),
		ofNumber("failed", "failed", 8, "how many of them have an error code"),
		ofTime("last_seen", "last_seen", "last event in scope with it"),
		titled("EVENT", ofText("event_id", "event", 36, "id of the first event")),
	})...)
}
