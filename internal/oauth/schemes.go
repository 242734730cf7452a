package oauth

import "strings"

// challengeParameter returns a parameter of the first challenge with this scheme in WWW-Authenticate headers (RFC 9110,
// section 11.6.1); empty when there is none. Several challenges can share one header; schemes and names of parameters are
// compared without regard to case.
func challengeParameter(headers []string, scheme, name string) string {
	for _, header := range headers {
		rest, ours := header, false
		for {
			rest = strings.TrimLeft(rest, " \t,")
			word := leading(rest, isTokenChar)
			if word == "" {
				break // the end, or not a challenge
			}
			rest = rest[len(word):]
			after := strings.TrimLeft(rest, " \t")
			if !strings.HasPrefix(after, "=") || strings.HasPrefix(after, "==") {
				ours, rest = strings.EqualFold(word, scheme), withoutToken68(after)
				continue
			}
			value, tail, ok := parameterValue(strings.TrimLeft(after[1:], " \t"))
			if !ok {
				break
			}
			if ours && strings.EqualFold(word, name) {
				return value
			}
			rest = tail
		}
	}
	return ""
}

// withoutToken68 cuts off what some schemes have in place of parameters.
func withoutToken68(s string) string {
	word := leading(s, func(c byte) bool { return isTokenChar(c) || c == '/' || c == ':' })
	rest := strings.TrimLeft(s[len(word):], "=")
	if next := strings.TrimLeft(rest, " \t"); word != "" && (next == "" || next[0] == ',') {
		return next
	}
	return s
}

// parameterValue reads a token or a quoted string.
func parameterValue(s string) (value, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		value = leading(s, isTokenChar)
		return value, s[len(value):], value != ""
	}
	var out strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return out.String(), s[i+1:], true
		case s[i] == '\\' && i+1 < len(s):
			i++
			fallthrough
		default:
			out.WriteByte(s[i])
		}
	}
	return "", "", false
}

func leading(s string, in func(byte) bool) string {
	for i := range len(s) {
		if !in(s[i]) {
			return s[:i]
		}
	}
	return s
}

// isTokenChar reports the characters of a token (RFC 9110, section 5.6.2).
func isTokenChar(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
}
