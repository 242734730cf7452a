package strength

import (
	"math"
	"strings"
	"unicode"
)

// keyboards are the rows of keys of the layouts that agents type on; each row stands half a key further right.
var keyboards = [][]string{
	{"1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./"},
	{"1234567890ß", "qwertzuiopü+", "asdfghjklöä#", "yxcvbnm,.-"},
	{"1234567890", "azertyuiop", "qsdfghjklm", "wxcvbn,;:!"},
	{"789", "456", "123"},
}

// shifted are the signs above the digits, where most layouts have them.
var shifted = map[rune]rune{'!': '1', '@': '2', '"': '2', '#': '3', '§': '3', '$': '4', '%': '5', '^': '6', '&': '7', '*': '8', '(': '9', ')': '0'}

// findKeyboard finds walks from key to neighbouring key.
func (e *estimate) findKeyboard() {
	for _, rows := range keyboards {
		for from := 0; from+2 < len(e.low); {
			to, turns := from+1, 0
			lastX, lastY := 0, 0
			for to < len(e.low) {
				x, y, ok := walk(rows, e.low[to-1], e.low[to])
				if !ok {
					break
				}
				if x != lastX || y != lastY {
					turns++
					lastX, lastY = x, y
				}
				to++
			}
			if to-from >= 3 {
				e.add(from, to, walks(to-from, turns)*capitals(letters(e.text[from:to])), keyboard)
			}
			from = max(to-1, from+1)
		}
	}
}

// letters keeps the first rune and the letters: only they have capitals.
func letters(text []rune) []rune {
	for i, r := range text {
		if unicode.IsLetter(r) {
			return text[i:]
		}
	}
	return text[:1]
}

// walk returns the direction from one key to its neighbour.
func walk(rows []string, from, to rune) (x, y int, ok bool) {
	fromX, fromY, here := key(rows, from)
	toX, toY, there := key(rows, to)
	x, y = toX-fromX, toY-fromY
	// Rows are shifted: below a key are two, the one with the same number and the one before.
	near := y == 0 && (x == 1 || x == -1) || y == 1 && (x == 0 || x == -1) || y == -1 && (x == 0 || x == 1)
	return x, y, here && there && near
}

// key returns the place of the key that a character is on.
func key(rows []string, r rune) (x, y int, ok bool) {
	if digit, above := shifted[r]; above && len(rows) > 3 {
		r = digit
	}
	for y, row := range rows {
		if at := strings.IndexRune(row, r); at >= 0 {
			return len([]rune(row[:at])), y, true
		}
	}
	return 0, 0, false
}

// walks is how many walks there are of up to this length with up to so many turns, from any key.
func walks(length, turns int) float64 {
	const keys, neighbours = 47, 4.6
	all := 0.0
	for i := 2; i <= length; i++ {
		for j := 1; j <= min(turns, i-1); j++ {
			all += choose(i-1, j-1) * keys * math.Pow(neighbours, float64(j))
		}
	}
	return all
}
