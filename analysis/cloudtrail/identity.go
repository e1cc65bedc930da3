package cloudtrail

import (
	"strings"

	"github.com/zeebo/xxh3"
)

// identity is a decoded userIdentity. The same one stands in many records, often
// hundreds in a row, and is a third of a record's text: it is decoded once.
type identity struct {
	raw string // as it stands in the text; a cached identity owns its memory

	kind, arn, account, accessKey, invokedBy string
	principal, sessionName, sourceIdentity   string
	created                                  int64
	mfa                                      int8
	rest                                     string // what the fields above do not hold, as a JSON object
	hash                                     uint64 // of the decoded values
}

// identities is a bounded cache of identities by their text. An object's text says
// itself where it ends, so an identity whose text the record goes on with is the
// record's: neither scanning nor looking for its end is needed.
type identities struct {
	long, short [128]bucket
}

// bucket holds the identities whose beginnings have the same hash, the last used first.
type bucket [4]*identity

// Identities are found by the hash of their first bytes: as many as make sessions of
// one role differ, or, for the short ones of services, as they surely have.
const (
	longPrefix  = 160
	shortPrefix = 40
)

func (ids *identities) find(b []byte, i int) *identity {
	if i+longPrefix > len(b) {
		return nil
	}
	if id := ids.long[slot(b[i:i+longPrefix])].find(b[i:]); id != nil {
		return id
	}
	return ids.short[slot(b[i:i+shortPrefix])].find(b[i:])
}

func slot(prefix []byte) uint8 { return uint8(xxh3.Hash(prefix) & 127) }

func (k *bucket) find(b []byte) *identity {
	for n, id := range k {
		if id == nil {
			return nil
		}
		if hasPrefix(b, id.raw) {
			copy(k[1:n+1], k[:n])
			k[0] = id
			return id
		}
	}
	return nil
}

// decode makes the identity of the userIdentity object raw, which is valid JSON, and
// remembers it.
func (ids *identities) decode(raw []byte, t traits) *identity {
	id := newIdentity(raw, t)
	k := &ids.short
	prefix := shortPrefix
	if len(raw) >= longPrefix {
		k, prefix = &ids.long, longPrefix
	}
	if len(raw) >= prefix && len(raw) < 16<<10 {
		at := &k[slot(raw[:prefix])]
		copy(at[1:], at[:])
		at[0] = id
	}
	return id
}

func newIdentity(raw []byte, t traits) *identity {
	own := strings.Clone(string(raw))
	id := &identity{raw: own, mfa: -1}
	var rest []byte
	var principalID, userName, issuer string
	for m := range members(bytesOf(own)) {
		name, s := m.name(), m.text()
		switch {
		case m.kind != '"':
			if name == "sessionContext" && m.kind == '{' {
				issuer = id.session(m.raw())
			}
		case name == "type":
			id.kind = s
			continue
		case name == "arn":
			id.arn = s
			continue
		case name == "accountId":
			id.account = s
			continue
		case name == "accessKeyId":
			id.accessKey = s
			continue
		case name == "invokedBy":
			id.invokedBy = s
			continue
		case name == "principalId":
			principalID = s
		case name == "userName":
			userName = s
		}
		if rest = append(rest, ','); len(rest) == 1 {
			rest[0] = '{'
		}
		rest = appendCompact(rest, m.source[m.nameAt:m.behind])
	}
	if rest != nil {
		id.rest = string(append(rest, '}'))
	}
	id.principal = firstOf(issuer, id.arn, id.invokedBy, principalID, userName)
	id.sessionName = sessionName(id.arn)

	var h hasher
	for _, s := range []string{id.kind, id.arn, id.account, id.accessKey, id.invokedBy} {
		h.text(s)
	}
	h.json(id.rest)
	id.hash = h.sum()
	return id
}

// session reads sessionContext and returns the issuer's ARN. An IAM user's console
// session has an empty issuer: it is no role session.
func (id *identity) session(context []byte) (issuer string) {
	for m := range members(context) {
		switch m.name() {
		case "sessionIssuer":
			for n := range members(m.raw()) {
				if n.name() == "arn" {
					issuer = n.text()
				}
			}
		case "sourceIdentity":
			id.sourceIdentity = m.text()
		case "attributes":
			for n := range members(m.raw()) {
				switch n.name() {
				case "mfaAuthenticated":
					id.mfa = truth(n.scalar())
				case "creationDate":
					if t, ok := parseTime(n.text()); ok {
						id.created = t
					}
				}
			}
		}
	}
	return issuer
}

// sessionName is the last part of the ARN of a role session or federated user.
func sessionName(arn string) string {
	if strings.Contains(arn, ":assumed-role/") || strings.Contains(arn, ":federated-user/") {
		return arn[strings.LastIndexByte(arn, '/')+1:]
	}
	return ""
}

func firstOf(choices ...string) string {
	for _, s := range choices {
		if s != "" {
			return s
		}
	}
	return ""
}

// truth reads a boolean, which exports often write as a string: 1, 0, or -1 for
// what is neither.
func truth(s string) int8 {
	switch s {
	case "true", "True", "TRUE":
		return 1
	case "false", "False", "FALSE":
		return 0
	}
	return -1
}
