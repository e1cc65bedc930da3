package session

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// Row is one credential-issuing call or sign-in as the case holds it: what came out,
// and who did it from where.
type Row struct {
	EventID       string
	SharedEventID string
	Time          time.Time
	AccountID     string
	Region        string
	Operation     string
	analysis.Session

	IdentityType    string
	PrincipalARN    string
	CallerAccountID string
	InvokedBy       string
	SourceIP        string
	UserAgent       string
}

// Use is one access key at work, put together from the events that it made.
type Use struct {
	Key            string
	IdentityType   string
	IdentityARN    string
	PrincipalARN   string
	AccountID      string
	SourceIdentity string
	SignInSession  string
	Created        time.Time // of the session, as its events say; zero for long-term keys
	First, Last    time.Time
	Events         int64
}

// Field is what a [Lookup] is asked by.
type Field string

// The fields of sessions and of uses that lineage goes along. They are columns of the
// case's views sessions and events.
const (
	ByIssuedKey      Field = "issued_key"
	ByParentKey      Field = "parent_key"
	BySessionARN     Field = "session_arn"
	BySignInSession  Field = "sign_in_session_arn"
	BySourceIdentity Field = "source_identity"
	BySharedEvent    Field = "shared_event_id"

	ByAccessKey   Field = "access_key_id"
	ByIdentityARN Field = "identity_arn"
)

// Lookup answers from the case. The values are not empty and may be thousands; the
// order of the answers does not matter.
//
// A store may answer with rows of iam:CreateAccessKey too, the new key as the issued
// one: then the chain goes on over long-term keys.
type Lookup interface {
	// Sessions returns the rows whose field is one of the values.
	Sessions(ctx context.Context, by Field, values []string) ([]Row, error)
	// Uses returns, a row an access key, what the events say of keys; by is
	// ByAccessKey or ByIdentityARN.
	Uses(ctx context.Context, by Field, values []string) ([]Use, error)
}

// Proof is how a link of a chain is known to belong to the one above it.
type Proof string

// The kinds of proof. The first two are the record's own word; the rest is inferred,
// and the link's reason says from what.
const (
	ProofIssuedKey Proof = "issued key" // the parent's key is on the event that issued this one
	ProofRecord    Proof = "record"     // the event that issued this one says who asked, without a key

	ProofSharedEvent    Proof = "shared event ID"
	ProofSignInSession  Proof = "sign-in session"
	ProofCreationTime   Proof = "creation time"
	ProofSessionName    Proof = "session name"
	ProofSourceIdentity Proof = "source identity"
)

// Proven reports whether a record says so; otherwise the link is inferred.
func (p Proof) Proven() bool { return p == ProofIssuedKey || p == ProofRecord }

// Link is a credential, a sign-in or an identity, with what was made from it.
type Link struct {
	Key      string // "" for a sign-in without a key and for an identity
	Identity string // ARN, service or subject that holds it, "" unknown
	Asked    bool   // the key that the tree was asked for

	// Rows are the event that issued it: one, or more where several accounts logged
	// the same call. Empty for what nothing in the case issued.
	Rows []Row
	Use  *Use // nil where the case has no event made with it

	Proof    Proof  // how it hangs on the link above; "" at the top
	Reason   string // in words; at the top, why the chain ends there
	Children []*Link
}

// Tree is the lineage of one access key: the single path from the first identity
// known down to the key, and everything made with it.
type Tree struct {
	Root *Link
	// Cut says why the tree is not whole, "" when it is. A hostile or damaged log
	// can hold circles.
	Cut string
}

// Limits of a tree. Role chaining ends a session after an hour, so that real chains
// are short; a key of a service can have issued any number.
const (
	maxDepth = 32
	maxLinks = 20_000
)

// Chain returns the lineage of an access key. It is [analysis.ErrNotFound] when the
// case knows nothing of the key.
func Chain(ctx context.Context, lookup Lookup, key string) (*Tree, error) {
	c := &chain{lookup: lookup, tree: &Tree{}, keys: map[string]bool{}, events: map[string]bool{}}
	asked, err := c.credential(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("chain of %s: %w", key, err)
	}
	asked.Asked = true
	if err := c.down(ctx, asked); err != nil {
		return nil, fmt.Errorf("chain of %s: %w", key, err)
	}
	if len(asked.Rows) == 0 && asked.Use == nil && len(asked.Children) == 0 {
		err := fmt.Errorf("access key %s in this case: %w", key, analysis.ErrNotFound)
		return nil, analysis.WithHint(err, "check the key's id, or ingest the logs of the account that it belongs to")
	}
	if err := c.up(ctx, asked); err != nil {
		return nil, fmt.Errorf("chain of %s: %w", key, err)
	}
	return c.tree, nil
}

// chain is one tree being built.
type chain struct {
	lookup Lookup
	tree   *Tree
	links  int
	keys   map[string]bool // keys that have their place
	events map[string]bool // issuing events that have theirs
}

// credential makes the link of a key, with the event that issued it and its use.
func (c *chain) credential(ctx context.Context, key string) (*Link, error) {
	rows, err := c.lookup.Sessions(ctx, ByIssuedKey, []string{key})
	if err != nil {
		return nil, err
	}
	if rows, err = c.withCopies(ctx, rows); err != nil {
		return nil, err
	}
	uses, err := c.lookup.Uses(ctx, ByAccessKey, []string{key})
	if err != nil {
		return nil, err
	}
	link := newLink(rows)
	link.Key = key
	if len(uses) > 0 {
		link.setUse(uses[0])
	}
	c.place(link)
	return link, nil
}

// withCopies adds the copies of calls that another account logged too. Only one of
// them may name the caller's key, and only one the issued one.
func (c *chain) withCopies(ctx context.Context, rows []Row) ([]Row, error) {
	var shared []string
	for _, r := range rows {
		if r.SharedEventID != "" {
			shared = append(shared, r.SharedEventID)
		}
	}
	if len(shared) == 0 {
		return rows, nil
	}
	slices.Sort(shared)
	copies, err := c.lookup.Sessions(ctx, BySharedEvent, slices.Compact(shared))
	if err != nil {
		return nil, err
	}
	have := map[string]bool{}
	for _, r := range rows {
		have[r.EventID] = true
	}
	for _, r := range copies {
		if !have[r.EventID] {
			rows = append(rows, r)
		}
	}
	return rows, nil
}

// newLink makes the link of an event from its copies, the one that says most first.
func newLink(rows []Row) *Link {
	slices.SortStableFunc(rows, func(a, b Row) int {
		return cmp.Or(
			cmp.Compare(b.said(), a.said()),
			a.Time.Compare(b.Time),
			cmp.Compare(a.EventID, b.EventID),
		)
	})
	link := &Link{Rows: rows}
	for _, r := range rows {
		if link.Key == "" {
			link.Key = r.IssuedKey
		}
		if link.Identity == "" {
			link.Identity = r.SessionARN
		}
	}
	return link
}

// said counts what a copy says: the caller's key is what lineage needs most.
func (r Row) said() int {
	n := 0
	if r.ParentKey != "" {
		n += 2
	}
	if r.IssuedKey != "" {
		n++
	}
	return n
}

func (l *Link) setUse(u Use) {
	l.Use = &u
	if l.Identity == "" {
		l.Identity = u.IdentityARN
	}
}

// place remembers that a link has its place in the tree.
func (c *chain) place(l *Link) {
	c.links++
	if l.Key != "" {
		c.keys[l.Key] = true
	}
	for _, r := range l.Rows {
		c.events[r.EventID] = true
	}
}

// placed reports whether a call is in the tree already: then what led to it is a
// circle, or another account's copy.
func (c *chain) placed(rows []Row) bool {
	for _, r := range rows {
		if c.events[r.EventID] || r.IssuedKey != "" && c.keys[r.IssuedKey] {
			return true
		}
	}
	return false
}

func (c *chain) cut(why string) {
	if c.tree.Cut == "" {
		c.tree.Cut = why
	}
}

// when is the time of a link: of the call that issued it, or of its first use.
func (l *Link) when() time.Time {
	switch {
	case len(l.Rows) > 0:
		return l.Rows[0].Time
	case l.Use != nil:
		return l.Use.First
	}
	return time.Time{}
}

// keysOf returns a map's keys in order, so that a lookup is asked the same each time.
func keysOf[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
