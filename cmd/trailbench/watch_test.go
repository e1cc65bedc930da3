package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis/awsread/awstest"
	"github.com/trailbench/trailbench/analysis/webhook"
)

// Watchers that began together must not stay together, and a failure must neither wait
// for hours nor ask every second.
func TestWatchWait(t *testing.T) {
	f := func(every time.Duration, jitter, failures int, took time.Duration, chance float64, want time.Duration) {
		t.Helper()
		w := &watch{every: every, opt: watchOptions{jitter: jitter}}
		if got := w.wait(failures, took, chance); got != want {
			t.Errorf("every %s ± %d%%, %d failures, took %s, chance %v: %s, want %s", every, jitter, failures, took, chance, got, want)
		}
	}
	const h, m = time.Hour, time.Minute
	f(6*h, 0, 0, 0, 0.5, 6*h)
	f(6*h, 0, 0, 0, 0.9, 6*h)
	f(6*h, 10, 0, 0, 0.5, 6*h)
	f(6*h, 10, 0, 0, 0, 5*h+24*m)
	f(6*h, 10, 0, 0, 1, 6*h+36*m)
	f(6*h, 90, 0, 0, 0, 36*m)
	// The rounds begin so often, however long one takes.
	f(6*h, 0, 0, h, 0.5, 5*h)
	f(6*h, 0, 0, 7*h, 0.5, 0)
	// After a failure sooner, then twice as long, at most as long as always.
	f(6*h, 10, 1, 0, 0.5, m)
	f(6*h, 10, 2, 0, 0.5, 2*m)
	f(6*h, 10, 5, 0, 0.5, 16*m)
	f(6*h, 0, 9, 0, 0.5, 256*m)
	f(6*h, 0, 10, 0, 0.5, 6*h)
	f(6*h, 0, 1000, 0, 0.5, 6*h)
	f(6*h, 0, 10, h, 0.5, 5*h)
	f(6*h, 0, 3, 7*h, 0.5, m)
	f(10*time.Second, 0, 1, 0, 0.5, m)
	f(10*time.Second, 0, 9, 0, 0.5, m)
}

// watched is a bucket, a webhook and a case that is watched.
type watched struct {
	*testing.T
	server *awstest.Server
	hook   *httptest.Server
	dir    string
	trails int

	mu     sync.Mutex
	answer int        // status of the webhook
	told   [][]string // finding ids, by message
}

func newWatched(t *testing.T) *watched {
	w := &watched{T: t, server: awstest.Gateway(t), dir: filepath.Join(t.TempDir(), "acme"), answer: http.StatusOK}
	w.server.Bucket("amzn-s3-demo-bucket", nil)
	w.hook = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		defer w.mu.Unlock()
		var m webhook.Message
		err := json.NewDecoder(r.Body).Decode(&m)
		if err == nil && w.answer == http.StatusOK {
			var ids []string
			for _, f := range m.Findings {
				ids = append(ids, f.ID)
			}
			w.told = append(w.told, ids)
		}
		rw.WriteHeader(w.answer)
		fmt.Fprint(rw, "nothing at ", r.URL.Path)
	}))
	t.Cleanup(w.hook.Close)
	return w
}

// stopTrail delivers a log file in which somebody stops another trail.
func (w *watched) stopTrail() {
	w.Helper()
	w.trails++
	at := time.Now().UTC().Add(-48 * time.Hour)
	key := fmt.Sprintf("AWSLogs/111122223333/CloudTrail/us-east-1/%s/111122223333_CloudTrail_us-east-1_%s_%016d.json.gz", at.Format("2006/01/02"), at.Format("20060102T1504Z"), w.trails)
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	fmt.Fprintf(z, `{"Records":[{"eventVersion":"1.11","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/alice","accountId":"111122223333","accessKeyId":"AKIAIOSFODNN7EXAMPLE","userName":"alice"},`+
		`"eventTime":%q,"eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging","awsRegion":"us-east-1","sourceIPAddress":"203.0.113.7","userAgent":"aws-cli/2.31.6","requestParameters":{"name":"trail-%d"},`+
		`"eventID":"00000000-0000-4000-8000-%012d","readOnly":false,"eventType":"AwsApiCall","managementEvent":true,"eventCategory":"Management","recipientAccountId":"111122223333"}]}`,
		at.Format(time.RFC3339), w.trails, w.trails)
	if err := z.Close(); err != nil {
		w.Fatal(err)
	}
	w.server.Put("amzn-s3-demo-bucket", key, out.String(), nil)
}

// command prepares a watch of the case.
func (w *watched) command(args ...string) (cmd *exec.Cmd, stdout, stderr *tail) {
	args = append([]string{"watch", "s3://amzn-s3-demo-bucket", "--case", w.dir, "--endpoint-url", w.server.URL, "--path-style", "--format", "jsonl"}, args...)
	cmd = exec.Command("trailbench", args...)
	cmd.Env = append(awstest.Environ(w.server.AccessKey, w.server.SecretKey), "TRAILBENCH_WEBHOOK="+w.hook.URL+"/services/s3cr3tPath")
	stdout, stderr = &tail{}, &tail{}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	return cmd, stdout, stderr
}

// tail is what a process printed so far.
type tail struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.Write(p)
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}

// round runs one round by itself, as after a restart, with the webhook answering so, and
// returns the ids of the findings on stdout and those that the webhook was told.
func (w *watched) round(answer, code int, args ...string) (lines, told []string, stderr string) {
	w.Helper()
	w.mu.Lock()
	w.answer, w.told = answer, nil
	w.mu.Unlock()
	cmd, out, errs := w.command(append(args, "--rounds", "1")...)
	_ = cmd.Run() // the exit code tells
	if got := cmd.ProcessState.ExitCode(); got != code {
		w.Fatalf("exit code %d, want %d\n%s", got, code, errs)
	}
	if strings.Contains(errs.String(), "s3cr3tPath") {
		w.Errorf("the address of the webhook is told:\n%s", errs)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ids(out.String()), slices.Concat(w.told...), errs.String()
}

// ids are the ids of findings that are JSON lines.
func (w *watched) ids(text string) (ids []string) {
	w.Helper()
	for line := range strings.Lines(text) {
		var f webhook.Finding
		if err := json.Unmarshal([]byte(line), &f); err != nil || f.ID == "" || f.Summary == "" {
			w.Errorf("%q: %v", line, err)
		}
		ids = append(ids, f.ID)
	}
	return ids
}

// A finding is reported once: on stdout, and to the webhook as soon as that can be
// reached, also when the watch was restarted meanwhile.
func TestIntegrationWatchReportsOnce(t *testing.T) {
	w := newWatched(t)
	w.stopTrail()
	first, told, errs := w.round(http.StatusNotFound, exitError)
	if len(first) == 0 || len(told) > 0 || strings.Count(errs, "404 Not Found") != 1 {
		t.Fatalf("%q on stdout, the webhook is told %q\n%s", first, told, errs)
	}
	// The webhook is back: it is told what it missed, and stdout nothing again.
	lines, told, errs := w.round(http.StatusOK, exitDone)
	if len(lines) > 0 || !slices.Equal(told, first) {
		t.Errorf("%q on stdout, the webhook is told %q of %q\n%s", lines, told, first, errs)
	}
	if lines, told, errs = w.round(http.StatusOK, exitDone); len(lines)+len(told) > 0 {
		t.Errorf("nothing is new: %q on stdout, the webhook is told %q\n%s", lines, told, errs)
	}
	// The webhook is down while something happens, and while something more does.
	w.stopTrail()
	second, _, _ := w.round(http.StatusNotFound, exitError)
	w.stopTrail()
	third, _, _ := w.round(http.StatusNotFound, exitError)
	lines, told, errs = w.round(http.StatusOK, exitDone)
	want := slices.Concat(second, third)
	if slices.Sort(want); len(second) == 0 || len(third) == 0 || len(lines) > 0 || !slices.Equal(slices.Sorted(slices.Values(told)), want) {
		t.Errorf("%q on stdout, the webhook is told %q of %q and %q\n%s", lines, told, second, third, errs)
	}
	for _, id := range want {
		if slices.Contains(first, id) {
			t.Errorf("%s is reported again", id)
		}
	}
}

// One watch runs a case at a time, and finds what is delivered while it runs.
func TestIntegrationWatchGoesOn(t *testing.T) {
	w := newWatched(t)
	w.stopTrail()
	cmd, out, errs := w.command("--every", "1s", "--jitter", "0")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := false
	defer func() {
		if !ended {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	}()
	until := func(what string, done func() bool) {
		t.Helper()
		deadline := time.Now().Add(2 * time.Minute)
		for !done() {
			if time.Now().After(deadline) {
				t.Fatalf("no %s:\n%s\n%s", what, out, errs)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	until("second round", func() bool { return strings.Contains(errs.String(), "next round at") })
	first := w.ids(out.String())
	if len(first) == 0 {
		t.Errorf("nothing is reported:\n%s", errs)
	}
	second, _, refusal := w.command("--rounds", "1")
	_ = second.Run() // the exit code tells
	if second.ProcessState.ExitCode() != exitBusy || !strings.Contains(refusal.String(), "is watched already") {
		t.Errorf("a second watch ends with %d:\n%s", second.ProcessState.ExitCode(), refusal)
	}
	w.stopTrail()
	until("new finding", func() bool { return len(w.ids(out.String())) > len(first) })
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // the exit code tells
	ended = true
	if got := cmd.ProcessState.ExitCode(); got != exitInterrupted {
		t.Errorf("interrupted, it ends with %d\n%s", got, errs)
	}
	ids := w.ids(out.String())
	if slices.Sort(ids); len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Errorf("reported twice: %q", ids)
	}
}

// What is in a case when it is watched for the first time is no news, unless it is asked
// for; what its first round brings is.
func TestIntegrationWatchOfAnOldCase(t *testing.T) {
	w := newWatched(t)
	w.stopTrail()
	f := func(backlog bool) {
		t.Helper()
		w.dir = filepath.Join(t.TempDir(), "acme")
		syncFrom(t, w.server, exitDone, "--case", w.dir)
		var args []string
		if backlog {
			args = []string{"--backlog"}
		}
		lines, told, errs := w.round(http.StatusOK, exitDone, args...)
		if len(lines) > 0 != backlog || !slices.Equal(lines, told) {
			t.Errorf("backlog %v: %q on stdout, the webhook is told %q\n%s", backlog, lines, told, errs)
		}
		w.stopTrail()
		if lines, told, errs = w.round(http.StatusOK, exitDone, args...); len(lines) == 0 || !slices.Equal(lines, told) {
			t.Errorf("backlog %v, then %q on stdout, the webhook is told %q\n%s", backlog, lines, told, errs)
		}
	}
	f(false)
	f(true)
}
