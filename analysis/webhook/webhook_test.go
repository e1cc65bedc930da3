package webhook_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/webhook"
)

// secret is the part of an address that lets whoever knows it post.
const secret = "T0EXAMPLE/B0EXAMPLE/s3cr3tToken"

// listener is a server that answers with the given codes, the last one again and again,
// and keeps what it was told.
type listener struct {
	*httptest.Server
	mu      sync.Mutex
	answers []func(http.ResponseWriter, *http.Request)
	bodies  [][]byte
	headers []http.Header
}

func listen(t *testing.T, answers ...func(http.ResponseWriter, *http.Request)) *listener {
	t.Helper()
	l := &listener{answers: answers}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		l.mu.Lock()
		answer := l.answers[min(len(l.bodies), len(l.answers)-1)]
		l.bodies, l.headers = append(l.bodies, body), append(l.headers, r.Header)
		l.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(l.Close)
	return l
}

func (l *listener) told() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.bodies)
}

// code answers with a status; a wait of 0 s stands in every one, so that no test waits.
func code(status int, header ...string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "-1")
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		fmt.Fprintf(w, "no such hook: %s\n\x1b[2J", r.URL)
	}
}

func hook(t *testing.T, l *listener, style webhook.Style) *webhook.Hook {
	t.Helper()
	h, err := webhook.New(l.URL+"/services/"+secret+"?token=hushhush", style)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// message is one of two findings, with text that Slack would take for more than text.
func message() webhook.Message {
	at := time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC)
	loud := webhook.Of(analysis.Finding{
		ID: "3f2a9c0011223344", Severity: analysis.Critical, Detection: "iam_admin_policy_on_user", Title: "Admin policy", Attack: []string{"T1098.003"},
		Summary:   "<!channel> & <https://example.com|click> `code` *bold* \x1b[2J\n@here https://example.com",
		FirstTime: at, LastTime: at.Add(time.Hour), Count: 3,
		Entities: []analysis.Entity{
			{Kind: analysis.EntityPrincipal, Value: "arn:aws:iam::111122223333:user/alice"},
			{Kind: analysis.EntitySourceIP, Value: "203.0.113.7"},
			{Kind: analysis.EntityResource, Value: "svc-backup"},
			{Kind: analysis.EntityAccount, Value: "111122223333"},
			{Kind: analysis.EntityRegion, Value: "us-east-1"},
			{Kind: analysis.EntitySourceIP, Value: "198.51.100.1"},
		},
	})
	return webhook.Message{Case: "acme <x>", Time: at, New: 2, Findings: []webhook.Finding{loud, {ID: "77b1d0", Severity: analysis.Medium, Title: "Second", Summary: strings.Repeat("long ", 2000)}}}
}

// The JSON names are documented: other people's programs read them.
func TestJSON(t *testing.T) {
	l := listen(t, code(http.StatusNoContent))
	if err := hook(t, l, webhook.JSON).Send(t.Context(), message()); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(l.bodies[0], &got); err != nil {
		t.Fatal(err)
	}
	findings, _ := got["findings"].([]any)
	if got["case"] != "acme <x>" || got["time"] != "2026-01-15T10:00:00Z" || got["new_findings"] != 2.0 || len(findings) != 2 {
		t.Fatalf("%s", l.bodies[0])
	}
	first, _ := findings[0].(map[string]any)
	for name, want := range map[string]any{
		"finding_id": "3f2a9c0011223344", "severity": "critical", "detection_id": "iam_admin_policy_on_user", "title": "Admin policy",
		"summary":    "<!channel> & <https://example.com|click> `code` *bold* \x1b[2J\n@here https://example.com",
		"first_time": "2026-01-15T10:00:00Z", "last_time": "2026-01-15T11:00:00Z", "events": 3.0,
		"principal_arn": "arn:aws:iam::111122223333:user/alice", "source_ip": "203.0.113.7", "resource": "svc-backup",
		"account_id": "111122223333", "region": "us-east-1",
	} {
		if first[name] != want {
			t.Errorf("%s is %v, want %v", name, first[name], want)
		}
	}
	if attack, _ := first["attack"].([]any); len(attack) != 1 || attack[0] != "T1098.003" {
		t.Errorf("attack %v", first["attack"])
	}
	if h := l.headers[0]; h.Get("Content-Type") != "application/json" || h.Get("User-Agent") != "trailbench" {
		t.Errorf("header %v", h)
	}
}

// What comes from records makes no links and no mentions in Slack.
func TestSlack(t *testing.T) {
	l := listen(t, code(http.StatusOK))
	if err := hook(t, l, webhook.Slack).Send(t.Context(), message()); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Text   string
		Blocks []struct {
			Type string
			Text struct {
				Type, Text string
				Verbatim   bool
			}
		}
	}
	if err := json.Unmarshal(l.bodies[0], &got); err != nil {
		t.Fatal(err)
	}
	if got.Text != "2 new findings in case acme &lt;x&gt;" || len(got.Blocks) != 3 {
		t.Fatalf("%s", l.bodies[0])
	}
	for _, b := range got.Blocks {
		if b.Type != "section" || b.Text.Type != "mrkdwn" || !b.Text.Verbatim || len([]rune(b.Text.Text)) > 3000 || strings.ContainsAny(b.Text.Text, "<>\x1b") {
			t.Errorf("%+v", b)
		}
	}
	want := "*CRITICAL* Admin policy\n&lt;!channel&gt; &amp; &lt;https://example.com|click&gt; 'code' ∗bold∗ \\u001b[2J\\n@here https://example.com\n`3f2a9c0011223344` 2026-01-15 10:00 UTC"
	if got.Blocks[1].Text.Text != want {
		t.Errorf("got  %q\nwant %q", got.Blocks[1].Text.Text, want)
	}
}

// A message of many findings stays within what Slack takes, and says how many more.
func TestSlackOfMany(t *testing.T) {
	l := listen(t, code(http.StatusOK))
	f := func(named, all int, blocks int, last string) {
		t.Helper()
		m := webhook.Message{Case: "acme", New: all}
		for range named {
			m.Findings = append(m.Findings, webhook.Finding{Severity: analysis.High, Title: "t"})
		}
		if err := hook(t, l, webhook.Slack).Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		var got struct {
			Blocks []struct{ Text struct{ Text string } }
		}
		if err := json.Unmarshal(l.bodies[len(l.bodies)-1], &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Blocks) != blocks || !strings.Contains(got.Blocks[len(got.Blocks)-1].Text.Text, last) {
			t.Errorf("%d of %d: %d blocks, the last %q", named, all, len(got.Blocks), got.Blocks[len(got.Blocks)-1].Text.Text)
		}
	}
	f(1, 1, 2, "HIGH")
	f(40, 40, 41, "HIGH")
	f(40, 300, 42, "… and 260 more")
	f(60, 60, 42, "… and 20 more")
}

// What passes is tried again, what does not is not; and no error tells the address.
func TestSendAgain(t *testing.T) {
	f := func(wantTries int, wantErr string, answers ...func(http.ResponseWriter, *http.Request)) {
		t.Helper()
		l := listen(t, answers...)
		err := hook(t, l, webhook.JSON).Send(t.Context(), message())
		if l.told() != wantTries {
			t.Errorf("tried %d times, want %d: %v", l.told(), wantTries, err)
		}
		if (err == nil) != (wantErr == "") || err != nil && !strings.Contains(err.Error(), wantErr) {
			t.Errorf("%v, want %q", err, wantErr)
		}
		if err != nil {
			noSecret(t, err)
		}
		for _, body := range l.bodies {
			if !slices.Equal(body, l.bodies[0]) {
				t.Error("it was not told the same each time")
			}
		}
	}
	f(1, "", code(200))
	f(1, "", code(204))
	f(2, "", code(503), code(200))
	f(3, "", code(429), code(500), code(200))
	f(webhook.Attempts, "it answered 500 Internal Server Error: no such hook", code(500))
	f(webhook.Attempts, "it answered 429", code(429))
	f(1, "it answered 404 Not Found: no such hook", code(404))
	f(1, "it answered 403", code(403))
	f(1, "it answered 400", code(400))
	// A redirect would carry findings to an address that nobody named.
	elsewhere := listen(t, code(200))
	for _, status := range []int{301, 302, 303, 307, 308} {
		f(1, fmt.Sprintf("it answered %d", status), code(status, "Location", elsewhere.URL))
	}
	if elsewhere.told() != 0 {
		t.Errorf("%d redirects were followed", elsewhere.told())
	}
}

func noSecret(t *testing.T, err error) {
	t.Helper()
	for _, part := range append(strings.Split(secret, "/"), "hushhush", "\x1b", "\n") {
		if strings.Contains(err.Error(), part) {
			t.Errorf("the error tells %q: %v", part, err)
		}
	}
}

func TestRetryAfterIsWaited(t *testing.T) {
	l := listen(t, code(429, "Retry-After", "1"), code(200))
	began := time.Now()
	if err := hook(t, l, webhook.JSON).Send(t.Context(), message()); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < time.Second || took > 20*time.Second {
		t.Errorf("asked to wait a second, waited %s", took)
	}
}

// Where nobody listens the error says so, and not where.
func TestNobodyListens(t *testing.T) {
	l := listen(t, code(200))
	h := hook(t, l, webhook.JSON)
	l.Close()
	// Cancelled while it waits to try again.
	ctx, cancel := context.WithTimeoutCause(t.Context(), 200*time.Millisecond, errors.New("enough"))
	defer cancel()
	if err := h.Send(ctx, message()); err == nil || err.Error() != "enough" {
		t.Errorf("%v", err)
	}
}

func TestSendCancelled(t *testing.T) {
	why := errors.New("the user said so")
	asked := make(chan struct{}, 1)
	ended := make(chan struct{})
	l := listen(t, func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		select { // a server that takes its time
		case <-r.Context().Done():
		case <-ended:
		}
	})
	defer close(ended)
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		<-asked
		cancel(why)
	}()
	if err := hook(t, l, webhook.JSON).Send(ctx, message()); !errors.Is(err, why) {
		t.Errorf("%v", err)
	}
	// And in the wait between two tries.
	refused := make(chan struct{}, webhook.Attempts)
	busy := listen(t, func(w http.ResponseWriter, r *http.Request) {
		code(503, "Retry-After", "3600")(w, r)
		refused <- struct{}{}
	})
	ctx, cancel = context.WithCancelCause(t.Context())
	go func() {
		<-refused
		cancel(why)
	}()
	if err := hook(t, busy, webhook.JSON).Send(ctx, message()); !errors.Is(err, why) || busy.told() != 1 {
		t.Errorf("%v after %d tries", err, busy.told())
	}
}

func TestNew(t *testing.T) {
	f := func(address string, style webhook.Style, want string) {
		t.Helper()
		_, err := webhook.New(address, style)
		if want == "" && err != nil || want != "" && (!errors.Is(err, analysis.ErrUsage) || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", address, err, want)
		}
		if err != nil {
			noSecret(t, err)
		}
	}
	f("https://hooks.slack.com/services/"+secret, webhook.Slack, "")
	f("http://127.0.0.1:8080/", webhook.JSON, "")
	f("hooks.slack.com/services/"+secret, webhook.JSON, "no address")
	f("ftp://example.com/"+secret, webhook.JSON, "no address")
	f("https:///"+secret, webhook.JSON, "no address")
	f("https://example.com/%zz"+secret, webhook.JSON, "no address")
	f("https://example.com/"+secret, "teams", "no style")
}

// The channel of an address is the same each time and does not tell it.
func TestChannel(t *testing.T) {
	channel := func(address string) string {
		h, err := webhook.New(address, webhook.JSON)
		if err != nil {
			t.Fatal(err)
		}
		return h.Channel()
	}
	one, two := channel("https://example.com/"+secret), channel("https://example.com/other")
	if one != channel("https://example.com/"+secret) || one == two || strings.Contains(one, "example") {
		t.Errorf("%s and %s", one, two)
	}
}
