package tui

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/jsondoc"
	"github.com/trailbench/trailbench/tui/diff"
	"github.com/trailbench/trailbench/tui/jsontree"
	"github.com/trailbench/trailbench/tui/table"
)

// nowPanel is what AWS said of a resource when somebody looked: its parts as a tree, and
// what the posture checks say of it. J and K go to other looks, and D shows in what one
// differs from the look before it.
type nowPanel struct {
	page    *pageScreen
	history *pageTable
	change  *changePanel

	got  nowAnswer
	done bool
	err  error
	work task

	at        int // the look that is shown; 0 is the latest
	head      int // lines above the tree, as last drawn
	begun     bool
	tree      *jsontree.Tree
	kept      *jsontree.State // where the cursor goes in the first look
	diff      *diff.Diff
	comparing bool
}

// nowAnswer is what the case has of a resource beside its events.
type nowAnswer struct {
	then   analysis.ThenNow
	looks  []analysis.Snapshot      // the latest first
	checks []analysis.PostureResult // of it, those that fail
}

func newNowPanel(s *pageScreen, history *pageTable, change *changePanel) *nowPanel {
	p := &nowPanel{page: s, history: history, change: change, tree: jsontree.New(s.styles), diff: diff.New(s.styles)}
	change.now = p
	history.press = func(r pageRow) bool {
		switch {
		case !r.now:
			return false
		case len(p.got.looks) == 0:
			s.perform(actLive)
		default:
			s.at = slices.IndexFunc(s.all, func(x namedPane) bool { return x.pane == pane(p) })
		}
		return true
	}
	return p
}

func (p *nowPanel) name() panelName                       { return "now" }
func (p *nowPanel) title() string                         { return "Now" }
func (p *nowPanel) loaded() bool                          { return p.done }
func (p *nowPanel) update(tea.Msg) tea.Cmd                { return nil }
func (p *nowPanel) refs() []analysis.Ref                  { return nil }
func (p *nowPanel) marked(map[analysis.Ref]analysis.Mark) {}
func (p *nowPanel) close()                                { p.work.stop(p.page.env) }

func (p *nowPanel) reset() {
	p.got, p.done, p.err, p.at, p.comparing, p.begun = nowAnswer{}, false, nil, 0, false, false
	p.settle()
}

func (p *nowPanel) state() any {
	if p.kept != nil {
		return *p.kept
	}
	return p.tree.State()
}

func (p *nowPanel) restore(state json.RawMessage) {
	var kept jsontree.State
	if json.Unmarshal(state, &kept) == nil {
		p.kept = &kept
	}
}

func (p *nowPanel) init() tea.Cmd {
	p.err = nil
	q := p.page.query()
	return start(p.page.env, &p.work, "looking for looks at it", func(ctx context.Context) (a nowAnswer, err error) {
		name := q.resourceName()
		if a.looks, err = q.b.Snapshots(ctx, name); err != nil {
			return a, err
		}
		if a.then, err = q.b.ThenNow(ctx, name); err != nil {
			return a, err
		}
		report, err := q.b.Posture(ctx)
		for _, r := range report.Results {
			if r.Status == analysis.PostureFail && q.facts.is(r.Resource, a.then.Resource) {
				a.checks = append(a.checks, r)
			}
		}
		return a, err
	}, func(a nowAnswer, err error) tea.Cmd {
		p.err, p.done = err, true
		if err == nil {
			p.show(a)
		}
		return nil
	})
}

// is reports whether a resource is the one that a page is about, or the one that was
// looked up for it.
func (f pageFacts) is(r, looked analysis.Resource) bool {
	for _, mine := range []analysis.Resource{
		{Type: f.text("resource_type"), ID: f.text("resource_id"), ARN: f.text("resource_arn"), AccountID: f.text("account_id")}, looked,
	} {
		switch {
		case mine.ID == "" && mine.ARN == "":
		case mine.ARN != "" && r.ARN != "":
			if mine.ARN == r.ARN {
				return true
			}
		case mine.Type == r.Type && mine.ID == r.ID && (mine.AccountID == r.AccountID || mine.AccountID == ""):
			return true
		}
	}
	return false
}

// show shows what the case has.
func (p *nowPanel) show(a nowAnswer) {
	p.got, p.at, p.comparing = a, 0, false
	p.settle()
	p.history.renow(p.row())
	p.change.follow()
}

// settle shows the look that was chosen.
func (p *nowPanel) settle() {
	s, ok := p.look()
	if !ok || s.Status != analysis.SnapshotFound {
		_ = p.tree.SetText("{}")
		return
	}
	_ = p.tree.SetText(s.Config) // what is no JSON is shown as lines
	switch {
	case p.kept != nil:
		p.tree.SetState(*p.kept)
		p.kept = nil
	case !p.begun: // first its parts, folded: what is in one is a key away
		p.tree.SetState(jsontree.State{Folded: membersOf(s.Config)})
	}
	p.begun = true
	if p.at+1 < len(p.got.looks) {
		p.diff.SetDocuments(p.got.looks[p.at+1].Config, s.Config)
	} else {
		p.comparing = false
	}
}

// membersOf are the members of a JSON object.
func membersOf(text string) []jsondoc.Path {
	doc, err := jsondoc.Parse(text)
	if err != nil {
		return nil
	}
	var all []jsondoc.Path
	for _, m := range doc.Members {
		all = append(all, jsondoc.Path("").Key(m.Name))
	}
	return all
}

// look is the one that is shown.
func (p *nowPanel) look() (analysis.Snapshot, bool) {
	if p.at < len(p.got.looks) {
		return p.got.looks[p.at], true
	}
	return analysis.Snapshot{}, false
}

// older shows the look before, or with a negative number the one behind.
func (p *nowPanel) older(by int) {
	to := p.at + by
	switch {
	case to < 0:
		p.page.say("this is the latest look")
	case to >= len(p.got.looks):
		p.page.say("nobody looked before this")
	default:
		p.at = to
		p.settle()
	}
}

func (p *nowPanel) canCompare() can {
	switch {
	case len(p.got.looks) < 2:
		return notNow("there are no two looks at it to compare")
	case p.at+1 >= len(p.got.looks):
		return notNow("this is the first look; J and K choose another")
	}
	return yes()
}

// compare shows in what the look differs from the one before it, or the look again.
func (p *nowPanel) compare() {
	p.comparing = !p.comparing
	p.page.at = slices.IndexFunc(p.page.all, func(x namedPane) bool { return x.pane == pane(p) })
}

// row is how it is now as a row of the history.
func (p *nowPanel) row() pageRow {
	r := pageRow{key: nowRow, now: true, values: map[string]any{"operation": "now: " + p.verdictWord()}}
	if len(p.got.looks) > 0 {
		r.values["event_time"], r.values["principal_arn"] = p.got.looks[0].At, p.got.looks[0].Caller
	}
	return r
}

// renow shows another row for how it is now.
func (p *pageTable) renow(r pageRow) {
	if len(p.got.rows) == 0 || !p.got.rows[0].now {
		return
	}
	p.got.rows[0] = r
	p.table.Redraw(func(i int) (table.Row, bool) {
		if i >= p.n {
			return table.Row{}, false
		}
		return p.drawn(i), true
	})
}

// subject is the value under the cursor, so that what AWS said leads on as events do.
func (p *nowPanel) subject() subject {
	sub := subject{of: analysis.ListEvents, row: p.page.facts.values}
	s, ok := p.look()
	if !ok {
		return sub
	}
	sub.json = s.Config
	if u, ok := p.tree.Under(); ok && u.Kind != jsondoc.Object && u.Kind != jsondoc.Array {
		sub.value = u.Value
		sub.entity, sub.column = valueFacts("", u.Value, nil)
		sub.field = columnFacts(sub.column).field
		sub.text = u.Value
	}
	return sub
}

func (p *nowPanel) can(a action) can {
	switch a {
	case actUp, actDown, actFirst, actLast, actHalfDown, actHalfUp, actPageDown, actPageUp, actLeft, actRight:
		return yes()
	case actEnter:
		return yes()
	case actEscape:
		if p.comparing {
			return yes()
		}
	}
	return no()
}

func (p *nowPanel) act(a action) tea.Cmd {
	switch {
	case a == actEscape:
		p.comparing = false
	case a == actEnter && len(p.got.looks) == 0:
		p.page.perform(actLive)
	case p.comparing:
		switch a {
		case actLeft, actRight:
			p.diff.SetWhole(a == actRight)
		case actFirst:
			p.diff.First()
		case actLast:
			p.diff.Last()
		default:
			p.diff.Scroll(linesOf(a, 10))
		}
	case a == actEnter:
		if !p.tree.Toggle() {
			p.page.perform(actPivot)
		}
	default:
		moveTree(p.tree, a)
	}
	return nil
}

func (p *nowPanel) mouse(msg bodyMouseMsg) tea.Cmd {
	by := wheel(msg)
	switch {
	case by != 0 && p.comparing:
		p.diff.Scroll(by)
	case by != 0:
		p.tree.Scroll(by)
	case msg.kind == mouseClick && !p.comparing:
		p.tree.Click(msg.y - 1 - p.head)
		p.page.clicked(msg)
	}
	return nil
}

// text is the look as text, for a pager.
func (p *nowPanel) text() string {
	s, ok := p.look()
	if !ok {
		return "Now: nobody has looked it up\n"
	}
	return fmt.Sprintf("Now: %s\n%s\n%s\n", p.verdictWord(), p.page.lookWords(s), strings.TrimSpace(jsondoc.Indent(s.Config)))
}
