package network

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"go4.org/netipx"

	"github.com/trailbench/trailbench/analysis"
)

var built = time.Date(2026, 1, 13, 0, 0, 0, 0, time.UTC)

// records are what an mmdb file says about networks.
type records map[string]mmdbtype.Map

// writeMMDB makes an mmdb file. Networks for documentation are reserved ones to the
// writer, which leaves them out unless told otherwise.
func writeMMDB(t testing.TB, kind string, all records) string {
	t.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{
		BuildEpoch: built.Unix(), DatabaseType: kind, IncludeReservedNetworks: true, RecordSize: 24,
	})
	if err != nil {
		t.Fatal(err)
	}
	for network, record := range all {
		if err := tree.Insert(netipx.PrefixIPNet(netip.MustParsePrefix(network)), record); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), kind+".mmdb")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = tree.WriteTo(f)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// write makes a file of text.
func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t testing.TB, opt Options) *Table {
	t.Helper()
	table, err := Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := table.Close(); err != nil {
			t.Error(err)
		}
	})
	return table
}

func country(code string) mmdbtype.Map {
	return mmdbtype.Map{"iso_code": mmdbtype.String(code), "names": mmdbtype.Map{"en": mmdbtype.String("a country")}}
}

func city(code, name string) mmdbtype.Map {
	return mmdbtype.Map{
		"country": country(code), "city": mmdbtype.Map{"names": mmdbtype.Map{"de": mmdbtype.String("?"), "en": mmdbtype.String(name)}},
		"location": mmdbtype.Map{"latitude": mmdbtype.Float64(52)},
	}
}

func as(number uint32, name string) mmdbtype.Map {
	return mmdbtype.Map{"autonomous_system_number": mmdbtype.Uint32(number), "autonomous_system_organization": mmdbtype.String(name)}
}

func words(pairs ...string) mmdbtype.Map {
	m := mmdbtype.Map{}
	for i := 0; i < len(pairs); i += 2 {
		m[mmdbtype.String(pairs[i])] = mmdbtype.String(pairs[i+1])
	}
	return m
}

func TestMMDB(t *testing.T) {
	f := func(kind string, record mmdbtype.Map, want analysis.Network) {
		t.Helper()
		// Another network without anything stands before it: the layout is found anyhow.
		path := writeMMDB(t, kind, records{"192.0.2.0/24": {"continent": mmdbtype.String("EU")}, "203.0.113.0/24": record, "2001:db8::/32": record})
		table := open(t, Options{MMDB: []string{path}})
		if got := table.Files(); len(got) != 1 || got[0] != (File{Path: path, Type: kind, Built: built}) {
			t.Errorf("files: %+v", got)
		}
		for _, address := range []string{"203.0.113.7", "2001:db8::7", "::ffff:203.0.113.7"} {
			if got := table.Lookup(address); got != want {
				t.Errorf("%s: %s is %+v, want %+v", kind, address, got, want)
			}
		}
		if got := table.Lookup("198.51.100.7"); got != (analysis.Network{}) {
			t.Errorf("%s: an unknown address is %+v", kind, got)
		}
	}
	f("GeoLite2-City", city("NL", "Amsterdam"), analysis.Network{Country: "NL", City: "Amsterdam"})
	f("GeoLite2-Country", mmdbtype.Map{"country": country("NL")}, analysis.Network{Country: "NL"})
	f("GeoLite2-ASN", as(64500, "ExampleHost"), analysis.Network{ASN: 64500, ASName: "ExampleHost"})
	f("DBIP-City-Lite", city("NL", "Amsterdam"), analysis.Network{Country: "NL", City: "Amsterdam"})
	f("ipinfo generic_country_asn_free.mmdb", words("country", "NL", "country_name", "Netherlands", "asn", "AS64500", "as_name", "ExampleHost"),
		analysis.Network{ASN: 64500, ASName: "ExampleHost", Country: "NL"})
	f("ipinfo generic_lite.mmdb", words("country", "Netherlands", "country_code", "NL", "asn", "AS64500", "as_name", "ExampleHost"),
		analysis.Network{ASN: 64500, ASName: "ExampleHost", Country: "NL"})
	f("ipinfo standard_location.mmdb", words("country", "NL", "city", "Amsterdam", "lat", "52.3"), analysis.Network{Country: "NL", City: "Amsterdam"})
	f("ipinfo standard_asn.mmdb", words("asn", "AS64500", "name", "ExampleHost", "route", "203.0.113.0/24"), analysis.Network{ASN: 64500, ASName: "ExampleHost"})
}

func TestSeveralFilesDoNotMix(t *testing.T) {
	one := func(kind string, record mmdbtype.Map) string {
		return writeMMDB(t, kind, records{"203.0.113.0/24": record})
	}
	f := func(want analysis.Network, files ...string) {
		t.Helper()
		if got := open(t, Options{MMDB: files}).Lookup("203.0.113.7"); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	land, place, elsewhere := one("Country", mmdbtype.Map{"country": country("NL")}), one("City", city("NL", "Amsterdam")), one("Other", city("DE", "Berlin"))
	f(analysis.Network{Country: "NL", City: "Amsterdam"}, land, place)
	f(analysis.Network{Country: "NL"}, land, elsewhere)
	f(analysis.Network{Country: "DE", City: "Berlin"}, elsewhere, land, place)
	f(analysis.Network{ASN: 64500, ASName: "ExampleHost", Country: "NL"}, one("ASN", as(64500, "ExampleHost")), one("Old", as(64501, "Before")), land)
}

func TestLookup(t *testing.T) {
	known := func(value, name string) analysis.Known {
		return analysis.Known{Kind: analysis.EntitySourceIP, Value: value, Name: name}
	}
	table := open(t, Options{
		MMDB: []string{writeMMDB(t, "GeoLite2-Country", records{"::/0": {"country": country("NL")}})},
		Networks: write(t, "networks.yaml", `
networks:
  - {cidr: 198.51.100.0/24, tag: office}
  - {cidr: 198.51.100.7, tag: proxy}
  - {cidr: 192.0.2.0/24, tag: of all cases}
  - {cidr: 10.0.0.0/8, tag: vpc}
  - {cidr: "2001:db8::/32", tag: lab}
`),
		IPRanges: write(t, "ip-ranges.json", `{"syncToken": "1", "createDate": "2026-01-15-10-30-00",
 "prefixes": [
  {"ip_prefix": "203.0.113.0/24", "region": "eu-west-1", "service": "AMAZON", "network_border_group": "eu-west-1"},
  {"ip_prefix": "203.0.113.0/24", "region": "eu-west-1", "service": "EC2_INSTANCE_CONNECT", "network_border_group": "eu-west-1"},
  {"ip_prefix": "203.0.113.0/24", "region": "eu-west-1", "service": "EC2", "network_border_group": "eu-west-1"},
  {"ip_prefix": "203.0.113.0/24", "region": "eu-west-1", "service": "EC2", "network_border_group": "eu-west-1"},
  {"ip_prefix": "203.0.113.128/25", "region": "GLOBAL", "service": "CLOUDFRONT", "network_border_group": "GLOBAL"},
  {"ip_prefix": "203.0.113.128/25", "region": "GLOBAL", "service": "AMAZON", "network_border_group": "GLOBAL"}],
 "ipv6_prefixes": [{"ipv6_prefix": "2001:db8:1::/48", "region": "us-east-1", "service": "AMAZON", "network_border_group": "us-east-1"}]}`),
		Known: []analysis.Known{
			known("192.0.2.0/24", "of this case"), known("192.0.2.9", ""),
			{Kind: analysis.EntityAccount, Value: "111122223333", Name: "no address"},
		},
	})
	f := func(address string, want analysis.Network) {
		t.Helper()
		if got := table.Lookup(address); got != want {
			t.Errorf("%q: %+v, want %+v", address, got, want)
		}
	}
	f("198.51.100.1", analysis.Network{Tag: "office", Country: "NL"})
	f("198.51.100.7", analysis.Network{Tag: "proxy", Country: "NL"})
	f("192.0.2.1", analysis.Network{Tag: "of this case", Country: "NL"})
	f("192.0.2.9", analysis.Network{Tag: "known", Country: "NL"})
	f("203.0.113.7", analysis.Network{AWS: "EC2_INSTANCE_CONNECT, EC2", AWSRegion: "eu-west-1", Country: "NL"})
	f("203.0.113.200", analysis.Network{AWS: "CLOUDFRONT", AWSRegion: "GLOBAL", Country: "NL"})
	f("2001:db8:1::1", analysis.Network{Tag: "lab", AWS: "AMAZON", AWSRegion: "us-east-1", Country: "NL"})
	f("10.1.2.3", analysis.Network{Tag: "vpc", Private: true})
	f("172.31.0.1", analysis.Network{Private: true})
	f("172.32.0.1", analysis.Network{Country: "NL"})
	f("100.64.0.1", analysis.Network{Private: true})
	f("fd00::1", analysis.Network{Private: true})
	f("::ffff:10.1.2.3", analysis.Network{Tag: "vpc", Private: true})
	f("cloudformation.amazonaws.com", analysis.Network{Service: "cloudformation.amazonaws.com"})
	f("ec2.cn-north-1.amazonaws.com.cn", analysis.Network{Service: "ec2.cn-north-1.amazonaws.com.cn"})
	f("AWS Internal", analysis.Network{Service: "AWS Internal"})
	for _, none := range []string{"", "amazonaws.com.example.com", "fe80::1%eth0", "192.0.2.256", "dead beef", "192.0.2.1 "} {
		f(none, analysis.Network{})
	}
}

// A broken file is named, and whatever else there is still answers.
func TestBrokenFiles(t *testing.T) {
	good := writeMMDB(t, "GeoLite2-Country", records{"203.0.113.0/24": {"country": country("NL")}})
	bytes, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	f := func(opt Options, want string) {
		t.Helper()
		opt.MMDB = append(opt.MMDB, good)
		table, err := Open(opt)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
		if got := table.Lookup("203.0.113.7"); got.Country != "NL" {
			t.Errorf("the other file is not asked: %+v", got)
		}
		var named int
		for _, file := range table.Files() {
			if file.Err != nil && strings.HasPrefix(file.Err.Error(), "read "+file.Path+": ") {
				named++
			}
		}
		if named != 1 {
			t.Errorf("%d files are named as broken: %+v", named, table.Files())
		}
		if err := table.Close(); err != nil {
			t.Error(err)
		}
	}
	missing := filepath.Join(t.TempDir(), "missing")
	f(Options{MMDB: []string{missing}}, "read "+missing+": ")
	f(Options{MMDB: []string{write(t, "cut.mmdb", string(bytes[:len(bytes)/2]))}}, "invalid MaxMind DB file")
	f(Options{MMDB: []string{write(t, "empty.mmdb", "")}}, "empty")
	f(Options{MMDB: []string{writeMMDB(t, "GeoIP2-Anonymous-IP", records{"203.0.113.0/24": {"is_anonymous": mmdbtype.Bool(true)}})}},
		"have no country, city or autonomous system (GeoIP2-Anonymous-IP)")
	f(Options{Networks: missing}, "read "+missing+": ")
	f(Options{Networks: write(t, "networks.yaml", "networks:\n- {cidr: here, tag: office}\n")}, "line 2")
	f(Options{IPRanges: missing}, "read "+missing+": ")
	f(Options{IPRanges: write(t, "ip-ranges.json", "<html>")}, "invalid character")
	f(Options{IPRanges: write(t, "ip-ranges.json", "{}")}, "no prefixes")
	f(Options{IPRanges: write(t, "ip-ranges.json", `{"createDate": "now", "prefixes": [{"ip_prefix": "192.0.2.0/24"}]}`)}, "createDate")
	f(Options{IPRanges: write(t, "ip-ranges.json", `{"createDate": "2026-01-15-10-30-00", "prefixes": [{"ip_prefix": "192.0.2"}]}`)}, "192.0.2")
}

func BenchmarkLookup(b *testing.B) {
	cities, systems := records{}, records{}
	prefix := netip.MustParsePrefix("203.0.113.0/24")
	for i, ip := 0, prefix.Addr(); prefix.Contains(ip); i, ip = i+1, ip.Next() {
		cities[ip.String()+"/32"] = city("NL", "Amsterdam "+ip.String())
		systems[ip.String()+"/32"] = as(64500+uint32(i), "ExampleHost "+ip.String())
	}
	table := open(b, Options{MMDB: []string{writeMMDB(b, "City", cities), writeMMDB(b, "ASN", systems)}})
	var addresses []string
	for ip := prefix.Addr(); prefix.Contains(ip); ip = ip.Next() {
		addresses = append(addresses, ip.String())
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if table.Lookup(addresses[i%len(addresses)]).City == "" {
			b.Fatal("nothing found")
		}
	}
}
