package strength

import (
	"math"
	"unicode"
)

// findRepetitions finds a part that comes again and again: aaa, abcabc.
func (e *estimate) findRepetitions() {
	n := len(e.text)
	for from := 0; from < n-1; {
		period, end := 0, from
		for p := 1; p <= (n-from)/2; p++ {
			to := from + p
			for to < n && e.text[to] == e.text[to-p] {
				to++
			}
			if to >= from+2*p && to-from >= 3 && to > end { // the last time may be cut short
				period, end = p, to
			}
		}
		if period == 0 {
			from++
			continue
		}
		base := newEstimate(e.text[from:from+period], e.common, e.personal)
		log := base.guesses()
		base.wipe()
		for to := from + 2*period; to <= end; to++ {
			e.matches = append(e.matches, match{from, to, log + math.Log10(float64(to-from)/float64(period)), repetition})
		}
		from = end
	}
}

// findSequences finds runs with the same step: abc, 123, 864, Cyrillic абв.
func (e *estimate) findSequences() {
	for from := 0; from+2 < len(e.low); {
		step := e.low[from+1] - e.low[from]
		to := from + 2
		for to < len(e.low) && e.low[to]-e.low[to-1] == step {
			to++
		}
		if length := to - from; length >= 3 && step != 0 && step >= -5 && step <= 5 {
			start := 26.0
			switch first := e.low[from]; {
			case first == 'a' || first == 'z' || first == '0' || first == '1' || first == '9':
				start = 4
			case unicode.IsDigit(first):
				start = 10
			}
			if step < 0 {
				start *= 2
			}
			e.add(from, to, start*float64(length), sequence)
		}
		from = to - 1
	}
}

// findDates finds years, and days written in digits with or without signs between them.
func (e *estimate) findDates() {
	const years = 120 // 1930 to 2049
	for from := range e.text {
		var digits []int
		signs := 0
		for to := from; to < len(e.text) && len(digits) < 8; to++ {
			r := e.text[to]
			switch {
			case r >= '0' && r <= '9':
				digits = append(digits, int(r-'0'))
			case to > from && signs < 2 && (r == '.' || r == '-' || r == '/' || r == ' ' || r == '_'):
				signs++
				continue
			default:
				to = len(e.text)
				continue
			}
			switch {
			case signs == 0 && len(digits) == 4 && isYear(digits):
				e.add(from, to+1, years, date)
			case signs != 1 && (len(digits) == 6 || len(digits) == 8 || signs == 2 && len(digits) >= 4) && isDay(digits, signs):
				e.add(from, to+1, 365*years*float64(1+3*min(signs, 1)), date)
			}
		}
	}
}

func isYear(d []int) bool {
	year := number(d)
	return year >= 1930 && year <= 2049
}

// isDay accepts day, month and year in the orders that people write them.
func isDay(d []int, signs int) bool {
	day := func(a, b int) bool {
		return a >= 1 && a <= 31 && b >= 1 && b <= 12 || b >= 1 && b <= 31 && a >= 1 && a <= 12
	}
	switch n := len(d); {
	case n == 8:
		return isYear(d[4:]) && day(number(d[:2]), number(d[2:4])) || isYear(d[:4]) && day(number(d[4:6]), number(d[6:]))
	case n == 6:
		short := day(number(d[:2]), number(d[2:4])) || day(number(d[2:4]), number(d[4:]))
		return short || isYear(d[2:]) && day(d[0], d[1]) || isYear(d[:4]) && day(d[4], d[5])
	case n == 7 && signs == 2:
		return isYear(d[3:])
	default:
		return signs == 2 && day(d[0], d[1])
	}
}

func number(d []int) int {
	n := 0
	for _, digit := range d {
		n = n*10 + digit
	}
	return n
}
