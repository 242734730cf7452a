package diagnose

import (
	"fmt"
	"strings"
	"time"
)

// Time zones are apart by quarters of an hour, and by less than a day as far as anybody sets them wrong.
const (
	quarter    = 15 * time.Minute
	mostZones  = 24*time.Hour - quarter
	mostOffset = 14 * time.Hour // Line Islands
)

// wholeQuarters reports whether a clock is off by what a wrong time zone or summer time makes it: exact quarters of an hour.
func wholeQuarters(off, unsure time.Duration) bool {
	return off >= quarter-clockFine && off <= mostZones+clockFine && (off-off.Round(quarter)).Abs() <= clockFine+unsure
}

// oddZone says what is odd about the time zone of a clock that is right in UTC; "" when nothing is (DG-11).
func (e Env) oddZone() string {
	_, offset := e.Clock.Now().Zone()
	off := time.Duration(offset) * time.Second
	switch {
	case off%quarter != 0:
		return fmt.Sprintf("It is %s from universal time, which none is.", signed(off))
	case off.Abs() > mostOffset:
		return fmt.Sprintf("It is %s from universal time, which is too far.", signed(off))
	}
	if e.Getenv == nil {
		return ""
	}
	name := strings.TrimPrefix(e.Getenv("TZ"), ":")
	if name == "" || strings.ContainsAny(name, ",<") || strings.HasPrefix(name, "/") || !strings.Contains(name, "/") {
		return "" // a rule, a file or an abbreviation: nothing to look up
	}
	if _, err := time.LoadLocation("Europe/London"); err != nil {
		return "" // there is no list of zones here
	}
	if _, err := time.LoadLocation(name); err != nil {
		return "The environment names a zone (TZ) that does not exist, so universal time is shown."
	}
	return ""
}

// aside says by how much and to which side, for instance "4 minutes behind".
func aside(offset time.Duration, positive, negative string) string {
	if offset < 0 {
		return length(-offset) + " " + negative
	}
	return length(offset) + " " + positive
}

// signed says a span with its sign: "+4 minutes".
func signed(d time.Duration) string {
	if d < 0 {
		return "-" + length(-d)
	}
	return "+" + length(d)
}

// length says a span in words, its two largest units at most: "4 minutes", "1 hour 30 minutes", "0.2 seconds".
func length(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		text := strings.TrimSuffix(fmt.Sprintf("%.1f", d.Seconds()), ".0")
		if text == "1" {
			return "1 second"
		}
		return text + " seconds"
	case d < 2*time.Minute:
		return fmt.Sprintf("%.0f seconds", d.Seconds())
	case d < time.Hour-30*time.Second:
		return count(int(d.Round(time.Minute)/time.Minute), "minute", "minutes")
	}
	d = d.Round(time.Minute)
	days, hours, minutes := int(d/(24*time.Hour)), int(d/time.Hour)%24, int(d/time.Minute)%60
	var parts []string
	if days > 0 {
		parts = append(parts, count(days, "day", "days"))
	}
	if hours > 0 {
		parts = append(parts, count(hours, "hour", "hours"))
	}
	if minutes > 0 && days == 0 {
		parts = append(parts, count(minutes, "minute", "minutes"))
	}
	return strings.Join(parts, " ")
}
