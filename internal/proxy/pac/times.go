package pac

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// times takes the arguments of a function about times, and the moment in the zone that the last one, "GMT", asks for.
func (w world) times(args []any) (rest []string, now time.Time) {
	for _, arg := range args {
		switch v := arg.(type) {
		case string:
			rest = append(rest, strings.ToUpper(v))
		case int:
			rest = append(rest, strconv.Itoa(v))
		case float64:
			rest = append(rest, strconv.FormatInt(int64(v), 10))
		}
	}
	now = w.now()
	if len(rest) > 0 && rest[len(rest)-1] == "GMT" {
		return rest[:len(rest)-1], now.UTC()
	}
	return rest, now
}

var (
	weekdays = []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}
	months   = []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
)

// between reports whether a value is in a range that may go around the end: Friday to Monday.
func between(low, value, high int) bool {
	if low <= high {
		return low <= value && value <= high
	}
	return value >= low || value <= high
}

func (w world) weekdayRange(args ...any) bool {
	rest, now := w.times(args)
	if len(rest) < 1 || len(rest) > 2 {
		return false
	}
	low, high := slices.Index(weekdays, rest[0]), slices.Index(weekdays, rest[len(rest)-1])
	return low >= 0 && high >= 0 && between(low, int(now.Weekday()), high)
}

// timeRange takes an hour, two hours, or two times with minutes, and perhaps seconds.
func (w world) timeRange(args ...any) bool {
	rest, now := w.times(args)
	var n []int
	for _, text := range rest {
		v, err := strconv.Atoi(text)
		if err != nil {
			return false
		}
		n = append(n, v)
	}
	second := now.Hour()*3600 + now.Minute()*60 + now.Second()
	switch len(n) {
	case 1:
		return now.Hour() == n[0]
	case 2:
		return between(n[0]*3600, second, n[1]*3600)
	case 4:
		return between(n[0]*3600+n[1]*60, second, n[2]*3600+n[3]*60)
	case 6:
		return between(n[0]*3600+n[1]*60+n[2], second, n[3]*3600+n[4]*60+n[5])
	}
	return false
}

// date is what a script says of one: each part may be missing.
type date struct{ day, month, year int }

// dateRange takes one date or two, of days, months and years in any order and each perhaps missing.
func (w world) dateRange(args ...any) bool {
	rest, now := w.times(args)
	half := len(rest)
	if half > 1 {
		half /= 2
	}
	if half == 0 || half > 3 || len(rest) > 1 && len(rest)%2 == 1 && len(rest) != 3 {
		return false
	}
	if len(rest) == 3 || len(rest) == 2 && kindOf(rest[0]) != kindOf(rest[1]) { // one date of several parts
		half = len(rest)
	}
	low, ok1 := readDate(rest[:half])
	high, ok2 := readDate(rest[len(rest)-half:])
	if !ok1 || !ok2 {
		return false
	}
	return between(low.rank(low), date{now.Day(), int(now.Month()), now.Year()}.rank(low), high.rank(low))
}

// kindOf tells days, months and years apart.
func kindOf(text string) int {
	n, err := strconv.Atoi(text)
	switch {
	case err != nil:
		return 1
	case n > 31:
		return 2
	}
	return 0
}

func readDate(parts []string) (d date, ok bool) {
	for _, part := range parts {
		n, err := strconv.Atoi(part)
		switch {
		case err != nil:
			if d.month = slices.Index(months, part) + 1; d.month == 0 {
				return d, false
			}
		case n > 31:
			d.year = n
		case n > 0:
			d.day = n
		default:
			return d, false
		}
	}
	return d, true
}

// rank makes dates comparable by the parts that like has.
func (d date) rank(like date) int {
	rank := 0
	if like.year > 0 {
		rank = d.year
	}
	if like.month > 0 {
		rank = rank*12 + d.month - 1
	}
	if like.day > 0 {
		rank = rank*31 + d.day - 1
	}
	return rank
}
