package session

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// down adds everything made with a credential, level by level, so that a wide tree
// needs a few questions a level and not a few a key.
func (c *chain) down(ctx context.Context, top *Link) error {
	level := []*Link{top}
	for depth := 0; len(level) > 0; depth++ {
		if depth == maxDepth {
			c.cut(fmt.Sprintf("more than %d credentials below the one asked for", maxDepth))
			return nil
		}
		before := c.links
		var next []*Link
		for _, step := range []func(context.Context, []*Link) ([]*Link, error){c.issued, c.signIns, c.consoleKeys} {
			links, err := step(ctx, level)
			if err != nil {
				return err
			}
			next = append(next, links...)
		}
		if err := c.uses(ctx, next); err != nil {
			return err
		}
		for _, l := range level {
			slices.SortStableFunc(l.Children, func(a, b *Link) int { return cmp.Or(a.when().Compare(b.when()), cmp.Compare(a.Key, b.Key)) })
		}
		if c.links == before {
			return nil
		}
		level = next
	}
	return nil
}

// issued adds what the keys of a level issued: proven by the records.
func (c *chain) issued(ctx context.Context, level []*Link) ([]*Link, error) {
	byKey := map[string]*Link{}
	for _, l := range level {
		if l.Key != "" {
			byKey[l.Key] = l
		}
	}
	rows, err := c.sessions(ctx, ByParentKey, byKey)
	if err != nil {
		return nil, err
	}
	if rows, err = c.withCopies(ctx, rows); err != nil {
		return nil, err
	}
	var next []*Link
	for _, call := range calls(rows) {
		link := newLink(call)
		parent := byKey[link.Rows[0].ParentKey]
		if parent == nil {
			continue
		}
		if c.placed(link.Rows) {
			if !c.events[link.Rows[0].EventID] {
				c.cut(fmt.Sprintf("key %s was issued more than once", link.Key))
			}
			continue
		}
		if !c.hang(parent, link) {
			return next, nil
		}
		link.Proof, link.Reason = ProofIssuedKey, fmt.Sprintf("%s was called with it", link.Rows[0].Operation)
		if link.Key != "" && link.Rows[0].IssuedKey == "" {
			link.Proof = ProofSharedEvent
			link.Reason = fmt.Sprintf("the copy of %s that account %s logged names the issued key", link.Rows[0].Operation, link.issuedIn())
		}
		next = append(next, link)
	}
	return next, nil
}

// issuedIn is the account whose copy of the call names the issued key.
func (l *Link) issuedIn() string {
	for _, r := range l.Rows {
		if r.IssuedKey != "" {
			return r.AccountID
		}
	}
	return ""
}

// signIns adds the console sign-ins of a level's sessions that name no key: a role or
// federated user who signed in while the session lasted.
func (c *chain) signIns(ctx context.Context, level []*Link) ([]*Link, error) {
	byARN := map[string]*Link{}
	for _, l := range level {
		if l.Key != "" && len(l.Rows) > 0 && isSession(l.Identity) {
			byARN[l.Identity] = l
		}
	}
	rows, err := c.sessions(ctx, BySessionARN, byARN)
	if err != nil {
		return nil, err
	}
	var next []*Link
	for _, r := range rows {
		if r.ParentKey != "" || r.IssuedKey != "" || c.placed([]Row{r}) {
			continue
		}
		// Of several sessions of one name it belongs to the last before it.
		var last *Row
		for i := range rows {
			if s := &rows[i]; s.SessionARN == r.SessionARN && s.IssuedKey != "" && s.covers(r.Time, longestSession) && (last == nil || s.Time.After(last.Time)) {
				last = s
			}
		}
		parent := byARN[r.SessionARN]
		if last == nil || parent == nil || last.IssuedKey != parent.Key {
			continue
		}
		link := newLink([]Row{r})
		if !c.hang(parent, link) {
			return next, nil
		}
		link.Proof = ProofSessionName
		link.Reason = fmt.Sprintf("%s by the session that %s issued before", r.Operation, last.Operation)
		next = append(next, link)
	}
	return next, nil
}

// consoleKeys adds the keys that came out of a level's sign-ins: no record issues
// them, but they carry the sign-in session, or begin at its time.
func (c *chain) consoleKeys(ctx context.Context, level []*Link) ([]*Link, error) {
	signIns := map[string][]*Link{}
	for _, l := range level {
		if l.Key == "" && len(l.Rows) > 0 && l.Identity != "" {
			signIns[l.Identity] = append(signIns[l.Identity], l)
		}
	}
	if len(signIns) == 0 {
		return nil, nil
	}
	uses, err := c.lookup.Uses(ctx, ByIdentityARN, keysOf(signIns))
	if err != nil {
		return nil, err
	}
	var keys []string
	for _, u := range uses {
		if u.Key != "" {
			keys = append(keys, u.Key)
		}
	}
	issued := map[string]bool{} // these have records, and their place by them
	if len(keys) > 0 {
		rows, err := c.lookup.Sessions(ctx, ByIssuedKey, keys)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			issued[r.IssuedKey] = true
		}
	}
	slices.SortFunc(uses, func(a, b Use) int { return cmp.Or(a.First.Compare(b.First), cmp.Compare(a.Key, b.Key)) })
	var next []*Link
	for _, u := range uses {
		if u.Key == "" || issued[u.Key] || c.keys[u.Key] {
			continue
		}
		for _, l := range signIns[u.IdentityARN] {
			proof, reason := cameFrom(u, l.Rows[0])
			if proof == "" {
				continue
			}
			link := &Link{Key: u.Key, Proof: proof, Reason: reason}
			link.setUse(u)
			if !c.hang(l, link) {
				return next, nil
			}
			next = append(next, link)
			break
		}
	}
	return next, nil
}

// cameFrom says what ties a key to a sign-in, "" when nothing does.
func cameFrom(u Use, signIn Row) (Proof, string) {
	if u.SignInSession != "" && u.SignInSession == signIn.SignInSession {
		return ProofSignInSession, "its events carry the sign-in session of " + signIn.Operation
	}
	if d := signIn.Time.Sub(u.Created); !u.Created.IsZero() && d.Abs() <= sameMoment {
		return ProofCreationTime, "its events give the time of " + signIn.Operation + " as the session's beginning"
	}
	return "", ""
}

// hang adds a link below another; false when the tree is full.
func (c *chain) hang(parent, link *Link) bool {
	if c.links >= maxLinks {
		c.cut(fmt.Sprintf("more than %d credentials", maxLinks))
		return false
	}
	c.place(link)
	parent.Children = append(parent.Children, link)
	return true
}

// uses fills in what the keys of new links did.
func (c *chain) uses(ctx context.Context, links []*Link) error {
	byKey := map[string]*Link{}
	for _, l := range links {
		if l.Key != "" && l.Use == nil {
			byKey[l.Key] = l
		}
	}
	if len(byKey) == 0 {
		return nil
	}
	uses, err := c.lookup.Uses(ctx, ByAccessKey, keysOf(byKey))
	if err != nil {
		return err
	}
	for _, u := range uses {
		if l := byKey[u.Key]; l != nil {
			l.setUse(u)
		}
	}
	return nil
}

// sessions asks for the rows of the map's keys, in the order of time.
func (c *chain) sessions(ctx context.Context, by Field, of map[string]*Link) ([]Row, error) {
	if len(of) == 0 {
		return nil, nil
	}
	rows, err := c.lookup.Sessions(ctx, by, keysOf(of))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b Row) int { return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.EventID, b.EventID)) })
	return rows, nil
}

// calls puts the copies of one call together.
func calls(rows []Row) [][]Row {
	var groups [][]Row
	at := map[string]int{}
	for _, r := range rows {
		names := []string{"event " + r.EventID}
		if r.SharedEventID != "" {
			names = append(names, "shared "+r.SharedEventID)
		}
		if r.IssuedKey != "" {
			names = append(names, "key "+r.IssuedKey)
		}
		group := -1
		for _, name := range names {
			if i, ok := at[name]; ok {
				group = i
				break
			}
		}
		if group < 0 {
			group = len(groups)
			groups = append(groups, nil)
		}
		groups[group] = append(groups[group], r)
		for _, name := range names {
			at[name] = group
		}
	}
	return groups
}
