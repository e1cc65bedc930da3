package tui

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
)

// takeMsg carries out an action on what the cursor of the screen is on: the same code for
// every screen.
type takeMsg struct{ action action }

// starMsg stars what references name, or takes the stars away where all of it has one.
type starMsg struct{ refs []analysis.Ref }

// take carries out an action on the subject of the screen.
func (m *Model) take(a action) tea.Cmd {
	s := m.screen()
	if s == nil {
		return nil
	}
	sub := s.subject()
	switch a {
	case actPivot:
		return m.pivotMenu()
	case actStar:
		return m.star(sub)
	case actAnnotate:
		m.annotateMenu(sub)
	case actCopy:
		return m.copyMenu(sub)
	case actExport:
		m.exportMenu(sub)
	case actOpenWith:
		m.openMenu(sub)
	case actToSQL:
		return m.toSQL(sub)
	case actSaveView:
		m.saveViewPrompt(sub)
	}
	return nil
}

// refs are what an annotation is for: the selected rows, else the row under the cursor.
func (s subject) refs() []analysis.Ref {
	if len(s.chosen) > 0 {
		return s.chosen
	}
	if s.ref.ID == "" {
		return nil
	}
	return []analysis.Ref{s.ref}
}

// star stars what the subject is, or takes the star away where all of it has one.
func (m *Model) star(sub subject) tea.Cmd {
	return m.changeMarks(sub.refs(), "star", func(marks []analysis.Mark) {
		all := true
		for _, mark := range marks {
			all = all && mark.Starred
		}
		for i := range marks {
			marks[i].Starred = !all
		}
	})
}

// changeMarks reads the marks of refs, changes them and stores them. It can be undone.
func (m *Model) changeMarks(refs []analysis.Ref, what string, change func([]analysis.Mark)) tea.Cmd {
	if len(refs) == 0 {
		m.say("nothing under the cursor can be marked")
		return nil
	}
	b, author, now := m.backend, m.author, m.now()
	type changed struct{ before, after []analysis.Mark }
	t := new(task)
	return start(m.env, t, "", func(ctx context.Context) (changed, error) {
		have, err := b.Marks(ctx, refs)
		if err != nil {
			return changed{}, err
		}
		after := make([]analysis.Mark, len(refs))
		for i, ref := range refs {
			after[i] = have[ref]
			after[i].Ref, after[i].Author, after[i].At = ref, author, now
		}
		change(after)
		before, err := b.SetMarks(ctx, after)
		return changed{before, after}, err
	}, func(c changed, err error) tea.Cmd {
		if err != nil {
			m.complain(err)
			return nil
		}
		set := func(marks []analysis.Mark) func() tea.Cmd {
			return func() tea.Cmd {
				return start(m.env, new(task), "", func(ctx context.Context) ([]analysis.Mark, error) { return b.SetMarks(ctx, marks) }, func(_ []analysis.Mark, err error) tea.Cmd {
					if err != nil {
						m.complain(err)
					}
					m.post(marksChangedMsg{})
					return nil
				})
			}
		}
		m.did(undoable{what: what, back: set(c.before), do: set(c.after)})
		words := what + ": " + plural(int64(len(refs)), "thing")
		if len(c.after) == 1 {
			words = map[bool]string{true: "starred", false: "no star any more"}[c.after[0].Starred]
			if what != "star" {
				words = what + " kept"
			}
		}
		m.say(words + " · u takes it back")
		m.post(marksChangedMsg{})
		return nil
	})
}

// annotateMenu asks what to write down about the subject.
func (m *Model) annotateMenu(sub subject) {
	refs := sub.refs()
	if len(refs) == 0 {
		m.say("nothing under the cursor can be annotated")
		return
	}
	findings := refs[0].Kind == analysis.RefFinding
	verdict := item{key: "v", label: "verdict", do: func() tea.Cmd {
		m.verdictMenu(refs)
		return nil
	}}
	if !findings {
		verdict.off = "verdicts are for findings"
	}
	items := []item{
		{key: "n", label: "note", do: func() tea.Cmd {
			m.show(newPrompt(m.env, "Note", "", "kept with your name and the time · enter keeps it · esc does not", func(text string) tea.Cmd {
				return m.changeMarks(refs, "note", func(marks []analysis.Mark) {
					for i := range marks {
						marks[i].Note = strings.TrimSpace(text)
					}
				})
			}))
			return nil
		}},
		{key: "t", label: "tag", do: func() tea.Cmd {
			m.show(newPrompt(m.env, "Tags", "", "words with spaces between; -word takes one away", func(text string) tea.Cmd {
				return m.changeMarks(refs, "tags", func(marks []analysis.Mark) {
					for i := range marks {
						marks[i].Tags = retag(marks[i].Tags, text)
					}
				})
			}))
			return nil
		}},
		verdict,
		{key: "r", label: "add to the report (star)", do: func() tea.Cmd {
			return m.changeMarks(refs, "report", func(marks []analysis.Mark) {
				for i := range marks {
					marks[i].Starred = true
				}
			})
		}},
	}
	title := "Annotate " + plural(int64(len(refs)), "row")
	if len(refs) == 1 {
		title = "Annotate " + analysis.Clean(shortName(refs[0].ID))
	}
	m.show(newMenu(m.env, title, items))
}

// retag adds words to tags and takes those with a "-" away.
func retag(tags []string, text string) []string {
	var all []string
	drop := map[string]bool{}
	for _, w := range strings.Fields(text) {
		if rest, ok := strings.CutPrefix(w, "-"); ok {
			drop[rest] = true
		}
	}
	seen := map[string]bool{}
	for _, t := range append(append([]string{}, tags...), strings.Fields(text)...) {
		if !drop[t] && !seen[t] && !strings.HasPrefix(t, "-") {
			seen[t] = true
			all = append(all, t)
		}
	}
	return all
}

// verdictMenu decides about findings.
func (m *Model) verdictMenu(refs []analysis.Ref) {
	var ids []string
	for _, r := range refs {
		if r.Kind == analysis.RefFinding {
			ids = append(ids, r.ID)
		}
	}
	decide := func(status analysis.FindingStatus) func() tea.Cmd {
		return func() tea.Cmd { return m.decide(ids, status) }
	}
	m.show(newMenu(m.env, "Verdict on "+plural(int64(len(ids)), "finding"), []item{
		{key: "t", label: "true positive: confirmed", do: decide(analysis.FindingConfirmed)},
		{key: "f", label: "false positive", do: decide(analysis.FindingFalsePositive)},
		{key: "r", label: "resolved", do: decide(analysis.FindingResolved)},
		{key: "o", label: "open again", do: decide(analysis.FindingOpen)},
	}))
}

// decide sets the status of findings. It can be undone.
func (m *Model) decide(ids []string, status analysis.FindingStatus) tea.Cmd {
	b := m.backend
	return start(m.env, new(task), "", func(ctx context.Context) (map[string]analysis.FindingStatus, error) {
		return b.Decide(ctx, ids, status, "")
	}, func(before map[string]analysis.FindingStatus, err error) tea.Cmd {
		if err != nil {
			m.complain(err)
			return nil
		}
		m.did(undoable{
			what: "verdict",
			back: func() tea.Cmd {
				return start(m.env, new(task), "", func(ctx context.Context) (bool, error) {
					was := map[analysis.FindingStatus][]string{}
					for id, status := range before {
						was[status] = append(was[status], id)
					}
					for status, ids := range was {
						if _, err := b.Decide(ctx, ids, status, ""); err != nil {
							return false, err
						}
					}
					return true, nil
				}, func(_ bool, err error) tea.Cmd {
					if err != nil {
						m.complain(err)
					}
					m.post(marksChangedMsg{})
					return nil
				})
			},
			do: func() tea.Cmd { return m.decide(ids, status) },
		})
		m.say(plural(int64(len(ids)), "finding") + ": " + string(status) + " · u takes it back")
		m.post(decidedMsg{})
		m.post(marksChangedMsg{})
		return nil
	})
}

// decidedMsg says that a verdict was given: the cursor may move on.
type decidedMsg struct{}

// toSQL opens the list as SQL.
func (m *Model) toSQL(sub subject) tea.Cmd {
	if sub.list.Of == "" {
		m.say("this screen is no list; its lists have SQL")
		return nil
	}
	trail := m.crumbs()
	return m.withSQL(sub.list, func(text string) tea.Cmd {
		m.open(Place{Screen: screenSQL, Trail: trail, List: analysis.List{Of: analysis.ListSQL, SQL: text}})
		return nil
	})
}

// withSQL has a list put into SQL, away from Update: some lists ask the case for it.
func (m *Model) withSQL(l analysis.List, do func(string) tea.Cmd) tea.Cmd {
	b := m.backend
	return start(m.env, new(task), "writing the SQL", func(context.Context) (string, error) { return b.SQL(l) }, func(text string, err error) tea.Cmd {
		if err != nil {
			m.complain(err)
			return nil
		}
		return do(text)
	})
}

// saveViewPrompt gives the list a name.
func (m *Model) saveViewPrompt(sub subject) {
	if sub.list.Of == "" || sub.list.Of == analysis.ListSQL && sub.list.SQL == "" {
		m.say("this screen is no list")
		return
	}
	m.show(newPrompt(m.env, "Save as a view", "", "a name; : finds it again, and trailbench views lists it", func(name string) tea.Cmd {
		v := analysis.SavedView{Name: strings.TrimSpace(name), List: sub.list, Author: m.author, At: m.now()}
		if v.Name == "" {
			m.say("a view needs a name")
			return nil
		}
		return start(m.env, new(task), "", func(ctx context.Context) (bool, error) { return true, m.backend.SaveView(ctx, v) }, func(_ bool, err error) tea.Cmd {
			if err != nil {
				m.complain(err)
			} else {
				m.say("saved; : and its name open it")
				m.post(viewsChangedMsg{})
			}
			return nil
		})
	}))
}

// exportMenu asks for the form of an export, then for the file.
func (m *Model) exportMenu(sub subject) {
	var items []item
	letters := map[string]string{"csv": "c", "jsonl": "j", "parquet": "p", "md": "m", "raw": "r", "timesketch": "t", "timesketch-csv": "k", "ocsf": "o"}
	if sub.list.Of != "" {
		items = append(items, item{label: "What is on screen"})
		for _, f := range m.backend.ExportForms(sub.list.Of) {
			items = append(items, item{key: letters[f.Name], label: f.Name + "  " + f.Help, do: func() tea.Cmd {
				m.askFile(string(sub.list.Of)+f.Ending, func(ctx context.Context, path string) (Exported, error) {
					return m.backend.Export(ctx, sub.list, f.Name, path)
				}, func(Exported) {})
				return nil
			}})
		}
	}
	items = append(items, item{label: "The case"})
	scope := m.scope
	for _, f := range []struct{ key, form, name, label string }{
		{"h", "html", "report", "report, one HTML file"},
		{"d", "md", "report", "report, Markdown"},
		{"i", "csv", "indicators", "indicators, CSV"},
		{"n", "json", "navigator", "ATT&CK techniques, a Navigator layer"},
	} {
		items = append(items, item{key: f.key, label: f.label, do: func() tea.Cmd {
			m.askFile(f.name+"."+f.form, func(ctx context.Context, path string) (Exported, error) {
				return m.backend.Report(ctx, scope, f.form, path)
			}, func(x Exported) {
				if f.name == "report" {
					m.wrote = &wroteReport{Path: x.Path, At: m.now()}
				}
			})
			return nil
		}})
	}
	m.show(newMenu(m.env, "Export", items))
}

// askFile asks for a file and writes it in the background. then is told of it.
func (m *Model) askFile(name string, write func(context.Context, string) (Exported, error), then func(Exported)) {
	m.show(newPrompt(m.env, "Write to", name, "a path, from the folder that trailbench was started in; a file that is there is replaced", func(path string) tea.Cmd {
		path = strings.TrimSpace(path)
		if path == "" {
			return nil
		}
		if whole, err := filepath.Abs(path); err == nil {
			path = whole
		}
		return start(m.env, new(task), "writing "+filepath.Base(path), func(ctx context.Context) (Exported, error) { return write(ctx, path) }, func(x Exported, err error) tea.Cmd {
			if err != nil {
				m.complain(fmt.Errorf("write %s: %w", path, err))
				return nil
			}
			then(x)
			m.say(fmt.Sprintf("wrote %s: %s, %s", x.Path, plural(x.Rows, "row"), byteWords(x.Bytes)))
			return nil
		})
	}))
}

func byteWords(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 1_000_000:
		return fmt.Sprintf("%.1f kB", float64(n)/1000)
	case n < 1_000_000_000:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.1f GB", float64(n)/1e9)
}

// askBaseline asks from when on something counts as new.
func (m *Model) askBaseline() tea.Cmd {
	now := "as trailbench chooses"
	if !m.baseline.IsZero() {
		now = m.stamp(m.baseline)
	}
	p := newPrompt(m.env, "New is what was first seen from this time on", "", "now: "+now+" · a time such as 2026-11-09T02:00; empty lets trailbench choose", func(text string) tea.Cmd {
		if strings.TrimSpace(text) == "" {
			m.baseline = time.Time{}
		} else {
			moment, err := parseMoment(strings.TrimSpace(text), m.now(), time.Time{})
			if err != nil {
				m.complain(err)
				return nil
			}
			m.baseline = moment.From
		}
		e := m.history.current()
		e.place = e.screen.place()
		e.place.List.Baseline = m.baseline
		return m.rebuild(e)
	})
	m.show(p)
	return nil
}
