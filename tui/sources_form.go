package tui

import (
	"errors"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/tui/theme"
)

// sourceForm asks the one or two lines that a source of logs needs.
type sourceForm struct {
	kind   JobKind
	fields []formField
	at     int
}

type formField struct {
	label, help string
	input       textinput.Model
}

// newSourceForm asks for a bucket or for files; address is filled in.
func newSourceForm(kind JobKind, address string) *sourceForm {
	f := &sourceForm{kind: kind}
	field := func(label, text, help string) { f.fields = append(f.fields, formField{label, help, newInput(text)}) }
	if kind == JobIngest {
		field("files", address, "a file, a folder or an archive: .json .json.gz .zip .tar.gz, event history as .csv or .json")
		return f
	}
	field("bucket", address, "s3://bucket or s3://bucket/prefix; flags of sync may follow: --profile NAME, --role-arn ARN")
	field("since", "", "how far back: -14d, 2026-01-15; empty is everything")
	return f
}

func (f *sourceForm) title() string {
	if f.kind == JobIngest {
		return "From files or a folder"
	}
	return "From an S3 bucket"
}

// key takes a key. It is done when the last line was entered; why says what is missing.
func (f *sourceForm) key(k tea.KeyPressMsg) (done bool, why string) {
	switch keyName(k) {
	case "enter":
		if f.at == 0 && strings.TrimSpace(f.fields[0].input.Value()) == "" {
			return false, "write " + f.fields[0].help
		}
		if f.at+1 == len(f.fields) {
			return true, ""
		}
		f.at++
	case "up", "shift+tab":
		f.at = max(0, f.at-1)
	case "down", "tab":
		f.at = min(len(f.fields)-1, f.at+1)
	default:
		f.fields[f.at].input, _ = f.fields[f.at].input.Update(k)
	}
	return false, ""
}

// field is the text field that has the keyboard.
func (f *sourceForm) field() *textinput.Model { return &f.fields[f.at].input }

// lines draws the form, w cells wide.
func (f *sourceForm) lines(st theme.Styles, w int) []string {
	const label = 10
	var lines []string
	for i := range f.fields {
		field := &f.fields[i]
		field.input.SetWidth(max(w-label-4, 10))
		value, cursor := field.input.Value(), "  "
		if i == f.at {
			value, cursor = field.input.View(), st.Accent.Render(st.Glyphs.Cursor)+" "
		}
		lines = append(lines, cursor+fit(field.label, label)+fit(value, max(w-label-2, 10)))
		for _, l := range wrap(field.help, w-label-4) {
			lines = append(lines, strings.Repeat(" ", label+2)+st.Muted.Render(l))
		}
		lines = append(lines, "")
	}
	return lines
}

// job is what was asked for, with a name for a case of it.
func (f *sourceForm) job() (Job, string, error) {
	since := ""
	if len(f.fields) > 1 {
		since = f.fields[1].input.Value()
	}
	return jobOf(f.kind, f.fields[0].input.Value(), since)
}

// jobOf reads what was typed: an address or paths, with flags behind it.
func jobOf(kind JobKind, text, since string) (Job, string, error) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return Job{}, "", errors.New("nothing was written")
	}
	job := Job{Kind: kind, Since: strings.TrimPrefix(strings.TrimSpace(since), "-"), Detect: true}
	if kind == JobIngest {
		job.Paths = []string{strings.TrimSpace(text)}
		parts := strings.FieldsFunc(words[0], func(r rune) bool { return r == '/' || r == '\\' })
		name := "case"
		if len(parts) > 0 {
			name = parts[len(parts)-1]
		}
		return job, name, nil
	}
	job.URI, job.Flags = words[0], words[1:]
	if !strings.HasPrefix(job.URI, "s3://") {
		job.URI = "s3://" + job.URI
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(job.URI, "s3://"), "/")
	return job, name, nil
}

// words are a job as a command line says it, without the program and the case.
func (j Job) words() string {
	args := append([]string{string(j.Kind)}, j.Paths...)
	if j.URI != "" {
		args = append(args, j.URI)
	}
	args = append(args, j.Flags...)
	if n := len(j.Keys); n > 0 {
		args = append(args, plural(int64(n), "resource"))
	}
	if j.Since != "" {
		args = append(args, "--since", j.Since)
	}
	return strings.Join(args, " ")
}

// sourceDialog is the form over a screen.
type sourceDialog struct {
	e    *env
	form *sourceForm
	head string
	do   func(Job) tea.Cmd
}

func newSourceDialog(e *env, form *sourceForm, head string, do func(Job) tea.Cmd) *sourceDialog {
	return &sourceDialog{e, form, head, do}
}

func (d *sourceDialog) init() tea.Cmd          { return nil }
func (d *sourceDialog) heading() string        { return d.head }
func (d *sourceDialog) typing() bool           { return true }
func (d *sourceDialog) close()                 {}
func (d *sourceDialog) click(_, _ int) tea.Cmd { return nil }

func (d *sourceDialog) paste(text string) tea.Cmd {
	d.e.typeText(d.form.field(), text)
	return nil
}

func (d *sourceDialog) key(k tea.KeyPressMsg) tea.Cmd {
	if keyName(k) == "esc" {
		d.e.closeDialog()
		return nil
	}
	done, why := d.form.key(k)
	if why != "" {
		d.e.say(why)
	}
	if !done {
		return nil
	}
	job, _, err := d.form.job()
	if err != nil {
		d.e.complain(err)
		return nil
	}
	d.e.closeDialog()
	return d.do(job)
}

func (d *sourceDialog) body(w, _ int) []string {
	lines := d.form.lines(d.e.styles, min(w, 84))
	return append(lines, d.e.styles.Muted.Render("enter goes on · esc leaves it · only List and Get calls are made"))
}
