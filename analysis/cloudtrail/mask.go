package cloudtrail

import "bytes"

// secretTails are the ends of the field names whose values are credentials, without
// the first letter, which is written both small and large. CloudTrail removes most
// secrets itself, but not the tokens of sessions that calls hand out.
var secretTails = [...]string{"essionToken", "ecretAccessKey", "lientSecret"}

// mask is what stands for a credential.
const mask = "***"

// holdsSecret reports whether JSON text may name a credential. A letter written as an
// escape, which no program does, counts as one.
func holdsSecret(b []byte, t traits) bool {
	// Every record is asked. What all names have within begins with a capital, which
	// is rare enough to be looked for quickly.
	if bytes.Contains(b, []byte("Token")) || bytes.Contains(b, []byte("AccessKey")) || bytes.Contains(b, []byte("Secret")) {
		if at, _ := nextSecret(b); at >= 0 {
			return true
		}
	}
	return t&escaped != 0 && bytes.Contains(b, []byte(`\u00`))
}

// nextSecret finds the tail of a credential's name: where it stands, and its length.
func nextSecret(b []byte) (at, length int) {
	at = -1
	for _, tail := range secretTails {
		if n := bytes.Index(b, bytesOf(tail)); n >= 0 && (at < 0 || n < at) {
			at, length = n, len(tail)
		}
	}
	return at, length
}

// appendMasked appends the valid, compact JSON value in, with pad behind it, with
// every credential replaced by ***: as a member of an object, and inside strings that
// hold JSON again or the {name=value} notation of query engines.
func appendMasked(out, in []byte) []byte {
	n := len(in) - pad
	for i := 0; i < n; {
		if in[i] != '"' {
			out = append(out, in[i])
			i++
			continue
		}
		end, t, what := scanString(in, i+1)
		if what != "" {
			return append(out, in[i:n]...)
		}
		literal := in[i+1 : end]
		if i = end + 1; in[i] != ':' {
			out = append(out, '"')
			out = appendMaskedText(out, literal)
			out = append(out, '"')
			continue
		}
		out = append(out, in[end-len(literal)-1:i+1]...)
		if i++; in[i] == '{' || in[i] == '[' || in[i] == 'n' || !isSecret(textOf(literal, t)) {
			continue
		}
		if i, _, what = scanValue(in, i); what != "" {
			return out
		}
		out = append(out, `"`+mask+`"`...)
	}
	return out
}

func isSecret(name string) bool {
	at, length := nextSecret(bytesOf(name))
	return at >= 0 && at+length == len(name)
}

// appendMaskedText masks name=value and \"name\":\"value\" in the inside of a string.
func appendMaskedText(out, in []byte) []byte {
	for {
		at, length := nextSecret(in)
		if at < 0 {
			return append(out, in...)
		}
		i := skipQuote(in, at+length)
		i = skipBlanks(in, i)
		if i < len(in) && (in[i] == ':' || in[i] == '=') {
			i = skipBlanks(in, i+1)
			open := i
			i = skipQuote(in, i)
			out = append(out, in[:i]...)
			out = append(out, mask...)
			in = in[secretEnd(in, i, i-open):]
		} else {
			out = append(out, in[:at+length]...)
			in = in[at+length:]
		}
	}
}

func skipBlanks(b []byte, i int) int {
	for i < len(b) && b[i] == ' ' {
		i++
	}
	return i
}

// skipQuote goes behind a quote with the backslashes before it, if one stands at i.
func skipQuote(b []byte, i int) int {
	k := i
	for k < len(b) && b[k] == '\\' {
		k++
	}
	if k < len(b) && (b[k] == '"' || b[k] == '\'') {
		return k + 1
	}
	return i
}

// secretEnd is where the value that begins at i ends: before a quote that has no more
// backslashes than the opening one, which took quote bytes, or at a delimiter.
func secretEnd(b []byte, i, quote int) int {
	if quote == 0 {
		if n := bytes.IndexAny(b[i:], `,}])& ;\`); n >= 0 {
			return i + n
		}
		return len(b)
	}
	slashes := 0
	for ; i < len(b); i++ {
		switch b[i] {
		case '\\':
			slashes++
			continue
		case '"', '\'':
			if slashes < quote {
				return i - slashes
			}
		}
		slashes = 0
	}
	return len(b)
}
