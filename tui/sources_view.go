package tui

import (
	"fmt"
	"strings"
)

// geometry is where the panels of the Sources screen stand. Where there is no room for
// all, it is the one with the focus, below what is known of the work.
func (s *sourcesScreen) geometry(w, h int) map[panelName]rect {
	switch {
	case s.full:
		return map[panelName]rect{s.focus: {0, 0, w, h}}
	case h < 18:
		job := 0
		if s.job != nil && s.focus != panelJob {
			job = 4
		}
		return map[panelName]rect{panelJob: {0, 0, w, job}, s.focus: {0, job, w, h - job}}
	}
	g := map[panelName]rect{}
	_, lines := s.jobLines(w - 4)
	job := min(max(len(lines), 1)+2, h/3)
	if s.focus == panelJob {
		job = min(max(len(lines), 1)+2, h*6/10)
	}
	below := max(len(s.grid.rows)+4, 8)
	if !narrow(w) {
		below = max(below, min(len(s.objects.lines)+2, 18))
	}
	sources := min(max(len(s.sources)+4, 5), max(5, h/4, h-job-below))
	rest := h - job - sources
	g[panelSources] = rect{0, 0, w, sources}
	g[panelJob] = rect{0, sources, w, job}
	y := sources + job
	if !narrow(w) {
		side := max(w*36/100, 38)
		g[panelDays] = rect{0, y, w - side, rest}
		g[panelObjects] = rect{w - side, y, side, rest}
		return g
	}
	last := panelDays
	if s.focus == panelObjects {
		last = panelObjects
	}
	g[last] = rect{0, y, w, rest}
	return g
}

func (s *sourcesScreen) view(w, h int) string {
	if w != s.w || s.zoned != s.zone {
		s.w, s.zoned = w, s.zone
		s.setSources(s.sources)
	}
	s.h = h
	g := s.geometry(w, h)
	var parts []string
	if r := g[panelSources]; r.h > 0 {
		parts = append(parts, s.sourcesView(r))
	}
	if r := g[panelJob]; r.h > 0 {
		parts = append(parts, s.jobView(r))
	}
	days, objects := "", ""
	if r := g[panelDays]; r.h > 0 {
		days = s.daysView(r)
	}
	if r := g[panelObjects]; r.h > 0 {
		objects = s.objects.view(s, r)
	}
	switch {
	case days != "" && objects != "":
		parts = append(parts, beside(days, objects))
	case days+objects != "":
		parts = append(parts, days+objects)
	}
	return strings.Join(parts, "\n")
}

func (s *sourcesScreen) sourcesView(r rect) string {
	s.table.SetStyles(s.styles)
	s.table.SetSize(r.w-2, r.h-2)
	body := s.table.View()
	switch {
	case s.sourcesErr != nil:
		body = sheet(indent(wrap(sentence(s.sourcesErr), r.w-4), " "), r.w-2, r.h-2)
	case len(s.sources) == 0 && !s.sourcesTask.busy():
		body = sheet([]string{" nothing was read yet · " + s.styles.Key.Render("r") + " syncs from S3 or reads files"}, r.w-2, r.h-2)
	}
	return frame(s.styles, plural(int64(len(s.sources)), "source"), "r brings logs in", "", body, r.w, s.focus == panelSources)
}

func (s *sourcesScreen) jobView(r rect) string {
	title, lines := s.jobLines(r.w - 4)
	s.jobTop = max(0, min(s.jobTop, len(lines)-(r.h-2)))
	foot := ""
	if more := len(lines) - s.jobTop - (r.h - 2); more > 0 {
		foot = fmt.Sprintf("%s below: tab, j", plural(int64(more), "line"))
	}
	right := ""
	if s.job != nil {
		right = "started " + s.in(s.job.started).Format("15:04:05") + " · ctrl+c stops it"
	}
	return frame(s.styles, clipped(title, r.w-8), right, foot, sheet(indent(lines[s.jobTop:], " "), r.w-2, r.h-2), r.w, s.focus == panelJob)
}

func (s *sourcesScreen) daysView(r rect) string {
	focused := s.focus == panelDays
	var lines []string
	switch {
	case s.coverageErr != nil:
		lines = indent(wrap(sentence(s.coverageErr), r.w-4), " ")
	case !s.covered:
		lines = []string{" " + s.styles.Muted.Render("counting the days")}
	default:
		lines = s.grid.lines(s.styles, r.w-2, r.h-2, focused)
	}
	return frame(s.styles, "What there is, account by day", "", "", sheet(lines, r.w-2, r.h-2), r.w, focused)
}
