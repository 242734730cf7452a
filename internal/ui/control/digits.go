package control

import (
	"strings"
	"unicode"
)

// Digits returns the digits of a text as 0 to 9, whatever script they were written in, and whether there was anything
// beside digits and the separators people write between them.
func Digits(text string) (digits string, other bool) {
	var b strings.Builder
	for _, r := range text {
		switch {
		case unicode.IsDigit(r):
			b.WriteByte(digitValue(r))
		case unicode.IsSpace(r), unicode.Is(unicode.Pd, r), unicode.Is(unicode.Cf, r), r == '.', r == '_':
			// separators: spaces of every width, hyphens and dashes, zero-width marks
		default:
			other = true
		}
	}
	return b.String(), other
}

// digitValue maps a decimal digit of any script: Unicode keeps the ten of a script together, in order, so the value is
// the distance from the nearest rune below that is not a digit, modulo ten.
func digitValue(r rune) byte {
	if r <= '9' {
		return byte(r)
	}
	n := rune(0)
	for unicode.IsDigit(r - n - 1) {
		n++
	}
	return byte('0' + n%10)
}

// GroupDigits puts a space between the halves of a code, the way people read it out: 482 913.
func GroupDigits(digits string, whole int) string {
	size := groupSize(whole)
	if size == 0 || len(digits) <= size {
		return digits
	}
	var b strings.Builder
	for i := 0; i < len(digits); i++ {
		if i > 0 && i%size == 0 {
			b.WriteByte(' ')
		}
		b.WriteByte(digits[i])
	}
	return b.String()
}

func groupSize(whole int) int {
	switch whole {
	case 6, 9:
		return 3
	case 8:
		return 4
	case 10:
		return 5
	default:
		return 0
	}
}
