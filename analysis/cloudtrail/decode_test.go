package cloudtrail

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/klauspost/compress/gzip"

	"github.com/trailbench/trailbench/analysis"
)

const logKey = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/15/111122223333_CloudTrail_us-east-1_20260115T1005Z_AbCdEfGhIjKlMnOp.json.gz"

// simple is the n-th of a series of small records.
func simple(n int) string {
	return fmt.Sprintf(`{"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::111122223333:user/anna","accountId":"111122223333","accessKeyId":"AKIAIOSFODNN7EXAMPLE","userName":"anna"},"eventTime":"2026-01-15T10:00:%02dZ","eventSource":"iam.amazonaws.com","eventName":"CreateUser","awsRegion":"us-east-1","sourceIPAddress":"192.0.2.1","userAgent":"aws-cli/2.15","requestParameters":{"userName":"user-%d"},"responseElements":null,"requestID":"r-%d","eventID":"00000000-0000-0000-0000-%012d","readOnly":false,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management"}`, n%60, n, n, n)
}

func logFile(n int) string {
	records := make([]string, n)
	for i := range records {
		records[i] = simple(i + 1)
	}
	return `{"Records":[` + strings.Join(records, ",") + `]}`
}

func gzipped(t testing.TB, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func wideText(s string, order binary.ByteOrder, mark bool) []byte {
	units := utf16.Encode([]rune(s))
	if mark {
		units = append([]uint16{0xfeff}, units...)
	}
	b := make([]byte, 2*len(units))
	for i, u := range units {
		order.PutUint16(b[2*i:], u)
	}
	return b
}

// Whatever the bytes are wrapped in, the same records come out.
func TestDecodeEncodings(t *testing.T) {
	text := logFile(3)
	want := fmt.Sprint(eventIDs(decode(t, text)))
	f := func(name string, body []byte, format string) {
		t.Helper()
		c, events, rejects := decodeAll(t, Options{Object: analysis.Object{Key: logKey}}, body)
		if got := fmt.Sprint(eventIDs(events)); got != want || c.Status != analysis.StatusOK || len(rejects) > 0 || c.Format != format {
			t.Errorf("%s: %s %q %s %s, %d rejects", name, c.Status, c.Reason, c.Format, got, len(rejects))
		}
		var places []Place
		for _, e := range events {
			raw, err := RecordAt(bytes.NewReader(body), e.Offset, e.Length)
			if err != nil || !bytes.Contains(raw, []byte(e.EventID)) {
				t.Errorf("%s: RecordAt(%d, %d) = %.80q, %v", name, e.Offset, e.Length, raw, err)
			}
			places = append(places, Place{e.Offset, e.Length})
		}
		visited := 0
		err := RecordsAt(bytes.NewReader(body), places, func(i int, raw []byte) error {
			if visited++; !bytes.Contains(raw, []byte(events[i].EventID)) {
				t.Errorf("%s: record %d of RecordsAt is %.80q", name, i, raw)
			}
			return nil
		})
		if err != nil || visited != len(events) {
			t.Errorf("%s: RecordsAt visits %d, %v", name, visited, err)
		}
	}
	lines := simple(1) + "\n" + simple(2) + "\r\n\n" + simple(3) + "\n"
	f("plain", []byte(text), formatCloudTrail)
	f("gzip", gzipped(t, text), formatCloudTrail)
	f("byte order mark", []byte("\xef\xbb\xbf"+text), formatCloudTrail)
	f("UTF-16LE", wideText(text, binary.LittleEndian, true), formatCloudTrail)
	f("UTF-16BE", wideText(text, binary.BigEndian, true), formatCloudTrail)
	f("UTF-16LE without mark", wideText(text, binary.LittleEndian, false), formatCloudTrail)
	f("UTF-16 in gzip", gzipped(t, string(wideText(text, binary.LittleEndian, true))), formatCloudTrail)
	f("white space around", []byte("\n\n "+text+"\n"), formatCloudTrail)
	f("other members", []byte(`{"a":{"b":[1,{}]},"c":"Records",`+text[1:len(text)-1]+`,"z":[{"x":1}],"y":null}`), formatCloudTrail)
	f("array", []byte("["+text[len(`{"Records":[`):len(text)-1]), formatArray)
	f("lists in a list", []byte("[["+simple(1)+"],["+simple(2)+","+simple(3)+"]]"), formatArray)
	f("lines", []byte(lines), formatLines)
	f("bulk body", []byte(`{"index":{}}`+"\n"+simple(1)+"\n"+`{"create":{"_id":"1"}}`+"\n"+simple(2)+"\n"+`{"index":{}}`+"\n"+simple(3)), formatLines)
	f("log export", []byte("2026-01-15T10:00:00.000Z "+simple(1)+"\n2026-01-15T10:00:00.000Z "+simple(2)+"\n2026-01-15T10:00:00Z "+simple(3)), formatLines)
}

// Envelopes, and the place their records have.
func TestDecodeEnvelopes(t *testing.T) {
	quoted := func(s string) string { return string(appendQuoted(nil, s)) }
	f := func(format, text string, place string) {
		t.Helper()
		c, events, _ := decodeAll(t, Options{}, []byte(text))
		if len(events) != 1 || c.Format != format || c.Kind != analysis.KindExport || c.SourceRank != 2 || events[0].Operation != "iam:CreateUser" {
			t.Errorf("%.60s: %d events, %+v", text, len(events), c)
			return
		}
		if got := text[events[0].Offset:][:events[0].Length]; got != place {
			t.Errorf("%.60s: the record stands at %q", text, got)
		}
	}
	r := simple(1)
	s := quoted(r)
	f(formatLookup, `{"Events":[{"EventId":"1","CloudTrailEvent":`+s+`}],"NextToken":"x"}`, s)
	f(formatLookup, `{"EventId":"1","CloudTrailEvent":`+s+`}`, s)
	f(formatEventBridge, `{"version":"0","detail-type":"AWS API Call via CloudTrail","resources":[],"detail":`+r+`}`, r)
	f(formatLogEvents, `{"messageType":"DATA_MESSAGE","owner":"1","logEvents":[{"id":"1","timestamp":1,"message":`+s+`}]}`, s)
	f(formatLogEvents, `{"events":[{"logStreamName":"x","timestamp":1,"message":`+s+`,"eventId":"1"}],"searchedLogStreams":[]}`, s)
	f(formatFirehose, `{"events":[{"cloud.region":"us-east-1","message":`+s+`}]}`, s)
	f(formatCribl, `[{"_raw":`+s+`,"_time":1}]`, s)
	f(formatWrapped, `{"@timestamp":"2026","event":{"original":`+s+`},"message":`+s+`}`, s)
	f(formatWrapped, `{"hits":{"total":1,"hits":[{"_index":"x","_source":`+r+`}]}}`, r)
	f(formatWrapped, `{"aws":{"cloudtrail":`+r+`}}`, r)
	f(formatWrapped, `{"insertId":"1","jsonPayload":`+r+`}`, r)
	f(formatEventBridge, `{"Type":"Notification","TopicArn":"x","Message":`+quoted(`{"detail-type":"x","detail":`+r+`}`)+`}`, quoted(`{"detail-type":"x","detail":`+r+`}`))
	f(formatWrapped, s, s)
}

func TestDecodeForeign(t *testing.T) {
	f := func(text, reason string) {
		t.Helper()
		c, events, rejects := decodeAll(t, Options{Object: analysis.Object{Key: "x.json.gz"}}, []byte(text))
		if c.Status != analysis.StatusIgnored || c.Kind != analysis.KindOther || c.Reason != reason || len(events)+len(rejects) > 0 || c.Rejects != 0 {
			t.Errorf("%.40q: %+v, %d events, %d rejects", text, c, len(events), len(rejects))
		}
		if c.ContentSHA256 == "" || c.ContentSize != int64(len(text)) {
			t.Errorf("%.40q: content of %d bytes, %s", text, c.ContentSize, c.ContentSHA256)
		}
	}
	f("", "empty file")
	f(" \n", "empty file")
	f("PK\x03\x04rest", "zip archive")
	f("PAR1rest", "Security Lake parquet (OCSF), not CloudTrail's own records")
	f(strings.Repeat("0123456789abcdef", 4)+" amzn-s3-demo-bucket [15/Jan/2026:10:00:00 +0000] 192.0.2.1 - X REST.GET.OBJECT", "S3 server access log")
	f("2 111122223333 eni-0abc 192.0.2.1 198.51.100.1 443 49152 6 10 840 1 2 ACCEPT OK", "VPC flow log")
	f("https 2026-01-15T10:00:00.000000Z app/x/1 192.0.2.1:1", "load balancer access log")
	f("\x00\x01\x02", "binary data")
	f("hello", "text that is neither JSON nor CSV of CloudTrail")
	f("name,age\nx,1\n", "text that is neither JSON nor CSV of CloudTrail")
	f(`{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","eventName":"ObjectCreated:Put","eventTime":"2026-01-15T10:00:00Z","s3":{}}]}`, "S3 event notification")
	f(`{"Records":[{"messageId":"1","receiptHandle":"x","body":"{\"Records\":[{\"eventSource\":\"aws:s3\"}]}","eventSource":"aws:sqs"}]}`, "SQS message about an S3 object")
	f(`{"Type":"Notification","TopicArn":"x","Message":"{\"s3Bucket\":\"b\",\"s3ObjectKey\":[\"k\"]}"}`, "SNS notification about an S3 object")
	f(`{"s3Bucket":"b","s3ObjectKey":["k"]}`, "CloudTrail delivery notification")
	f(`{"auditEvents":[{"id":"1","eventData":"{}"}]}`, "PutAuditEvents integration payload")
	f(`{"awslogs":{"data":"H4sI"}}`, "CloudWatch Logs event with an encoded payload")
	f(`{"fileVersion":"1.0","configurationItems":[{"relatedEvents":[]}]}`, "AWS Config snapshot or history")
	f(`{"class_uid":6003,"time":1}`, "OCSF transformed record")
	f(`[1,2,3]`, "JSON without CloudTrail records")
	f(`{"a":`, "no CloudTrail records; cut off: the text ends inside a record")
}

// An object that is named as CloudTrail's and holds nothing of it is damaged, not
// somebody else's.
func TestDecodeNamedButEmpty(t *testing.T) {
	f := func(body, reason string) {
		t.Helper()
		c, _, _ := decodeAll(t, Options{Object: analysis.Object{Key: logKey}}, []byte(body))
		if c.Status != analysis.StatusDamaged || c.Reason != reason || c.Kind != analysis.KindCloudTrail {
			t.Errorf("%q: %+v", body, c)
		}
	}
	f("", "empty file")
	f(`{"Records":[{"a":1}]}`, "no CloudTrail records")
	f(`{"Reco`, "cut off: the text ends inside a record")
	c, _, _ := decodeAll(t, Options{Object: analysis.Object{Key: logKey}}, []byte(`{"Records":[]}`))
	if c.Status != analysis.StatusOK || c.Format != formatCloudTrail || c.SourceRank != 1 {
		t.Errorf("an empty list: %+v", c)
	}
}

// Elements that cannot be events are rejected with their place, and the rest goes on.
// Only records that could not be decoded count: what is evidently something else was
// no loss.
func TestDecodeRejects(t *testing.T) {
	deep := `{"eventName":"x","requestParameters":` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + `}`
	long := `{"eventVersion":"1.08","userAgent":"` + strings.Repeat("x", 5000) + `"}`
	nameless := `{"eventVersion":"1.08","eventTime":"2026-01-15T10:00:00Z","eventID":"1"}`
	elements := []string{simple(1), `{"a":1}`, `null`, `"x"`, deep, long, nameless, simple(2)}
	foreign := map[string]bool{elements[1]: true, elements[2]: true, elements[3]: true}
	text := `{"Records":[` + strings.Join(elements, " , ") + `]}`
	for _, piece := range []int{0, 64, 1000} {
		c, events, rejects := decodeAll(t, Options{MaxRecord: 4000, PieceBytes: piece}, []byte(text))
		if len(events) != 2 || len(rejects) != 6 || c.Status != analysis.StatusOK || c.Rejects != 3 || c.Records != 2 {
			t.Fatalf("%d events, %d rejects, %+v", len(events), len(rejects), c)
		}
		for i, r := range rejects {
			if got := text[r.Offset:][:r.Length]; got != elements[i+1] || r.RecordNumber != i+2 || r.Reason == "" || r.Foreign != foreign[got] {
				t.Errorf("reject %+v stands at %.60q", r, got)
			}
		}
		if c.Reason != "6 of its elements are not events" {
			t.Errorf("reason %q", c.Reason)
		}
		if events[1].RecordNumber != 8 {
			t.Errorf("the last record has number %d", events[1].RecordNumber)
		}
	}
}

// The size of the pieces changes nothing but the pieces.
func TestDecodePieces(t *testing.T) {
	bodies := map[string][]byte{
		"generated": generated(40),
		"gzip":      gzipped(t, string(generated(40))),
		"UTF-16":    wideText(logFile(5)+"é😀", binary.BigEndian, true),
		"damaged":   []byte(strings.Replace(logFile(9), `"eventTime"`, `"eventTime`, 3)),
		"cut off":   generated(10)[:7000],
		"csv":       []byte(historyCSV),
	}
	if dir, err := filepath.Glob("../../../shared/data/formats/*/*"); err == nil {
		for _, name := range dir {
			if body, err := os.ReadFile(name); err == nil && len(body) < 60_000 {
				bodies[filepath.Base(name)] = body
			}
		}
	}
	for name, body := range bodies {
		wantContent, wantEvents, wantRejects := decodeAll(t, Options{}, body)
		pool := new(Pool)
		for _, piece := range []int{1, 100, 1500, 40_000} {
			c, events, rejects := decodeAll(t, Options{PieceBytes: piece, Pool: pool}, body)
			if !reflect.DeepEqual(c, wantContent) {
				t.Errorf("%s in pieces of %d: %+v\nwant %+v", name, piece, c, wantContent)
			}
			if !reflect.DeepEqual(events, wantEvents) {
				t.Errorf("%s in pieces of %d: %d events, want %d", name, piece, len(events), len(wantEvents))
				for i := range min(len(events), len(wantEvents)) {
					if !reflect.DeepEqual(events[i], wantEvents[i]) {
						t.Fatalf("event %d is %+v\nwant %+v", i, events[i], wantEvents[i])
					}
				}
			}
			if !reflect.DeepEqual(rejects, wantRejects) {
				t.Errorf("%s in pieces of %d: rejects %+v, want %+v", name, piece, rejects, wantRejects)
			}
		}
	}
}

// The errors of the reader, of the context and of emit come back as they are.
func TestDecodeErrors(t *testing.T) {
	broken := errors.New("broken")
	none := func(p analysis.Piece) error { p.Release(); return nil }
	for _, body := range [][]byte{[]byte(logFile(100)), gzipped(t, logFile(100))} {
		for _, n := range []int{0, 1, 5, len(body) / 2, len(body)} {
			r := io.MultiReader(bytes.NewReader(body[:n]), iotest.ErrReader(broken))
			if _, err := Decode(context.Background(), r, Options{}, none); !errors.Is(err, broken) {
				t.Errorf("Decode with a reader that fails at %d returns %v", n, err)
			}
		}
		if _, err := Decode(context.Background(), bytes.NewReader(body), Options{}, func(analysis.Piece) error { return broken }); !errors.Is(err, broken) {
			t.Errorf("Decode with an emit that fails returns %v", err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := Decode(ctx, bytes.NewReader(body), Options{}, none); !errors.Is(err, context.Canceled) {
			t.Errorf("Decode with a cancelled context returns %v", err)
		}
	}
}

// repeated is a stream of one log file on a single line, as long as one likes.
type repeated struct {
	head, body, tail string
	times            int
	rest             string
}

func (r *repeated) Read(p []byte) (int, error) {
	for r.rest == "" {
		switch {
		case r.head != "":
			r.rest, r.head = r.head, ""
		case r.times > 0:
			r.rest = r.body
			r.times--
		case r.tail != "":
			r.rest, r.tail = r.tail, ""
		default:
			return 0, io.EOF
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// The memory that decoding needs does not grow with the object.
func TestDecodeBoundedMemory(t *testing.T) {
	const times = 60_000 // about 50 MB
	r := &repeated{head: `{"Records":[`, body: simple(1) + ",", times: times, tail: simple(2) + "]}"}
	pool := new(Pool)
	var records int
	var largest uint64
	c, err := Decode(context.Background(), r, Options{PieceBytes: 1 << 20, Pool: pool}, func(p analysis.Piece) error {
		records += len(p.Events)
		p.Release()
		if records%10_000 < len(p.Events) {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			largest = max(largest, m.HeapAlloc)
		}
		return nil
	})
	if err != nil || records != times+1 || c.Records != times+1 || c.Status != analysis.StatusOK {
		t.Fatalf("%d records, %+v, %v", records, c, err)
	}
	if largest > 64<<20 {
		t.Errorf("the heap grew to %d bytes over an object of %d", largest, c.ContentSize)
	}
}

// An endless element is passed over, not kept.
func TestDecodeEndlessElement(t *testing.T) {
	r := &repeated{head: `{"Records":[` + simple(1) + `,{"eventVersion":"1.08","userAgent":"`, body: strings.Repeat("x", 1<<16), times: 500, tail: `"},` + simple(2) + "]}"}
	var events, rejects int
	if _, err := Decode(context.Background(), r, Options{MaxRecord: 1 << 20}, func(p analysis.Piece) error {
		events += len(p.Events)
		rejects += len(p.Rejects)
		p.Release()
		return nil
	}); err != nil || events != 2 || rejects != 1 {
		t.Errorf("%d events, %d rejects, %v", events, rejects, err)
	}
}

func decode(t testing.TB, text string) []analysis.Event {
	t.Helper()
	_, events, _ := decodeAll(t, Options{}, []byte(text))
	return events
}

func eventIDs(events []analysis.Event) (ids []string) {
	for _, e := range events {
		ids = append(ids, e.EventID)
	}
	return ids
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(logFile(2)), 0)
	f.Add(gzipped(f, logFile(2)), 50)
	f.Add([]byte(simple(1)+"\n"+simple(2)), 100)
	f.Add(wideText(logFile(1), binary.LittleEndian, true), 1)
	f.Add([]byte(historyCSV), 10)
	f.Add([]byte(`{"Events":[{"CloudTrailEvent":"{\"eventName\":\"X\",\"eventID\":\"1\",\"eventTime\":\"2026-01-15T10:00:00Z\"}"}]}`), 0)
	f.Add([]byte(`{"QueryResultRows":[[{"eventName":"X"},{"eventTime":"2026-01-15 10:00:00.000"}]]}`), 0)
	f.Add([]byte(`{"Records":[{"eventVersion":"1.08"},`+simple(1)+`,{"x":}},`+simple(2)), 0)
	f.Fuzz(func(t *testing.T, body []byte, piece int) {
		if len(body) > 1<<16 {
			return
		}
		c, events, rejects := decodeAll(t, Options{}, body)
		if int64(len(events)) != c.Records || undecodable(rejects) != c.Rejects {
			t.Fatalf("%d events, %d rejects, %+v", len(events), len(rejects), c)
		}
		if !bytes.HasPrefix(body, []byte{0x1f, 0x8b}) && c.ContentSize != int64(len(body)) {
			t.Fatalf("%d bytes of content out of %d", c.ContentSize, len(body))
		}
		again, sameEvents, sameRejects := decodeAll(t, Options{PieceBytes: 1 + piece&0xffff}, body)
		if !reflect.DeepEqual(again, c) || !reflect.DeepEqual(sameEvents, events) || !reflect.DeepEqual(sameRejects, rejects) {
			t.Fatalf("in small pieces: %+v, %d events, %d rejects\nwant %+v, %d events, %d rejects", again, len(sameEvents), len(sameRejects), c, len(events), len(rejects))
		}
		last := 0
		for _, e := range events {
			if e.RecordNumber <= last || e.EventID == "" || e.Length == 0 {
				t.Fatalf("after record %d: %+v", last, e)
			}
			last = e.RecordNumber
			if _, err := RecordAt(bytes.NewReader(body), e.Offset, e.Length); err != nil {
				t.Fatal(err)
			}
		}
	})
}
