package network

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"
)

// awsRange is what Amazon says about one of its prefixes.
type awsRange struct {
	services string // "EC2, S3"
	region   string
}

// ipRanges is AWS's ip-ranges.json.
type ipRanges struct {
	CreateDate string       `json:"createDate"`
	Prefixes   []ipv4Prefix `json:"prefixes"`
	IPv6       []ipv6Prefix `json:"ipv6_prefixes"`
}

type ipv4Prefix struct {
	Prefix  netip.Prefix `json:"ip_prefix"`
	Region  string       `json:"region"`
	Service string       `json:"service"`
}

type ipv6Prefix struct {
	Prefix  netip.Prefix `json:"ipv6_prefix"`
	Region  string       `json:"region"`
	Service string       `json:"service"`
}

func (t *Table) readIPRanges(f *File) error {
	f.Type = "ip-ranges"
	text, err := os.ReadFile(f.Path)
	if err != nil {
		return err
	}
	var all ipRanges
	if err := json.Unmarshal(text, &all); err != nil {
		return err
	}
	if len(all.Prefixes)+len(all.IPv6) == 0 {
		return errors.New("it holds no prefixes")
	}
	if f.Built, err = time.Parse("2006-01-02-15-04-05", all.CreateDate); err != nil {
		return fmt.Errorf("createDate: %w", err)
	}
	for _, p := range all.Prefixes {
		t.addAWS(p.Prefix, p.Service, p.Region)
	}
	for _, p := range all.IPv6 {
		t.addAWS(p.Prefix, p.Service, p.Region)
	}
	return nil
}

// addAWS adds a service to those of a prefix. The file lists a prefix once for every
// service that uses it and once more for AMAZON, which stands for all of Amazon.
func (t *Table) addAWS(prefix netip.Prefix, service, region string) {
	t.aws.Modify(prefix, func(r awsRange, known bool) (awsRange, bool) {
		switch {
		case !known || r.services == "AMAZON":
			r = awsRange{services: service, region: region}
		case service != "AMAZON" && !slices.Contains(strings.Split(r.services, ", "), service):
			r.services += ", " + service
		}
		return r, false
	})
}
