package signin

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"latchkey/internal/secret"
)

// The lengths of one-time codes, where the server does not say.
const (
	shortestCode = 6
	longestCode  = 10
)

// trimUsername drops white space around a user name, which no server counts and every clipboard adds. Nothing else
// is changed.
func trimUsername(s string) string { return strings.TrimSpace(s) }

// normalizeCode drops what people and clipboards put between digits, and writes every script's digits in ASCII. ok is
// false when the rest is not a code of that many digits (any usual number, when digits is 0).
func normalizeCode(typed secret.Text, digits int) (code secret.Text, ok bool) {
	raw := []byte(typed.Reveal())
	defer clear(raw)
	out := make([]byte, 0, longestCode)
	for rest := raw; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		rest = rest[size:]
		if isSeparator(r) {
			continue
		}
		digit, isDigit := digitValue(r)
		if !isDigit || len(out) == cap(out) {
			clear(out)
			return secret.Text{}, false
		}
		out = append(out, '0'+digit)
	}
	if n := len(out); (digits > 0 && n != digits) || (digits == 0 && n < shortestCode) {
		clear(out)
		return secret.Text{}, false
	}
	return secret.FromBytes(out), true
}

func isSeparator(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || unicode.Is(unicode.Cf, r)
}

// digitValue returns the value of a decimal digit of any script. Unicode keeps each script's ten digits together, and
// where scripts follow each other without a gap they do so in tens.
func digitValue(r rune) (byte, bool) {
	if !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	first := r
	for unicode.Is(unicode.Nd, first-1) {
		first--
	}
	return byte((r - first) % 10), true
}
