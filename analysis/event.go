package analysis

// Event is one record after decoding. Field names are CloudTrail's own; JSON-valued
// fields hold compact JSON text, "" when the field is absent or null. Strings may
// share memory with the buffer that they were cut from: whoever keeps an Event
// longer than its [Piece] lives must clone them.
//
// Every string is valid UTF-8.
type Event struct {
	// Provenance: where the record stands in its object.
	RecordNumber int   // from 1, in the order of the object
	Offset       int64 // of the record in the object's decompressed (and, for UTF-16, transcoded) text
	Length       int
	// Hash is over the decoded values, so that re-serialised copies of one event
	// have the same hash and copies that really differ do not.
	Hash uint64
	// Damaged is set when the object that holds the record is damaged at a place
	// that throws doubt on this record too (it stands behind the damage).
	Damaged bool

	// EventID as written; when a record has none, "sha256:" and the hex hash of its
	// canonical JSON.
	EventID string
	// EventTime in microseconds since 1970 UTC; valid only with HasTime.
	EventTime int64
	HasTime   bool

	EventVersion  string
	EventType     string
	EventCategory string // Management, Data, Insight, NetworkActivity, Aggregated; Management when an old record has none
	EventSource   string
	EventName     string
	// Operation is "iam:CreateAccessKey": the source without .amazonaws.com, the
	// name without an API date.
	Operation string

	AccountID       string // recipientAccountId, else userIdentity.accountId, else the object's account
	CallerAccountID string // userIdentity.accountId
	Region          string // awsRegion

	IdentityType string
	PrincipalARN string // sessionIssuer.arn, else arn, else invokedBy, else principalId: who, whatever session
	IdentityARN  string // userIdentity.arn as written
	SessionName  string // last part of an assumed-role or federated-user ARN
	AccessKeyID  string
	InvokedBy    string
	// MFA is sessionContext.attributes.mfaAuthenticated: -1 absent, 0 false, 1 true.
	MFA            int8
	SessionCreated int64 // sessionContext.attributes.creationDate in µs, 0 absent
	SourceIdentity string
	// UserIdentity is what the fields above do not hold: the userIdentity object
	// without type, arn, accountId, accessKeyId, invokedBy.
	UserIdentity string

	SourceIPAddress string
	// SourceIPHi and SourceIPLo are the address as one 128-bit number (IPv4 as
	// ::ffff:a.b.c.d); valid only with HasIP.
	SourceIPHi, SourceIPLo uint64
	HasIP                  bool
	UserAgent              string

	ErrorCode    string
	ErrorMessage string
	// ReadOnly and ManagementEvent: -1 absent, 0 false, 1 true.
	ReadOnly        int8
	ManagementEvent int8
	// Mutating is readOnly=false; where readOnly is missing, decided by the verb.
	Mutating bool

	RequestParameters   string
	ResponseElements    string
	AdditionalEventData string
	Resources           string
	ServiceEventDetails string
	TLSDetails          string
	InsightDetails      string
	// ExtraFields is a JSON object of every top-level field that has no column.
	ExtraFields string

	RequestID                    string
	SharedEventID                string
	APIVersion                   string
	VPCEndpointID                string
	SessionCredentialFromConsole bool

	// IssuedAccessKeyID is the key that a credential-issuing call gave out
	// (responseElements.credentials.accessKeyId, or .accessKey.accessKeyId).
	IssuedAccessKeyID string
	// Session is set when the event issued a credential or a console session.
	Session *Session
	// ResourceRefs are the resources the event names.
	ResourceRefs []ResourceRef
}

// Success reports whether the call was carried out: no error code.
// A console sign-in answers in responseElements instead; see package session.
func (e *Event) Success() bool { return e.ErrorCode == "" }

// Session is one credential-issuing call: the edge of a role chain. Who made the
// call and from where is the event's; these are the facts about what came out.
type Session struct {
	IssuedKey      string // ASIA…, "" for a console sign-in and where the response does not say
	ParentKey      string // the caller's access key
	RoleARN        string // the role assumed, "" for GetSessionToken, GetFederationToken, sign-in
	SessionARN     string // assumedRoleUser.arn, federatedUser.arn, or the identity that signed in
	SessionName    string
	SourceIdentity string
	Subject        string // SAML subject, OIDC subject, Identity Center user
	ExpiresAt      int64  // µs, 0 when not said
	SignInSession  string // sessionContext.signInSessionArn
}

// Action says what an event did to a resource it names.
type Action string

// The actions of a [ResourceRef].
const (
	ActionCreated  Action = "created"
	ActionModified Action = "modified"
	ActionDeleted  Action = "deleted"
	ActionRead     Action = "read"
	ActionGranted  Action = "granted" // given to: the policy attached, the role passed, the account shared with
	ActionTarget   Action = "target"  // named as the place the action concerns
)

// Method says how a resource was recognised, best first.
type Method string

// The methods of recognition.
const (
	MethodRule      Method = "rule"      // the rule table names the field for this operation
	MethodResources Method = "resources" // the record's own resources[]
	MethodARN       Method = "arn"       // an ARN somewhere in response or request
	MethodIDPrefix  Method = "idprefix"  // i-…, vol-…, AKIA…
	MethodLeaf      Method = "leaf"      // a well-known field name such as bucketName
)

// ResourceRef is one resource that an event names.
type ResourceRef struct {
	AccountID string // owner, where known
	Region    string
	Type      string // CloudFormation's name, AWS::IAM::Role; "" when not known
	ID        string // the shortest name that is unique for type, account and region; never ""
	ARN       string // "" when not known
	Action    Action
	Method    Method
}
