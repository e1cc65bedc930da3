package main

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis/filter"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/queries"
)

// A completion that takes longer than this is worse than none.
const completionTime = 250 * time.Millisecond

// completionValues is how many values one completion offers.
const completionValues = 40

// completeCases offers the cases known by name, and folders.
func (a *app) completeCases(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	names, _ := namedCases() // without them, folders are still offered
	var found []string
	for _, n := range names {
		if strings.HasPrefix(n, typed) {
			found = append(found, n)
		}
	}
	folders, _ := filepath.Glob(typed + "*")
	for _, f := range folders {
		if isCase(f) {
			found = append(found, f)
		}
	}
	if len(found) == 0 {
		return nil, cobra.ShellCompDirectiveFilterDirs
	}
	return found, cobra.ShellCompDirectiveNoFileComp
}

// completeFields offers the names of fields; after a comma, of further ones.
func (a *app) completeFields(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	before, last := "", typed
	if i := strings.LastIndexByte(typed, ','); i >= 0 {
		before, last = typed[:i+1], typed[i+1:]
	}
	var found []string
	for _, n := range fieldNames() {
		if strings.HasPrefix(n, last) {
			found = append(found, before+n)
		}
	}
	return found, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// completeField offers the values that a field has in the case.
func (a *app) completeField(name string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		var found []string
		for _, v := range a.values(cmd.Context(), name, typed) {
			found = append(found, v.Text)
		}
		return found, cobra.ShellCompDirectiveNoFileComp
	}
}

// completeFilter offers what can stand in a filter: fields, flags, operators, and the
// values that the case has. The first skip arguments are not part of the filter.
func (a *app) completeFilter(table func() filter.Table, skip int) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		before := ""
		if len(args) > skip {
			before = strings.Join(args[skip:], " ") + " "
		}
		text := before + typed
		values := func(field, prefix string) []filter.Value { return a.values(cmd.Context(), field, prefix) }
		directive := cobra.ShellCompDirectiveNoFileComp
		var found []string
		for _, c := range filter.Complete(table(), text, len(text), values) {
			if c.Start < len(before) || c.Start > len(text) {
				continue
			}
			line := text[len(before):c.Start] + c.Text
			if c.Kind == filter.FieldCandidate || c.Kind == filter.OperatorCandidate {
				directive |= cobra.ShellCompDirectiveNoSpace
			}
			if c.Help != "" {
				line += "\t" + c.Help
			}
			found = append(found, line)
			if len(found) == 2*completionValues {
				break
			}
		}
		return found, directive
	}
}

// values reads the most frequent values of a field from the case, if there is one and
// it answers at once. A completion has nobody to tell an error.
func (a *app) values(ctx context.Context, name, prefix string) []filter.Value {
	field, err := eventField(name)
	if err != nil {
		return nil
	}
	if shortNamed(name) {
		// A filter finds an ARN by its last part, and that is what people type.
		field.SQL = "regexp_extract(" + field.SQL + ", '([^/]*)$', 1)"
	}
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, cancel := context.WithTimeout(ctx, completionTime)
	defer cancel()
	var found []filter.Value
	err = a.read(ctx, func(r *store.Reader) error {
		all, err := a.ask(ctx, r, store.Values(field, prefix, completionValues))
		if err != nil {
			return err
		}
		for _, row := range all.rows {
			text, _ := row[0].(string)
			count, _ := row[1].(int64)
			found = append(found, filter.Value{Text: text, Count: count})
		}
		return nil
	})
	if err != nil {
		return nil
	}
	return found
}

// shortNamed reports whether a filter takes the last part of an ARN for the field.
func shortNamed(name string) bool {
	for _, f := range filter.Events().Fields {
		if f.Name == name {
			return f.Kind == filter.Name
		}
	}
	return false
}

// completeDetections completes the ids of detections.
func (a *app) completeDetections(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	lib, err := queries.Load(a.queriesDir())
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var ids []string
	for _, d := range lib.Detections {
		if strings.HasPrefix(d.ID, typed) {
			ids = append(ids, d.ID+"\t"+d.Title)
		}
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}
