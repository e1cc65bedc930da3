package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/xpty"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread/awstest"
	"github.com/trailbench/trailbench/analysis/filter"
	samplelogs "github.com/trailbench/trailbench/sample-logs"
	"github.com/trailbench/trailbench/tui"
)

// written is all that the program wrote to the terminal so far.
func (x *terminal) written() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return string(x.raw)
}

// ends waits until the program has ended, holds it to its exit code, and the terminal to
// what it was before.
func (x *terminal) ends(code int) {
	x.t.Helper()
	select {
	case err := <-x.ended:
		x.ended <- err
	case <-time.After(patience):
		x.t.Fatalf("it did not end:\n%s", x.text())
	}
	if got := x.cmd.ProcessState.ExitCode(); got != code {
		x.t.Errorf("exit code %d, want %d\n%s", got, code, x.text())
	}
	restored(x.t, x.written)
}

// restored waits until a terminal was given back: its own screen, its cursor, its mouse.
func restored(t testing.TB, written func() string) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; {
		text, missing := written(), ""
		for _, mode := range []struct{ on, off string }{
			{"\x1b[?1049h", "\x1b[?1049l"}, {"\x1b[?25l", "\x1b[?25h"}, {"\x1b[?1002h", "\x1b[?1002l"}, {"\x1b[?2004h", "\x1b[?2004l"},
		} {
			if on := strings.LastIndex(text, mode.on); on >= 0 && strings.LastIndex(text, mode.off) < on {
				missing = mode.off
			}
		}
		if missing == "" {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the terminal never got %q", missing)
		}
		<-time.After(time.Millisecond) // the last bytes are still on their way through the terminal
	}
}

// keySheet opens the key sheet and closes it.
func (x *terminal) keySheet() {
	x.t.Helper()
	x.press("?")
	x.wait("type to filter")
	x.press("esc") // and no key at once after it: together they would be one with alt
	x.until("no key sheet", func(s string) bool { return !strings.Contains(s, "type to filter") })
}

// colours are the parameters of all SGR sequences in text that set a colour.
func colours(text string) (all []string) {
	for _, m := range regexp.MustCompile(`\x1b\[([0-9;:]*)m`).FindAllStringSubmatch(text, -1) {
		first, _, _ := strings.Cut(strings.ReplaceAll(m[1], ":", ";"), ";")
		for _, p := range append([]string{first}, strings.Split(m[1], ";")...) {
			if n, err := strconv.Atoi(p); err == nil && (n >= 30 && n <= 38 || n >= 40 && n <= 48 || n >= 90 && n <= 107) {
				all = append(all, m[1])
				break
			}
		}
	}
	return all
}

// TestTerminal does to the real program in a terminal what happens to programs in
// terminals.
func TestTerminal(t *testing.T) {
	original := sampleCase(t)
	another := func(t *testing.T) string {
		t.Helper()
		dir := filepath.Join(t.TempDir(), "acme")
		if err := os.CopyFS(dir, os.DirFS(original)); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	t.Run("colours", func(t *testing.T) { terminalColours(t, another(t)) })
	t.Run("leaving and coming back", func(t *testing.T) { leavingAndComingBack(t, another(t)) })
	t.Run("stopping a query", func(t *testing.T) { stoppingAQuery(t, another(t)) })
	t.Run("a second process", func(t *testing.T) { secondProcess(t, another(t)) })
	t.Run("evidence that goes away", func(t *testing.T) {
		for _, harm := range []string{"remove", "overwrite", "truncate"} {
			evidenceGoesAway(t, another(t), harm)
		}
	})
	t.Run("a panic", func(t *testing.T) { panicInScreen(t, another(t)) })
	t.Run("a full disk", func(t *testing.T) { fullDisk(t, original) })
}

// terminalColours holds what is written to what terminal and user ask for.
func terminalColours(t *testing.T, dir string) {
	f := func(env, args []string) (*terminal, string) {
		t.Helper()
		x := startTerminal(t, 130, 40, t.TempDir(), env, append([]string{"tui", "--fresh", "--case", dir}, args...)...)
		x.wait("Overview", "3,798 events")
		x.press("2")
		x.wait("CHECK NEXT", "HIGH", "CRIT")
		x.press("m")
		x.wait("u takes it back")
		x.press("3")
		x.wait("row 1 of 3,798", "AccessDenied")
		x.press("enter")
		x.wait("userIdentity")
		x.keySheet()
		for range 3 {
			x.press("q")
		}
		x.quit()
		x.ends(exitDone)
		return x, x.written()
	}
	if _, text := f([]string{"NO_COLOR=1"}, nil); len(colours(text)) > 0 {
		t.Errorf("NO_COLOR, but colours are written: %q", colours(text)[:1])
	}
	_, text := f([]string{"TERM=xterm", "COLORTERM="}, nil)
	if len(colours(text)) == 0 {
		t.Error("a terminal of 16 colours gets none")
	}
	for _, c := range colours(text) {
		if strings.Contains(c, "38;") || strings.Contains(c, "48;") {
			t.Fatalf("a terminal of 16 colours gets the colour %q", c)
		}
	}
	_, text = f(nil, []string{"--ascii"})
	for i := range len(text) {
		if text[i] > 0x7f {
			t.Fatalf("--ascii, but %q is written", text[max(0, i-40):min(len(text), i+20)])
		}
	}
}

// leavingAndComingBack leaves the workbench deep inside, in every way that there is: it is
// there again the next time, and the way back, too.
func leavingAndComingBack(t *testing.T, dir string) {
	home := t.TempDir()
	x := startTerminal(t, 130, 40, home, nil, "tui", "--fresh", "--case", dir)
	x.wait("3,798 events")
	x.press("3")
	x.wait("row 1 of 3,798")
	x.press("/")
	x.typed("op=sts:AssumeRole")
	x.press("enter")
	x.wait("row 1 of 672")
	x.press("s") // by time, the latest first
	x.wait("TIME ↓")
	x.press("j", "j", "j")
	x.wait("row 4 of 672")
	x.press("enter")
	x.wait("▾ requestParameters", "Around ±", "0 findings")
	x.press("j", "j", "h")
	x.wait("▸ requestParameters", "Around ±", "0 findings")
	body := func(x *terminal) string { // without the line that says what happened last
		lines := strings.Split(x.text(), "\n")
		return strings.Join(lines[:len(lines)-2], "\n")
	}
	where := body(x)
	for _, leave := range []struct {
		name string
		do   func(x *terminal)
	}{
		{"SIGTERM", func(x *terminal) { _ = x.cmd.Process.Signal(syscall.SIGTERM) }},
		{"SIGHUP", func(x *terminal) { _ = x.cmd.Process.Signal(syscall.SIGHUP) }},
		{"ctrl+c twice", func(x *terminal) { x.press("ctrl+c", "ctrl+c") }},
	} {
		leave.do(x)
		x.ends(exitDone)
		x = startTerminal(t, 130, 40, home, nil, "tui", "--case", dir)
		x.until("the same as before "+leave.name+":\n"+where+"\n", func(string) bool { return body(x) == where })
	}
	x.press("[")
	x.wait("op=sts:AssumeRole", "row 4 of 672", "TIME ↓")
	x.press("[")
	x.wait("[1 Overview]")
	x.press("]")
	x.wait("op=sts:AssumeRole", "row 4 of 672")
	x.quit()
	x.ends(exitDone)
}

// stoppingAQuery stops one that would run for hours; the screen goes on.
func stoppingAQuery(t *testing.T, dir string) {
	x := startTerminal(t, 130, 40, t.TempDir(), nil, "tui", "--fresh", "--case", dir)
	x.wait("3,798 events")
	x.press("9")
	x.wait("[9 SQL]")
	x.paste("SELECT sum(a.event_id < b.event_id AND b.event_id < c.event_id) FROM events AS a, events AS b, events AS c")
	x.press("f5")
	x.wait("ctrl+c stops it")
	x.press("ctrl+c")
	x.wait("stopped")
	x.press("esc")
	x.wait("tab goes to the editor")
	x.press("3")
	x.wait("row 1 of 3,798")
	x.press("9")
	x.wait("[9 SQL]")
	x.paste("SELECT 6 * 7 AS answer")
	x.press("f5")
	x.wait("42")
	x.press("ctrl+c", "ctrl+c")
	x.ends(exitDone)
}

// secondProcess opens a case that another process holds: it says so, and waits for r.
func secondProcess(t *testing.T, dir string) {
	first := startTerminal(t, 100, 30, t.TempDir(), nil, "tui", "--fresh", "--case", dir)
	first.wait("3,798 events")
	second := startTerminal(t, 100, 30, t.TempDir(), nil, "tui", "--fresh", "--case", dir)
	second.wait("held by another process", fmt.Sprint(first.cmd.Process.Pid), "try again")
	second.press("r")
	second.wait("held by another process")
	first.quit()
	first.ends(exitDone)
	second.press("r")
	second.wait("3,798 events")
	second.quit()
	second.ends(exitDone)
}

// evidenceGoesAway harms the evidence under an open case. The workbench stays and ends in
// order, and what the analyst wrote down is there.
func evidenceGoesAway(t *testing.T, dir, harm string) {
	t.Helper()
	x := startTerminal(t, 130, 40, t.TempDir(), nil, "tui", "--fresh", "--case", dir)
	x.wait("3,798 events")
	file := filepath.Join(dir, "evidence.duckdb")
	var err error
	switch harm {
	case "remove":
		err = os.Remove(file)
	case "truncate":
		err = os.Truncate(file, 1<<16)
	default:
		var f *os.File
		if f, err = os.OpenFile(file, os.O_WRONLY, 0); err == nil {
			_, err = f.WriteAt(make([]byte, 8<<20), 1<<14)
			_ = f.Close()
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, tab := range []string{"2 Findings", "3 Events", "4 Principals", "6 IPs", "7 Resources", "0 Case", "S Sources", "1 Overview"} {
		x.press(tab[:1], "j")
		x.wait("[" + tab)
	}
	x.keySheet()
	x.quit()
	x.ends(exitDone)
}

// brittle is a case that breaks down in the middle of drawing.
type brittle struct {
	tui.Backend
	broken atomic.Bool
}

func (b *brittle) Fields(of analysis.ListOf) filter.Table {
	if b.broken.Load() {
		panic("out of order")
	}
	return b.Backend.Fields(of)
}

// panicInScreen has a screen break down: the terminal is given back, and the end is an
// error like others.
func panicInScreen(t *testing.T, dir string) {
	x := newTerminal(t, 130, 40)
	slave := x.pty.(*xpty.UnixPty).Slave()
	a := sampleApp(t)
	a.in, a.out, a.err = slave, slave, slave
	open, err := a.openBench(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	b := &brittle{Backend: open}
	code := make(chan int, 1)
	go func() {
		code <- a.report(t.Context(), a.workbench(t.Context(), tui.Options{
			Home: &home{a: a}, Fresh: true, Open: func(context.Context) (tui.Backend, error) { return b, nil },
		}))
	}()
	x.wait("3,798 events")
	b.broken.Store(true)
	x.press("3", "/", "o")
	select {
	case got := <-code:
		if got != exitError {
			t.Errorf("exit code %d", got)
		}
	case <-time.After(patience):
		t.Fatalf("it did not end:\n%s", x.text())
	}
	restored(t, x.written)
	x.wait("trailbench: the workbench broke down", "hint: what you noted is kept")
}

// fullDisk writes a star, a note and an export to a disk that is full: each is refused
// aloud, and kept once there is room.
func fullDisk(t *testing.T, original string) {
	disk := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("a small disk cannot be mounted: %s", out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", disk).CombinedOutput(); err != nil {
			t.Errorf("umount: %s", out)
		}
	})
	dir := filepath.Join(disk, "acme")
	if err := os.CopyFS(dir, os.DirFS(original)); err != nil {
		t.Fatal(err)
	}
	x := startTerminal(t, 130, 40, disk, nil, "tui", "--fresh", "--case", dir)
	x.wait("3,798 events")
	x.press("2")
	x.wait("CHECK NEXT")
	rest := filepath.Join(disk, "rest")
	fill(t, rest)
	x.press("V")
	x.wait("219 rows selected")
	refused := func(why string) {
		t.Helper()
		x.wait(why)
		x.press("k") // takes the message away
		x.until("the list goes on", func(s string) bool { return !strings.Contains(s, why) })
	}
	x.press("m") // more than what is left of the last block
	refused("free some space")
	x.press("a")
	x.wait("Annotate")
	x.press("n")
	x.wait("Note")
	x.typed("seen at 02:14")
	x.press("enter")
	refused("free some space")
	x.press("e")
	x.wait("Export")
	x.press("c")
	x.wait("Write to")
	x.press("enter")
	refused("no space left")
	if _, err := os.Stat(filepath.Join(disk, "findings.csv")); err == nil {
		t.Error("there is half a file")
	}
	if err := os.Remove(rest); err != nil {
		t.Fatal(err)
	}
	x.press("m")
	x.wait("star: 219 things")
	x.press("4")
	x.wait("Principals")
	x.quit()
	x.ends(exitDone)
	x = startTerminal(t, 130, 40, disk, nil, "tui", "--fresh", "--case", dir)
	x.wait("3,798 events")
	x.press("2")
	x.wait("★")
	x.quit()
}

// fill writes a file until the disk is full.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for chunk := make([]byte, 1<<20); len(chunk) > 0; {
		if _, err := f.Write(chunk); err != nil {
			chunk = chunk[:len(chunk)/2]
		}
	}
	_ = f.Close() // it is full: that was the point
}

// TestIntegrationQuitWhileSyncRuns leaves the workbench in the middle of a sync from a real
// S3 server: it asks; what was committed stays, and the next sync goes on.
func TestIntegrationQuitWhileSyncRuns(t *testing.T) {
	server := awstest.Gateway(t)
	objects := map[string]string{}
	story := samplelogs.Stories()[0]
	err := fs.WalkDir(story.FS, "AWSLogs", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(story.FS, path)
		objects[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	server.Bucket("amzn-s3-demo-bucket", objects)
	proxy := awstest.NewProxy(t, server.URL)
	proxy.On("GET /amzn-s3-demo-bucket/AWSLogs", len(objects)/2, 0, proxy.Hang())
	home := t.TempDir()
	begin := func() *terminal {
		return startTerminal(t, 140, 44, home, awstest.Environ(server.AccessKey, server.SecretKey), "tui", "--case", filepath.Join(home, "acme"))
	}
	made := exec.CommandContext(t.Context(), "trailbench", "case", "new", filepath.Join(home, "acme"))
	if out, err := made.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	sync := func(x *terminal) {
		x.press("S")
		x.wait("[S Sources]")
		x.press("r")
		x.wait("sync from an S3 bucket")
		x.press("s")
		x.wait("Sync from S3")
		x.send("\x15") // takes away what stands there
		x.paste("s3://amzn-s3-demo-bucket --endpoint-url " + proxy.URL + " --path-style")
		x.press("enter")
		x.wait("since")
		x.press("enter")
		x.wait("▶ sync")
	}
	x := begin()
	x.wait("1 Overview", "events")
	sync(x)
	x.press("1")
	x.wait("[1 Overview]")
	x.press("q")
	x.wait("Quit while the sync runs?")
	x.press("esc")
	x.until("the sync goes on", func(s string) bool { return !strings.Contains(s, "Quit while") && strings.Contains(s, "▶ sync") })
	x.press("q")
	x.wait("Quit while the sync runs?")
	x.press("enter")
	x.ends(exitDone)

	x = begin()
	x.wait("1 Overview", "events")
	sync(x)
	x.press("ctrl+c")
	x.wait("was stopped")
	proxy.Reset()
	sync(x)
	x.until("the sync ended", func(s string) bool { return !strings.Contains(s, "▶ sync") && strings.Contains(s, "new events") })
	x.quit()
	x.ends(exitDone)
}
