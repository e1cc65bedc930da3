package network

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"

	"go.yaml.in/yaml/v4"

	"github.com/trailbench/trailbench/analysis"
)

// networksFile is the file of the user's networks.
type networksFile struct {
	Networks []entry `yaml:"networks"`
}

// entry is a network of it. The parser names the type in what it says of unknown keys.
type entry struct {
	CIDR block `yaml:"cidr"`
	Tag  word  `yaml:"tag"`
}

// block is a CIDR, or an address alone, that knows its line.
type block struct {
	netip.Prefix
	line int
}

// UnmarshalYAML implements [yaml.Unmarshaler].
func (b *block) UnmarshalYAML(node *yaml.Node) (err error) {
	b.line = node.Line
	b.Prefix, err = parseBlock(node.Value)
	return err
}

// word is text that knows its line.
type word struct {
	text string
	line int
}

// UnmarshalYAML implements [yaml.Unmarshaler].
func (w *word) UnmarshalYAML(node *yaml.Node) error {
	w.line = node.Line
	return node.Decode(&w.text)
}

func (t *Table) readNetworks(f *File) error {
	f.Type = "networks"
	info, err := os.Stat(f.Path)
	if err != nil {
		return err
	}
	f.Built = info.ModTime().UTC()
	text, err := os.ReadFile(f.Path)
	if err != nil {
		return err
	}
	all, err := parseNetworks(text)
	if err != nil {
		return analysis.WithHint(err, "write networks: and below it lines like  - {cidr: 192.0.2.0/24, tag: office}")
	}
	for _, n := range all {
		t.tags.Insert(n.CIDR.Prefix, n.Tag.text)
	}
	return nil
}

// parseNetworks reads the file strictly: a network that is silently left out would be
// taken for a stranger's.
func parseNetworks(text []byte) ([]entry, error) {
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	var file networksFile
	if err := dec.Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if err := dec.Decode(new(networksFile)); !errors.Is(err, io.EOF) {
		return nil, errors.New("it holds more than one YAML document")
	}
	lines := map[netip.Prefix]int{}
	for i, n := range file.Networks {
		switch first, twice := lines[n.CIDR.Prefix]; {
		case !n.CIDR.IsValid() && n.Tag.text == "":
			return nil, fmt.Errorf("network %d has no cidr and no tag", i+1)
		case !n.CIDR.IsValid():
			return nil, fmt.Errorf("line %d: %s has no cidr", n.Tag.line, n.Tag.text)
		case n.Tag.text == "":
			return nil, fmt.Errorf("line %d: %s has no tag", n.CIDR.line, n.CIDR)
		case twice:
			return nil, fmt.Errorf("line %d: %s is on line %d already", n.CIDR.line, n.CIDR, first)
		}
		lines[n.CIDR.Prefix] = n.CIDR.line
	}
	return file.Networks, nil
}
