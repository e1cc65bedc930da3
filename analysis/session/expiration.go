package session

import (
	"strconv"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// Ways that services wrote the time over the years. Newer Java runtimes add a comma
// behind the year and a narrow no-break space before AM and PM.
const (
	javaLayout = "Jan 2, 2006 3:04:05 PM"
	sqlLayout  = "2006-01-02 15:04:05"
)

// expiration returns when the issued credentials end, in µs since 1970 UTC; 0 when
// the record does not say or says it in no way known.
func expiration(e *analysis.Event) int64 {
	return parseExpiration(value(e.ResponseElements, "credentials", "expiration"))
}

// parseExpiration reads a JSON value: a string in one of the layouts, or a number of
// seconds or milliseconds since 1970.
func parseExpiration(raw string) int64 {
	if raw == "" {
		return 0
	}
	s := raw
	if raw[0] == '"' {
		s = unquote(raw)
	}
	if s == "" {
		return 0
	}
	if s[0] < '0' || s[0] > '9' {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\u202f", " "), "\u00a0", " ")
		if i := strings.LastIndex(s, ", "); strings.Count(s, ", ") == 2 {
			s = s[:i] + s[i+1:]
		}
		return parseTime(javaLayout, s)
	}
	switch n, err := strconv.ParseFloat(s, 64); {
	case err != nil && strings.Contains(s, "T"):
		return parseTime(time.RFC3339Nano, s)
	case err != nil:
		return parseTime(sqlLayout, s)
	case n > 1e14:
		return 0
	case n > 1e11: // milliseconds: as seconds it would be after the year 5000
		return int64(n * 1e3)
	default:
		return int64(n * 1e6)
	}
}

func parseTime(layout, s string) int64 {
	t, err := time.Parse(layout, s)
	if err != nil {
		return 0
	}
	return t.UnixMicro()
}
