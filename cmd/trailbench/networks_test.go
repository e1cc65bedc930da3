package main

import (
	"context"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/analysis"
)

// notedBook is an address book that keeps what it is shown.
type notedBook struct {
	known     []analysis.Known
	addresses []string
	shown     map[string]analysis.Network
}

func (b *notedBook) Known(context.Context) ([]analysis.Known, error) { return b.known, nil }
func (b *notedBook) Addresses(context.Context) ([]string, error)     { return b.addresses, nil }
func (b *notedBook) ShowNetworks(_ context.Context, all iter.Seq2[string, analysis.Network]) error {
	b.shown = maps.Collect(all)
	return nil
}

func TestShowNetworks(t *testing.T) {
	file := filepath.Join(t.TempDir(), "networks.yaml")
	if err := os.WriteFile(file, []byte("networks: [{cidr: 192.0.2.0/24, tag: office}]"), 0o600); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	env := map[string]string{"TRAILBENCH_NETWORKS": file, "TRAILBENCH_GEO": filepath.Join(t.TempDir(), "none")}
	a := newApp(strings.NewReader(""), io.Discard, &said, func(name string) (string, bool) { v, ok := env[name]; return v, ok })
	book := &notedBook{
		known:     []analysis.Known{{Kind: analysis.EntitySourceIP, Value: "198.51.100.7", Name: "bastion"}},
		addresses: []string{"192.0.2.1", "198.51.100.7", "203.0.113.77", "AWS Internal"},
	}
	if err := a.showNetworks(t.Context(), book); err != nil {
		t.Fatal(err)
	}
	want := map[string]analysis.Network{
		"192.0.2.1": {Tag: "office"}, "198.51.100.7": {Tag: "bastion"}, "AWS Internal": {Service: "AWS Internal"},
	}
	if !maps.Equal(book.shown, want) {
		t.Errorf("shown %+v, want %+v", book.shown, want)
	}
	if got := said.String(); !strings.Contains(got, "none: no such file or directory; it is left out") {
		t.Errorf("said %q", got)
	}
}
