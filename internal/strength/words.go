package strength

import (
	"math"
	"slices"
	"unicode"
	"unicode/utf8"
)

// disguises are signs that stand for letters.
var disguises = map[rune]string{
	'4': "a", '@': "a", '8': "b", '(': "c", '{': "c", '3': "e", '€': "e", '6': "g", '9': "g", '1': "il", '!': "il",
	'|': "il", '0': "o", '$': "s", '5': "s", '7': "t", '+': "t", '2': "z",
}

// variant is the password in lower case as it is, backwards, or with letters for the signs that disguise them.
type variant struct {
	text                 []rune
	backwards, disguised bool
	times                float64 // how many more tries it takes
}

// findWords finds words as they are, backwards, and with signs for letters.
func (e *estimate) findWords() {
	e.look(variant{text: e.low, times: 1})
	backwards := slices.Clone(e.low)
	defer clear(backwards)
	slices.Reverse(backwards)
	e.look(variant{text: backwards, backwards: true, times: 2})
	for choice := range 2 { // a 1 is an i, or it is an l
		undone := slices.Clone(e.low)
		for i, r := range undone {
			if letters := disguises[r]; letters != "" {
				undone[i] = rune(letters[min(choice, len(letters)-1)])
			}
		}
		if !slices.Equal(undone, e.low) {
			e.look(variant{text: undone, disguised: true, times: 4})
		}
		clear(undone)
	}
}

// look finds the words of all lists in a variant of the password.
func (e *estimate) look(v variant) {
	buffer := make([]byte, 0, 2*longest+utf8.UTFMax)
	defer func() { clear(buffer[:cap(buffer)]) }()
	for from := range v.text {
		buffer = buffer[:0]
		for to := from; to < len(v.text) && len(buffer) <= 2*longest; to++ {
			buffer = utf8.AppendRune(buffer, v.text[to])
			if to-from+1 < shortest {
				continue
			}
			a, b := from, to+1
			if v.backwards {
				a, b = len(v.text)-b, len(v.text)-a
			}
			if v.disguised && slices.Equal(v.text[a:b], e.low[a:b]) {
				continue // it has no sign in it
			}
			if w, ok := e.personal[string(buffer)]; ok {
				e.add(a, b, float64(w.rank)*v.times*capitals(e.text[a:b]), personalWord)
			}
			if w, ok := e.common[string(buffer)]; ok {
				e.add(a, b, float64(w.rank)*v.times*capitals(e.text[a:b]), word)
			}
		}
	}
}

// capitals is how many ways there are to place this many capital letters, and few for the usual ones.
func capitals(text []rune) float64 {
	upper, lower := 0, 0
	for _, r := range text {
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		}
	}
	usual := upper == 1 && (unicode.IsUpper(text[0]) || unicode.IsUpper(text[len(text)-1]))
	switch {
	case upper == 0:
		return 1
	case lower == 0, usual:
		return 2
	}
	ways := 0.0
	for i := 1; i <= min(upper, lower); i++ {
		ways += choose(upper+lower, i)
	}
	return ways
}

// choose returns n over k.
func choose(n, k int) float64 {
	result := 1.0
	for i := range k {
		result = result * float64(n-i) / float64(i+1)
	}
	return math.Round(result)
}
