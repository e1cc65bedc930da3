package tui

import (
	"github.com/trailbench/trailbench/analysis"
)

// listSpec is what one list has that others have not.
type listSpec struct {
	of     analysis.ListOf
	screen screenName
	title  string
	ref    analysis.RefKind // what the key of a row names; "" for nothing one can mark
	filter string           // to begin with
	sort   []analysis.Order
	frozen int
	needs  []string // columns that are asked for even if they are not shown
	// columns are those that are shown unless others are asked for; none are the list's.
	columns []string
	side    sideKind // to begin with
	facets  []string
	chart   bool // a histogram above the table
	// baseline: the list says what is new.
	baseline bool
	hints    []action
	// open is the place that a row leads to; its Screen is "" where it leads nowhere.
	open func(e *env, key string, values map[string]any) Place
	// other is another form of the same; nil for none.
	other func(e *env) Place
}

// pivots are the columns of an event that lead somewhere.
func pivots() []string {
	return []string{"event_time", "event_id", "operation", "principal_arn", "session_name", "access_key_id", "issued_access_key_id", "source_ip", "resource", "account_id", "region", "user_agent", "error_code"}
}

// worthReading are the findings that somebody still has to read.
const worthReading = "status=open,confirmed !gone !suppressed"

func listSpecs() []listSpec {
	str := func(values map[string]any, name string) string {
		v, _ := values[name].(string)
		return v
	}
	page := func(s screenName) func(*env, string, map[string]any) Place {
		return func(_ *env, key string, _ map[string]any) Place { return Place{Screen: s, ID: key} }
	}
	return []listSpec{
		{
			of: analysis.ListEvents, screen: screenEvents, title: "Events", ref: analysis.RefEvent, frozen: 1,
			needs: pivots(), side: sideFacets, chart: true,
			columns: []string{"event_time", "operation", "error_code", "resource", "source_ip", "principal_arn", "account_id", "region"},
			facets:  []string{"operation", "error_code", "source_ip", "principal_arn", "region", "user_agent", "account_id", "mutating"},
			hints:   []action{actEnter, actPivot, actOnly, actWithout, actCount, actWrites, actErrors, actAround, actStar, actAnnotate, actCopy},
			open:    page(screenEvent),
		},
		{
			of: analysis.ListFindings, screen: screenFindings, title: "Findings", ref: analysis.RefFinding, frozen: 1,
			filter:  worthReading,
			needs:   []string{"finding_id", "severity", "detection_id", "status", "first_time", "last_time", "principal_arn", "access_key_id", "source_ip", "resource", "account_id", "region", "user_agent"},
			side:    sidePreview,
			columns: []string{"severity", "title", "first_time", "principal_arn", "status", "events", "detection_id", "resource", "source_ip", "account_id"},
			facets:  []string{"severity", "detection_id", "status", "principal_arn", "source_ip", "account_id"},
			hints:   []action{actEnter, actAnnotate, actSelect, actStar, actPivot, actOnly, actWithout, actForm, actExport, actToSQL},
			open: func(e *env, key string, _ map[string]any) Place {
				return evidencePlace(e, key)
			},
			other: func(*env) Place { return Place{Screen: screenStories} },
		},
		{
			of: analysis.ListPrincipals, screen: screenPrincipals, title: "Principals", ref: analysis.RefPrincipal, frozen: 1, baseline: true,
			side: sideNone, facets: []string{"identity_type", "account_id", "new"},
			hints: []action{actEnter, actPivot, actOnly, actWithout, actFilter, actSort, actStar, actAnnotate, actCompare},
			open:  page(screenPrincipal),
		},
		{
			of: analysis.ListSessions, screen: screenSessions, title: "Sessions", ref: analysis.RefKey, frozen: 1, baseline: true,
			needs: []string{"event_id", "issued_key", "parent_key", "principal_arn", "role_arn", "session_name", "source_ip", "account_id", "region", "operation"},
			side:  sideNone, facets: []string{"operation", "principal_arn", "role_arn", "source_ip"},
			hints: []action{actEnter, actPivot, actOnly, actWithout, actFilter, actSort, actStar},
			open: func(_ *env, key string, values map[string]any) Place {
				if k := str(values, "issued_key"); k != "" {
					return Place{Screen: screenChain, ID: k}
				}
				if k := str(values, "parent_key"); k != "" {
					return Place{Screen: screenChain, ID: k}
				}
				return Place{Screen: screenEvent, ID: str(values, "event_id")}
			},
		},
		{
			of: analysis.ListKeys, screen: screenKeys, title: "Access keys", ref: analysis.RefKey, frozen: 1, baseline: true,
			needs: []string{"principal_arn", "access_key_id"}, side: sideNone, facets: []string{"kind", "principal_arn", "new"},
			hints: []action{actEnter, actPivot, actOnly, actWithout, actFilter, actSort, actStar},
			open:  page(screenKey),
		},
		{
			of: analysis.ListIPs, screen: screenIPs, title: "IPs", ref: analysis.RefIP, frozen: 1, baseline: true,
			side: sideNone, facets: []string{"tag", "as_name", "country", "service", "new"},
			hints: []action{actEnter, actPivot, actOnly, actWithout, actOr, actFilter, actSort, actColumns, actStar},
			open:  page(screenIP),
		},
		{
			of: analysis.ListResources, screen: screenResources, title: "Resources", ref: analysis.RefResource, frozen: 2, baseline: true,
			needs:   []string{"resource_arn", "resource_id", "resource_type", "account_id", "last_write_by", "last_write_operation", "live", "looked_at", "failing"},
			columns: []string{"resource_type", "resource_id", "account_id", "writes", "last_write_at", "live", "findings", "last_write_by", "new"},
			side:    sideNone, facets: []string{"resource_type", "account_id", "region", "last_write_by", "live", "new"},
			hints: []action{actEnter, actPivot, actLive, actSelect, actOnly, actWithout, actFilter, actSort, actStar},
			open:  page(screenResource),
		},
		{
			of: analysis.ListOperations, screen: screenOperations, title: "Operations", frozen: 1, baseline: true,
			side: sideNone, hints: []action{actEnter, actPivot, actOnly, actWithout, actSort},
			open: func(e *env, key string, _ map[string]any) Place {
				return placeOf(e.eventsWhere("op", key), "Every "+key)
			},
		},
		{
			of: analysis.ListNew, screen: screenNew, title: "First seen", frozen: 1, baseline: true,
			needs: []string{"kind", "value", "event_id", "first_seen"}, side: sideNone, facets: []string{"kind"},
			hints: []action{actEnter, actPivot, actOnly, actWithout, actSort},
			open: func(e *env, _ string, values map[string]any) Place {
				return placeOfNew(e, str(values, "kind"), str(values, "value"))
			},
		},
		{
			of: analysis.ListObjects, screen: screenObjects, title: "Log objects", frozen: 1, side: sideNone, facets: []string{"status", "kind", "account_id", "region"},
			needs: []string{"uri", "status", "reason", "object_id"},
			hints: []action{actEnter, actOnly, actWithout, actFilter, actSort},
			open: func(e *env, _ string, values map[string]any) Place {
				uri := str(values, "uri")
				return placeOf(e.eventsWhere("object", uri), "Events of an object")
			},
		},
		{
			of: analysis.ListTop, screen: screenTop, title: "Count", frozen: 1, side: sideNone,
			needs: []string{"value"},
			hints: []action{actEnter, actOnly, actWithout, actExport},
			open:  nil, // needs the list: see listScreen.openTop
		},
	}
}

// listSpecOf is what a list screen knows of a list.
func listSpecOf(of analysis.ListOf) listSpec {
	for _, spec := range listSpecs() {
		if spec.of == of {
			return spec
		}
	}
	return listSpec{}
}

// placeOfNew is the page of something that was first seen, by its kind in the list of
// new things.
func placeOfNew(e *env, kind, value string) Place {
	switch kind {
	case "ip":
		return Place{Screen: screenIP, ID: value}
	case "key":
		return Place{Screen: screenKey, ID: value}
	case "principal":
		return Place{Screen: screenPrincipal, ID: value}
	}
	field := map[string]string{"region": "region", "operation": "op", "agent": "ua", "account": "caller", "service": "service"}[kind]
	if field == "" {
		return Place{}
	}
	return placeOf(e.eventsWhere(field, value), "Events with "+value)
}

// evidencePlace is the list of the events that prove a finding.
func evidencePlace(e *env, finding string) Place {
	p := placeOf(analysis.List{Of: analysis.ListEvents, Filter: condition("finding", finding)}, "Evidence of "+finding)
	p.ID = finding
	return p
}
