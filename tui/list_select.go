package tui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
)

// rangeSelect opens a range, and closes it where the cursor is then.
func (s *listScreen) rangeSelect() tea.Cmd {
	if _, _, open := s.table.Range(); !open {
		s.table.BeginRange()
		s.say("move to the other end; v selects the rows between")
		return nil
	}
	offset, n, fetch := s.table.EndRange()
	if !fetch {
		return nil
	}
	return s.selectRows(int64(offset), n)
}

// manyRows is how many rows a selection of all holds at most: verdicts and stars on more
// are a mistake.
const manyRows = 20_000

func (s *listScreen) selectAll() tea.Cmd {
	if s.table.Selected() > 0 {
		s.table.ClearSelection()
		return nil
	}
	if s.counted && s.total > manyRows {
		s.say("more than " + comma(manyRows) + " rows: narrow the list first")
		return nil
	}
	return s.selectRows(0, manyRows)
}

func (s *listScreen) selectRows(offset int64, n int) tea.Cmd {
	l := s.query()
	return start(s.env, &s.miscTask, "selecting", func(ctx context.Context) ([]analysis.ListRow, error) {
		return s.backend.Rows(ctx, l, offset, n)
	}, func(rows []analysis.ListRow, err error) tea.Cmd {
		if err != nil {
			s.complain(err)
			return nil
		}
		var keys []string
		for _, r := range rows {
			if r.Key != "" {
				keys = append(keys, r.Key)
			}
		}
		s.table.Select(keys...)
		s.say(plural(int64(len(keys)), "row") + " selected · m stars, a annotates all of them")
		return nil
	})
}

// toStarred goes to the next starred row of the list, wherever it is.
func (s *listScreen) toStarred(back bool) tea.Cmd {
	l, here := s.list, 0
	here, _ = s.table.Cursor()
	kind := s.spec.ref
	return start(s.env, &s.starTask, "looking for the stars", func(ctx context.Context) ([]int64, error) {
		marks, err := s.backend.AllMarks(ctx)
		if err != nil {
			return nil, err
		}
		var at []int64
		for _, m := range marks {
			if !m.Starred || m.Ref.Kind != kind {
				continue
			}
			if i, err := s.backend.Index(ctx, l, m.Ref.ID); err == nil {
				at = append(at, i)
			}
		}
		slices.Sort(at)
		return at, nil
	}, func(at []int64, err error) tea.Cmd {
		if err != nil || len(at) == 0 {
			s.say("no starred row in this list")
			return nil
		}
		to := at[0]
		if back {
			to = at[len(at)-1]
			for _, i := range slices.Backward(at) {
				if i < int64(here) {
					to = i
					break
				}
			}
		} else {
			for _, i := range at {
				if i > int64(here) {
					to = i
					break
				}
			}
		}
		s.table.To(int(to))
		return s.fetch(false)
	})
}
