package export

import (
	"encoding/json"
	"io"
	"maps"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
)

// ocsfVersion is the version of the schema that events are written in:
// https://schema.ocsf.io/1.3.0
const ocsfVersion = "1.3.0"

// OCSF writes rows of events as JSON lines of the Open Cybersecurity Schema Framework:
// sign-ins as Authentication (3002), changes of users and their credentials as Account
// Change (3001), everything else as API Activity (6003). What the schema has no place for
// stands in unmapped, by the names of trailbench's columns, so that nothing is lost.
type OCSF struct {
	enc     *json.Encoder
	columns []store.Column
	// Timeless is how many events were left out because they have no time, which the schema
	// requires.
	Timeless int64
}

// NewOCSF returns a sink for events in OCSF. Its rows have the columns of the list of
// events.
func NewOCSF(w io.Writer) *OCSF {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return &OCSF{enc: enc}
}

// Begin notes the columns.
func (o *OCSF) Begin(columns []store.Column) error {
	o.columns = columns
	return nil
}

// End ends the file.
func (o *OCSF) End() error { return nil }

// object is a JSON object in the making; members that say nothing are left out.
type object map[string]any

func (o object) set(name string, v any) {
	switch v := v.(type) {
	case string:
		if v == "" {
			return
		}
	case nil:
		return
	case object:
		if len(v) == 0 {
			return
		}
	}
	o[name] = v
}

// ocsfRow is the values of a row by column; what was used of them is taken out.
type ocsfRow map[string]any

func (r ocsfRow) take(name string) string {
	v := r[name]
	delete(r, name)
	if s, ok := v.(string); ok {
		return s
	}
	return ""
}

// data takes a column of JSON as what it holds.
func (r ocsfRow) data(name string) any {
	text := r.take(name)
	if text == "" || !json.Valid([]byte(text)) {
		return nil
	}
	return json.RawMessage(text)
}

// Row writes an event.
func (o *OCSF) Row(values []any) error {
	row := ocsfRow{}
	for i, c := range o.columns {
		if values[i] != nil {
			row[c.Name] = values[i]
		}
	}
	at, ok := row["event_time"].(time.Time)
	if !ok {
		o.Timeless++
		return nil
	}
	delete(row, "event_time")
	class := classOf(row)
	e := object{
		"class_uid": class.uid, "class_name": class.name, "category_uid": class.category, "category_name": class.categoryName,
		"activity_id": class.activity, "activity_name": class.activityName, "type_uid": class.uid*100 + class.activity,
		"type_name":   class.name + ": " + class.activityName,
		"severity_id": 1, "severity": "Informational", "time": at.UnixMilli(), "time_dt": at.UTC().Format(time.RFC3339Nano),
	}
	code := row.take("error_code")
	if code == "" {
		e["status_id"], e["status"] = 1, "Success"
	} else {
		e["status_id"], e["status"] = 2, "Failure"
		e["status_code"] = code
	}
	message := row.take("error_message")
	e.set("status_detail", message)
	region, account := row.take("region"), row.take("account_id")
	metadata := object{"version": ocsfVersion, "profiles": []string{"cloud", "datetime"}, "product": object{"name": "CloudTrail", "vendor_name": "AWS"}}
	metadata.set("uid", row.take("event_id"))
	metadata.set("event_code", row.take("event_type"))
	metadata.set("log_version", row.take("event_version"))
	metadata.set("log_name", row.take("event_category"))
	e["metadata"] = metadata
	cloud := object{"provider": "AWS"}
	cloud.set("region", region)
	if account != "" {
		cloud["account"] = object{"uid": account, "type": "AWS Account", "type_id": 10}
	}
	e["cloud"] = cloud
	api := object{"operation": row.take("event_name")}
	api.set("version", row.take("api_version"))
	if service := row.take("event_source"); service != "" {
		api["service"] = object{"name": service}
	}
	request, response := object{}, object{}
	request.set("uid", row.take("request_id"))
	request.set("data", row.data("request_parameters"))
	response.set("data", row.data("response_elements"))
	response.set("error", code)
	response.set("error_message", message)
	api.set("request", request)
	api.set("response", response)
	e["api"] = api
	actor, user := actorOf(row)
	e["actor"] = actor
	if class.uid != apiActivity {
		e["user"] = user
	}
	endpoint := object{}
	if ip := row.take("source_ip"); analysis.IsServiceAddress(ip) {
		endpoint.set("svc_name", ip)
	} else {
		endpoint.set("ip", ip)
	}
	endpoint.set("vpc_uid", row.take("vpc_endpoint_id"))
	e.set("src_endpoint", endpoint)
	if agent := row.take("user_agent"); agent != "" {
		e["http_request"] = object{"user_agent": agent}
	}
	if names := row.take("resource"); names != "" {
		var resources []object
		for name := range strings.SplitSeq(names, ", ") {
			resources = append(resources, object{"uid": name})
		}
		e["resources"] = resources
	}
	rest := object{}
	for name, v := range maps.All(row) {
		if text, ok := v.(string); ok && isJSON(o.columns, name) && json.Valid([]byte(text)) {
			v = json.RawMessage(text)
		}
		rest.set(name, v)
	}
	e.set("unmapped", rest)
	return o.enc.Encode(e)
}

func isJSON(columns []store.Column, name string) bool {
	for _, c := range columns {
		if c.Name == name {
			return c.Kind == store.JSON
		}
	}
	return false
}

// actorOf is who acted, and the same as the user of the classes of identity.
func actorOf(row ocsfRow) (actor, user object) {
	user = object{}
	kind := row.take("identity_type")
	user.set("type", kind)
	user["type_id"] = map[string]int{"Root": 2, "AWSService": 3, "IAMUser": 1, "AssumedRole": 1, "IdentityCenterUser": 1, "FederatedUser": 1, "SAMLUser": 1, "WebIdentityUser": 1}[kind]
	principal, identity := row.take("principal_arn"), row.take("identity_arn")
	user.set("uid", firstOf(identity, principal))
	user.set("name", firstOf(row.take("session_name"), afterSlash(principal)))
	user.set("credential_uid", row.take("access_key_id"))
	if caller := row.take("caller_account_id"); caller != "" {
		user["account"] = object{"uid": caller, "type": "AWS Account", "type_id": 10}
	}
	session := object{}
	session.set("issuer", principal)
	if made, ok := row["session_created"].(time.Time); ok {
		session["created_time"] = made.UnixMilli()
		delete(row, "session_created")
	}
	if mfa, ok := row["mfa_authenticated"].(bool); ok {
		session["is_mfa"] = mfa
		delete(row, "mfa_authenticated")
	}
	actor = object{"user": user}
	actor.set("session", session)
	actor.set("invoked_by", row.take("invoked_by"))
	return actor, user
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

func afterSlash(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

// The classes of the schema that events become.
const (
	accountChange  = 3001
	authentication = 3002
	apiActivity    = 6003
)

// ocsfClass is what kind of event the schema has for a call.
type ocsfClass struct {
	uid, category, activity          int
	name, categoryName, activityName string
}

// classOf chooses the class and the activity of an event.
func classOf(row ocsfRow) ocsfClass {
	source, _ := row["event_source"].(string)
	event, _ := row["event_name"].(string)
	identity := ocsfClass{category: 3, categoryName: "Identity & Access Management"}
	switch {
	case source == "signin.amazonaws.com" && event == "ConsoleLogin", source == "sts.amazonaws.com" && (strings.HasPrefix(event, "AssumeRole") || strings.HasPrefix(event, "GetFederationToken") || strings.HasPrefix(event, "GetSessionToken")):
		identity.uid, identity.name, identity.activity, identity.activityName = authentication, "Authentication", 1, "Logon"
		return identity
	case source == "iam.amazonaws.com":
		if activity, name := accountActivity(event); activity > 0 {
			identity.uid, identity.name, identity.activity, identity.activityName = accountChange, "Account Change", activity, name
			return identity
		}
	}
	class := ocsfClass{uid: apiActivity, name: "API Activity", category: 6, categoryName: "Application Activity", activity: 99, activityName: "Other"}
	mutating, _ := row["mutating"].(bool)
	switch {
	case !mutating:
		class.activity, class.activityName = 2, "Read"
	case startsWith(event, "Create", "Run", "Register", "Import", "Allocate"):
		class.activity, class.activityName = 1, "Create"
	case startsWith(event, "Delete", "Terminate", "Deregister", "Release", "Remove"):
		class.activity, class.activityName = 4, "Delete"
	case startsWith(event, "Update", "Put", "Modify", "Set", "Attach", "Detach", "Add", "Authorize", "Revoke", "Enable", "Disable", "Tag", "Untag", "Start", "Stop", "Change"):
		class.activity, class.activityName = 3, "Update"
	}
	return class
}

// accountActivity is the activity of Account Change for an operation of IAM on a user or
// its credentials, 0 for others.
func accountActivity(event string) (int, string) {
	switch event {
	case "CreateUser", "CreateAccessKey", "CreateLoginProfile":
		return 1, "Create"
	case "UpdateLoginProfile":
		return 4, "Password Reset"
	case "ChangePassword":
		return 3, "Password Change"
	case "DeleteUser", "DeleteAccessKey", "DeleteLoginProfile":
		return 6, "Delete"
	case "AttachUserPolicy", "PutUserPolicy":
		return 7, "Attach Policy"
	case "DetachUserPolicy", "DeleteUserPolicy":
		return 8, "Detach Policy"
	case "EnableMFADevice":
		return 10, "MFA Factor Enable"
	case "DeactivateMFADevice":
		return 11, "MFA Factor Disable"
	}
	return 0, ""
}

func startsWith(s string, prefixes ...string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}
