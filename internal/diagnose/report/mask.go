package report

import (
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"

	"latchkey/internal/transport"
)

const (
	maxRaw  = 1000 // bytes; what is longer was not made for people
	maxText = 200  // characters
	leftOut = "[left out]"
)

// mask turns what must not be told into placeholders. It is used for one report.
type mask struct {
	hosts     map[string]bool
	private   []string // in lower case, longest first
	addresses bool
	rules     []rule
	numbers   map[string]int // of placeholders, by kind and value
	counts    map[string]int // of placeholders, by kind
}

// placeholder returns the one for a value, the same one each time.
func (m *mask) placeholder(kind, value string) string {
	key := kind + "\x00" + strings.ToLower(value)
	if m.numbers[key] == 0 {
		m.counts[kind]++
		m.numbers[key] = m.counts[kind]
	}
	return "[" + kind + " " + strconv.Itoa(m.numbers[key]) + "]"
}

// text returns a text from outside without anything that looks private. Each word is looked at once and on its own, so
// the time grows with the length and no more; what is too long or no text at all is left out whole.
func (m *mask) text(s string) string {
	if len(s) > maxRaw || !utf8.ValidString(s) {
		return leftOut
	}
	s = transport.Clean(s, maxText)
	s = m.known(s)
	var b strings.Builder
	for len(s) > 0 {
		n := strings.IndexFunc(s, separates)
		switch {
		case n == 0 && strings.HasPrefix(s, "[") && placeholderLen(s) > 0:
			n = placeholderLen(s)
			b.WriteString(s[:n])
		case n == 0:
			_, n = utf8.DecodeRuneInString(s)
			b.WriteString(s[:n])
		default:
			if n < 0 {
				n = len(s)
			}
			b.WriteString(m.word(s[:n]))
		}
		s = s[n:]
	}
	return harmless(b.String())
}

// separates reports whether a character stands between words. Those inside of addresses, paths and secrets do not.
func separates(r rune) bool {
	return r == ' ' || strings.ContainsRune("\"'`<>()[]{}|,;…“”‘’«»", r)
}

// placeholderLen returns the length of the placeholder that s begins with, or 0.
func placeholderLen(s string) int {
	end := strings.IndexByte(s, ']')
	if end < 0 || end > 24 {
		return 0
	}
	kind, number, _ := strings.Cut(s[1:end], " ")
	if _, err := strconv.Atoi(number); err != nil || !isWord(kind) {
		return 0
	}
	return end + 1
}

// word masks one word.
func (m *mask) word(w string) string {
	bare := strings.TrimRight(w, ".:!?")
	if bare == "" {
		return w
	}
	for _, r := range m.rules {
		if masked, hit := r.apply(m, bare); hit {
			return masked + w[len(bare):]
		}
	}
	return w
}

// known masks the values that are known to be private, wherever they stand as words of their own.
func (m *mask) known(s string) string {
	for _, secret := range m.private {
		lower := strings.ToLower(s)
		if len(lower) != len(s) { // a character whose lower case has another length: positions would not fit
			s = lower
		}
		for from := 0; ; {
			at := strings.Index(lower[from:], secret)
			if at < 0 {
				break
			}
			at += from
			end := at + len(secret)
			if !alone(lower, at, end) {
				from = at + 1
				continue
			}
			with := m.placeholder("private", secret)
			s, lower = s[:at]+with+s[end:], lower[:at]+with+lower[end:]
			from = at + len(with)
		}
	}
	return s
}

// alone reports whether s[from:to] is not just part of a longer word. A short name is found in many words.
func alone(s string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:from])
	after, _ := utf8.DecodeRuneInString(s[to:])
	return to-from >= 6 || (from == 0 || !letterOrDigit(before)) && (to == len(s) || !letterOrDigit(after))
}

// harmless keeps a text from being taken for more than text: backticks end what Markdown leaves alone, and programs that
// make tables run what begins like a formula.
func harmless(s string) string {
	s = strings.ReplaceAll(s, "`", "'")
	if s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		return "'" + s
	}
	return s
}

// isAddress reports whether a text is an IP address, perhaps with a port.
func isAddress(s string) bool {
	_, err := parseAddr(s)
	return err == nil
}

// parseAddr reads an IP address, alone, in brackets, with a port or with the length of a prefix.
func parseAddr(s string) (netip.Addr, error) {
	if p, err := netip.ParseAddrPort(s); err == nil {
		return p.Addr(), nil
	}
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.Addr(), nil
	}
	return netip.ParseAddr(strings.Trim(s, "[]"))
}
