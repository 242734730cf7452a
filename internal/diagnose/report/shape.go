package report

import (
	"strings"
	"unicode"
)

// tokenLike reports whether a word looks as if a machine had made it up: a token, a key, a hash, a code to recover an
// account. It is better to mask the long name of a product than to let one of those through.
func tokenLike(w string) bool {
	if strings.HasPrefix(w, "eyJ") { // {" in base64: how a JSON Web Token begins
		return true
	}
	if whole := count(w); whole.all >= 20 && whole.digits > 0 && whole.upper > 0 && whole.lower > 0 && !whole.other {
		return true
	}
	mixed, length := 0, 0
	for part := range strings.FieldsFuncSeq(w, func(r rune) bool { return strings.ContainsRune("-_./+=:~&#*$!?", r) }) {
		c := count(part)
		letters := c.upper + c.lower
		switch {
		case c.all >= 32, // no word is that long
			c.all >= 12 && c.digits > 0 && letters > 0,
			c.all >= 12 && c.turns >= 4,
			letters >= 24 && !c.other:
			return true
		case c.digits > 0 && letters > 0:
			mixed++
			length += c.all
		case c.digits > 0:
			length += c.all
		}
	}
	// A key in groups: 8f14e45f-ceea-167a-5a36-dedd4bea2543, ABCD1-23EFG-4H5IJ.
	return mixed >= 3 || mixed >= 2 && length >= 16
}

// shape counts what a word is made of.
type shape struct {
	all, digits, upper, lower int
	turns                     int  // from small to capital letters
	other                     bool // has letters of other alphabets or none at all
}

func count(w string) shape {
	var s shape
	small := false
	for _, r := range w {
		s.all++
		switch {
		case r >= '0' && r <= '9':
			s.digits++
		case r >= 'A' && r <= 'Z':
			s.upper++
			if small {
				s.turns++
			}
		case r >= 'a' && r <= 'z':
			s.lower++
		case r > unicode.MaxASCII:
			s.other = true
		}
		small = r >= 'a' && r <= 'z'
	}
	return s
}

// isWord reports whether a text is an ID such as "sign-in".
func isWord(s string) bool { return spelled(s, '-') && len(s) <= 32 }

// isName reports whether a text is the name of a fact, such as "rtt_ms".
func isName(s string) bool { return spelled(s, '_') && len(s) <= 40 }

// spelled reports whether a text is made of small letters, digits and a joint, and begins with a letter. (Patterns would
// cost each start of the program more than all of this.)
func spelled(s string, joint byte) bool {
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || i > 0 && (c >= '0' && c <= '9' || c == joint)) {
			return false
		}
	}
	return s != ""
}

// isFingerprint reports whether a text is a SHA-256 in hexadecimal digits.
func isFingerprint(s string) bool {
	for i := range len(s) {
		if !isHex(s[i]) {
			return false
		}
	}
	return len(s) == 64
}

func isHex(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F'
}

func letter(r rune) bool { return unicode.IsLetter(r) }

func letterOrDigit(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
