package network

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"time"

	"github.com/gaissmai/bart"

	"github.com/trailbench/trailbench/analysis"
)

// Options name what a [Table] is made of. All of it is optional.
type Options struct {
	MMDB     []string // files; where several know something, the first one's word counts
	Networks string   // the YAML file of the user's networks
	IPRanges string   // AWS's ip-ranges.json
	Known    []analysis.Known
}

// File is one of the files that a [Table] was to be made of.
type File struct {
	Path string
	// Type is what an mmdb file calls itself ("GeoLite2-City"), else "networks" or
	// "ip-ranges".
	Type string
	// Built is when what it says was so: when an mmdb file or ip-ranges.json was made,
	// when the networks were last changed.
	Built time.Time
	// Err says why the file is not used; nil when it is.
	Err error
}

// Table answers what is known of an address. Lookups may run side by side, until Close.
type Table struct {
	files     []File
	databases []*database
	tags      bart.Table[string]
	aws       bart.Table[awsRange]
	private   bart.Lite
}

// Open reads the files. The table it returns can always be used; the error names the
// files that could not be read, which [Table.Files] lists as well.
func Open(opt Options) (*Table, error) {
	t := new(Table)
	for _, prefix := range privateRanges() {
		t.private.Insert(prefix)
	}
	for _, path := range opt.MMDB {
		t.use(path, t.openMMDB)
	}
	if opt.IPRanges != "" {
		t.use(opt.IPRanges, t.readIPRanges)
	}
	if opt.Networks != "" {
		t.use(opt.Networks, t.readNetworks)
	}
	// Behind the file of all cases: where both name the same network, the case's word
	// counts.
	for _, k := range opt.Known {
		t.know(k)
	}
	var broken []error
	for _, f := range t.files {
		broken = append(broken, f.Err)
	}
	return t, errors.Join(broken...)
}

// use has read take what is in a file, and notes how that went.
func (t *Table) use(path string, read func(*File) error) {
	f := File{Path: path}
	if err := read(&f); err != nil {
		f.Err = fmt.Errorf("read %s: %w", path, withoutPath(err))
	}
	t.files = append(t.files, f)
}

// withoutPath takes off what errors of the file system say about where it happened,
// which is said already.
func withoutPath(err error) error {
	var e *os.PathError
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}

func (t *Table) know(k analysis.Known) {
	prefix, err := parseBlock(k.Value)
	if k.Kind != analysis.EntitySourceIP || err != nil {
		return
	}
	tag := k.Name
	if tag == "" {
		tag = "known"
	}
	t.tags.Insert(prefix, tag)
}

// Files lists the files that the table was to be made of, in the order of lookups.
func (t *Table) Files() []File { return t.files }

// Close closes the mmdb files, which are mapped into memory: no lookup may follow.
func (t *Table) Close() error {
	var all []error
	for _, d := range t.databases {
		all = append(all, d.reader.Close())
	}
	t.databases = nil
	return errors.Join(all...)
}

// Lookup returns what is known of a source address as CloudTrail writes it. What is no
// address, or an address that nothing is known of, has the zero [analysis.Network].
func (t *Table) Lookup(address string) analysis.Network {
	var n analysis.Network
	if analysis.IsServiceAddress(address) {
		n.Service = address
		return n
	}
	if !mayBeAddress(address) {
		return n
	}
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Zone() != "" {
		return n
	}
	ip = ip.Unmap()
	n.Tag, _ = t.tags.Lookup(ip)
	if n.Private = t.private.Contains(ip); n.Private {
		return n
	}
	if r, ok := t.aws.Lookup(ip); ok {
		n.AWS, n.AWSRegion = r.services, r.region
	}
	for _, d := range t.databases {
		d.lookup(ip).addTo(&n)
	}
	return n
}

// mayBeAddress keeps words from the parser, whose errors allocate.
func mayBeAddress(s string) bool {
	if s == "" {
		return false
	}
	c := s[0] | 0x20
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || s[0] == ':'
}

// parseBlock reads an address or a CIDR without bits behind its prefix.
func parseBlock(text string) (netip.Prefix, error) {
	if ip, err := netip.ParseAddr(text); err == nil && ip.Zone() == "" {
		ip = ip.Unmap()
		return netip.PrefixFrom(ip, ip.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return prefix, fmt.Errorf("%q is no address or CIDR", text)
	}
	if masked := prefix.Masked(); masked != prefix {
		return prefix, fmt.Errorf("%s has bits behind its prefix; the network is %s", prefix, masked)
	}
	if ip := prefix.Addr(); ip.Is4In6() && prefix.Bits() >= 96 {
		return netip.PrefixFrom(ip.Unmap(), prefix.Bits()-96), nil
	}
	return prefix, nil
}

// privateRanges are the addresses that nobody on the internet has. The ranges for
// documentation are not among them: logs that were made to show something use them in
// place of addresses of the internet.
func privateRanges() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("0.0.0.0/8"),      // this host
		netip.MustParsePrefix("10.0.0.0/8"),     // RFC 1918
		netip.MustParsePrefix("100.64.0.0/10"),  // behind a provider's NAT
		netip.MustParsePrefix("127.0.0.0/8"),    // loopback
		netip.MustParsePrefix("169.254.0.0/16"), // link
		netip.MustParsePrefix("172.16.0.0/12"),  // RFC 1918
		netip.MustParsePrefix("192.168.0.0/16"), // RFC 1918
		netip.MustParsePrefix("::/128"),         // no address
		netip.MustParsePrefix("::1/128"),        // loopback
		netip.MustParsePrefix("fc00::/7"),       // unique local
		netip.MustParsePrefix("fe80::/10"),      // link
	}
}
