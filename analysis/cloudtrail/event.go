package cloudtrail

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/trailbench/trailbench/analysis"
)

// builder makes events out of cut records.
type builder struct {
	ids        identities
	operations map[operationKey]string
	hash       hasher
	scratch    []byte
	arena      *arena // of the block the events go to
	account    string // of the object, for records that do not say theirs
	extras     []leftover
}

// leftover is a field that has no place in an event, or whose value does not fit it.
type leftover struct {
	name string
	json string
}

type operationKey struct{ source, name string }

// maxOperations bounds the cache of operations. AWS has some 20,000 of them.
const maxOperations = 1 << 15

// anonymous stands for the account of a caller without credentials.
const anonymous = "ANONYMOUS_PRINCIPAL"

// event fills e from the record that c has cut. Provenance is the caller's.
func (b *builder) event(e *analysis.Event, c *cutter) {
	b.extras = b.extras[:0]
	for _, x := range c.extras {
		b.leave(c.text[x.name.start:x.name.end], x.name.traits, c.text, x.value)
	}
	e.EventVersion = b.text(c, eventVersion)
	e.EventSource = b.text(c, eventSource)
	e.EventName = b.text(c, eventName)
	e.Region = b.text(c, awsRegion)
	e.UserAgent = b.text(c, userAgent)
	e.ErrorCode = b.text(c, errorCode)
	e.ErrorMessage = b.text(c, errorMessage)
	e.RequestID = b.text(c, requestID)
	e.EventID = b.text(c, eventID)
	e.EventType = b.text(c, eventType)
	e.EventCategory = b.text(c, eventCategory)
	e.APIVersion = b.text(c, apiVersion)
	e.SharedEventID = b.text(c, sharedEventID)
	e.VPCEndpointID = b.text(c, vpcEndpointID)
	recipient := b.text(c, recipientAccountID)

	e.RequestParameters = b.masked(c, requestParameters)
	e.ResponseElements = b.masked(c, responseElements)
	e.AdditionalEventData = b.json(c, additionalEventData)
	e.Resources = b.json(c, resources)
	e.ServiceEventDetails = b.json(c, serviceEventDetails)
	e.TLSDetails = b.json(c, tlsDetails)
	e.InsightDetails = b.json(c, insightDetails)

	e.ReadOnly = b.truth(c, readOnly)
	e.ManagementEvent = b.truth(c, managementEvent)
	e.SessionCredentialFromConsole = b.truth(c, sessionCredentialFromConsole) == 1

	b.time(e, c)
	b.address(e, c)
	identity := b.identity(e, c)
	b.category(e, &recipient)

	if e.AccountID = firstOf(recipient, e.CallerAccountID); e.AccountID == "" || e.AccountID == anonymous {
		e.AccountID = b.account
	}
	e.Operation = b.operation(e.EventSource, e.EventName)
	switch {
	case e.ReadOnly >= 0:
		e.Mutating = e.ReadOnly == 0
	case e.EventCategory != "Insight" && e.EventCategory != "Aggregated":
		e.Mutating = !reads(e.EventName)
	}
	e.IssuedAccessKeyID = issuedKey(e.ResponseElements)
	e.ExtraFields = b.extraFields()
	if e.EventID == "" {
		e.EventID = canonicalID(c.text[c.start:c.end])
	}
	e.Hash = b.hash.event(e, identity, recipient)
}

// text is the text of a string field. A field of another type is left over, except
// null, which is the same as absent.
func (b *builder) text(c *cutter, f field) string {
	if !c.has(f) {
		return ""
	}
	v := &c.fields[f]
	if v.kind == '"' {
		return b.literal(c.text[v.start:v.end], v.traits)
	}
	if v.kind != 'n' {
		b.leaveField(c, f)
	}
	return ""
}

// literal is the text of a string literal, shared with the object's where possible.
func (b *builder) literal(in []byte, t traits) string {
	if t&(escaped|high) == 0 || t&escaped == 0 && utf8.Valid(in) {
		return view(in)
	}
	return b.arena.keep(appendUnescaped(b.room(in, t), in))
}

// compact is a JSON value as compact text, shared with the object's where possible.
func (b *builder) compact(in []byte, t traits) string {
	if t&(spaced|unpaired) == 0 && (t&high == 0 || utf8.Valid(in)) {
		return view(in)
	}
	return b.arena.keep(appendCompact(b.room(in, t), in))
}

// room is memory for in once it is rewritten: a byte that is not UTF-8 becomes the
// three of U+FFFD, everything else stays as long or shrinks.
func (b *builder) room(in []byte, t traits) []byte {
	n := len(in)
	if t&high != 0 {
		n *= 3
	}
	return b.arena.take(n)[:0]
}

// json is a field that may hold any JSON. null, and what exports write for it, is "".
func (b *builder) json(c *cutter, f field) string {
	if !c.has(f) {
		return ""
	}
	v := c.fields[f]
	switch v.kind {
	case 'n':
		return ""
	case '"':
		if s := c.text[v.start:v.end]; len(s) == 0 || string(s) == "null" {
			return ""
		}
		v.start--
		v.end++
	}
	return b.compact(c.text[v.start:v.end], v.traits)
}

// masked is json without credentials.
func (b *builder) masked(c *cutter, f field) string {
	s := b.json(c, f)
	if s == "" || !holdsSecret(bytesOf(s), c.fields[f].traits) {
		return s
	}
	b.scratch = append(append(b.scratch[:0], s...), make([]byte, pad)...)
	// A value of one byte becomes "***".
	return b.arena.keep(appendMasked(b.arena.take(4 * len(s))[:0], b.scratch))
}

func (b *builder) truth(c *cutter, f field) int8 {
	if !c.has(f) {
		return -1
	}
	v := c.fields[f]
	t := truth(view(c.text[v.start:v.end]))
	if t < 0 && v.kind != 'n' && v.end > v.start {
		b.leaveField(c, f)
	}
	return t
}

func (b *builder) time(e *analysis.Event, c *cutter) {
	if s := b.text(c, eventTime); s != "" {
		if e.EventTime, e.HasTime = parseTime(s); !e.HasTime {
			b.leaveField(c, eventTime)
		}
	}
}

// address reads sourceIPAddress. One enricher makes an object of it.
func (b *builder) address(e *analysis.Event, c *cutter) {
	if c.has(sourceIPAddress) && c.fields[sourceIPAddress].kind == '{' {
		v := c.fields[sourceIPAddress]
		for m := range members(c.text[v.start:v.end]) {
			if name := m.name(); name == "ipaddress" || name == "ip" {
				e.SourceIPAddress = m.text()
			}
		}
		b.leaveField(c, sourceIPAddress)
	} else {
		e.SourceIPAddress = b.text(c, sourceIPAddress)
	}
	e.SourceIPHi, e.SourceIPLo, e.HasIP = parseAddress(e.SourceIPAddress)
}

func (b *builder) identity(e *analysis.Event, c *cutter) (hash uint64) {
	e.MFA = -1
	if !c.has(userIdentity) {
		return 0
	}
	id, v := c.id, c.fields[userIdentity]
	switch {
	case id != nil:
	case v.kind == '{':
		id = b.ids.decode(c.text[v.start:v.end], v.traits)
	default:
		e.UserIdentity = b.json(c, userIdentity)
		b.hash.state = 0
		b.hash.json(e.UserIdentity)
		return b.hash.sum()
	}
	e.IdentityType = id.kind
	e.IdentityARN = id.arn
	e.CallerAccountID = id.account
	e.AccessKeyID = id.accessKey
	e.InvokedBy = id.invokedBy
	e.PrincipalARN = id.principal
	e.SessionName = id.sessionName
	e.SourceIdentity = id.sourceIdentity
	e.SessionCreated = id.created
	e.MFA = id.mfa
	e.UserIdentity = id.rest
	return id.hash
}

// category settles the category, and what insight and aggregated events keep in
// places of their own.
func (b *builder) category(e *analysis.Event, recipient *string) {
	switch {
	case e.EventCategory == "Insight", e.InsightDetails != "" && e.EventCategory == "",
		e.EventCategory == "" && strings.EqualFold(e.EventType, "AwsCloudTrailInsight"):
		e.EventCategory = "Insight"
		if e.InsightDetails != "" {
			b.insight(e)
		}
	case e.EventCategory == "Aggregated", e.EventCategory == "" && e.EventType == "AwsAggregatedEvent":
		e.EventCategory = "Aggregated"
		b.aggregated(e, recipient)
	case e.EventCategory != "":
	case strings.HasPrefix(e.EventType, "AwsVpceEvent"):
		e.EventCategory = "NetworkActivity"
	case e.ManagementEvent == 0:
		e.EventCategory = "Data"
	default:
		e.EventCategory = "Management"
	}
}

// insight takes the operation from insightDetails: the record itself has none.
func (b *builder) insight(e *analysis.Event) {
	for m := range members(bytesOf(e.InsightDetails)) {
		switch name := m.name(); {
		case name == "eventSource" && e.EventSource == "":
			e.EventSource = m.text()
		case name == "eventName" && e.EventName == "":
			e.EventName = m.text()
		}
	}
}

// aggregated moves the window and the sums to ServiceEventDetails.
func (b *builder) aggregated(e *analysis.Event, recipient *string) {
	var window, summary string
	b.extras = slices.DeleteFunc(b.extras, func(x leftover) bool {
		switch x.name {
		case `"timeWindow"`:
			window = x.json
			return true
		case `"summary"`:
			summary = x.json
			return true
		case `"accountId"`:
			if *recipient == "" && len(x.json) > 2 && x.json[0] == '"' {
				*recipient = strings.Trim(x.json, `"`)
				return true
			}
		}
		return false
	})
	for m := range members(bytesOf(window)) {
		if m.name() == "windowStart" && !e.HasTime {
			e.EventTime, e.HasTime = parseTime(m.text())
		}
	}
	if e.ServiceEventDetails == "" && (window != "" || summary != "") {
		e.ServiceEventDetails = `{"timeWindow":` + firstOf(window, "null") + `,"summary":` + firstOf(summary, "null") + `}`
	}
}

// leave keeps a field that has no place in an event.
func (b *builder) leave(name []byte, nt traits, text []byte, v value) {
	if v.kind == '"' {
		v.start--
		v.end++
	}
	b.extras = append(b.extras, leftover{b.compact(name, nt), b.compact(text[v.start:v.end], v.traits)})
}

func (b *builder) leaveField(c *cutter, f field) {
	b.leave(bytesOf(`"`+fieldNames[f]+`"`), 0, c.text, c.fields[f])
}

// extraFields is what was left, sorted by name: the order of a record's fields does
// not tell copies apart.
func (b *builder) extraFields() string {
	if len(b.extras) == 0 {
		return ""
	}
	slices.SortStableFunc(b.extras, func(x, y leftover) int { return strings.Compare(x.name, y.name) })
	n := 2
	for _, x := range b.extras {
		n += len(x.name) + len(x.json) + 2
	}
	out := append(b.arena.take(n)[:0], '{')
	for i, x := range b.extras {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, x.name...)
		out = append(out, ':')
		out = append(out, x.json...)
	}
	return b.arena.keep(append(out, '}'))
}

// operation is "iam:CreateAccessKey": the source without .amazonaws.com, the name
// without the date of the API's version. It is kept, so that records share it.
func (b *builder) operation(source, name string) string {
	if op, ok := b.operations[operationKey{source, name}]; ok {
		return op
	}
	key := operationKey{strings.Clone(source), strings.Clone(name)}
	service := strings.TrimSuffix(strings.TrimSuffix(key.source, ".cn"), ".amazonaws.com")
	op := withoutDate(key.name)
	if service != "" {
		op = service + ":" + op
	}
	if b.operations == nil || len(b.operations) >= maxOperations {
		b.operations = make(map[operationKey]string)
	}
	b.operations[key] = op
	return op
}

// withoutDate takes an API date off a name: CreateFunction20150331,
// UpdateFunctionCode20150331v2, CreateFunction2020_05_31.
func withoutDate(name string) string {
	end := len(name)
	if v := strings.LastIndexByte(name, 'v'); v > 0 && v < end-1 && digits(name[v+1:]) {
		end = v
	}
	if n := end - len("20150331"); n > 0 && digits(name[n:end]) && name[n:n+2] == "20" {
		return name[:n]
	}
	if n := end - len("2015_03_31"); n > 0 && name[n:n+2] == "20" && digits(name[n:n+4]) &&
		name[n+4] == '_' && digits(name[n+5:n+7]) && name[n+7] == '_' && digits(name[n+8:end]) {
		return name[:n]
	}
	return name
}

func digits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// readVerbs begin the names of operations that change nothing.
var readVerbs = [...]string{
	"Get", "List", "Describe", "Head", "BatchGet", "Search", "Lookup", "Query", "Scan", "Select", "Simulate",
}

func reads(name string) bool {
	for _, verb := range readVerbs {
		if strings.HasPrefix(name, verb) && (len(name) == len(verb) || name[len(verb)] < 'a' || name[len(verb)] > 'z') {
			return true
		}
	}
	return false
}

// issuedKey is the access key that a call gave out.
func issuedKey(response string) string {
	if !bytes.Contains(bytesOf(response), []byte(`"accessKeyId"`)) {
		return ""
	}
	for m := range members(bytesOf(response)) {
		if name := m.name(); name != "credentials" && name != "accessKey" {
			continue
		}
		for n := range members(m.raw()) {
			if n.name() == "accessKeyId" {
				return n.text()
			}
		}
	}
	return ""
}
