package session

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// How far apart the time of a sign-in and the creation time on the keys that came out
// of it are, at most. Both are in whole seconds and written by different services.
const sameMoment = 2 * time.Second

// longestSession bounds what a session can have lasted whose end is not on record:
// GetSessionToken and GetFederationToken give up to 36 hours.
const longestSession = 36 * time.Hour

// up builds the path from link to the first identity and makes it the tree's root.
func (c *chain) up(ctx context.Context, link *Link) error {
	for depth := 0; ; depth++ {
		c.tree.Root = link
		if depth == maxDepth {
			c.cut(fmt.Sprintf("more than %d credentials above the one asked for", maxDepth))
			return nil
		}
		parent, err := c.parent(ctx, link)
		if err != nil || parent == nil {
			return err
		}
		parent.Children = append(parent.Children, link)
		link = parent
	}
}

// parent returns the link above, nil at the top; it sets link's proof and reason.
func (c *chain) parent(ctx context.Context, link *Link) (*Link, error) {
	switch {
	case len(link.Rows) == 0 && link.Key == "":
		return nil, nil // an identity
	case len(link.Rows) == 0:
		return c.parentOfKey(ctx, link)
	}
	for _, r := range link.Rows {
		if r.ParentKey == "" || r.ParentKey == link.Key {
			continue
		}
		if c.keys[r.ParentKey] {
			c.cut(fmt.Sprintf("key %s is above and below itself", r.ParentKey))
			link.Reason = "the log says that a key came from itself"
			return nil, nil
		}
		link.Proof, link.Reason = provenBy(r, link)
		return c.credential(ctx, r.ParentKey)
	}
	r := link.Rows[0]
	if r.SessionARN != "" && r.IssuedKey == "" {
		// A sign-in of a role or federated user: their own session came first.
		from, err := c.sessionAt(ctx, r)
		if err != nil {
			return nil, err
		}
		if from != nil {
			link.Proof = ProofSessionName
			link.Reason = fmt.Sprintf("%s by the session that %s issued before", r.Operation, from[0].Operation)
			parent := newLink(from)
			if err := c.fillUse(ctx, parent); err != nil {
				return nil, err
			}
			c.place(parent)
			return parent, nil
		}
	}
	return c.identity(link, r), nil
}

// provenBy says what ties a link to the key on r, one of its rows.
func provenBy(r Row, link *Link) (Proof, string) {
	if r.IssuedKey == "" && link.Key != "" {
		return ProofSharedEvent, fmt.Sprintf("the copy of %s that account %s logged names the caller's key", r.Operation, r.AccountID)
	}
	return ProofIssuedKey, fmt.Sprintf("%s was called with it", r.Operation)
}

// identity is the top of a chain that ends in an event without a key: a service, a
// federated person, an account whose logs are not here.
func (c *chain) identity(link *Link, r Row) *Link {
	top := &Link{Identity: r.who()}
	switch {
	case top.Identity == "":
		link.Reason = fmt.Sprintf("%s does not say who called", r.Operation)
		return nil
	case link.Identity == top.Identity:
		link.Reason = fmt.Sprintf("%s: the identity itself signed in", r.Operation)
		return nil
	case r.IdentityType == "AWSAccount":
		top.Reason = fmt.Sprintf("the caller is of account %s, whose own record of the call is not in this case", r.CallerAccountID)
	case r.IdentityType == "AWSService":
		top.Reason = "an AWS service"
	default:
		top.Reason = "the identity that called, without a key"
	}
	link.Proof = ProofRecord
	link.Reason = fmt.Sprintf("the record of %s names the caller", r.Operation)
	c.place(top)
	return top
}

// who names the caller of a call that has no access key.
func (r Row) who() string {
	switch {
	case r.IdentityType == "AWSAccount" && r.CallerAccountID != "":
		return r.CallerAccountID
	case r.Subject != "":
		return r.Subject
	case r.InvokedBy != "" && r.IdentityType == "AWSService":
		return r.InvokedBy
	}
	return r.PrincipalARN
}

// parentOfKey infers where a key comes from that no event in the case issued. Console
// work is like that: sign-in records name no key.
func (c *chain) parentOfKey(ctx context.Context, link *Link) (*Link, error) {
	u := link.Use
	switch {
	case u == nil:
		link.Reason = "the case has no event that issued this key, and none that it made"
		return nil, nil
	case strings.HasPrefix(link.Key, "AKIA"):
		link.Reason = "a long-term key"
		return nil, nil
	}
	rows, proof, reason, err := c.origin(ctx, *u)
	if err != nil {
		return nil, err
	}
	if rows == nil {
		link.Reason = "no event in the case issued this key: it is older than the logs here, or they are not whole"
		return nil, nil
	}
	link.Proof, link.Reason = proof, reason
	parent := newLink(rows)
	if err := c.fillUse(ctx, parent); err != nil {
		return nil, err
	}
	c.place(parent)
	return parent, nil
}

// origin finds the session that a key most likely belongs to, by what its own events
// say, the best evidence first; nil when there is none.
func (c *chain) origin(ctx context.Context, u Use) ([]Row, Proof, string, error) {
	if u.SignInSession != "" {
		rows, err := c.lookup.Sessions(ctx, BySignInSession, []string{u.SignInSession})
		if err != nil {
			return nil, "", "", err
		}
		if r := c.latest(rows, u.Key, u.First, 0); r != nil {
			return []Row{*r}, ProofSignInSession, "its events carry the sign-in session of " + r.Operation, nil
		}
	}
	if u.IdentityARN != "" {
		rows, err := c.lookup.Sessions(ctx, BySessionARN, []string{u.IdentityARN})
		if err != nil {
			return nil, "", "", err
		}
		if !u.Created.IsZero() {
			var same []Row
			for _, r := range rows {
				if d := r.Time.Sub(u.Created); d.Abs() <= sameMoment {
					same = append(same, r)
				}
			}
			if r := c.latest(same, u.Key, u.First.Add(sameMoment), 0); r != nil {
				return c.all(ctx, *r, ProofCreationTime, "its events give the time of "+r.Operation+" as the session's beginning")
			}
		}
		if isSession(u.IdentityARN) {
			if r := c.latest(rows, u.Key, u.First, longestSession); r != nil {
				return c.all(ctx, *r, ProofSessionName, "the last session of that name before it was used came from "+r.Operation)
			}
		}
	}
	if u.SourceIdentity != "" {
		rows, err := c.lookup.Sessions(ctx, BySourceIdentity, []string{u.SourceIdentity})
		if err != nil {
			return nil, "", "", err
		}
		if r := c.latest(rows, u.Key, u.First, longestSession); r != nil {
			return c.all(ctx, *r, ProofSourceIdentity, "the last session of that source identity before it was used came from "+r.Operation)
		}
	}
	return nil, "", "", nil
}

// all returns the copies of the call with it.
func (c *chain) all(ctx context.Context, r Row, proof Proof, reason string) ([]Row, Proof, string, error) {
	rows, err := c.withCopies(ctx, []Row{r})
	return rows, proof, reason, err
}

// sessionAt finds the session in which a sign-in happened, nil when none is known.
func (c *chain) sessionAt(ctx context.Context, signIn Row) ([]Row, error) {
	if !isSession(signIn.SessionARN) {
		return nil, nil
	}
	rows, err := c.lookup.Sessions(ctx, BySessionARN, []string{signIn.SessionARN})
	if err != nil {
		return nil, err
	}
	r := c.latest(withKey(rows), "", signIn.Time, longestSession)
	if r == nil {
		return nil, nil
	}
	return c.withCopies(ctx, []Row{*r})
}

func withKey(rows []Row) []Row {
	var out []Row
	for _, r := range rows {
		if r.IssuedKey != "" {
			out = append(out, r)
		}
	}
	return out
}

// latest returns the last row not after t that does not issue key itself, is not in
// the tree, and whose session can have lasted until t; within is how long that is
// where no end is on record, 0 for any time.
func (c *chain) latest(rows []Row, key string, t time.Time, within time.Duration) *Row {
	var best *Row
	for i := range rows {
		r := &rows[i]
		if key != "" && r.IssuedKey == key || c.placed(rows[i:i+1]) || !r.covers(t, within) {
			continue
		}
		if best == nil || r.Time.After(best.Time) || r.Time.Equal(best.Time) && r.EventID < best.EventID {
			best = r
		}
	}
	return best
}

// covers reports whether t is in the row's session.
func (r *Row) covers(t time.Time, within time.Duration) bool {
	if r.Time.After(t) {
		return false
	}
	if r.ExpiresAt != 0 {
		return t.UnixMicro() <= r.ExpiresAt
	}
	return within == 0 || t.Sub(r.Time) <= within
}

// isSession reports whether an ARN is of one session's own, as a role's with its
// session name is, not of a user who can have many at once.
func isSession(arn string) bool {
	return strings.Contains(arn, ":assumed-role/") || strings.Contains(arn, ":federated-user/")
}

func (c *chain) fillUse(ctx context.Context, l *Link) error {
	if l.Key == "" {
		return nil
	}
	uses, err := c.lookup.Uses(ctx, ByAccessKey, []string{l.Key})
	if err != nil {
		return err
	}
	if len(uses) > 0 {
		l.setUse(uses[0])
	}
	return nil
}
