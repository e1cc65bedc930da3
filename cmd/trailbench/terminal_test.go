package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/charmbracelet/x/xpty"
)

// terminal is the real program in a pseudo-terminal, with a screen that is read as text.
type terminal struct {
	t      testing.TB
	pty    xpty.Pty
	screen *vt.SafeEmulator
	cmd    *exec.Cmd
	ended  chan error
	keys   int          // pressed so far; pasting counts as one
	bytes  atomic.Int64 // that the program wrote
	wrote  atomic.Int64 // when it wrote last, in ns since 1970
	mu     sync.Mutex   // of raw, and of screen, whose own does not cover String
	raw    []byte       // all that the program wrote
}

// startTerminal runs a command line of the program in a terminal of w×h, in a home of its
// own below dir.
func startTerminal(t testing.TB, w, h int, dir string, env []string, args ...string) *terminal {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	x := newTerminal(t, w, h)
	// The test binary is the program when it goes by its name: see TestMain.
	x.cmd = &exec.Cmd{Path: self, Args: append([]string{"trailbench"}, args...)}
	x.cmd.Dir = dir
	x.cmd.Env = append([]string{
		"HOME=" + dir, "XDG_DATA_HOME=" + filepath.Join(dir, "data"), "XDG_CONFIG_HOME=" + filepath.Join(dir, "config"), "XDG_STATE_HOME=" + filepath.Join(dir, "state"),
		"TMPDIR=" + os.TempDir(), "PATH=" + os.Getenv("PATH"), "TERM=xterm-256color", "COLORTERM=truecolor", "LC_ALL=C.UTF-8", "AWS_EC2_METADATA_DISABLED=true",
	}, env...)
	if err := x.pty.Start(x.cmd); err != nil {
		t.Fatal(err)
	}
	go func() { x.ended <- x.cmd.Wait() }()
	t.Cleanup(func() {
		_ = x.cmd.Process.Kill()
		select {
		case <-x.ended:
		case <-time.After(5 * time.Second):
		}
	})
	return x
}

// newTerminal is a terminal of w×h in which nothing runs yet.
func newTerminal(t testing.TB, w, h int) *terminal {
	t.Helper()
	p, err := xpty.NewPty(w, h)
	if err != nil {
		t.Fatal(err)
	}
	x := &terminal{t: t, pty: p, screen: vt.NewSafeEmulator(w, h), ended: make(chan error, 1)}
	go func() {
		buffer := make([]byte, 64<<10)
		for {
			n, err := p.Read(buffer)
			if n > 0 {
				x.mu.Lock()
				_, _ = x.screen.Write(buffer[:n])
				x.raw = append(x.raw, buffer[:n]...)
				x.mu.Unlock()
				x.bytes.Add(int64(n))
				x.wrote.Store(time.Now().UnixNano())
			}
			if err != nil {
				return
			}
		}
	}()
	go func() { _, _ = io.Copy(p, x.screen) }() // the emulator answers what the program asks the terminal
	t.Cleanup(func() { _ = p.Close() })
	return x
}

// keyBytes is what a terminal sends for a key.
func keyBytes(key string) string {
	switch key {
	case "enter":
		return "\r"
	case "esc":
		return "\x1b"
	case "tab":
		return "\t"
	case "space":
		return " "
	case "backspace":
		return "\x7f"
	case "up":
		return "\x1b[A"
	case "down":
		return "\x1b[B"
	case "right":
		return "\x1b[C"
	case "left":
		return "\x1b[D"
	case "pgdown":
		return "\x1b[6~"
	case "pgup":
		return "\x1b[5~"
	case "f5":
		return "\x1b[15~"
	case "ctrl+c":
		return "\x03"
	}
	return key
}

// press presses keys, each counted.
func (x *terminal) press(keys ...string) {
	x.t.Helper()
	for _, k := range keys {
		x.keys++
		x.send(keyBytes(k))
	}
}

// typed writes text letter by letter; it counts as one.
func (x *terminal) typed(text string) {
	x.t.Helper()
	x.keys++
	x.send(text)
}

// paste pastes text as terminals do; it counts as one.
func (x *terminal) paste(text string) {
	x.t.Helper()
	x.keys++
	x.send("\x1b[200~" + text + "\x1b[201~")
}

func (x *terminal) send(text string) {
	x.t.Helper()
	if _, err := x.pty.Write([]byte(text)); err != nil {
		x.t.Fatalf("type %q: %v\n%s", text, err, x.text())
	}
}

func (x *terminal) text() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.screen.String()
}

// patience is how long a screen may take on a busy machine.
const patience = 90 * time.Second

// wait waits until all the texts are on the screen.
func (x *terminal) wait(texts ...string) {
	x.t.Helper()
	x.until(fmt.Sprintf("%q", texts), func(screen string) bool {
		for _, want := range texts {
			if !strings.Contains(screen, want) {
				return false
			}
		}
		return true
	})
}

// until waits until the screen is as wanted.
func (x *terminal) until(what string, ok func(screen string) bool) {
	x.t.Helper()
	for deadline := time.Now().Add(patience); ; {
		if ok(x.text()) {
			return
		}
		select {
		case err := <-x.ended:
			x.t.Fatalf("it ended (%v) before the screen showed %s:\n%s", err, what, x.text())
		case <-time.After(10 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			x.t.Fatalf("the screen never showed %s:\n%s", what, x.text())
		}
	}
}

// quit presses q until the program ends, and fails unless it ends well.
func (x *terminal) quit() {
	x.t.Helper()
	x.send("q")
	for deadline := time.Now().Add(patience); ; {
		select {
		case err := <-x.ended:
			x.ended <- err
			if err != nil {
				x.t.Fatalf("it ended with %v", err)
			}
			return
		case <-time.After(300 * time.Millisecond):
			x.send("q")
		}
		if time.Now().After(deadline) {
			x.t.Fatalf("it did not quit:\n%s", x.text())
		}
	}
}
