package filter

import "github.com/trailbench/trailbench/analysis"

// Findings returns the table of the view findings.
func Findings() Table {
	return Table{Subject: "findings", Fields: findingFields(), Flags: []Flag{
		{Name: "open", SQL: "status = 'open'", Help: "nobody decided about it yet"},
		{Name: "confirmed", SQL: "status = 'confirmed'", Help: "decided: it is what it says"},
		{Name: "new", SQL: "new", Help: "the latest run produced it for the first time"},
		{Name: "gone", SQL: "gone", Help: "a later run over its time did not produce it again"},
		{Name: "suppressed", SQL: "suppression IS NOT NULL", Help: "covered by a suppression that is in force"},
		{Name: "noted", SQL: "note IS NOT NULL", Help: "has a note"},
	}}
}

// entity is a field over all values of one kind that a finding has, not only the one
// that lists show.
func entity(f Field, kind analysis.EntityKind) Field {
	f.Columns = []string{"value"}
	f.In = "finding_id IN (SELECT finding_id FROM finding_entities WHERE kind = '" + string(kind) + "' AND {})"
	return f
}

func findingFields() []Field {
	return []Field{
		{
			Name: "finding", Aliases: []string{"finding_id", "id"}, Kind: ID, Columns: []string{"finding_id"}, FreeText: true,
			Help: "id of the finding, the same on every run", Example: "finding=3f2a*",
		},
		{
			Name: "severity", Kind: Enum, Ordered: true, Columns: []string{"severity"}, Values: texts(analysis.Severities()...),
			Help: "how urgent it is", Example: "severity>=high",
		},
		{
			Name: "status", Kind: Enum, Columns: []string{"status"}, Values: texts(analysis.FindingStatuses()...),
			Help: "what was decided about it", Example: "status=open",
		},
		{
			Name: "detection", Aliases: []string{"detection_id"}, Kind: Text, Columns: []string{"detection_id"}, FreeText: true,
			Help: "id of the detection", Example: "detection=iam_*",
		},
		{
			Name: "title", Kind: Text, Columns: []string{"title"}, FreeText: true,
			Help: "title of the detection", Example: "title=*trail*",
		},
		{
			Name: "summary", Kind: Text, Columns: []string{"summary"}, FreeText: true,
			Help: "what was found, in words", Example: "summary=*AdministratorAccess*",
		},
		{
			Name: "attack", Aliases: []string{"technique"}, Kind: Text, Columns: []string{"array_to_string(attack, ' ')"},
			Help: "ATT&CK technique id", Example: "attack=*T1685.002*",
		},
		entity(Field{
			Name: "principal", Aliases: []string{"principal_arn"}, Kind: Name, FreeText: true,
			Help: "who; the last part of the ARN is enough", Example: "principal=ci-deploy",
		}, analysis.EntityPrincipal),
		entity(Field{
			Name: "key", Aliases: []string{"access_key_id"}, Kind: ID, FreeText: true,
			Help: "access key", Example: "key=AKIAIOSFODNN7EXAMPLE",
		}, analysis.EntityAccessKey),
		entity(Field{
			Name: "ip", Aliases: []string{"source_ip"}, Kind: IP, FreeText: true,
			Help: "source address or CIDR", Example: "ip=203.0.113.0/24",
		}, analysis.EntitySourceIP),
		entity(Field{
			Name: "resource", Kind: Name, FreeText: true,
			Help: "resource that it is about", Example: "resource=acme-finance",
		}, analysis.EntityResource),
		entity(Field{
			Name: "account", Aliases: []string{"account_id"}, Kind: ID,
			Help: "account", Example: "account=111122223333",
		}, analysis.EntityAccount),
		entity(Field{
			Name: "region", Kind: Text,
			Help: "region", Example: "region=us-east-1,ap-*",
		}, analysis.EntityRegion),
		entity(Field{
			Name: "ua", Aliases: []string{"user_agent"}, Kind: Text,
			Help: "user agent", Example: "ua=*trufflehog*",
		}, analysis.EntityUserAgent),
		{
			Name: "event", Aliases: []string{"event_id"}, Kind: ID, Columns: []string{"event_id"},
			In:   "finding_id IN (SELECT finding_id FROM finding_events WHERE {})",
			Help: "id of an event that proves it", Example: "event=698dd3a1-4b7e-4d96-a846-194c40fb26b8",
		},
		{
			Name: "first", Aliases: []string{"first_time", "time"}, Kind: Time, Columns: []string{"first_time"},
			Help: "time of its first event", Example: "first>=2026-11-09",
		},
		{
			Name: "last", Aliases: []string{"last_time"}, Kind: Time, Columns: []string{"last_time"},
			Help: "time of its last event", Example: "last>-36h",
		},
		{
			Name: "events", Aliases: []string{"count"}, Kind: Number, Columns: []string{"events"},
			Help: "how many events prove it", Example: "events>100",
		},
		{
			Name: "note", Kind: Text, Columns: []string{"note"}, FreeText: true,
			Help: "what the analyst wrote", Example: "note=*",
		},
		{
			Name: "by", Aliases: []string{"decided_by"}, Kind: Text, Columns: []string{"decided_by"},
			Help: "who decided", Example: "by=alice",
		},
	}
}
