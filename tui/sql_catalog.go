package tui

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
)

// sqlCatalog is the panel beside the editor: the views with their columns, the statements
// that were saved, those that trailbench brings, and those that were run.
type sqlCatalog struct {
	relations []Relation
	views     []analysis.SavedView
	queries   []BundledQuery
	err       error
	open      []string // names of what is unfolded
	lines     []catalogLine
	at, top   int
	work      task
}

// catalogLine is a line of the panel.
type catalogLine struct {
	depth  int
	name   string
	detail string
	help   string
	fold   string // what enter folds, by the name in sqlCatalog.open; "" for a leaf
	insert string // what enter writes at the cursor
	load   string // what enter puts into the editor
}

func (c *sqlCatalog) load(s *sqlScreen) tea.Cmd {
	b := s.backend
	return start(s.env, &c.work, "", func(ctx context.Context) (sqlCatalog, error) {
		var got sqlCatalog
		var err error
		if got.relations, err = b.Relations(ctx); err != nil {
			return got, err
		}
		if got.views, err = b.Views(ctx); err != nil {
			return got, err
		}
		got.queries, err = b.Queries(ctx)
		return got, err
	}, func(got sqlCatalog, err error) tea.Cmd {
		c.relations, c.views, c.queries, c.err = got.relations, got.views, got.queries, err
		c.lay(s)
		return nil
	})
}

// lay makes the lines of what is unfolded.
func (c *sqlCatalog) lay(s *sqlScreen) {
	c.lines = nil
	section := func(name string, n int) bool {
		if n == 0 {
			return false
		}
		c.lines = append(c.lines, catalogLine{name: name, detail: comma(int64(n)), fold: "/" + name})
		return c.unfolded("/" + name)
	}
	saved := slices.DeleteFunc(slices.Clone(c.views), func(v analysis.SavedView) bool { return v.List.Of != analysis.ListSQL })
	if section("saved", len(saved)) {
		for _, v := range saved {
			c.lines = append(c.lines, catalogLine{depth: 1, name: v.Name, detail: v.Author, load: v.List.SQL, help: firstLine(v.List.SQL)})
		}
	}
	if section("run before", len(s.past)) {
		for _, text := range slices.Backward(s.past) {
			c.lines = append(c.lines, catalogLine{depth: 1, name: strings.Join(strings.Fields(text), " "), load: text, help: firstLine(text)})
		}
	}
	if section("queries of trailbench", len(c.queries)) {
		for _, q := range c.queries {
			c.lines = append(c.lines, catalogLine{depth: 1, name: q.Title, detail: q.Kind, load: q.SQL, help: q.Help})
		}
	}
	for _, r := range c.relations {
		c.lines = append(c.lines, catalogLine{name: r.Name, fold: r.Name, help: r.Comment, load: ""})
		if !c.unfolded(r.Name) {
			continue
		}
		for _, col := range r.Columns {
			c.lines = append(c.lines, catalogLine{depth: 1, name: col.Name, detail: col.Type, insert: col.Name, help: col.Comment})
		}
	}
	c.at = max(0, min(c.at, len(c.lines)-1))
}

// kind says what a name is: the type of a column, a view.
func (c *sqlCatalog) kind(name string) string {
	for _, r := range c.relations {
		if r.Name == name {
			return "view"
		}
		for _, col := range r.Columns {
			if col.Name == name {
				return strings.ToLower(col.Type)
			}
		}
	}
	return ""
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}

func (c *sqlCatalog) unfolded(name string) bool { return slices.Contains(c.open, name) }

// setFolded folds or unfolds the line under the cursor; folding a leaf folds what it is in.
func (c *sqlCatalog) setFolded(s *sqlScreen, folded bool) {
	for folded && c.at > 0 && c.lines[c.at].depth > 0 {
		c.at--
	}
	if c.at >= len(c.lines) || c.lines[c.at].fold == "" {
		return
	}
	name := c.lines[c.at].fold
	c.open = slices.DeleteFunc(c.open, func(o string) bool { return o == name })
	if !folded {
		c.open = append(c.open, name)
	}
	c.lay(s)
}

func (c *sqlCatalog) current() (catalogLine, bool) {
	if c.at < 0 || c.at >= len(c.lines) {
		return catalogLine{}, false
	}
	return c.lines[c.at], true
}

// value is the name under the cursor, where the panel has the focus.
func (c *sqlCatalog) value(s *sqlScreen) string {
	l, ok := c.current()
	if s.focus != panelCatalog || !ok {
		return ""
	}
	if l.load != "" {
		return l.load
	}
	return l.name
}

// act carries out an action while the panel has the focus.
func (c *sqlCatalog) act(s *sqlScreen, a action) {
	switch a {
	case actUp:
		c.move(-1)
	case actDown:
		c.move(1)
	case actFirst:
		c.at = 0
	case actLast:
		c.at = max(0, len(c.lines)-1)
	case actPageUp, actHalfUp:
		c.move(-10)
	case actPageDown, actHalfDown:
		c.move(10)
	case actLeft:
		c.setFolded(s, true)
	case actRight:
		c.setFolded(s, false)
	case actEnter:
		l, ok := c.current()
		switch {
		case !ok:
		case l.load != "":
			s.replaceText(l.load)
			s.focus = panelEditor
			s.env.say("f5 runs it")
		case l.insert != "":
			s.replaceBefore(len(s.before()), l.insert)
			s.focus = panelEditor
		default:
			c.setFolded(s, c.unfolded(l.fold))
		}
	}
}

func (c *sqlCatalog) move(by int) { c.at = max(0, min(c.at+by, len(c.lines)-1)) }

func (c *sqlCatalog) view(s *sqlScreen, r rect) string {
	st := s.styles
	focused := s.focus == panelCatalog
	w, room := r.w-2, r.h-2
	if c.err != nil {
		return frame(st, "Tables", "", "", sheet(indent(wrap(sentence(c.err), w-2), " "), w, room), r.w, focused)
	}
	c.top = min(max(c.top, c.at-room+1), max(0, len(c.lines)-room))
	c.top = max(0, min(c.top, c.at))
	var lines []string
	for i := c.top; i < min(len(c.lines), c.top+room); i++ {
		l := c.lines[i]
		mark := strings.Repeat(" ", 2*l.depth+2)
		if l.fold != "" {
			mark = st.Glyphs.Folded + " "
			if c.unfolded(l.fold) {
				mark = st.Glyphs.Open + " "
			}
		}
		detail := fit(clipped(l.detail, 12), min(12, len([]rune(l.detail))))
		name := fit(mark+analysis.Clean(l.name), max(w-2-len([]rune(detail)), 4))
		switch {
		case focused && i == c.at:
			lines = append(lines, st.Cursor.Render(fit(st.Glyphs.Cursor+name+detail, w)))
		case l.fold != "":
			lines = append(lines, " "+st.Strong.Render(name)+st.Muted.Render(detail))
		default:
			lines = append(lines, " "+name+st.Muted.Render(detail))
		}
	}
	foot := ""
	if l, ok := c.current(); ok && focused {
		foot = clipped(l.help, w-6)
	}
	return frame(st, "Tables", "", foot, sheet(lines, w, room), r.w, focused)
}
