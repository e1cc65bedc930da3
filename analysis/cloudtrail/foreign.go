package cloudtrail

import (
	"bytes"
	"regexp"
	"unicode/utf8"
)

// magics are the first bytes of files that are not text.
var magics = []struct{ bytes, what string }{
	{"PK\x03\x04", "zip archive"},
	{"PK\x05\x06", "zip archive"},
	{"PAR1", "Security Lake parquet (OCSF), not CloudTrail's own records"},
	{"\x28\xb5\x2f\xfd", "zstd archive"},
	{"BZh", "bzip2 archive"},
	{"\xfd7zXZ", "xz archive"},
	{"7z\xbc\xaf\x27\x1c", "7z archive"},
	{"%PDF-", "PDF document"},
	{"SQLite format 3\x00", "SQLite database"},
}

// foreignBytes names a file that is not text by its beginning, "" when it may be.
func foreignBytes(head []byte) string {
	for _, m := range magics {
		if hasPrefix(head, m.bytes) {
			return m.what
		}
	}
	if len(head) > 262 && string(head[257:262]) == "ustar" {
		return "tar archive"
	}
	return ""
}

var (
	s3AccessLog = regexp.MustCompile(`^[0-9a-f]{64} \S+ \[\d\d/[A-Z][a-z]{2}/\d{4}:`)
	flowLog     = regexp.MustCompile(`^(version account-id |[2-9] \d{12} eni-)`)
	elbLog      = regexp.MustCompile(`^(h2|https?|wss?|grpcs?) \d{4}-\d\d-\d\dT\S+ (app|net)/`)
	logLine     = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z \{`)
)

// logLinePrefix is the length of the timestamp that an export of CloudWatch Logs puts
// before every record, 0 without one.
func logLinePrefix(b []byte) int {
	return max(0, len(logLine.Find(b[:min(len(b), 64)]))-1)
}

// foreignText names what does not begin as JSON does, "" for what does.
func foreignText(head []byte) string {
	head = bytes.TrimLeft(head, " \t\r\n")
	if len(head) == 0 || head[0] == '{' || head[0] == '[' || head[0] == '"' || logLinePrefix(head) > 0 {
		return ""
	}
	switch {
	case hasPrefix(head, "\x1f\x8b"):
		return "gzip inside gzip"
	case !isText(head):
		return binaryData
	case s3AccessLog.Match(head):
		return "S3 server access log"
	case flowLog.Match(head):
		return "VPC flow log"
	case elbLog.Match(head):
		return "load balancer access log"
	case hasPrefix(head, "<"):
		return "XML or HTML"
	}
	return otherText
}

// What is known of some files is only that they are not ours. When their name is one
// that CloudTrail gives, they are taken for damaged instead.
const (
	binaryData = "binary data"
	otherText  = "text that is neither JSON nor CSV of CloudTrail"
)

func vague(what string) bool { return what == binaryData || what == otherText }

func isText(head []byte) bool {
	for i := 0; i < len(head); {
		r, n := utf8.DecodeRune(head[i:])
		if r == utf8.RuneError && n == 1 && len(head)-i >= utf8.UTFMax || r < ' ' && !isSpace(byte(r)) {
			return false
		}
		i += n
	}
	return true
}
