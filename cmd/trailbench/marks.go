package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
)

// markIDs says in the help of a command what can be marked.
const markIDs = "An ID is that of an event or finding, or its beginning; an ARN, access key, address or account; or the name of a principal or resource."

func newMarksCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "marks",
		Short:   "List what was starred, noted and tagged",
		GroupID: groupCase,
		Long: "List what was starred, noted and tagged, in the order in which it was. trailbench story has the marked events and findings " +
			"in the order in which they happened.",
		Example: `trailbench marks
trailbench marks --json
trailbench marks --fields kind,id,tags --format csv > marks.csv`,
		Args: needArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error { return runMarks(cmd.Context(), a) },
	}
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runMarks(ctx context.Context, a *app) error {
	return a.notebook(ctx, func(st *store.Store) error {
		marks, err := st.AllMarks(ctx)
		if err != nil {
			return err
		}
		l := newList(store.Column{Name: "kind"}, store.Column{Name: "id"}, store.Column{Name: "starred", Kind: store.Bool},
			store.Column{Name: "note"}, store.Column{Name: "tags", Kind: store.JSON}, store.Column{Name: "author"}, store.Column{Name: "marked_at", Kind: store.Time})
		for _, m := range marks {
			l.add(string(m.Ref.Kind), m.Ref.ID, m.Starred, textOrNull(m.Note), jsonList(m.Tags), m.Author, m.At)
		}
		if len(marks) == 0 {
			a.note("nothing is marked; trailbench star, note and tag do")
		}
		return a.print(l)
	})
}

// notebook opens the case with its case file for reading, where there is one.
func (a *app) notebook(ctx context.Context, ask func(*store.Store) error) error {
	dir, err := a.casePath()
	if err != nil {
		return err
	}
	return a.withCase(ctx, dir, store.NotesRead, ask)
}

// mark changes the marks of what ids name.
func (a *app) mark(ctx context.Context, ids []string, author string, change func(*analysis.Mark)) error {
	return a.writeFindings(ctx, func(st *store.Store, r *store.Reader) error {
		refs := make([]analysis.Ref, len(ids))
		for i, id := range ids {
			var err error
			if refs[i], err = lookUp(ctx, r, id); err != nil {
				return err
			}
		}
		was, err := st.Marks(ctx, refs)
		if err != nil {
			return err
		}
		marks := make([]analysis.Mark, len(refs))
		for i, ref := range refs {
			m := was[ref]
			m.Ref = ref
			change(&m)
			marks[i] = m
		}
		if _, err := st.SetMarks(ctx, marks, a.author(author), a.now()); err != nil {
			return err
		}
		for _, m := range marks {
			a.note("%s %s: %s", m.Ref.Kind, analysis.Clean(m.Ref.ID), analysis.Clean(markText(m)))
		}
		return nil
	})
}

// markText is what a mark says.
func markText(m analysis.Mark) string {
	var parts []string
	if m.Starred {
		parts = append(parts, "starred")
	}
	if len(m.Tags) > 0 {
		parts = append(parts, "tagged "+strings.Join(m.Tags, ", "))
	}
	if m.Note != "" {
		parts = append(parts, "noted")
	}
	if len(parts) == 0 {
		return "not marked any more"
	}
	return strings.Join(parts, ", ")
}

// lookUp is the one thing that id names.
func lookUp(ctx context.Context, r *store.Reader, id string) (analysis.Ref, error) {
	refs, err := r.Look(ctx, id)
	if err != nil {
		return analysis.Ref{}, err
	}
	if len(refs) == 0 {
		return analysis.Ref{}, analysis.WithHint(fmt.Errorf("%q names nothing in the case: %w", id, analysis.ErrNotFound), markIDs)
	}
	// A principal that calls is also a resource that calls name. Who it is counts; the
	// resource has a name of its own.
	if others := refs[1:]; len(others) > 0 && (refs[0].Kind != analysis.RefPrincipal || others[0].Kind == analysis.RefPrincipal) {
		var few []string
		for _, ref := range refs[:min(len(refs), 5)] {
			few = append(few, string(ref.Kind)+" "+ref.ID)
		}
		return analysis.Ref{}, analysis.WithHint(usagef("%q names several things", id), "give more of one of: "+analysis.Clean(strings.Join(few, ", ")))
	}
	return refs[0], nil
}

// completeMarked completes the ids of what is marked.
func (a *app) completeMarked(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(cmd.Context(), completionTime)
	defer cancel()
	var ids []string
	err := a.notebook(ctx, func(st *store.Store) error {
		marks, err := st.AllMarks(ctx)
		for _, m := range marks {
			if strings.HasPrefix(m.Ref.ID, typed) {
				ids = append(ids, m.Ref.ID)
			}
		}
		return err
	})
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}

// jsonList is texts as a JSON array, also none.
func jsonList(texts []string) string {
	if texts == nil {
		texts = []string{}
	}
	return jsonText(texts)
}

// timeOrNull is a time as a value of a row.
func timeOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}
