package transport

import (
	"strings"
	"unicode"
)

// Clean makes text from outside safe to show: valid UTF-8, no control, bidirectional or invisible formatting
// characters, white space folded to single spaces, at most max runes (an ellipsis tells that more was cut).
func Clean(text string, max int) string {
	if max <= 0 {
		return ""
	}
	var out []rune
	space := false
	for _, r := range text { // a byte that is no UTF-8 comes as U+FFFD
		switch {
		case unicode.IsSpace(r):
			space = len(out) > 0
			continue
		case Invisible(r):
			continue
		}
		if space {
			out = append(out, ' ')
			space = false
		}
		out = append(out, r)
		if len(out) > max {
			return strings.TrimRight(string(out[:max-1]), " ") + "…"
		}
	}
	return string(out)
}

// Invisible reports characters that are never shown as they are: control and format characters (bidirectional marks, zero-width ones, tags),
// variation selectors, and letters that are drawn as nothing.
func Invisible(r rune) bool {
	switch r {
	case '\u034f', '\u115f', '\u1160', '\u17b4', '\u17b5', '\u2800', '\u3164', '\uffa0':
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp,
		unicode.Variation_Selector, unicode.Noncharacter_Code_Point, unicode.Other_Default_Ignorable_Code_Point)
}
