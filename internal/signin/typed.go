package signin

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"latchkey/internal/problem"
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

// The lengths of recovery codes, as far as they are checked here.
const (
	shortestRecovery = 6
	longestRecovery  = 64
)

// readCode makes a typed code what the server is sent, by the rules of its method.
func readCode(typed secret.Text, method string, digits int) (secret.Text, *problem.Problem) {
	if method != Recovery {
		code, ok := normalizeCode(typed, digits)
		if !ok {
			return secret.Text{}, problem.New(problem.CodeShape)
		}
		return code, nil
	}
	code, ok := normalizeRecovery(typed)
	if !ok {
		return secret.Text{}, problem.New(problem.CodeShape, problem.Titled("This is not a recovery code."),
			problem.Do("Enter one of your recovery codes, letters and digits as they stand there."))
	}
	return code, nil
}

// normalizeRecovery drops white space, and writes every dash as a hyphen; the rest, letters and digits, stays as it is. Some
// servers count capital letters and hyphens.
func normalizeRecovery(typed secret.Text) (code secret.Text, ok bool) {
	raw := []byte(typed.Reveal())
	defer clear(raw)
	out := make([]byte, 0, 2*longestRecovery)
	counted := 0
	for rest := raw; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		rest = rest[size:]
		switch {
		case unicode.Is(unicode.Pd, r):
			r = '-'
		case isSeparator(r):
			continue
		case r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			counted++
		default:
			counted = longestRecovery + 1
		}
		if counted > longestRecovery || len(out) == cap(out) {
			clear(out)
			return secret.Text{}, false
		}
		out = append(out, byte(r))
	}
	if counted < shortestRecovery {
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
