package tui

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

// postureTerm is a condition on the results of posture checks. The results are all in
// memory, so their filter needs no case: it is the part of the filter grammar that people
// use on them, read here.
type postureTerm struct {
	field  string // "" for text anywhere
	values []string
	like   []*regexp.Regexp // of the values, in a term that was parsed
	not    bool
}

// Fields of the filter, and flags.
const (
	postureStatus, postureSeverity, postureCheckNo, postureService = "status", "severity", "check", "service"
	postureResource, postureType, postureAccount, postureRegion    = "resource", "type", "account", "region"
	postureChanged                                                 = "changed" // a flag: within the incident's time
)

func postureFields() []string {
	return []string{postureStatus, postureSeverity, postureCheckNo, postureService, postureResource, postureType, postureAccount, postureRegion}
}

// parsePosture reads a filter: field=value,value, !field=value, changed, !changed, and
// words that are looked for anywhere. All have to hold.
func parsePosture(text string) ([]postureTerm, error) {
	var all []postureTerm
	for _, word := range splitQuoted(text, " \t") {
		var t postureTerm
		word, t.not = cutNot(word)
		field, value, given := strings.Cut(word, "=")
		switch {
		case given && slices.Contains(postureFields(), strings.ToLower(field)):
			t.field = strings.ToLower(field)
			for _, v := range splitQuoted(value, ",") {
				if v = strings.Trim(v, `"`); v != "" {
					t.values, t.like = append(t.values, v), append(t.like, likeness(v))
				}
			}
			if len(t.values) == 0 {
				return nil, fmt.Errorf("%s= needs a value: %w", t.field, analysis.ErrUsage)
			}
		case given:
			return nil, fmt.Errorf("there is no field %s; there are %s, and the flag %s: %w", field, strings.Join(postureFields(), ", "), postureChanged, analysis.ErrUsage)
		case strings.EqualFold(word, postureChanged):
			t.field = postureChanged
		default:
			if t.values = []string{strings.Trim(word, `"`)}; t.values[0] == "" {
				continue
			}
		}
		all = append(all, t)
	}
	return all, nil
}

// splitQuoted are the parts of a text between any of some characters, which belong to a
// part where they stand within quotes.
func splitQuoted(text, between string) []string {
	quoted := false
	return strings.FieldsFunc(text, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return !quoted && strings.ContainsRune(between, r)
	})
}

func cutNot(word string) (string, bool) {
	rest, not := strings.CutPrefix(word, "!")
	return rest, not
}

func (t postureTerm) String() string {
	text := ""
	if t.not {
		text = "!"
	}
	var values []string
	for _, v := range t.values {
		if strings.ContainsAny(v, " \t,") {
			v = `"` + v + `"`
		}
		values = append(values, v)
	}
	switch t.field {
	case postureChanged:
		return text + t.field
	case "":
		return text + values[0]
	}
	return text + t.field + "=" + strings.Join(values, ",")
}

// keeps reports whether a result meets the condition.
func (t postureTerm) keeps(r analysis.PostureResult) bool {
	switch t.field {
	case postureChanged:
		return r.Changed.InWindow != t.not
	case "":
		text := strings.ToLower(strings.Join([]string{r.Check, r.Title, r.Summary, r.Resource.Name(), r.Changed.By, r.Changed.Operation}, "\n"))
		return strings.Contains(text, strings.ToLower(t.values[0])) != t.not
	}
	values := postureValues(r, t.field)
	return slices.ContainsFunc(t.like, func(want *regexp.Regexp) bool { return slices.ContainsFunc(values, want.MatchString) }) != t.not
}

// likeness matches a text whatever its case; * stands for anything.
func likeness(want string) *regexp.Regexp {
	return regexp.MustCompile(`(?is)^` + strings.ReplaceAll(regexp.QuoteMeta(want), `\*`, `.*`) + `$`)
}

// postureValues are the values that a result has in a field.
func postureValues(r analysis.PostureResult, field string) []string {
	switch field {
	case postureStatus:
		return []string{string(r.Status)}
	case postureSeverity:
		return []string{string(r.Severity)}
	case postureCheckNo:
		return []string{r.Check, r.ID}
	case postureService:
		return []string{serviceOf(r)}
	case postureResource:
		return []string{r.Resource.ID, r.Resource.ARN, shortName(r.Resource.ARN)}
	case postureType:
		return []string{r.Resource.Type}
	case postureAccount:
		return []string{r.Resource.AccountID}
	case postureRegion:
		return []string{r.Resource.Region}
	}
	return nil
}

// serviceOf is the service that a check is about: of its resource, else as its number says.
func serviceOf(r analysis.PostureResult) string {
	if parts := strings.Split(r.Resource.Type, "::"); len(parts) == 3 {
		return strings.ToLower(parts[1])
	}
	service, _, _ := strings.Cut(r.Check, "-")
	return strings.ToLower(service)
}

// postureArgs are the flags of trailbench posture that print what a filter keeps, as far as
// there are such flags.
func postureArgs(terms []postureTerm) []string {
	var args []string
	status := false
	for _, t := range terms {
		if t.not {
			continue
		}
		switch t.field {
		case postureStatus:
			status = true
			fallthrough
		case postureSeverity, postureCheckNo, postureAccount, postureRegion:
			args = append(args, "--"+t.field+"="+strings.ToLower(strings.Join(t.values, ",")))
		}
	}
	if !status {
		args = append(args, "--all")
	}
	return args
}

// postureSQL is the condition in SQL, over the view posture_results.
func (t postureTerm) sql() string {
	column := map[string]string{
		postureStatus: "status", postureSeverity: "severity", postureCheckNo: "check_id", postureType: "resource_type",
		postureAccount: "account_id", postureRegion: "region", postureResource: "coalesce(resource_arn, resource_id)",
		postureService: "coalesce(lower(nullif(split_part(resource_type, '::', 2), '')), lower(split_part(check_id, '-', 1)))",
		"":             "concat_ws(' ', check_id, title, summary, resource_id, resource_arn, changed_by, changed_operation)",
	}[t.field]
	var all []string
	for _, v := range t.values {
		pattern := strings.NewReplacer("'", "''", "*", "%").Replace(v)
		if t.field == "" {
			pattern = "%" + pattern + "%"
		}
		one := column + " ILIKE '" + pattern + "'"
		if t.field == postureResource {
			one = "(" + one + " OR resource_id ILIKE '" + pattern + "')"
		}
		all = append(all, one)
	}
	text := strings.Join(all, " OR ")
	if t.field == postureChanged {
		text = "changed_in_window"
	}
	if t.not {
		return "NOT coalesce(" + text + ", false)"
	}
	if len(all) > 1 {
		return "(" + text + ")"
	}
	return text
}

// postureList is what a filter keeps, as SQL that runs on the case.
func postureList(terms []postureTerm) analysis.List {
	var where []string
	for _, t := range terms {
		where = append(where, t.sql())
	}
	text := "SELECT * FROM posture_results"
	if len(where) > 0 {
		text += " WHERE " + strings.Join(where, " AND ")
	}
	return analysis.List{Of: analysis.ListSQL, SQL: text}
}
