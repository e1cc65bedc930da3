package filter

import (
	"encoding/binary"
	"math"
	"net/netip"
	"strconv"
	"strings"
)

// compileIP compares the two number columns beside the operand, or its text. Single
// addresses become one IN for each upper half, which is one for all of IPv4.
func (n *condition) compileIP(operand clause) (clause, error) {
	var clauses []clause
	var halves []uint64
	single := make(map[uint64][]any)
	for _, v := range n.values {
		block, ok := parseBlock(v)
		if !ok {
			if s, plain := v.plain(); plain && strings.Contains(s, "/") {
				return clause{}, wrong(v.pos, v.end, "write 203.0.113.0/24 or 2001:db8::/32", "%q is not a CIDR block", s)
			}
			clauses = append(clauses, match(operand, v, true))
			continue
		}
		bits := block.Bits()
		if block.Addr().Is4() {
			bits += 96
		}
		first := block.Masked().Addr().As16() // an IPv4 address as ::ffff:a.b.c.d, as the columns have it
		hi, lo := binary.BigEndian.Uint64(first[:8]), binary.BigEndian.Uint64(first[8:])
		switch {
		case bits == 128:
			if single[hi] == nil {
				halves = append(halves, hi)
			}
			single[hi] = append(single[hi], decimal(lo))
		case bits <= 64:
			clauses = append(clauses, over("{}_hi BETWEEN "+ubigint+" AND "+ubigint, operand).with(decimal(hi), decimal(hi|math.MaxUint64>>bits)))
		default:
			high := over("({}_hi = "+ubigint, operand).with(decimal(hi))
			low := over("{}_lo BETWEEN "+ubigint+" AND "+ubigint+")", operand).with(decimal(lo), decimal(lo|math.MaxUint64>>(bits-64)))
			clauses = append(clauses, join([]clause{high, low}, " AND "))
		}
	}
	for _, hi := range halves {
		high := over("({}_hi = "+ubigint, operand).with(decimal(hi))
		low := over("{}_lo IN ("+list(ubigint, len(single[hi]))+"))", operand).with(single[hi]...)
		clauses = append(clauses, join([]clause{high, low}, " AND "))
	}
	return anyOf(clauses), nil
}

// ubigint is a bound number of 64 bits: database/sql takes no uint64 above half its range.
const ubigint = "CAST(? AS UBIGINT)"

func decimal(n uint64) string { return strconv.FormatUint(n, 10) }

// parseBlock reads an address as the block that holds nothing else, or a CIDR block.
func parseBlock(v literal) (netip.Prefix, bool) {
	s, plain := v.plain()
	if block, err := netip.ParsePrefix(s); plain && err == nil {
		return block, true
	}
	address, err := netip.ParseAddr(s)
	address = address.Unmap()
	return netip.PrefixFrom(address, address.BitLen()), plain && err == nil && address.Zone() == ""
}
