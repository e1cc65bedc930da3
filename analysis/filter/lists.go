package filter

import "github.com/trailbench/trailbench/analysis"

// For returns the table of a list; none for [analysis.ListSQL], whose columns nobody
// knows beforehand. What [analysis.ListTop] counts is filtered as events.
func For(of analysis.ListOf) (Table, bool) {
	switch of {
	case analysis.ListEvents, analysis.ListTop:
		return Events(), true
	case analysis.ListFindings:
		return Findings(), true
	case analysis.ListObjects:
		return Objects(), true
	case analysis.ListPrincipals:
		return Principals(), true
	case analysis.ListKeys:
		return Keys(), true
	case analysis.ListIPs:
		return IPs(), true
	case analysis.ListSessions:
		return Sessions(), true
	case analysis.ListResources:
		return Resources(), true
	case analysis.ListOperations:
		return Operations(), true
	case analysis.ListNew:
		return New(), true
	}
	return Table{}, false
}

// of is a field of the list's events in scope rather than of its rows, which column
// joins to them.
func (f Field) of(column string) Field {
	f.In = column + " IN (SELECT " + column + " FROM events WHERE {})"
	return f
}

// The fields that several lists have.

func principalField() Field {
	return Field{
		Name: "principal", Aliases: []string{"principal_arn"}, Kind: Name, Columns: []string{"principal_arn"}, FreeText: true,
		Help: "who; the last part of the ARN is enough", Example: "principal=ci-deploy",
	}
}

func opField(help string) Field {
	return Field{
		Name: "op", Aliases: []string{"operation"}, Kind: Operation, Columns: []string{"operation"},
		Help: help, Example: "op=kms:*,secretsmanager:*",
	}
}

func ipField() Field {
	return Field{
		Name: "ip", Aliases: []string{"source_ip"}, Kind: IP, Columns: []string{"source_ip"},
		Help: "address, CIDR block, or the service that called", Example: "ip=203.0.113.0/24",
	}
}

func keyField(column string) Field {
	return Field{
		Name: "key", Aliases: []string{column}, Kind: ID, Columns: []string{column}, FreeText: true,
		Help: "access key", Example: "key=AKIAIOSFODNN7EXAMPLE",
	}
}

func accountField(help string) Field {
	return Field{
		Name: "account", Aliases: []string{"account_id"}, Kind: ID, Columns: []string{"account_id"}, FreeText: true,
		Help: help, Example: "account=111122223333",
	}
}

func regionField(help string) Field {
	return Field{
		Name: "region", Kind: Text, Columns: []string{"region"},
		Help: help, Example: "region=us-east-1,ap-*",
	}
}

func agentField() Field {
	return Field{
		Name: "ua", Aliases: []string{"user_agent", "agent"}, Kind: Text, Columns: []string{"user_agent"},
		Help: "user agent", Example: "ua=*kali*",
	}
}

func typeField() Field {
	return Field{
		Name: "type", Aliases: []string{"identity_type"}, Kind: Text, Columns: []string{"identity_type"},
		Help: "kind of identity", Example: "type=IAMUser,Root",
	}
}

func sessionField() Field {
	return Field{
		Name: "session", Aliases: []string{"session_name"}, Kind: Name, Columns: []string{"session_name"}, FreeText: true,
		Help: "name of the role session", Example: "session=ci-deploy",
	}
}

func textField(name, column, help, example string) Field {
	return Field{Name: name, Aliases: also(name, column), Kind: Text, Columns: []string{column}, FreeText: true, Help: help, Example: example}
}

func numberField(name, help string) Field {
	return Field{Name: name, Kind: Number, Columns: []string{name}, Help: help, Example: name + ">10"}
}

func timeField(name, column, help string) Field {
	return Field{Name: name, Aliases: also(name, column), Kind: Time, Columns: []string{column}, Help: help, Example: name + ">=2026-11-09"}
}

func boolField(name, help string) Field {
	return Field{Name: name, Kind: Bool, Columns: []string{name}, Help: help, Example: name + "=yes"}
}

// also is the column as a further name of a field, where it is one.
func also(name, column string) []string {
	if folded(name) == folded(column) {
		return nil
	}
	return []string{column}
}

func seenFields() []Field {
	return []Field{
		timeField("first_seen", "first_seen", "first event in scope"),
		timeField("last_seen", "last_seen", "last event in scope"),
		timeField("known_since", "known_since", "first event in the whole case"),
	}
}

func countFields() []Field {
	return []Field{
		numberField("events", "how many events"),
		numberField("failed", "how many of them have an error code"),
	}
}

func newField() Field {
	return boolField("new", "first seen in the whole case at or after the baseline")
}

func findingsField() Field {
	return Field{
		Name: "findings", Kind: Number, Columns: []string{"findings"},
		Help: "findings of medium severity or above that name it and are open or confirmed", Example: "findings>0",
	}
}

func newFlag() Flag {
	return Flag{Name: "new", SQL: "new", Help: "first seen in the whole case at or after the baseline"}
}

func foundFlag() Flag {
	return Flag{Name: "found", SQL: "findings > 0", Help: "a finding names it"}
}
