package cloudtrail

import (
	"strings"
	"time"
)

// parseTime reads a time as CloudTrail and its exports write it, in microseconds
// since 1970 UTC. Times without a zone are UTC, as everywhere in CloudTrail.
func parseTime(s string) (micros int64, ok bool) {
	if t, ok := plainTime(s); ok {
		return t, true
	}
	s = strings.TrimSpace(s)
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UnixMicro(), true
		}
	}
	return 0, false
}

// timeLayouts are the spellings met in real exports, most of them in the older
// console's and in those of SQL engines.
var timeLayouts = [...]string{
	time.RFC3339Nano,
	"2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999999 UTC",
	"2006-01-02 15:04:05.999999999 -0700",
	"2006-01-02T15:04:05.999999999",
	"2006-01-02T15:04:05.999999999-0700",
	"20060102T150405Z",
	"2006-01-02, 03:04:05 PM",
}

// plainTime reads 2026-01-15T10:00:00Z, and the same with a blank for the T, without
// the Z, or with a fraction of a second: nearly every time there is.
func plainTime(s string) (micros int64, ok bool) {
	if len(s) < 19 || s[4] != '-' || s[7] != '-' || s[10] != 'T' && s[10] != ' ' || s[13] != ':' || s[16] != ':' {
		return 0, false
	}
	year := twoDigits(s, 0)*100 + twoDigits(s, 2)
	month, day := twoDigits(s, 5), twoDigits(s, 8)
	hour, minute, second := twoDigits(s, 11), twoDigits(s, 14), twoDigits(s, 17)
	if year < 0 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) ||
		hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 {
		return 0, false
	}
	rest := s[19:]
	if len(rest) > 1 && rest[0] == '.' {
		scale := int64(100_000)
		n := 1
		for ; n < len(rest) && isDigit(rest[n]); n++ {
			micros += scale * int64(rest[n]-'0')
			scale /= 10
		}
		if n == 1 {
			return 0, false
		}
		rest = rest[n:]
	}
	if rest != "Z" && (rest != "" || s[10] == 'T') {
		return 0, false
	}
	seconds := int64(daysSince1970(year, month, day))*86400 + int64(hour*3600+minute*60+second)
	return seconds*1_000_000 + micros, true
}

// twoDigits reads two digits, or returns a number below -1000.
func twoDigits(s string, i int) int {
	a, b := s[i]-'0', s[i+1]-'0'
	if a > 9 || b > 9 {
		return -1_000_000
	}
	return int(a)*10 + int(b)
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// daysSince1970 counts days in the Gregorian calendar, with years that begin in
// March so that leap days come last.
func daysSince1970(year, month, day int) int {
	if month <= 2 {
		year--
		month += 12
	}
	return 365*year + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + day - 1 - 719468
}
