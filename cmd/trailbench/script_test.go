package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	samplelogs "github.com/trailbench/trailbench/sample-logs"
)

func TestMain(m *testing.M) {
	testscript.Main(tidy{m}, map[string]func(){"trailbench": main})
}

// tidy removes what the tests of this package share, once they have run.
type tidy struct{ *testing.M }

func (t tidy) Run() int {
	defer removeSample()
	return t.M.Run()
}

// TestScripts runs the command lines in testdata/script against the real program. Each
// file says at its top why it exists.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("XDG_DATA_HOME", filepath.Join(env.WorkDir, "data"))
			env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, "config"))
			env.Setenv("LC_ALL", "C.UTF-8")
			env.Setenv("TMPDIR", filepath.Join(env.WorkDir, ".tmp"))
			return os.MkdirAll(filepath.Join(env.WorkDir, ".tmp"), 0o700)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"story":     writeStory,
			"exit":      wantExit,
			"lines":     wantLines,
			"interrupt": interruptCommand,
		},
	})
}

// writeStory DIR NAME writes the log files of a sample story.
func writeStory(ts *testscript.TestScript, _ bool, args []string) {
	for _, s := range samplelogs.Stories() {
		if s.Name == args[1] {
			ts.Check(copyFS(ts.MkAbs(args[0]), s.FS))
			return
		}
	}
	ts.Fatalf("no story %s", args[1])
}

// wantExit CODE COMMAND... runs a command that must end with this exit code. What it
// prints is in the files out and err.
func wantExit(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	cmd, done := command(ts, args[1:])
	err = cmd.Run()
	done()
	got := 0
	if err != nil {
		ended, ok := err.(*exec.ExitError)
		if !ok {
			ts.Fatalf("%s: %v", args[1], err)
		}
		got = ended.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d\n%s", got, want, ts.ReadFile("err"))
	}
}

// command prepares a command whose output goes to the files out and err.
func command(ts *testscript.TestScript, args []string) (*exec.Cmd, func()) {
	cmd := exec.Command(args[0], args[1:]...)
	if found, err := exec.LookPath(args[0]); err == nil {
		cmd.Path = found
	}
	cmd.Dir = ts.MkAbs(".")
	for _, name := range []string{"XDG_DATA_HOME", "XDG_CONFIG_HOME", "LC_ALL", "TMPDIR", "HOME", "PATH", "TRAILBENCH_CASE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"} {
		if v := ts.Getenv(name); v != "" {
			cmd.Env = append(cmd.Env, name+"="+v)
		}
	}
	out, err := os.Create(ts.MkAbs("out"))
	ts.Check(err)
	errs, err := os.Create(ts.MkAbs("err"))
	ts.Check(err)
	cmd.Stdout, cmd.Stderr = out, errs
	return cmd, func() {
		out.Close()
		errs.Close()
	}
}

// wantLines N FILE: the file has this many lines.
func wantLines(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	text := ts.ReadFile(args[1])
	if got := strings.Count(text, "\n"); got != want {
		ts.Fatalf("%s has %d lines, want %d:\n%s", args[1], got, want, text)
	}
}

// interruptCommand TEXT COMMAND... starts a command, interrupts it when it has printed
// TEXT to stderr, and wants it to end within a second with code 130.
func interruptCommand(ts *testscript.TestScript, _ bool, args []string) {
	cmd, done := command(ts, args[1:])
	ts.Check(cmd.Start())
	defer done()
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	ts.Check(waitFor(func() bool { return strings.Contains(ts.ReadFile("err"), args[0]) }))
	ts.Check(cmd.Process.Signal(syscall.SIGINT))
	select {
	case err := <-ended:
		if e, ok := err.(*exec.ExitError); !ok || e.ExitCode() != exitInterrupted {
			ts.Fatalf("ended with %v\n%s", err, ts.ReadFile("err"))
		}
	case <-time.After(time.Second + raceSlack):
		_ = cmd.Process.Kill()
		ts.Fatalf("still running a second after the interrupt")
	}
}

// raceSlack is for machines that run the race detector on a loaded core.
const raceSlack = 4 * time.Second

func waitFor(ready func() bool) error {
	deadline := time.Now().Add(20 * time.Second)
	for !ready() {
		if time.Now().After(deadline) {
			return fmt.Errorf("waited for nothing")
		}
		time.Sleep(10 * time.Millisecond)
	}
	return nil
}

func TestEveryScriptSaysWhy(t *testing.T) {
	err := fs.WalkDir(os.DirFS("testdata/script"), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join("testdata/script", path))
		if err == nil && !strings.HasPrefix(string(text), "# ") {
			t.Errorf("%s does not begin with why it exists", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
