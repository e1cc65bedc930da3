package filter

import (
	"math"
	"strconv"
	"strings"
	"time"
)

func compileTime(operand clause, op Op, v literal, now time.Time) (clause, error) {
	s, plain := v.plain()
	period, err := ParseTime(s, now)
	const hint = "write 2026-11-09, 2026-11-09T02:19, 2026-11-09T02:19:03Z or -36h"
	if !plain || err != nil {
		return clause{}, wrong(v.pos, v.end, hint, "%s is not a time", v)
	}
	if op == Equal && period.From.Equal(period.To) {
		return clause{}, wrong(v.pos, v.end, "write > for what came after it, < for what came before", "nothing happens exactly %s ago", strings.TrimPrefix(s, "-"))
	}
	from, to := timestamp(period.From), timestamp(period.To)
	const at = "CAST(? AS TIMESTAMP)"
	switch {
	case op == Equal:
		return over("({} >= "+at+" AND ", operand).with(from).and(over("{} < "+at+")", operand).with(to)), nil
	case op == LessEqual && from != to:
		return over("{} < "+at, operand).with(to), nil
	case op == Greater && from != to:
		return over("{} >= "+at, operand).with(from), nil
	}
	return over("{} "+string(op)+" "+at, operand).with(from), nil
}

func compileNumber(operand clause, op Op, v literal) (clause, error) {
	s, plain := v.plain()
	number, ok := parseNumber(s)
	if !plain || !ok {
		return clause{}, wrong(v.pos, v.end, "write 10, 2.5k or 8MiB", "%s is not a number", v)
	}
	return over("{} "+string(op)+" ?", operand).with(number), nil
}

// parseNumber reads a number with an optional k, M or G (thousands), Ki, Mi or Gi
// (1024s), and B; as int64 where it is whole.
func parseNumber(s string) (number any, ok bool) {
	digits := strings.TrimSuffix(s, "B")
	scale := 1.0
	for unit, of := range map[string]float64{"Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9} {
		if n, found := strings.CutSuffix(digits, unit); found {
			digits, scale = n, of
			break
		}
	}
	if scale == 1 {
		if i, err := strconv.ParseInt(digits, 10, 64); err == nil {
			return i, true
		}
	}
	if strings.ContainsAny(digits, "xX_nNiIpP") { // no hexadecimal, no Inf, no NaN
		return nil, false
	}
	x, err := strconv.ParseFloat(digits, 64)
	if x *= scale; err != nil || math.IsInf(x, 0) {
		return nil, false
	}
	if x == math.Trunc(x) && math.Abs(x) < 1<<53 {
		return int64(x), true
	}
	return x, true
}
