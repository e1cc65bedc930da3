package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/adrg/xdg"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/tui"
)

// home is what there is before a case is open.
type home struct {
	a    *app
	mu   sync.Mutex
	open map[string]bool // folders of the cases that this process holds
}

var _ tui.Home = (*home)(nil)

// recentCase is a line of the list of cases opened last.
type recentCase struct {
	Dir    string    `json:"dir"`
	Events int64     `json:"events"`
	Opened time.Time `json:"opened"`
}

// mostRecent is how many cases are remembered.
const mostRecent = 12

func recentFile() string { return filepath.Join(xdg.StateHome, "trailbench", "recent.json") }

func readRecent() []recentCase {
	text, err := os.ReadFile(recentFile())
	if err != nil {
		return nil
	}
	var all []recentCase
	if json.Unmarshal(text, &all) != nil {
		return nil // a list of conveniences that cannot be read is none
	}
	return slices.DeleteFunc(all, func(c recentCase) bool { return !isCase(c.Dir) })
}

// remember puts a case first in the list of those opened last.
func remember(c recentCase) error {
	all := slices.DeleteFunc(readRecent(), func(old recentCase) bool { return old.Dir == c.Dir })
	all = append([]recentCase{c}, all...)
	text, err := json.Marshal(all[:min(len(all), mostRecent)])
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(recentFile()), 0o700); err != nil {
		return err
	}
	return os.WriteFile(recentFile(), text, 0o600)
}

// Cases are those opened last, then the others that are known by name.
func (h *home) Cases(context.Context) ([]tui.CaseInfo, error) {
	var all []tui.CaseInfo
	seen := map[string]bool{}
	for _, c := range readRecent() {
		seen[c.Dir] = true
		all = append(all, tui.CaseInfo{Name: filepath.Base(c.Dir), Dir: c.Dir, Events: c.Events, Opened: c.Opened})
	}
	names, err := namedCases()
	for _, name := range names {
		if dir := filepath.Join(casesDir(), name); !seen[dir] {
			all = append(all, tui.CaseInfo{Name: name, Dir: dir})
		}
	}
	return all, err
}

// Open opens a case. One that this process holds already is not opened twice: closing
// either would drop the lock of both.
func (h *home) Open(ctx context.Context, dir string) (tui.Backend, error) {
	h.mu.Lock()
	held := h.open[dir]
	h.mu.Unlock()
	if held {
		return nil, fmt.Errorf("the case %s is open already", filepath.Base(dir))
	}
	b, err := h.a.openBench(ctx, dir)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	if h.open == nil {
		h.open = map[string]bool{}
	}
	h.open[dir] = true
	h.mu.Unlock()
	if info, err := b.Info(ctx, analysis.Scope{}); err == nil {
		// That a case cannot be remembered is no reason not to open it.
		_ = remember(recentCase{Dir: dir, Events: info.Events, Opened: h.a.now()})
	}
	return b, nil
}

// New makes an empty case and opens it.
func (h *home) New(ctx context.Context, name string) (tui.Backend, error) {
	dir, err := caseFolder(name)
	if h.a.flags.caseDir != "" {
		dir, err = h.a.casePath()
	}
	if err != nil {
		return nil, err
	}
	if err := store.Create(ctx, dir); err != nil {
		return nil, err
	}
	return h.Open(ctx, dir)
}

// Demo makes a case of the sample logs; the detections have not run over it yet.
func (h *home) Demo(ctx context.Context) (tui.Backend, error) {
	dir, err := caseFolder("sample-incident")
	if err != nil {
		return nil, err
	}
	return h.demoIn(ctx, dir)
}

func (h *home) demoIn(ctx context.Context, dir string) (tui.Backend, error) {
	quiet, _ := h.a.quietly()
	logs, err := os.MkdirTemp("", "trailbench-demo-")
	if err != nil {
		return nil, err
	}
	_, err = quiet.makeDemo(ctx, dir, logs)
	if err := errors.Join(err, os.RemoveAll(logs)); err != nil {
		return nil, err
	}
	return h.Open(ctx, dir)
}

// Profiles are the profiles of the shared AWS configuration, with how they get their
// credentials. Only the names of settings are looked at.
func (h *home) Profiles(context.Context) ([]tui.Profile, error) {
	base, err := os.UserHomeDir()
	if err != nil {
		return nil, err
	}
	file := func(variable, name string) string {
		if v := h.a.getenv(variable); v != "" {
			return v
		}
		return filepath.Join(base, ".aws", name)
	}
	kinds := map[string]string{}
	var order []string
	section := regexp.MustCompile(`^\[(?:profile\s+)?([^\]]+)\]`)
	for _, path := range []string{file("AWS_CONFIG_FILE", "config"), file("AWS_SHARED_CREDENTIALS_FILE", "credentials")} {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // there is none, or it is not ours to read: then no profile is offered
		}
		name := ""
		for line := range strings.Lines(string(text)) {
			line = strings.TrimSpace(line)
			if m := section.FindStringSubmatch(line); m != nil {
				if name = strings.TrimSpace(m[1]); strings.HasPrefix(name, "sso-session ") || strings.HasPrefix(name, "services ") {
					name = ""
				} else if _, ok := kinds[name]; !ok {
					kinds[name] = ""
					order = append(order, name)
				}
				continue
			}
			if name == "" {
				continue
			}
			setting, _, _ := strings.Cut(line, "=")
			switch strings.TrimSpace(setting) {
			case "sso_session", "sso_start_url":
				kinds[name] = "SSO"
			case "role_arn":
				kinds[name] = "role"
			case "aws_access_key_id":
				kinds[name] = "static"
			case "credential_process":
				kinds[name] = "process"
			}
		}
	}
	var all []tui.Profile
	for _, name := range order {
		all = append(all, tui.Profile{Name: name, Detail: kinds[name]})
	}
	return all, nil
}
