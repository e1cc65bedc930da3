// Package webhook tells an address about new findings: the one thing of trailbench that
// sends anything, and only to the address that it is given.
//
// The address is a secret, as that of a Slack webhook is: whoever knows it can post. It
// is never part of an error or a log.
package webhook

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// Style is the form of a message.
type Style string

// The styles. JSON is trailbench's own (see [Message]); Slack is that of incoming
// webhooks: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
const (
	JSON  Style = "json"
	Slack Style = "slack"
)

// Message is what a webhook is told. Its JSON names are documented and only grow.
type Message struct {
	Case     string    `json:"case"`
	Time     time.Time `json:"time"`
	New      int       `json:"new_findings"` // all of them; Findings may be fewer
	Findings []Finding `json:"findings"`
}

// Finding is one finding in a [Message].
type Finding struct {
	ID        string            `json:"finding_id"`
	Severity  analysis.Severity `json:"severity"`
	Detection string            `json:"detection_id"`
	Title     string            `json:"title"`
	Summary   string            `json:"summary"`
	First     time.Time         `json:"first_time"`
	Last      time.Time         `json:"last_time"`
	Principal string            `json:"principal_arn,omitempty"`
	SourceIP  string            `json:"source_ip,omitempty"`
	Resource  string            `json:"resource,omitempty"`
	Account   string            `json:"account_id,omitempty"`
	Region    string            `json:"region,omitempty"`
	Attack    []string          `json:"attack"`
	Events    int               `json:"events"`
}

// Of is f as a message has it.
func Of(f analysis.Finding) Finding {
	return Finding{
		ID: f.ID, Severity: f.Severity, Detection: f.Detection, Title: f.Title, Summary: f.Summary, First: f.FirstTime, Last: f.LastTime,
		Principal: f.First(analysis.EntityPrincipal), SourceIP: f.First(analysis.EntitySourceIP), Resource: f.First(analysis.EntityResource),
		Account: f.First(analysis.EntityAccount), Region: f.First(analysis.EntityRegion), Attack: f.Attack, Events: f.Count,
	}
}

// Hook is where messages go. Make one with [New].
type Hook struct {
	address string
	style   Style
	client  *http.Client
	// wait before the n-th repetition, from 1.
	wait func(n int) time.Duration
}

// New checks the address. The error is [analysis.ErrUsage].
func New(address string, style Style) (*Hook, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, analysis.WithHint(fmt.Errorf("the webhook is no address: %w", analysis.ErrUsage), "write https://…")
	}
	if style != JSON && style != Slack {
		return nil, analysis.WithHint(fmt.Errorf("%q is no style of webhook: %w", style, analysis.ErrUsage), "choose json or slack")
	}
	return &Hook{
		address: address, style: style,
		// A redirect would carry findings to an address that nobody named.
		client: &http.Client{Timeout: 15 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		wait:   func(n int) time.Duration { return time.Duration(1<<n) * time.Second },
	}, nil
}

// Channel names the hook without telling its address: the beginning of its hash.
func (h *Hook) Channel() string {
	sum := sha256.Sum256([]byte(h.address))
	return "webhook " + hex.EncodeToString(sum[:6])
}

// Attempts is how often a message is tried before it counts as not delivered.
const Attempts = 4

// Send delivers m, and tries again where the other side is busy or broken. The error
// says what it answered, and never the address.
func (h *Hook) Send(ctx context.Context, m Message) error {
	var body []byte
	var err error
	if h.style == Slack {
		body, err = json.Marshal(slackMessage(m))
	} else {
		body, err = json.Marshal(m)
	}
	if err != nil {
		return fmt.Errorf("write the message: %w", err)
	}
	for n := 1; ; n++ {
		again, wait, err := h.post(ctx, body)
		if err != nil && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err == nil || !again || n == Attempts {
			return err
		}
		if wait == 0 {
			wait = h.wait(n)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(wait):
		}
	}
}

// post tries once. again: it may work later, after wait where the answer says so.
func (h *Hook) post(ctx context.Context, body []byte) (again bool, wait time.Duration, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.address, bytes.NewReader(body))
	if err != nil {
		return false, 0, errors.New("send to the webhook: its address is no address")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "trailbench")
	resp, err := h.client.Do(req)
	if err != nil {
		// url.Error quotes the address.
		var u *url.Error
		if errors.As(err, &u) {
			err = u.Err
		}
		return true, 0, fmt.Errorf("send to the webhook at %s: %w", req.URL.Host, err)
	}
	defer resp.Body.Close()
	answer, _ := io.ReadAll(io.LimitReader(resp.Body, 300)) // for the message only
	if resp.StatusCode/100 == 2 {
		return false, 0, nil
	}
	if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
		wait = min(time.Duration(s)*time.Second, time.Minute)
	}
	again = resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500
	return again, wait, fmt.Errorf("send to the webhook at %s: it answered %s: %s", req.URL.Host, resp.Status, h.withoutAddress(string(answer), req.URL))
}

// withoutAddress is what the other side answered, in one line, without what it quotes of
// the address: many a 404 page names the path.
func (h *Hook) withoutAddress(answer string, u *url.URL) string {
	secrets := []string{h.address}
	for _, part := range append(strings.Split(u.Path, "/"), u.EscapedPath(), u.Path, u.RawQuery) {
		if len(part) > 3 {
			secrets = append(secrets, part)
		}
	}
	for _, values := range u.Query() {
		secrets = append(secrets, values...)
	}
	slices.SortFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	for _, s := range secrets {
		if s != "" {
			answer = strings.ReplaceAll(answer, s, "…")
		}
	}
	return analysis.Clean(strings.Join(strings.Fields(answer), " "))
}

// Slack shows at most 50 blocks, and 3,000 characters in one.
const (
	slackBlocks = 40
	slackText   = 2900
)

// slackMessage is m in Slack's form. What comes from records is escaped as Slack asks
// (&, <, >), so that it can make no links and no mentions.
func slackMessage(m Message) map[string]any {
	head := fmt.Sprintf("%d new findings in case %s", m.New, m.Case)
	if m.New == 1 {
		head = "1 new finding in case " + m.Case
	}
	section := func(text string) map[string]any {
		if r := []rune(text); len(r) > slackText {
			text = string(r[:slackText]) + "…"
		}
		// verbatim: Slack makes no links and no mentions of plain text.
		return map[string]any{"type": "section", "text": map[string]any{"type": "mrkdwn", "text": text, "verbatim": true}}
	}
	blocks := []any{section("*" + escape(head) + "*")}
	shown := m.Findings[:min(len(m.Findings), slackBlocks)]
	for _, f := range shown {
		blocks = append(blocks, section(fmt.Sprintf("*%s* %s\n%s\n`%s` %s", strings.ToUpper(string(f.Severity)), escape(f.Title), escape(f.Summary), f.ID, f.First.UTC().Format("2006-01-02 15:04 MST"))))
	}
	if more := m.New - len(shown); more > 0 {
		blocks = append(blocks, section(fmt.Sprintf("… and %d more", more)))
	}
	return map[string]any{"text": escape(head), "blocks": blocks}
}

func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "`", "'", "*", "∗").Replace(analysis.Clean(s))
}
