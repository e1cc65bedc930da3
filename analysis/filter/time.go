package filter

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Period is what a written time stands for: 2026-11-09 is the whole day. From is
// inclusive, To exclusive; they are the same instant for a time relative to now.
type Period struct{ From, To time.Time }

// ParseTime reads a time as filters, --since and --until write it: RFC 3339, a date, a
// date with hour and minute or second (UTC where no zone is given), or a time relative
// to now: -36h and 36h are both 36 hours before it. Units are s, m, h, d and w.
func ParseTime(text string, now time.Time) (Period, error) {
	if d, err := ParseDuration(strings.TrimPrefix(text, "-")); err == nil {
		t := now.Add(-d)
		return Period{t, t}, nil
	}
	upper := strings.ToUpper(text)
	for _, form := range []struct {
		layout string
		length time.Duration // of the period; 0 is a day
	}{
		{"2006-01-02", 0},
		{"2006-01-02T15:04", time.Minute},
		{"2006-01-02 15:04", time.Minute},
		{"2006-01-02T15:04Z07:00", time.Minute},
		{"2006-01-02T15:04:05", time.Second},
		{"2006-01-02 15:04:05", time.Second},
		{time.RFC3339, time.Second},
	} {
		t, err := time.Parse(form.layout, upper)
		if err != nil {
			continue
		}
		t = t.UTC()
		switch {
		case t.Year() < 0 || t.Year() > 9999:
			return Period{}, fmt.Errorf("%q is out of range", text)
		case form.length == 0:
			return Period{t, t.AddDate(0, 0, 1)}, nil
		case t.Nanosecond() != 0:
			return Period{t.Truncate(time.Microsecond), t.Truncate(time.Microsecond).Add(time.Microsecond)}, nil
		}
		return Period{t, t.Add(form.length)}, nil
	}
	return Period{}, fmt.Errorf("%q is not a time", text)
}

// ParseDuration reads a length of time such as 90s, 5m, 36h, 7d, 2w or 1d12h.
func ParseDuration(text string) (time.Duration, error) {
	units := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}
	const most = 100 * 366 * 24 * time.Hour
	var sum time.Duration
	for rest := text; rest != "" || text == ""; {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		n, err := strconv.ParseInt(rest[:digits], 10, 64)
		if err != nil || digits == len(rest) || units[rest[digits]] == 0 {
			return 0, fmt.Errorf("%q is not a length of time", text)
		}
		unit := units[rest[digits]]
		if n > int64(most/unit) || sum > most {
			return 0, fmt.Errorf("%q is more than a hundred years", text)
		}
		sum += time.Duration(n) * unit
		rest = rest[digits+1:]
	}
	return sum, nil
}

// timestamp is t as text that DuckDB casts to a TIMESTAMP.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.999999") }
