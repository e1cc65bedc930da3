package tui

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/table"
)

// looker is a screen that knows itself what L looks up there; of other screens it is the
// resource under the cursor.
type looker interface{ looks() (lookMsg, can) }

// lookMsg asks what looking resources up in AWS would take, and then for leave to do it.
// Nothing else in the workbench asks AWS.
type lookMsg struct {
	keys    []string // of rows of the list of resources, or what else names them
	posture bool     // what the posture checks need, instead
}

// looksOf is what L looks up on a screen.
func looksOf(s screen) (lookMsg, can) {
	if l, ok := s.(looker); ok {
		return l.looks()
	}
	return looksUnder(s.subject())
}

// looksUnder is the resource that a subject names.
func looksUnder(sub subject) (lookMsg, can) {
	if name := resourceUnder(sub); name != "" {
		return lookMsg{keys: []string{name}}, yes()
	}
	return lookMsg{}, notNow("no resource is under the cursor")
}

// resourceUnder names the resource that a subject is, or that its row names; "" for none.
// Users and roles are resources, too.
func resourceUnder(sub subject) string {
	switch {
	case sub.ref.Kind == analysis.RefResource && sub.ref.ID != "":
		return sub.ref.ID
	case sub.value == "":
	case sub.entity == analysis.EntityResource:
		return firstResource(sub.value)
	case sub.entity == analysis.EntityPrincipal && iamEntity(sub.value):
		return sub.value
	}
	for _, column := range []string{"resource_arn", "resource", "resource_id"} {
		if v, _ := sub.row[column].(string); v != "" {
			return firstResource(v)
		}
	}
	return ""
}

// iamEntity reports whether a principal is a user or a role of IAM, which can be looked up.
func iamEntity(arn string) bool {
	return principalARN(arn) && !strings.HasSuffix(arn, ":root")
}

// looks is what L looks up of a list: of resources the selected ones, else the one under
// the cursor; of other lists the resource that it names.
func (s *listScreen) looks() (lookMsg, can) {
	if sel := s.table.Selection(); s.list.Of == analysis.ListResources && len(sel.Keys) > 0 {
		return lookKeys(slices.Clone(sel.Keys))
	}
	return looksUnder(s.subject())
}

// looks is what L looks up of a page: the resource, the user or role; else the resource
// that the cursor is on.
func (s *pageScreen) looks() (lookMsg, can) {
	switch {
	case s.spec.screen == screenResource:
		return lookKeys([]string{s.facts.key})
	case iamEntity(s.id):
		return lookKeys([]string{s.id})
	}
	return looksUnder(s.focused().subject())
}

// looks is what L looks up of an event: the resource under the cursor, else all that it
// names.
func (s *eventScreen) looks() (lookMsg, can) {
	if sub := s.subject(); sub.entity == analysis.EntityResource || sub.entity == analysis.EntityPrincipal && iamEntity(sub.value) {
		return looksUnder(sub)
	}
	var keys []string
	for _, r := range s.record.Resources {
		keys = append(keys, analysis.Resource{Type: r.Type, ID: r.ID, ARN: r.ARN}.Name())
	}
	return lookKeys(keys)
}

// looks is what L looks up of a finding: the resource under the cursor of its panes; of the
// finding as a whole, all resources that it names.
func (s *findingScreen) looks() (lookMsg, can) {
	if s.focused() != pane(s.words) {
		return looksUnder(s.subject())
	}
	var keys []string
	for _, x := range s.detail.Finding.Entities {
		if x.Kind == analysis.EntityResource && !accountID(x.Value) {
			keys = append(keys, x.Value)
		}
	}
	return lookKeys(keys)
}

// lookKeys is what L looks up where several resources are named.
func lookKeys(keys []string) (lookMsg, can) {
	if len(keys) == 0 {
		return lookMsg{}, notNow("no resource is named here")
	}
	slices.Sort(keys)
	return lookMsg{keys: slices.Compact(keys)}, yes()
}

// askLook asks for leave to look something up.
func (m *Model) askLook() tea.Cmd {
	msg, c := looksOf(m.screen())
	switch {
	case !c.ok:
		if c.reason != "" {
			m.say(m.keys.key(actLive) + ": " + c.reason)
		}
		return nil
	case m.job != nil:
		m.say("the " + m.job.Kind.noun() + " is still running; ctrl+c stops it")
		return nil
	}
	m.show(&lookDialog{e: m.env, asks: msg})
	return nil
}

// lookDialog says how many calls a look would take, of whom, as whom, and that CloudTrail
// will show them. Enter makes them; before it is known what they are, it does nothing.
type lookDialog struct {
	e     *env
	asks  lookMsg
	plan  LookPlan
	known bool
	err   error
	work  task
}

func (d *lookDialog) heading() string        { return "Look up in AWS" }
func (d *lookDialog) typing() bool           { return false }
func (d *lookDialog) paste(string) tea.Cmd   { return nil }
func (d *lookDialog) close()                 { d.work.stop(d.e) }
func (d *lookDialog) click(_, _ int) tea.Cmd { return nil }

func (d *lookDialog) init() tea.Cmd {
	b, asks := d.e.backend, d.asks
	type answer struct {
		keys []string
		plan LookPlan
	}
	return start(d.e, &d.work, "counting the calls", func(ctx context.Context) (a answer, err error) {
		for _, name := range asks.keys {
			key, err := rowKey(ctx, b, name)
			if err != nil {
				return a, err
			}
			a.keys = append(a.keys, key)
		}
		a.plan, err = b.PlanLook(ctx, a.keys, asks.posture)
		return a, err
	}, func(a answer, err error) tea.Cmd {
		d.plan, d.err, d.known = a.plan, err, true
		d.asks.keys = a.keys
		return nil
	})
}

// rowKey is the key of the row of a resource that something else names: an event has of
// some only the id. What the list does not have is left as it is.
func rowKey(ctx context.Context, b Backend, name string) (string, error) {
	f, err := lookResource(ctx, pageQuery{b: b, id: name})
	if errors.Is(err, analysis.ErrNotFound) {
		return name, nil
	}
	return f.key, err
}

// ready reports whether the calls can be made.
func (d *lookDialog) ready() bool {
	return d.known && d.err == nil && d.plan.Problem == "" && d.plan.Calls > 0
}

func (d *lookDialog) key(k tea.KeyPressMsg) tea.Cmd {
	switch keyName(k) {
	case "enter":
		switch {
		case d.ready():
			d.e.closeDialog()
			d.e.post(jobMsg{Job{Kind: JobLook, Keys: d.asks.keys}})
		case d.known:
			d.e.closeDialog()
		}
	case "n", "q":
		d.e.closeDialog()
	}
	return nil
}

func (d *lookDialog) body(w, _ int) []string {
	st := d.e.styles
	width := min(w, 76)
	if !d.known {
		return []string{st.Muted.Render("counting the calls"), "", st.Key.Render("esc") + " no"}
	}
	if d.err != nil {
		return append(d.trouble(sentence(d.err), width), "", st.Key.Render("enter")+" closes")
	}
	var lines []string
	add := func(text string) { lines = append(lines, wrap(analysis.Clean(text), width)...) }
	add(d.plan.words(d.asks.posture))
	if d.plan.Calls > 0 {
		if accounts := d.plan.Accounts; len(accounts) > 1 {
			add("accounts: " + some(accounts, 4))
		}
		lines = append(lines, st.Live.Render("CloudTrail will show them."))
	}
	if unknown := d.plan.Unknown; len(unknown) > 0 {
		add("Cannot be looked up: " + some(unknown, 6) + ".")
	}
	if d.plan.Problem != "" {
		lines = append(append(lines, ""), d.trouble(analysis.Clean(d.plan.Problem), width)...)
	}
	if !d.ready() {
		return append(lines, "", st.Key.Render("enter")+" closes")
	}
	return append(lines, "", st.Key.Render("enter")+" asks AWS   "+st.Key.Render("esc")+" no")
}

// trouble is why nothing can be looked up.
func (d *lookDialog) trouble(text string, w int) []string {
	st := d.e.styles
	lines := indent(wrap(text, w-2), "  ")
	if len(lines) > 0 {
		lines[0] = st.Glyphs.Warn + lines[0][1:]
	}
	for i := range lines {
		lines[i] = st.Error.Render(lines[i])
	}
	return lines
}

// notLooked stands where nobody looked a resource up.
const notLooked = "–"

// liveCell says of a resource of the list what is known of now: whether it fails posture
// checks, what the last look came to, and how old that is.
func (e *env) liveCell(row map[string]any) string {
	live, _ := row["live"].(string)
	failing, _ := row["failing"].(int64)
	text := cmp.Or(live, notLooked)
	if failing > 0 && live != string(analysis.SnapshotGone) {
		text = e.styles.Glyphs.Warn + " " + comma(failing) + " FAIL"
		if live == "" {
			return text + ", logs"
		}
	}
	if at, ok := row["looked_at"].(time.Time); ok && live != "" {
		text += " " + e.ago(at)
	}
	return text
}

// liveTone is how what is known of now is shown.
func liveTone(text string) table.Tone {
	switch word, _, _ := strings.Cut(text, " "); word {
	case notLooked:
		return table.Muted
	case string(analysis.SnapshotFound), string(analysis.SnapshotGone):
		return table.Live
	}
	return table.Failed
}

// words say what a look would take.
func (p LookPlan) words(posture bool) string {
	what := plural(int64(p.Resources), "resource")
	if posture {
		what += " that the posture checks need"
	}
	if p.Calls == 0 {
		return what + " · no call that would look them up"
	}
	text := what + " · about " + plural(int64(p.Calls), "read-only AWS call")
	if p.As != "" {
		text += " as " + shortName(p.As)
	}
	switch n := len(p.Accounts); {
	case n == 1:
		text += " in account " + p.Accounts[0]
	case n > 1:
		text += " in " + plural(int64(n), "account")
	}
	return text
}

// some are the first n of words, and how many more there are.
func some(words []string, n int) string {
	if len(words) <= n {
		return strings.Join(words, ", ")
	}
	return fmt.Sprintf("%s and %s more", strings.Join(words[:n], ", "), comma(int64(len(words)-n)))
}
