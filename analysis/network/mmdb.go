package network

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/oschwald/maxminddb-golang/v2"

	"github.com/trailbench/trailbench/analysis"
)

// database is an mmdb file with the layout of its records.
type database struct {
	reader *maxminddb.Reader
	layout layout
}

// layout decodes what is found of an address.
type layout func(maxminddb.Result) (facts, error)

// facts are what one mmdb file knows of an address.
type facts struct {
	asn           uint32
	asName        string
	country, city string
}

// addTo fills in what is not known yet. A name comes from the file that its number or
// country is from: two files may disagree, and half of each would be nobody's word.
func (f facts) addTo(n *analysis.Network) {
	if n.ASN == 0 {
		n.ASN, n.ASName = f.asn, f.asName
	}
	if n.Country == "" {
		n.Country, n.City = f.country, f.city
	}
	if n.City == "" && n.Country == f.country {
		n.City = f.city
	}
}

func (t *Table) openMMDB(f *File) error {
	reader, err := maxminddb.Open(f.Path)
	if err != nil {
		return err
	}
	f.Type = reader.Metadata.DatabaseType
	f.Built = reader.Metadata.BuildTime().UTC()
	layout, err := layoutOf(reader)
	if err != nil {
		_ = reader.Close() // of a file that was only read
		return err
	}
	t.databases = append(t.databases, &database{reader: reader, layout: layout})
	return nil
}

// layoutOf finds out how the records of a file are to be read. The type that a file
// states is free text, so its first records decide.
func layoutOf(reader *maxminddb.Reader) (layout, error) {
	const enough = 1000 // the first records may be of networks with nothing to say
	seen := 0
	for result := range reader.Networks() {
		if err := result.Err(); err != nil {
			return nil, err
		}
		for _, l := range []layout{nested, flat} {
			if f, err := l(result); err == nil && f != (facts{}) {
				return l, nil
			}
		}
		if seen++; seen == enough {
			break
		}
	}
	return nil, fmt.Errorf("its records have no country, city or autonomous system (%s)", reader.Metadata.DatabaseType)
}

// lookup returns what the file knows of ip. A record that cannot be decoded is the same
// as none: opening the file has shown that its records are of the layout.
func (d *database) lookup(ip netip.Addr) facts {
	result := d.reader.Lookup(ip)
	if !result.Found() {
		return facts{}
	}
	f, err := d.layout(result)
	if err != nil {
		return facts{}
	}
	return f
}

// nested is the layout of MaxMind and DB-IP.
func nested(result maxminddb.Result) (facts, error) {
	var r struct {
		ASN     uint32 `maxminddb:"autonomous_system_number"`
		ASName  string `maxminddb:"autonomous_system_organization"`
		Country struct {
			Code string `maxminddb:"iso_code"`
		} `maxminddb:"country"`
		City struct {
			Names struct {
				English string `maxminddb:"en"`
			} `maxminddb:"names"`
		} `maxminddb:"city"`
	}
	err := result.Decode(&r)
	return facts{asn: r.ASN, asName: r.ASName, country: r.Country.Code, city: r.City.Names.English}, err
}

// flat is the layout of IPinfo. Its files differ: a country is a code in some, and in
// others a name beside a code; the name of an autonomous system has two keys.
func flat(result maxminddb.Result) (facts, error) {
	var r struct {
		ASN         string `maxminddb:"asn"`
		ASName      string `maxminddb:"as_name"`
		Name        string `maxminddb:"name"`
		Country     string `maxminddb:"country"`
		CountryCode string `maxminddb:"country_code"`
		City        string `maxminddb:"city"`
	}
	err := result.Decode(&r)
	f := facts{asName: r.ASName, country: r.CountryCode, city: r.City}
	if number, err := strconv.ParseUint(strings.TrimPrefix(r.ASN, "AS"), 10, 32); err == nil {
		f.asn = uint32(number)
	}
	if f.asName == "" {
		f.asName = r.Name
	}
	if f.country == "" && len(r.Country) == 2 {
		f.country = r.Country
	}
	return f, err
}
