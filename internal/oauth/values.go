package oauth

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"time"
)

// member is a JSON value as it came, for those whose type servers do not agree on. It is empty when absent.
type member []byte

// UnmarshalJSON keeps the value.
func (m *member) UnmarshalJSON(b []byte) error {
	*m = append((*m)[:0], b...)
	return nil
}

func (m member) string() (s string, ok bool) {
	ok = len(m) > 0 && m[0] == '"' && json.Unmarshal(m, &s) == nil
	return s, ok
}

func (m member) isTrue() bool { return string(m) == "true" }

// number returns a JSON number, or a string of digits only. Out of range it is an infinity.
func (m member) number() (n float64, ok bool) {
	raw := string(m)
	if s, isString := m.string(); isString {
		if _, err := strconv.ParseInt(s, 10, 64); err != nil && !errors.Is(err, strconv.ErrRange) {
			return 0, false
		}
		raw = s
	}
	if raw == "" || raw[0] != '-' && (raw[0] < '0' || raw[0] > '9') {
		return 0, false
	}
	n, err := strconv.ParseFloat(raw, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, false
	}
	return n, !math.IsNaN(n)
}

// count returns a small whole number within the bounds.
func (m member) count(low, high int) (int, bool) {
	n, ok := m.number()
	if !ok || n != math.Trunc(n) || n < float64(low) || n > float64(high) {
		return 0, false
	}
	return int(n), true
}

// text is a string for showing: a value of any other type reads as absent.
type text string

// UnmarshalJSON takes strings only.
func (t *text) UnmarshalJSON(b []byte) error {
	s, _ := member(b).string()
	*t = text(s)
	return nil
}

const (
	unsaidLifetime  = 5 * time.Minute     // of what a server says no lifetime of
	longestLifetime = 30 * 24 * time.Hour // nothing is good for ever, whatever the server says
)

// lifetime is expires_in (RFC 6749, section 5.1): seconds, whole or not, as a number or, as some servers send it, as
// a string of digits. Absent or null is a short life; zero or less has ended already; more than 30 days is 30 days.
type lifetime struct {
	length time.Duration
	said   bool
}

var errLifetime = errors.New("lifetime is not a number")

// UnmarshalJSON applies the rules above. Anything else is an error.
func (l *lifetime) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*l = lifetime{}
		return nil
	}
	seconds, ok := member(b).number()
	if !ok {
		return errLifetime
	}
	seconds = math.Floor(min(max(seconds, 0), longestLifetime.Seconds()))
	*l = lifetime{time.Duration(seconds) * time.Second, true}
	return nil
}

// from returns the end of the lifetime that began at start.
func (l lifetime) from(start time.Time) time.Time {
	if !l.said {
		return start.Add(unsaidLifetime)
	}
	return start.Add(l.length)
}

// strings returns a list of strings.
func (m member) strings() (list []string, ok bool) {
	if len(m) == 0 || m[0] != '[' {
		return nil, false
	}
	var members []member
	if json.Unmarshal(m, &members) != nil {
		return nil, false
	}
	for _, one := range members {
		s, ok := one.string()
		if !ok {
			return nil, false
		}
		list = append(list, s)
	}
	return list, true
}
