package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/export"
	"github.com/trailbench/trailbench/analysis/session"
	"github.com/trailbench/trailbench/analysis/store"
)

func newChainCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "chain KEY",
		Short:   "Show where a credential came from and what was made with it",
		GroupID: groupAsk,
		Long: "Show the lineage of an access key as a tree: from the first identity known down to the key, and every credential " +
			"that was made with it. What is inferred and not said by a record is marked, with the reason.",
		Example: `trailbench chain AKIAYIYWPU47XEXAMPLE
trailbench chain ASIATQOYQKOGVEXAMPLE --json
trailbench chain AKIAYIYWPU47XEXAMPLE --format csv`,
		Args:              needArgs(1, 1, "one access KEY"),
		ValidArgsFunction: a.completeArg("access_key_id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runChain(cmd.Context(), a, args[0])
		},
	}
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runChain(ctx context.Context, a *app, key string) error {
	return a.read(ctx, func(r *store.Reader) error {
		tree, err := session.Chain(ctx, lineage{a, r}, key)
		if err != nil {
			return err
		}
		switch {
		case a.format() == "json" && len(a.flags.fields) == 0:
			err = a.printChainJSON(tree)
		case a.format() == "table" && len(a.flags.fields) == 0:
			err = a.drawChain(tree)
		default:
			err = a.print(chainRows(tree))
		}
		if err == nil && tree.Cut != "" {
			a.say("the tree is not whole: %s", tree.Cut)
		}
		return err
	})
}

// chainLink is a link as JSON and rows have it; the names are documented and only grow.
type chainLink struct {
	Key        string      `json:"key,omitempty"`
	Identity   string      `json:"identity,omitempty"`
	Asked      bool        `json:"asked,omitempty"`
	IssuedAt   *time.Time  `json:"issued_at,omitempty"`
	Operation  string      `json:"operation,omitempty"`
	AccountID  string      `json:"account_id,omitempty"`
	Region     string      `json:"region,omitempty"`
	SourceIP   string      `json:"source_ip,omitempty"`
	EventIDs   []string    `json:"event_ids,omitempty"`
	ExpiresAt  *time.Time  `json:"expires_at,omitempty"`
	Events     int64       `json:"events"`
	First      *time.Time  `json:"first_seen,omitempty"`
	Last       *time.Time  `json:"last_seen,omitempty"`
	Proof      string      `json:"proof,omitempty"`
	Proven     bool        `json:"proven"`
	Reason     string      `json:"reason,omitempty"`
	Children   []chainLink `json:"children,omitempty"`
	descendant int
}

func newChainLink(l *session.Link, depth int) chainLink {
	c := chainLink{
		Key: l.Key, Identity: l.Identity, Asked: l.Asked, Proof: string(l.Proof), Proven: l.Proof == "" || l.Proof.Proven(),
		Reason: l.Reason, descendant: depth,
	}
	at := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		t = t.UTC()
		return &t
	}
	for i, row := range l.Rows {
		c.EventIDs = append(c.EventIDs, row.EventID)
		if i > 0 {
			continue
		}
		c.IssuedAt, c.Operation, c.AccountID, c.Region, c.SourceIP = at(row.Time), row.Operation, row.AccountID, row.Region, row.SourceIP
		if row.ExpiresAt != 0 {
			c.ExpiresAt = at(time.UnixMicro(row.ExpiresAt))
		}
	}
	if l.Use != nil {
		c.Events, c.First, c.Last = l.Use.Events, at(l.Use.First), at(l.Use.Last)
	}
	for _, child := range l.Children {
		c.Children = append(c.Children, newChainLink(child, depth+1))
	}
	return c
}

func (a *app) printChainJSON(tree *session.Tree) error {
	text, err := json.Marshal(newChainLink(tree.Root, 0))
	if err != nil {
		return err
	}
	w := bufio.NewWriter(a.out)
	if _, err := w.Write(append(export.AppendVisible(nil, string(text)), '\n')); err != nil {
		return err
	}
	return w.Flush()
}

// chainRows is the tree as rows, each link behind the one it came from.
func chainRows(tree *session.Tree) *list {
	column := func(name string, kind store.Kind) store.Column { return store.Column{Name: name, Kind: kind} }
	all := newList(column("depth", store.Number), column("key", store.Text), column("parent_key", store.Text), column("identity", store.Text),
		column("operation", store.Text), column("issued_at", store.Time), column("account_id", store.Text), column("region", store.Text),
		column("source_ip", store.Text), column("events", store.Number), column("first_seen", store.Time), column("last_seen", store.Time),
		column("proven", store.Bool), column("reason", store.Text), column("event_id", store.Text))
	when := func(t *time.Time) any {
		if t == nil {
			return nil
		}
		return *t
	}
	text := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	var add func(c chainLink, parent string)
	add = func(c chainLink, parent string) {
		all.add(int64(c.descendant), text(c.Key), text(parent), text(c.Identity), text(c.Operation), when(c.IssuedAt), text(c.AccountID),
			text(c.Region), text(c.SourceIP), c.Events, when(c.First), when(c.Last), c.Proven, text(c.Reason), text(strings.Join(c.EventIDs, ",")))
		for _, child := range c.Children {
			add(child, c.Key)
		}
	}
	add(newChainLink(tree.Root, 0), "")
	return all
}

// drawChain prints the tree with branches.
func (a *app) drawChain(tree *session.Tree) error {
	w := bufio.NewWriter(a.out)
	a.drawLink(w, newChainLink(tree.Root, 0), "", "")
	return w.Flush()
}

func (a *app) drawLink(w io.Writer, c chainLink, first, rest string) {
	p := a.paint(a.out)
	tee, bend, bar := "├─ ", "└─ ", "│  "
	if p.ascii {
		tee, bend, bar = "|- ", "`- ", "|  "
	}
	name := shortARN(c.Identity)
	if name == "" {
		name = "(unknown identity)"
	}
	line := analysis.Clean(name)
	if c.Key != "" {
		line += "  " + analysis.Clean(c.Key)
	}
	if c.Asked {
		line = p.as(styleHead, line+"  <-")
	}
	fmt.Fprintf(w, "%s%s\n", first, line)
	detail := rest
	if len(c.Children) > 0 {
		detail += bar
	} else {
		detail += "   "
	}
	var facts []string
	if c.IssuedAt != nil {
		facts = append(facts, c.Operation+" "+c.IssuedAt.In(a.zone()).Format("2006-01-02 15:04:05 MST"))
		if c.SourceIP != "" {
			facts = append(facts, "from "+c.SourceIP)
		}
		facts = append(facts, c.AccountID+" "+c.Region)
	}
	if c.Events > 0 {
		facts = append(facts, humanize.Comma(c.Events)+" events "+a.span(*c.First, *c.Last))
	} else {
		facts = append(facts, "no events of its own")
	}
	fmt.Fprintf(w, "%s%s\n", detail, p.as(styleFaint, analysis.Clean(strings.Join(facts, ", "))))
	if c.Reason != "" {
		mark := ""
		style := styleFaint
		if !c.Proven {
			mark, style = "inferred: ", styleWarn
		}
		fmt.Fprintf(w, "%s%s\n", detail, p.as(style, mark+analysis.Clean(c.Reason)))
	}
	for i, child := range c.Children {
		if i == len(c.Children)-1 {
			a.drawLink(w, child, rest+bend, rest+"   ")
		} else {
			a.drawLink(w, child, rest+tee, rest+bar)
		}
	}
}
