package cloudtrail

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/analysis"
)

// without is an event with what damage elsewhere may change about it left out.
func without(e analysis.Event) analysis.Event {
	e.Damaged, e.RecordNumber, e.Offset = false, 0, 0
	return e
}

// honest checks what holds for every damaged copy of an object: each event is one of
// the original's, or is marked as damaged; and damage is not silent.
func honest(t *testing.T, what string, want []analysis.Event, c analysis.Content, got []analysis.Event) {
	t.Helper()
	known := map[string]analysis.Event{}
	for _, e := range want {
		known[e.EventID] = without(e)
	}
	for _, e := range got {
		if !e.Damaged && !c.AllSuspect && !reflect.DeepEqual(without(e), known[e.EventID]) {
			t.Fatalf("%s: a different record is not marked: %+v\n%+v", what, e, c)
		}
	}
	if c.Status == analysis.StatusDamaged && (c.Reason == "" || c.DamageOffset < 0) {
		t.Fatalf("%s: damage without reason or place: %+v", what, c)
	}
	if c.Status == analysis.StatusIgnored {
		t.Fatalf("%s: a log file is taken for something else: %+v", what, c)
	}
	if c.Status == analysis.StatusOK && len(got) != len(want) {
		t.Fatalf("%s: %d of %d records and no damage: %+v", what, len(got), len(want), c)
	}
}

// A log file that is cut off anywhere keeps the records before.
func TestTruncatedEverywhere(t *testing.T) {
	text := logFile(4)
	want := decode(t, text)
	opt := Options{Object: analysis.Object{Key: logKey}, Pool: new(Pool)}
	for n := range len(text) {
		c, got, _ := decodeAll(t, opt, []byte(text[:n]))
		whole := 0
		for _, e := range want {
			if int(e.Offset)+e.Length <= n {
				whole++
			}
		}
		if c.Status != analysis.StatusDamaged || len(got) != whole {
			t.Fatalf("cut off at %d: %d records, want %d; %+v", n, len(got), whole, c)
		}
		for i, e := range got {
			if !reflect.DeepEqual(e, want[i]) {
				t.Fatalf("cut off at %d: record %d is %+v, want %+v", n, i, e, want[i])
			}
		}
	}
	packed := gzipped(t, text)
	most := 0
	for n := range len(packed) {
		c, got, _ := decodeAll(t, opt, packed[:n])
		if c.Status != analysis.StatusDamaged {
			t.Fatalf("gzip cut off at %d: %+v", n, c)
		}
		honest(t, fmt.Sprintf("gzip cut off at %d", n), want, c, got)
		most = max(most, len(got))
	}
	if most != len(want) {
		t.Errorf("gzip that lacks only its trailer yields %d of %d records", most, len(want))
	}
}

// A flipped bit in gzip never changes a record in silence.
func TestFlippedBits(t *testing.T) {
	// Random text keeps deflate from spanning everything with one match.
	r := rand.New(rand.NewPCG(7, 7))
	text := logFile(3)
	for i := range 20 {
		text = strings.Replace(text, "user-", fmt.Sprintf("%x-%d-u-", r.Uint64(), i), 1)
	}
	want := decode(t, text)
	packed := gzipped(t, text)
	opt := Options{Object: analysis.Object{Key: logKey}, Pool: new(Pool)}
	kept := 0
	for i := range packed {
		for bit := range 8 {
			flipped := bytes.Clone(packed)
			flipped[i] ^= 1 << bit
			c, got, _ := decodeAll(t, opt, flipped)
			honest(t, fmt.Sprintf("bit %d of byte %d flipped", bit, i), want, c, got)
			kept += len(got)
		}
	}
	if average := float64(kept) / float64(8*len(packed)); average < 1 {
		t.Errorf("%.1f of 3 records are kept on average", average)
	}
}

// In plain text nothing tells a changed letter. What must hold is that nothing
// panics, and that structural damage is seen and the records around it are kept.
func TestDamagedText(t *testing.T) {
	text := logFile(5)
	opt := Options{Pool: new(Pool)}
	f := func(damaged string, records, marked int, reason string) {
		t.Helper()
		c, events, _ := decodeAll(t, opt, []byte(damaged))
		n := 0
		for _, e := range events {
			if e.Damaged {
				n++
			}
		}
		if len(events) != records || n != marked || !strings.Contains(c.Reason, reason) || c.Status != analysis.StatusDamaged {
			t.Errorf("%d records, %d marked, want %d, %d; %+v", len(events), n, records, marked, c)
		}
	}
	second := strings.Index(text, simple(2))
	// A quote is gone; a brace is gone; a byte is garbage; a stretch in the middle is gone.
	f(text[:second+1]+text[second+2:], 4, 3, "a field name was expected")
	f(text[:second+len(simple(2))-1]+text[second+len(simple(2)):], 4, 3, "a field name was expected")
	f(text[:second+100]+"\x00"+text[second+101:], 4, 3, "control character")
	f(text[:second+100]+text[second+310:], 4, 3, "malformed JSON")
	// The list never begins; the object around it is broken.
	f("{'Records':["+text[len(`{"Records":[`):], 5, 5, "a field name was expected")
	f(text[:len(text)-2]+"}", 5, 0, "a comma or ] was expected")
	f(text[:len(text)-1], 5, 0, "before its list of records does")
	// Lines.
	f(simple(1)+"\n"+simple(2)[:300]+"\n"+simple(3)+"\n", 2, 1, "malformed JSON")
	// A record inside a broken one is not taken for one of the object's.
	nested := strings.Replace(simple(2), `{"userName":"user-2"}`, `{"a":{"b":`+simple(9)+`}}`, 1)
	f(`{"Records":[`+simple(1)+`,`+nested[:len(nested)-300], 1, 0, "cut off")
	// A field that stands twice is a sign of two records run together.
	f(`{"Records":[`+simple(1)+`,`+strings.Replace(simple(2), `"eventType"`, `"eventName":"Other","eventType"`, 1)+`]}`, 2, 1, "twice")
}

func TestGzipMembers(t *testing.T) {
	a, b := gzipped(t, logFile(2)), gzipped(t, logFile(3))
	named := Options{Object: analysis.Object{Key: logKey}}
	f := func(body []byte, records, marked int, reason string, at int64) {
		t.Helper()
		c, events, _ := decodeAll(t, named, body)
		n := 0
		for _, e := range events {
			if e.Damaged {
				n++
			}
		}
		if len(events) != records || n != marked || c.Reason != reason || c.DamageOffset != at {
			t.Errorf("%d records, %d marked; %+v", len(events), n, c)
		}
	}
	first := int64(len(logFile(2)))
	f(append(bytes.Clone(a), b...), 5, 3, "more than one gzip member; CloudTrail writes one", first)
	f(append(bytes.Clone(a), "garbage"...), 2, 0, "7 bytes behind the end of the gzip data", first)
	f(append(bytes.Clone(a), b[:len(b)-9]...), 5, 3, "more than one gzip member; CloudTrail writes one; cut off: the gzip data ends early", first)

	flipped := bytes.Clone(a)
	flipped[len(flipped)-6] ^= 1
	c, events, _ := decodeAll(t, named, flipped)
	if !c.AllSuspect || len(events) != 2 || !events[0].Damaged || c.Reason != "the gzip checksum does not fit the content" {
		t.Errorf("%+v", c)
	}

	// Two documents in one object, without compression.
	c, events, _ = decodeAll(t, named, []byte(logFile(1)+logFile(2)))
	if len(events) != 3 || events[0].Damaged || !events[1].Damaged || c.Reason != "more than one JSON document; CloudTrail writes one" {
		t.Errorf("%+v", c)
	}
	// In a file of no particular name that is how people put logs together.
	if c, _, _ = decodeAll(t, Options{}, []byte(logFile(1)+"\n"+logFile(2))); c.Status != analysis.StatusOK || c.Records != 3 {
		t.Errorf("%+v", c)
	}
	// Firehose writes a member for every batch of a subscription.
	batch := gzipped(t, `{"messageType":"DATA_MESSAGE","logEvents":[{"message":`+string(appendQuoted(nil, simple(1)))+`}]}`)
	if c, _, _ = decodeAll(t, Options{}, append(bytes.Clone(batch), batch...)); c.Status != analysis.StatusOK || c.Records != 2 || c.Format != formatLogEvents {
		t.Errorf("%+v", c)
	}
}
