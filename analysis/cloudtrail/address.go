package cloudtrail

import (
	"encoding/binary"
	"net/netip"
)

// parseAddress reads an IP address as one 128-bit number, IPv4 as ::ffff:a.b.c.d.
// CloudTrail also writes service names here, which are no addresses.
func parseAddress(s string) (hi, lo uint64, ok bool) {
	if v4, ok := parseIPv4(s); ok {
		return 0, 0xffff<<32 | uint64(v4), true
	}
	if len(s) < 2 || len(s) > 45 || !hexOrColon(s[0]) || !hexOrColon(s[1]) {
		return 0, 0, false
	}
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		return 0, 0, false
	}
	b := a.As16()
	return binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:]), true
}

// hexOrColon keeps names like "cloudformation.amazonaws.com" and "AWS Internal" from
// the parser, whose errors allocate.
func hexOrColon(c byte) bool {
	return isDigit(c) || c == ':' || c|0x20 >= 'a' && c|0x20 <= 'f'
}

func parseIPv4(s string) (v uint32, ok bool) {
	if len(s) < 7 || len(s) > 15 {
		return 0, false
	}
	part, digits, dots := 0, 0, 0
	for i := range len(s) {
		c := s[i]
		switch {
		case isDigit(c):
			part = part*10 + int(c-'0')
			if digits++; part > 255 || digits > 1 && part < 10 {
				return 0, false
			}
		case c == '.' && digits > 0 && dots < 3:
			v = v<<8 | uint32(part)
			part, digits = 0, 0
			dots++
		default:
			return 0, false
		}
	}
	return v<<8 | uint32(part), dots == 3 && digits > 0
}
