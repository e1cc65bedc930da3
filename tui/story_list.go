package tui

import (
	"encoding/json"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
)

// storiesScreen lists the stories of the scope, with the one under the cursor in words:
// the other form of the findings.
type storiesScreen struct {
	panes
	stories *storiesPane
	words   *wordsPane
}

func newStoriesScreen(e *env, p Place) *storiesScreen {
	if p.List.Of == "" {
		p.List = analysis.List{Of: analysis.ListFindings, Scope: e.scope}
	}
	s := &storiesScreen{panes: panes{env: e, from: p, words: "Stories"}}
	s.stories = newStoriesPane(e, p.List.Scope, s.trail)
	s.words = &wordsPane{env: e, heading: "The story under the cursor", lines: func(w int) []string {
		if story, ok := s.stories.story(); ok {
			return e.storyLines(story, w)
		}
		return nil
	}, about: func() subject { return s.stories.subject() }, marks: true}
	s.all = []namedPane{{"stories", "Stories", s.stories}, {"words", "The story", s.words}}
	s.layout = func(w, h int) []rect {
		return storiesLayout(w, h, len(s.stories.answer.stories))
	}
	s.begin("stories")
	return s
}

// storiesLayout puts the stories above the one under the cursor.
func storiesLayout(w, h, stories int) []rect {
	top := min(max(stories+4, h/3), h*3/5)
	return []rect{{0, 0, w, top}, {0, top, w, h - top}}
}

func (s *storiesScreen) can(a action) can {
	if a == actForm {
		return yes()
	}
	return s.panes.can(a)
}

func (s *storiesScreen) act(a action) tea.Cmd {
	switch {
	case a == actForm:
		s.open(Place{Screen: screenFindings, List: analysis.List{}})
		return nil
	case a == actStar:
		return s.stories.act(a)
	}
	at, _ := s.stories.current()
	cmd := s.panes.act(a)
	if now, _ := s.stories.current(); now != at {
		s.words.top = 0
	}
	return cmd
}

func (s *storiesScreen) hints() []action {
	return []action{actEnter, actStar, actAnnotate, actPivot, actForm, actNextPanel, actFull, actCopy}
}

func (s *storiesScreen) commandLine() []string {
	return append([]string{"stories", "--limit", "0"}, s.from.List.Scope.Args()...)
}

func (s *storiesScreen) openText() (text, ending string) {
	out, err := json.MarshalIndent(s.stories.answer.stories, "", "  ")
	if err != nil {
		return "", ".json"
	}
	return string(out), ".json"
}

func (s *storiesScreen) statusText() string {
	if !s.stories.loaded {
		return ""
	}
	words := plural(int64(len(s.stories.answer.stories)), "story")
	if n := len(s.stories.answer.loose); n > 0 {
		words += " · " + plural(int64(n), "finding") + " below medium in none"
	}
	return words + " · suppressed findings and false positives are left out · m stars the evidence, a v decides all findings of a story"
}
