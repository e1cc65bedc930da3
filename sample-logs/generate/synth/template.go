package synth

import (
	"fmt"
	"strconv"
	"strings"
)

// A template is JSON with slots such as $bucket. Within one record a slot has one
// value, so that request, response and resources speak of the same thing.
type template []part

type part struct {
	literal string
	slot    slotID // filled in behind the literal; none when negative
}

type slotID int16

// compile cuts text at its slots.
func compile(text string, slots map[string]slotID) (template, error) {
	var t template
	for text != "" {
		i := strings.IndexByte(text, '$')
		if i < 0 {
			return append(t, part{text, -1}), nil
		}
		end := i + 1
		for end < len(text) && isLetter(text[end]) {
			end++
		}
		slot, ok := slots[text[i+1:end]]
		if !ok {
			return nil, fmt.Errorf("no slot $%s in %s", text[i+1:end], text)
		}
		t = append(t, part{text[:i], slot})
		text = text[end:]
	}
	return t, nil
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// fill writes the template with the values of this call.
func (c *call) fill(dst []byte, t template) []byte {
	for _, p := range t {
		dst = append(dst, p.literal...)
		if p.slot < 0 {
			continue
		}
		m := &c.memo[p.slot]
		if m.end == 0 { // no slot is empty
			start := len(c.arena)
			c.arena = c.g.slots[p.slot].write(c, c.arena)
			*m = span{uint16(start), uint16(len(c.arena))}
		}
		dst = append(dst, c.arena[m.start:m.end]...)
	}
	return dst
}

type span struct{ start, end uint16 }

// slot is a named blank of the templates.
type slot struct {
	name  string
	write func(c *call, dst []byte) []byte
}

// slotTable lists every slot: what the call itself tells, what is drawn fresh, and
// one for each pool of things an account owns.
func slotTable() []slot {
	text := func(name string, f func(c *call) string) slot {
		return slot{name, func(c *call, dst []byte) []byte { return append(dst, f(c)...) }}
	}
	random := func(name, prefix, alphabet string, n int) slot {
		return slot{name, func(c *call, dst []byte) []byte {
			return c.g.random.letters(append(dst, prefix...), alphabet, n)
		}}
	}
	slots := []slot{
		text("account", func(c *call) string { return c.account.id }),
		text("region", func(c *call) string { return c.region }),
		text("zoneA", func(c *call) string { return c.region + "a" }),
		text("arn", func(c *call) string { return c.session.arn }),
		text("session", func(c *call) string { return c.session.name }),
		text("self", func(c *call) string { return c.actor.name }),
		text("selfInstance", func(c *call) string { return c.session.name }),
		{"time", func(c *call, dst []byte) []byte { return appendTime(dst, c.time) }},
		{"uuid", func(c *call, dst []byte) []byte { return c.g.random.UUID().append(dst) }},
		{"token", func(c *call, dst []byte) []byte { return c.g.random.UUID().append(dst) }},
		random("amzID", "", base64, 76),
		random("newInstance", "i-0", lowerHex, 16),
		random("newInterface", "eni-0", lowerHex, 16),
		random("newSnapshot", "snap-0", lowerHex, 16),
		random("newGroup", "sg-0", lowerHex, 16),
		random("newRule", "sgr-0", lowerHex, 16),
		random("reservation", "r-0", lowerHex, 16),
		random("hash", "", lowerHex, 64),
		random("task", "", lowerHex, 32),
		random("short", "", lowerHex, 8),
		random("roleID", "AROA", base32, 10),
		{"bytes", func(c *call, dst []byte) []byte {
			return strconv.AppendInt(dst, int64(c.g.random.lognormal(4_000, 2, 5_000_000)), 10)
		}},
		{"small", func(c *call, dst []byte) []byte { return strconv.AppendInt(dst, int64(1+c.g.random.IntN(90)), 10) }},
		{"logStream", func(c *call, dst []byte) []byte {
			dst = append(dst, string(appendTime(nil, c.time))[:10]...)
			dst[len(dst)-3], dst[len(dst)-6] = '/', '/'
			return c.g.random.letters(append(dst, "/[$LATEST]"...), lowerHex, 32)
		}},
		{"privateIP", func(c *call, dst []byte) []byte { return privateIP(c.g.random, dst) }},
		{"key", func(c *call, dst []byte) []byte {
			dst = append(dst, choose(c.g.random, c.g.words.areas)...)
			dst = append(dst, "/dt="...)
			dst = append(dst, string(appendTime(nil, c.time))[:10]...)
			dst = append(dst, "/part-"...)
			dst = c.g.random.letters(dst, lowerHex, 12)
			return append(dst, choose(c.g.random, []string{".json.gz", ".parquet", ".csv", ".jpg"})...)
		}},
	}
	for i, p := range pools() {
		slots = append(slots, slot{p.name, func(c *call, dst []byte) []byte {
			things := c.account.pools[i]
			return append(dst, things[c.g.random.skewed(len(things))]...)
		}})
	}
	return slots
}

func slotIDs(slots []slot) map[string]slotID {
	ids := make(map[string]slotID, len(slots))
	for i, s := range slots {
		ids[s.name] = slotID(i)
	}
	return ids
}

// call is one record being made: who, where, when, and the values of its slots.
type call struct {
	g       *generator
	account *account
	actor   *actor
	session *session
	region  string
	time    int64
	arena   []byte
	memo    []span
}

func (c *call) reset() {
	c.arena = c.arena[:0]
	clear(c.memo)
}
