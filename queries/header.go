package queries

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/trailbench/trailbench/analysis"
)

// header is the YAML of a file. Fields that a kind of file may not have are refused by
// the function that makes that kind.
type header struct {
	ID             string   `yaml:"id"`
	Title          string   `yaml:"title"`
	Kind           string   `yaml:"kind"`
	Severity       string   `yaml:"severity"`
	Status         string   `yaml:"status"`
	Attack         []string `yaml:"attack"`
	Requires       []string `yaml:"requires"`
	Key            []string `yaml:"key"`
	Baseline       bool     `yaml:"baseline"`
	History        int      `yaml:"history"`
	Subject        []string `yaml:"subject"`
	Answers        []string `yaml:"answers"`
	Description    string   `yaml:"description"`
	FalsePositives []string `yaml:"false_positives"`
	BlindSpots     []string `yaml:"blind_spots"`
	Triage         []string `yaml:"triage"`
	References     []string `yaml:"references"`

	// Of posture checks only.
	Check        string   `yaml:"check"`
	ResourceType string   `yaml:"resource_type"`
	ChangedBy    []string `yaml:"changed_by"`
	Remediation  string   `yaml:"remediation"`
	Why          string   `yaml:"why"`
	CIS          []string `yaml:"cis"`
	FSBP         []string `yaml:"fsbp"`
	Gone         string   `yaml:"gone"`
	Some         bool     `yaml:"some"`
}

// split cuts a file into the YAML of its header and its SQL. The header is the
// unbroken run of lines at the top that start with "--": line comments and not a
// block, because ARNs and S3 globs hold "*/".
func split(text string) (yamlText, sql string, err error) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	var head strings.Builder
	rest := text
	for strings.HasPrefix(rest, "--") {
		line, after, _ := strings.Cut(rest, "\n")
		line = strings.TrimPrefix(line, "--")
		head.WriteString(strings.TrimPrefix(line, " "))
		head.WriteByte('\n')
		rest = after
	}
	if head.Len() == 0 {
		return "", "", errors.New("it has no header: the first lines start with -- and hold YAML")
	}
	sql = strings.TrimSpace(rest)
	sql = strings.TrimRight(sql, "; \t\n")
	if sql == "" {
		return "", "", errors.New("it has a header and no SQL")
	}
	return head.String(), sql, nil
}

// parseHeader reads the YAML strictly: a key that is unknown, misspelt or given twice
// is an error, because a header that is silently ignored is the worst of all.
func parseHeader(text string) (header, error) {
	var h header
	dec := yaml.NewDecoder(bytes.NewReader([]byte(text)))
	dec.KnownFields(true)
	if err := dec.Decode(&h); err != nil {
		return h, fmt.Errorf("header: %w", err)
	}
	if err := dec.Decode(new(header)); !errors.Is(err, io.EOF) {
		return h, errors.New("header: it holds more than one YAML document")
	}
	return h, nil
}

// idOf is the id that a file must have: its folder and its name.
func idOf(name string) string {
	folder, file := path.Split(name)
	return path.Base(folder) + "_" + strings.TrimSuffix(file, ".sql")
}

// ParseDetection reads the text of a detection or posture check. name is its path
// within the library, such as detections/iam/user_created.sql. All that is wrong with
// the header is reported at once.
func ParseDetection(name, text string) (analysis.Detection, error) {
	head, sql, err := split(text)
	if err != nil {
		return analysis.Detection{}, fmt.Errorf("%s: %w", name, err)
	}
	h, err := parseHeader(head)
	if err != nil {
		return analysis.Detection{}, fmt.Errorf("%s: %w", name, err)
	}
	d := analysis.Detection{
		ID: h.ID, Title: h.Title, Kind: analysis.KindDetection, Severity: analysis.Severity(h.Severity),
		Status: analysis.DetectionStatus(h.Status), Attack: h.Attack, Key: h.Key, Baseline: h.Baseline, History: h.History,
		Description: strings.TrimSpace(h.Description), FalsePositives: h.FalsePositives, BlindSpots: h.BlindSpots,
		Triage: h.Triage, References: h.References, SQL: sql, Path: name,
	}
	if h.Kind != "" {
		d.Kind = analysis.DetectionKind(h.Kind)
	}
	var all problems
	all.add(h.checkCommon(name, &d.Requires))
	all.when(d.Severity.Rank() < 0, "severity %q is none of informational, low, medium, high, critical", h.Severity)
	all.when(!slices.Contains([]analysis.DetectionStatus{analysis.StatusExperimental, analysis.StatusTest, analysis.StatusStable, analysis.StatusDeprecated}, d.Status),
		"status %q is none of experimental, test, stable, deprecated", h.Status)
	all.when(len(h.Subject) > 0, "subject is for pivots")
	all.when(h.Baseline && h.History < 1, "history is missing: say how many days a baseline needs at least")
	all.when(!h.Baseline && h.History != 0, "history is for baselines")
	all.when(len(h.Answers) > 0, "answers is for pivots and reports")
	switch d.Kind {
	case analysis.KindDetection:
		all.when(strings.HasPrefix(name, "posture/"), "kind is missing: files in posture/ have kind: posture")
		all.when(len(d.Key) == 0, "key is missing: name the columns that make a finding the same finding")
		for _, key := range h.postureKeys() {
			all.when(true, "%s is for kind posture", key)
		}
		all.when(len(d.Attack) == 0, "attack is missing")
		all.when(len(d.Requires) == 0, "requires is missing: name the event categories it cannot do without")
		all.when(len(d.Triage) < 2 || len(d.Triage) > 4, "triage needs two to four steps, it has %d", len(d.Triage))
		all.when(len(d.FalsePositives) == 0, "false_positives is missing: say when it is benign")
		all.when(len(d.References) == 0, "references is missing")
	case analysis.KindPosture:
		all.add(h.posture(name, &d))
	default:
		all.add(fmt.Errorf("kind %q is neither detection nor posture", h.Kind))
	}
	return d, all.err(name)
}

// ParseQuery reads the text of a pivot or a report.
func ParseQuery(name, text string) (analysis.Query, error) {
	head, sql, err := split(text)
	if err != nil {
		return analysis.Query{}, fmt.Errorf("%s: %w", name, err)
	}
	h, err := parseHeader(head)
	if err != nil {
		return analysis.Query{}, fmt.Errorf("%s: %w", name, err)
	}
	q := analysis.Query{
		ID: h.ID, Title: h.Title, Kind: analysis.KindReport, Answers: h.Answers,
		Description: strings.TrimSpace(h.Description), Baseline: h.Baseline, SQL: sql, Path: name,
	}
	if strings.HasPrefix(name, "pivots/") {
		q.Kind = analysis.KindPivot
	}
	var all problems
	all.add(h.checkCommon(name, &q.Requires))
	for _, s := range h.Subject {
		kind := analysis.EntityKind(s)
		known := slices.Contains(append(analysis.EntityKinds(), "session_name"), kind)
		all.when(!known, "subject %q is no kind of entity", s)
		q.Subject = append(q.Subject, kind)
	}
	all.when(q.Kind == analysis.KindPivot && len(q.Subject) == 0, "subject is missing: name the kinds it can be asked about")
	all.when(q.Kind == analysis.KindReport && len(q.Subject) > 0, "subject is for pivots")
	for _, unused := range []struct {
		key string
		set bool
	}{
		{"kind", h.Kind != ""},
		{"severity", h.Severity != ""},
		{"status", h.Status != ""},
		{"attack", h.Attack != nil},
		{"key", h.Key != nil},
		{"history", h.History != 0},
		{"triage", h.Triage != nil},
		{"blind_spots", h.BlindSpots != nil},
		{"false_positives", h.FalsePositives != nil},
		{"references", h.References != nil},
	} {
		all.when(unused.set, "%s is for detections", unused.key)
	}
	for _, key := range h.postureKeys() {
		all.when(true, "%s is for posture checks", key)
	}
	return q, all.err(name)
}

// checkCommon checks what all kinds of file have in common.
func (h header) checkCommon(name string, requires *[]analysis.Category) error {
	var all problems
	want := idOf(name)
	all.when(h.ID != want, "id %q is not the path: it must be %q", h.ID, want)
	all.when(strings.TrimSpace(h.Title) == "", "title is missing")
	all.when(strings.TrimSpace(h.Description) == "", "description is missing")
	for _, r := range h.Requires {
		c := analysis.Category(r)
		all.when(!slices.Contains(analysis.Categories(), c), "requires %q is none of management, data, insight, network", r)
		*requires = append(*requires, c)
	}
	return errors.Join(all...)
}

// problems gathers everything that is wrong, so that one reading shows it all.
type problems []error

func (p *problems) when(wrong bool, format string, args ...any) {
	if wrong {
		*p = append(*p, fmt.Errorf(format, args...))
	}
}

func (p *problems) add(err error) {
	if err != nil {
		*p = append(*p, err)
	}
}

func (p problems) err(name string) error {
	if len(p) == 0 {
		return nil
	}
	return fmt.Errorf("%s: %w", name, errors.Join(p...))
}
