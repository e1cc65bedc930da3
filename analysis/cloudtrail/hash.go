package cloudtrail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math/bits"
	"strings"

	"github.com/zeebo/xxh3"

	"github.com/trailbench/trailbench/analysis"
)

// hasher hashes decoded values: what stands in an event, not how it was written.
// Each value is hashed by itself and then mixed in, so that values cannot run into
// each other.
type hasher struct {
	state   uint64
	scratch []byte
}

func (h *hasher) number(n uint64) {
	h.state = bits.RotateLeft64(h.state^n, 29) * 0x9e3779b185ebca87
}

func (h *hasher) text(s string) { h.number(xxh3.HashString(s)) }

// json takes a compact JSON value.
func (h *hasher) json(s string) {
	if strings.IndexByte(s, '\\') < 0 {
		h.text(s)
		return
	}
	h.scratch = appendDecoded(h.scratch[:0], bytesOf(s))
	h.number(xxh3.Hash(h.scratch))
}

func (h *hasher) sum() uint64 { return h.state ^ h.state>>32 }

// event hashes what the record says. Where it stands, and what is taken from around
// it when it does not say, are no part of that.
func (h *hasher) event(e *analysis.Event, identity uint64, recipient string) uint64 {
	h.state = 0
	h.text(e.EventID)
	h.text(e.EventVersion)
	h.text(e.EventType)
	h.text(e.EventCategory)
	h.text(e.EventSource)
	h.text(e.EventName)
	h.text(recipient)
	h.text(e.Region)
	h.text(e.SourceIPAddress)
	h.text(e.UserAgent)
	h.text(e.ErrorCode)
	h.text(e.ErrorMessage)
	h.text(e.RequestID)
	h.text(e.SharedEventID)
	h.text(e.APIVersion)
	h.text(e.VPCEndpointID)
	h.json(e.RequestParameters)
	h.json(e.ResponseElements)
	h.json(e.AdditionalEventData)
	h.json(e.Resources)
	h.json(e.ServiceEventDetails)
	h.json(e.TLSDetails)
	h.json(e.InsightDetails)
	h.json(e.ExtraFields)
	h.number(uint64(e.EventTime))
	h.number(identity)
	flags := uint64(uint8(e.ReadOnly))<<8 | uint64(uint8(e.ManagementEvent))
	if e.SessionCredentialFromConsole {
		flags |= 1 << 16
	}
	h.number(flags)
	return h.sum()
}

// canonicalID identifies a record that has no event id: by the hash of its JSON with
// sorted names and no white space, so that every delivery of it gets the same one.
func canonicalID(record []byte) string {
	d := json.NewDecoder(bytes.NewReader(record))
	d.UseNumber() // large numbers keep their digits
	var v any
	out := record
	if d.Decode(&v) == nil {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if e.Encode(v) == nil {
			out = bytes.TrimSuffix(b.Bytes(), []byte("\n"))
		}
	}
	sum := sha256.Sum256(out)
	return "sha256:" + hex.EncodeToString(sum[:])
}
