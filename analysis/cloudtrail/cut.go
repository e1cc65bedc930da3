package cloudtrail

// field is a top-level field of a record that has a place in [analysis.Event].
type field uint8

const (
	eventVersion field = iota
	userIdentity
	eventTime
	eventSource
	eventName
	awsRegion
	sourceIPAddress
	userAgent
	errorCode
	errorMessage
	requestParameters
	responseElements
	additionalEventData
	requestID
	eventID
	readOnly
	resources
	eventType
	apiVersion
	managementEvent
	recipientAccountID
	serviceEventDetails
	sharedEventID
	vpcEndpointID
	eventCategory
	tlsDetails
	sessionCredentialFromConsole
	insightDetails
	fieldCount
)

// fieldNames are the names as CloudTrail writes them.
var fieldNames = [fieldCount]string{
	"eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion",
	"sourceIPAddress", "userAgent", "errorCode", "errorMessage", "requestParameters",
	"responseElements", "additionalEventData", "requestID", "eventID", "readOnly",
	"resources", "eventType", "apiVersion", "managementEvent", "recipientAccountId",
	"serviceEventDetails", "sharedEventID", "vpcEndpointId", "eventCategory",
	"tlsDetails", "sessionCredentialFromConsole", "insightDetails",
}

// fieldOf finds a field by its name. The switch is what the compiler makes fastest;
// TestFieldNames holds it against fieldNames.
func fieldOf(name []byte) (field, bool) {
	switch string(name) {
	case "eventVersion":
		return eventVersion, true
	case "userIdentity":
		return userIdentity, true
	case "eventTime":
		return eventTime, true
	case "eventSource":
		return eventSource, true
	case "eventName":
		return eventName, true
	case "awsRegion":
		return awsRegion, true
	case "sourceIPAddress":
		return sourceIPAddress, true
	case "userAgent":
		return userAgent, true
	case "errorCode":
		return errorCode, true
	case "errorMessage":
		return errorMessage, true
	case "requestParameters":
		return requestParameters, true
	case "responseElements":
		return responseElements, true
	case "additionalEventData":
		return additionalEventData, true
	case "requestID", "requestId":
		return requestID, true
	case "eventID", "eventId":
		return eventID, true
	case "readOnly":
		return readOnly, true
	case "resources":
		return resources, true
	case "eventType":
		return eventType, true
	case "apiVersion":
		return apiVersion, true
	case "managementEvent":
		return managementEvent, true
	case "recipientAccountId":
		return recipientAccountID, true
	case "serviceEventDetails":
		return serviceEventDetails, true
	case "sharedEventID", "sharedEventId":
		return sharedEventID, true
	case "vpcEndpointId":
		return vpcEndpointID, true
	case "eventCategory":
		return eventCategory, true
	case "tlsDetails":
		return tlsDetails, true
	case "sessionCredentialFromConsole":
		return sessionCredentialFromConsole, true
	case "insightDetails":
		return insightDetails, true
	}
	return 0, false
}

// value is where a JSON value stands in the text: without its quotes for a string.
type value struct {
	start, end int
	kind       byte // its first byte: { [ " t f n, and 0 for a number
	traits     traits
}

// extra is a member of an object that is not a field of ours, or that came twice.
type extra struct {
	name value // the name in its quotes
	value
}

// cutter cuts an object into its members, validating all of it on the way, in one
// pass and without allocating.
type cutter struct {
	text  []byte // with pad behind it
	start int    // of the object
	end   int    // behind it, or where cutting stopped
	seen  uint64 // a bit for every field in fields
	// fields has the first occurrence of each field.
	fields [fieldCount]value
	extras []extra
	twice  bool // a field came twice, which CloudTrail does not write
	id     *identity
	ids    *identities
	fault  fault
	// after is the field that came after each field in the record before (the first
	// one after fieldCount): CloudTrail keeps an order, and to compare is faster than
	// to scan a name and look it up.
	after [fieldCount + 1]field
}

// written are the fields as they stand in compact JSON.
var written = func() (w [fieldCount]string) {
	for f, name := range fieldNames {
		w[f] = `"` + name + `":`
	}
	return w
}()

// verdict is how cutting an object ended.
type verdict uint8

const (
	whole     verdict = iota
	faulty            // c.fault says where; at or behind the end of the data it is only too short
	container         // the value at c.end, of the last extra, holds the records
)

func (c *cutter) has(f field) bool { return c.seen&(1<<f) != 0 }

// strong are the fields that make an object a record rather than something around it.
const strong = 1<<eventVersion | 1<<userIdentity | 1<<eventTime | 1<<eventSource | 1<<eventName | 1<<insightDetails

// cut cuts the object at i. It stops at a member that holds records, when the object
// is not a record itself.
func (c *cutter) cut(text []byte, i int) verdict {
	c.text, c.start, c.seen, c.twice, c.id = text, i, 0, false, nil
	c.extras = c.extras[:0]
	b := text
	var (
		name value
		what string
	)
	i = skipSpace(b, i+1)
	if b[i] == '}' {
		c.end = i + 1
		return whole
	}
	last := fieldCount
	for {
		f := c.after[last]
		known := hasPrefix(b[i:], written[f])
		if known {
			name = value{start: i, end: i + len(written[f]) - 1, kind: '"'}
			if i += len(written[f]); b[i] <= ' ' {
				i = skipSpace(b, i)
			}
		} else {
			if name, i, what = scanName(b, i); what != "" {
				return c.fail(i, what)
			}
			if f, known = fieldOf(b[name.start+1 : name.end-1]); known {
				c.after[last] = f
			}
		}
		if known {
			last = f
		}
		v := value{start: i, kind: b[i]}
		if !known && v.kind|0x20 == '{' && c.seen&strong == 0 && c.holds(name, i) {
			c.extras = append(c.extras, extra{name, v})
			c.end = i
			return container
		}
		switch v.kind {
		case '"':
			v.start++
			v.end, v.traits, what = scanString(b, i+1)
			i = v.end + 1
		case '{', '[':
			if known && f == userIdentity && !c.has(f) {
				if c.id = c.ids.find(b, i); c.id != nil {
					v.end = i + len(c.id.raw)
					i = v.end
					break
				}
			}
			v.end, v.traits, what = scanContainer(b, i)
			i = v.end
		default:
			if v.end, what = scanScalar(b, i); isDigit(v.kind) || v.kind == '-' {
				v.kind = 0
			}
			i = v.end
		}
		if what != "" {
			return c.fail(v.end, what)
		}
		if known && !c.has(f) {
			c.seen |= 1 << f
			c.fields[f] = v
		} else {
			c.twice = c.twice || known
			c.extras = append(c.extras, extra{name, v})
		}
		if b[i] <= ' ' {
			i = skipSpace(b, i)
		}
		switch b[i] {
		case ',':
			if i++; b[i] <= ' ' {
				i = skipSpace(b, i)
			}
		case '}':
			c.end = i + 1
			return whole
		default:
			return c.fail(i, badObject)
		}
	}
}

func (c *cutter) fail(at int, what string) verdict {
	c.end = at
	c.fault = fault{at, what}
	return faulty
}

// holds reports whether the member of that name, whose value is at i, is a list of
// records, or leads to one.
func (c *cutter) holds(name value, i int) bool {
	b := c.text
	key := b[name.start+1 : name.end-1]
	if b[i] == '{' {
		return string(key) == "hits" // of an OpenSearch answer
	}
	if containerOf(key) != inNothing {
		return true
	}
	// A list of something that begins as a record does.
	i = skipSpace(b, i+1)
	if b[i] != '{' {
		return false
	}
	i = skipSpace(b, i+1)
	if b[i] != '"' {
		return false
	}
	end, _, what := scanString(b, i+1)
	if what != "" {
		return false
	}
	_, known := fieldOf(b[i+1 : end])
	return known
}

// isRecord reports whether the object is a CloudTrail record: it says what happened
// and has two of the fields that place it. The events of other services that look so
// ("aws:s3" notifications, streams) name another kind of source.
func (c *cutter) isRecord() bool {
	const where = 1<<eventVersion | 1<<eventTime | 1<<eventID | 1<<eventSource | 1<<awsRegion | 1<<userIdentity
	if places := c.seen & where; places&(places-1) == 0 {
		return false
	}
	if !c.has(eventName) && !c.has(insightDetails) {
		_, summed := c.extra("timeWindow")
		return summed && c.has(eventType)
	}
	if v := c.fields[eventSource]; c.has(eventSource) && v.kind == '"' {
		return !hasPrefix(c.text[v.start:v.end], "aws:")
	}
	return true
}

// resemblesRecord reports whether what is no record was one before somebody took
// fields out of it.
func (c *cutter) resemblesRecord() bool {
	const telling = strong | 1<<eventID
	first := c.seen & telling
	return first&(first-1) != 0
}

// missing names what c lacks to be a record.
func (c *cutter) missing() string {
	if c.has(eventName) {
		return "what places it"
	}
	return "eventName"
}

func hasPrefix(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && string(b[:len(prefix)]) == prefix
}

// is reports whether the name of an extra is the given one.
func (c *cutter) is(e extra, name string) bool {
	return string(c.text[e.name.start+1:e.name.end-1]) == name
}

// extra finds a member that is not a field of a record.
func (c *cutter) extra(name string) (value, bool) {
	for _, e := range c.extras {
		if c.is(e, name) {
			return e.value, true
		}
	}
	return value{}, false
}
