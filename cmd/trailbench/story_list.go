package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/filter"
	"github.com/trailbench/trailbench/analysis/store"
)

func newStoryCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "story",
		Short:   "The story of the case: what was starred, noted and written, in order of time",
		GroupID: groupCase,
		Long: "List the story of the case in order of time: events and findings that were starred or noted, and entries written with " +
			"trailbench story add. It is a part of the report, with the summary.",
		Example: `trailbench story
trailbench story --format md > story.md
trailbench story add --at 2026-01-15T10:30Z 'the developer reported a phishing mail'`,
		Args: group,
		RunE: func(cmd *cobra.Command, _ []string) error { return runStory(cmd.Context(), a) },
	}
	cmd.AddCommand(newStoryAddCommand(a), newStoryDropCommand(a), newStorySummaryCommand(a))
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runStory(ctx context.Context, a *app) error {
	return a.notebook(ctx, func(st *store.Store) error {
		lines, err := st.Story(ctx)
		if err != nil {
			return err
		}
		l := newList(store.Column{Name: "event_time", Kind: store.Time}, store.Column{Name: "who"}, store.Column{Name: "what"}, store.Column{Name: "where"},
			store.Column{Name: "note"}, store.Column{Name: "tags", Kind: store.JSON}, store.Column{Name: "attack", Kind: store.JSON},
			store.Column{Name: "findings", Kind: store.JSON}, store.Column{Name: "author"}, store.Column{Name: "kind"}, store.Column{Name: "id"}, store.Column{Name: "entry_id"})
		for _, s := range lines {
			l.add(timeOrNull(s.Time), textOrNull(s.Who), textOrNull(s.What), textOrNull(s.Where), textOrNull(s.Note), jsonList(s.Tags), jsonList(s.Attack),
				jsonList(s.Findings), s.Author, textOrNull(string(s.Ref.Kind)), textOrNull(s.Ref.ID), textOrNull(s.ID))
		}
		if len(lines) == 0 {
			a.note("the story is empty; trailbench star, note and story add fill it")
		}
		if len(a.flags.fields) == 0 && a.narrow() {
			a.flags.fields = []string{"event_time", "who", "what", "where", "note", "id", "entry_id"}
		}
		return a.print(l)
	})
}

type storyAddOptions struct {
	at, author string
}

func newStoryAddCommand(a *app) *cobra.Command {
	var opt storyAddOptions
	cmd := &cobra.Command{
		Use:   "add TEXT",
		Short: "Write an entry into the story",
		Long:  "Write an entry into the story, which needs no event: what was reported, decided or done outside of the logs. It prints the entry's id.",
		Example: `trailbench story add --at 2026-01-15T10:30Z 'the developer reported a phishing mail'
trailbench story add --at 2026-01-16 'all keys of ci-deploy were replaced'
trailbench story add --at 2h 'the bucket policy was restored'`,
		Args: needArgs(1, -1, "a TEXT"),
		RunE: func(cmd *cobra.Command, args []string) error { return runStoryAdd(cmd.Context(), a, opt, args) },
	}
	cmd.Flags().StringVar(&opt.at, "at", "", "when it happened: 2026-01-15T10:30Z, 2026-01-15, 2h")
	addAuthorFlag(cmd, &opt.author)
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runStoryAdd(ctx context.Context, a *app, opt storyAddOptions, args []string) error {
	if opt.at == "" {
		return usagef("say when it happened, with --at")
	}
	var when filter.Period
	when, err := a.time("at", opt.at)
	if err != nil {
		return err
	}
	line := analysis.StoryLine{Time: when.From, Note: strings.TrimSpace(strings.Join(args, " "))}
	return a.writeFindings(ctx, func(st *store.Store, _ *store.Reader) error {
		id, err := st.SetEntry(ctx, line, a.author(opt.author), a.now())
		if err != nil {
			return err
		}
		l := newList(store.Column{Name: "entry_id"})
		l.add(id)
		return a.print(l)
	})
}

func newStoryDropCommand(a *app) *cobra.Command {
	var author string
	cmd := &cobra.Command{
		Use:   "drop ENTRY",
		Short: "Take an entry out of the story",
		Long:  "Take an entry that was written with trailbench story add out of the story. Events and findings leave it with trailbench unstar and note.",
		Example: `trailbench story drop 5f1c22ab
trailbench story --fields entry_id,note
trailbench unstar 26136bad`,
		Args: needArgs(1, 1, "an entry's id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.writeFindings(cmd.Context(), func(st *store.Store, _ *store.Reader) error {
				_, err := st.SetEntry(cmd.Context(), analysis.StoryLine{ID: args[0]}, a.author(author), a.now())
				return err
			})
		},
	}
	addAuthorFlag(cmd, &author)
	return withExitCodes(cmd, exitNoCase, exitBusy)
}
