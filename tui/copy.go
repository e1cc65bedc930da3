package tui

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/atotto/clipboard"

	"github.com/trailbench/trailbench/analysis"
)

// longestOSC52 is how much base64 terminals take in one OSC 52 sequence.
const longestOSC52 = 74_994

// copyMenu asks what to copy of the subject.
func (m *Model) copyMenu(sub subject) tea.Cmd {
	var items []item
	add := func(key, label, text, off string) {
		if text == "" && off == "" {
			off = "there is none here"
		}
		items = append(items, item{key: key, label: label, off: off, do: func() tea.Cmd { return m.copyText(text) }})
	}
	add("y", "cell", sub.value, "")
	add("r", "row as JSON", cmp.Or(sub.json, rowJSON(sub.row)), "")
	add("t", "row with tabs", sub.text, "")
	add("a", "ARN", arnOf(sub), "")
	sql := item{key: "q", label: "SQL of this view", do: func() tea.Cmd {
		return m.withSQL(sub.list, m.copyText)
	}}
	if sub.list.Of == "" {
		sql.off = "this screen is no list"
	}
	items = append(items, sql)
	line := ""
	if args := m.Args(); len(args) > 0 {
		line = commandLine(args)
	}
	add("l", "command line of this view", line, "")
	if c, ok := m.screen().(interface{ awsCommand() string }); ok {
		add("c", "AWS command", c.awsCommand(), "")
	} else {
		add("c", "AWS command", awsCommandOf(sub), "")
	}
	m.show(newMenu(m.env, "Copy", items))
	return nil
}

// Args are the arguments of trailbench that print what is on screen: the list with its
// columns, or the page; none where no command does.
func (m *Model) Args() []string {
	s := m.screen()
	if l, ok := s.(interface{ commandLine() []string }); ok {
		if args := l.commandLine(); len(args) > 0 {
			return args
		}
	}
	if s == nil {
		return nil
	}
	if sub := s.subject(); sub.list.Of != "" {
		return sub.list.Args()
	}
	return nil
}

// OnScreen is the list that is on screen, or under the cursor of a page; false for none.
func (m *Model) OnScreen() (analysis.List, bool) {
	s := m.screen()
	if s == nil {
		return analysis.List{}, false
	}
	l := s.subject().list
	return l, l.Of != ""
}

// commandLine is a command line of trailbench as a shell takes it.
func commandLine(args []string) string {
	words := []string{"trailbench"}
	for _, a := range args {
		words = append(words, shellWord(a))
	}
	return strings.Join(words, " ")
}

func shellWord(s string) string {
	plain := s != "" && strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:=,@+", r))
	}) < 0
	if plain {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// rowJSON is a row as one JSON object.
func rowJSON(row map[string]any) string {
	if len(row) == 0 {
		return ""
	}
	text, err := json.Marshal(row)
	if err != nil {
		return ""
	}
	return string(text)
}

func arnOf(sub subject) string {
	if strings.HasPrefix(sub.value, "arn:") {
		return sub.value
	}
	for _, name := range []string{"resource_arn", "principal_arn", "identity_arn"} {
		if v, ok := sub.row[name].(string); ok && strings.HasPrefix(v, "arn:") {
			return v
		}
	}
	if strings.HasPrefix(sub.ref.ID, "arn:") {
		return sub.ref.ID
	}
	return ""
}

// awsCommandOf is the command of the AWS CLI that looks at what the subject is: a read,
// which the analyst runs, or not.
func awsCommandOf(sub subject) string {
	if key := sub.ref.ID; sub.ref.Kind == analysis.RefKey && strings.HasPrefix(key, "AKIA") {
		return "aws iam get-access-key-last-used --access-key-id " + shellWord(key)
	}
	if id, ok := sub.row["event_id"].(string); ok && id != "" {
		return "aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventId,AttributeValue=" + shellWord(id)
	}
	arn := arnOf(sub)
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return ""
	}
	kind, name, _ := strings.Cut(parts[5], "/")
	switch parts[2] + " " + kind {
	case "iam user":
		return "aws iam get-user --user-name " + shellWord(name[strings.LastIndexByte(name, '/')+1:])
	case "iam role":
		return "aws iam get-role --role-name " + shellWord(name[strings.LastIndexByte(name, '/')+1:])
	case "iam policy":
		return "aws iam get-policy --policy-arn " + shellWord(arn)
	}
	if parts[2] == "s3" {
		return "aws s3api get-bucket-policy-status --bucket " + shellWord(kind)
	}
	return ""
}

// copyText puts text on the clipboard: of the terminal, of the desktop, of tmux; and says
// which.
func (m *Model) copyText(text string) tea.Cmd {
	native := m.environ("DISPLAY") != "" || m.environ("WAYLAND_DISPLAY") != ""
	tmux := m.environ("TMUX") != ""
	encoded := base64.StdEncoding.EncodedLen(len(text))
	if encoded > longestOSC52 && !native && !tmux {
		m.say(fmt.Sprintf("%s are too many for the terminal's clipboard; e writes them to a file", plural(int64(len(text)), "byte")))
		return nil
	}
	how := []string{"OSC 52"}
	if encoded > longestOSC52 {
		how = nil
	}
	send := func() tea.Msg {
		if native && clipboard.WriteAll(text) == nil {
			how = append(how, "desktop")
		}
		if tmux {
			c := exec.CommandContext(m.ctx, "tmux", "load-buffer", "-w", "-")
			c.Stdin = strings.NewReader(text)
			if c.Run() == nil {
				how = append(how, "tmux")
			}
		}
		return statusMsg{text: fmt.Sprintf("copied %s: %s", plural(int64(len([]rune(text))), "character"), strings.Join(how, " + "))}
	}
	if encoded <= longestOSC52 {
		return tea.Batch(tea.SetClipboard(text), send)
	}
	return send
}

// openMenu asks with what to open the subject.
func (m *Model) openMenu(sub subject) {
	text, ending := rowJSON(sub.row), ".json"
	if t, ok := m.screen().(interface{ openText() (string, string) }); ok {
		text, ending = t.openText()
	}
	items := []item{
		{key: "p", label: "$PAGER", do: func() tea.Cmd { return m.openIn(cmp.Or(m.environ("PAGER"), "less"), text, ending) }},
		{key: "e", label: "$EDITOR", do: func() tea.Cmd { return m.openIn(m.editor(), text, ending) }},
		{key: "c", label: "console link (shown, not opened)", do: func() tea.Cmd {
			m.show(newNotice(m.env, "AWS console", consoleLink(sub)))
			return nil
		}},
		{key: "d", label: "duckdb shell (the command)", do: func() tea.Cmd {
			m.show(newNotice(m.env, "DuckDB shell", "duckdb -readonly "+shellWord(m.info.Dir+"/evidence.duckdb")))
			return nil
		}},
	}
	m.show(newMenu(m.env, "Open with", items))
}

func consoleLink(sub subject) string {
	region, _ := sub.row["region"].(string)
	if region == "" {
		region = "us-east-1"
	}
	if id, ok := sub.row["event_id"].(string); ok && id != "" {
		return "https://" + region + ".console.aws.amazon.com/cloudtrailv2/home?region=" + region + "#/events/" + id
	}
	if arn := arnOf(sub); arn != "" {
		return "https://console.aws.amazon.com/go/view?arn=" + arn
	}
	return "https://" + region + ".console.aws.amazon.com/cloudtrailv2/home?region=" + region + "#/events"
}

// editor is the user's own.
func (m *Model) editor() string { return cmp.Or(m.environ("VISUAL"), m.environ("EDITOR"), "vi") }

// openIn shows text in a program of the user's, which has the terminal meanwhile.
func (m *Model) openIn(program, text, ending string) tea.Cmd {
	return m.withFile(program, text, ending, func(string) tea.Cmd { return nil })
}

// withFile runs a program on a temporary file with text, and hands what the file holds
// afterwards to done.
func (m *Model) withFile(program, text, ending string, done func(string) tea.Cmd) tea.Cmd {
	f, err := os.CreateTemp("", "trailbench-*"+ending)
	if err == nil {
		_, err = f.WriteString(text)
	}
	if err != nil {
		m.complain(fmt.Errorf("write a file for %s: %w", program, err))
		return nil
	}
	name := f.Name()
	if err := f.Close(); err != nil {
		m.complain(err)
		return nil
	}
	words := strings.Fields(program)
	c := exec.CommandContext(context.WithoutCancel(m.ctx), words[0], append(words[1:], name)...)
	return tea.ExecProcess(c, func(err error) tea.Msg {
		after, read := os.ReadFile(name)
		_ = os.Remove(name)
		return fileDoneMsg{program: program, err: err, text: string(after), read: read, done: done}
	})
}

// fileDoneMsg says that a program of the user's ended.
type fileDoneMsg struct {
	program string
	err     error
	text    string
	read    error
	done    func(string) tea.Cmd
}

func (m *Model) fileDone(msg fileDoneMsg) tea.Cmd {
	switch {
	case msg.err != nil:
		m.complain(fmt.Errorf("run %s: %w", msg.program, msg.err))
		return nil
	case msg.read != nil:
		m.complain(msg.read)
		return nil
	}
	return msg.done(msg.text)
}
