package network

import (
	"net/netip"
	"strings"
	"testing"
)

func TestParseNetworks(t *testing.T) {
	f := func(text string, want ...string) {
		t.Helper()
		all, err := parseNetworks([]byte(text))
		var got []string
		for _, n := range all {
			got = append(got, n.CIDR.String()+" "+n.Tag.text)
		}
		if err != nil || strings.Join(got, "; ") != strings.Join(want, "; ") {
			t.Errorf("%q: %q, %v; want %q", text, got, err, want)
		}
	}
	f("")
	f("# none yet\n")
	f("networks: []\n")
	f("networks: [{cidr: 192.0.2.0/24, tag: office}, {cidr: 198.51.100.7, tag: '12'}]", "192.0.2.0/24 office", "198.51.100.7/32 12")
	f("networks:\n  - cidr: 2001:db8::/32\n    tag: vpn of ops\n", "2001:db8::/32 vpn of ops")
	f("networks: [{cidr: '::ffff:192.0.2.0/120', tag: office}]", "192.0.2.0/24 office")
}

func TestParseNetworksFails(t *testing.T) {
	f := func(text string, want ...string) {
		t.Helper()
		all, err := parseNetworks([]byte(text))
		if err == nil || all != nil {
			t.Fatalf("%q: %v, %v", text, all, err)
		}
		for _, w := range want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%q: %v, want %q", text, err, w)
			}
		}
	}
	f("networks:\n- {cidr: 192.0.2.0/24, tag: a}\n- {cidr: 192.0.2, tag: b}\n", "line 3", `"192.0.2" is no address or CIDR`)
	f("networks:\n- {cidr: 192.0.2.1/24, tag: a}\n", "line 2", "the network is 192.0.2.0/24")
	f("networks:\n- {cidr: 192.0.2.0/24, name: a}\n", "line 2", "name", "entry")
	f("networks:\n- {cidr: 192.0.2.0/24}\n", "line 2", "192.0.2.0/24 has no tag")
	f("networks:\n- {tag: a}\n", "line 2", "a has no cidr")
	f("networks:\n- {}\n", "network 1 has no cidr and no tag")
	f("networks:\n- {cidr: 192.0.2.0/24, tag: a}\n- {cidr: 192.0.2.0/24, tag: b}\n", "line 3", "on line 2 already")
	f("networks:\n- {cidr: 192.0.2.0/24, tag: a, tag: b}\n", "line 2", "already")
	f("networks:\n- {cidr: 192.0.2.0/24, tag: [a]}\n", "line 2")
	f("network: []\n", "line 1", "network")
	f("networks: [\n", "line")
	f("networks: []\n---\nnetworks: []\n", "more than one")
}

// Whatever the text, what comes out is networks that can be looked up.
func FuzzParseNetworks(f *testing.F) {
	f.Add("networks: [{cidr: 192.0.2.0/24, tag: office}]")
	f.Add("networks:\n- &a {cidr: '2001:db8::/32', tag: x}\n- *a\n")
	f.Add("networks:\n- {cidr: 192.0.2.1/24, <<: {tag: a}}\n")
	f.Add("networks: 1\n---\n")
	f.Fuzz(func(t *testing.T, text string) {
		all, err := parseNetworks([]byte(text))
		if err != nil && all != nil {
			t.Errorf("an error and networks: %v, %v", err, all)
		}
		seen := map[netip.Prefix]bool{}
		for _, n := range all {
			if !n.CIDR.IsValid() || n.CIDR.Masked() != n.CIDR.Prefix || n.Tag.text == "" || seen[n.CIDR.Prefix] {
				t.Errorf("network %v %q", n.CIDR, n.Tag.text)
			}
			seen[n.CIDR.Prefix] = true
		}
	})
}
