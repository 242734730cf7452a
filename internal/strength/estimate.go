package strength

import (
	"math"
	"unicode"
	"unicode/utf8"
)

// pattern is a kind of thing that people make passwords of.
type pattern int

const (
	word pattern = iota
	personalWord
	repetition
	sequence
	keyboard
	date
)

// match is a part of the password, from code point to before code point, with the tries it takes as a power of ten.
type match struct {
	from, to int
	log      float64
	pattern  pattern
}

// estimate looks at one password. Its copies of it are bytes and runes, so that they can be wiped.
type estimate struct {
	text     []rune // as typed; the caller's
	low      []rune // in lower case
	lower    []byte // the same in UTF-8
	common   words
	personal words
	matches  []match
	found    map[pattern]bool // what the cheapest way to guess it is made of
}

func newEstimate(text []rune, common, personal words) *estimate {
	e := &estimate{text: text, common: common, personal: personal, found: map[pattern]bool{}}
	e.low = make([]rune, len(text))
	e.lower = make([]byte, 0, len(text)*utf8.UTFMax)
	for i, r := range text {
		e.low[i] = unicode.ToLower(r)
		e.lower = utf8.AppendRune(e.lower, e.low[i])
	}
	return e
}

func (e *estimate) wipe() {
	clear(e.low)
	clear(e.lower)
}

func (e *estimate) add(from, to int, guesses float64, p pattern) {
	e.matches = append(e.matches, match{from, to, math.Log10(max(guesses, 1)), p})
}

// guesses returns how many tries the password takes as a power of ten: the cheapest way to put it together from
// matches, and from characters that are tried one by one (ten tries each, as in zxcvbn).
func (e *estimate) guesses() float64 {
	e.findWords()
	e.findRepetitions()
	e.findSequences()
	e.findKeyboard()
	e.findDates()
	return e.cheapest()
}

// step is the cheapest way to the end of a prefix with a number of parts.
type step struct {
	log  float64
	last *match
}

// cheapest minimises parts! · product of the parts' tries + 10000^(parts-1) over all ways to cut the password.
func (e *estimate) cheapest() float64 {
	n := len(e.text)
	if n == 0 {
		return 0
	}
	ending := make([][]match, n+1)
	for _, m := range e.matches {
		ending[m.to] = append(ending[m.to], m)
	}
	best := make([]map[int]step, n+1) // by number of parts
	best[0] = map[int]step{0: {}}
	for to := 1; to <= n; to++ {
		best[to] = map[int]step{}
		for from := range to { // whatever is tried one by one
			single := match{from, to, float64(to - from), -1}
			for parts, s := range best[from] {
				if s.last == nil || s.last.pattern >= 0 { // two such parts are one
					better(best[to], parts+1, s.log+single.log, &single)
				}
			}
		}
		for i := range ending[to] {
			m := &ending[to][i]
			for parts, s := range best[m.from] {
				better(best[to], parts+1, s.log+m.log, m)
			}
		}
	}
	least, parts := math.Inf(1), 0
	for k, s := range best[n] {
		fact, _ := math.Lgamma(float64(k + 1))
		if log := plus(s.log+fact/math.Ln10, 4*float64(k-1)); log < least {
			least, parts = log, k
		}
	}
	for at := n; at > 0 && parts > 0; parts-- {
		m := best[at][parts].last
		if m.pattern >= 0 {
			e.found[m.pattern] = true
		}
		at = m.from
	}
	return least
}

func better(to map[int]step, parts int, log float64, m *match) {
	if s, ok := to[parts]; !ok || log < s.log {
		to[parts] = step{log, m}
	}
}

// plus adds two numbers that are given as powers of ten.
func plus(a, b float64) float64 {
	high, low := max(a, b), min(a, b)
	return high + math.Log10(1+math.Pow(10, low-high))
}

// score divides the tries as zxcvbn does.
func score(log float64) int {
	for score, limit := range []float64{3, 6, 8, 10} {
		if log < limit {
			return score
		}
	}
	return 4
}
