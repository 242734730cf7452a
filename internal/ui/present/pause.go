package present

import (
	"strings"
	"time"
)

// pause is the time that the server wants to be left alone about an account, or, where none is named, about all: then it is out of
// order, and the pause ends when that does.
type pause struct {
	username string
	until    time.Time
}

// pausedFor is how long the account in the form has to wait; zero: it has not.
func (f formState) pausedFor(now time.Time) time.Duration {
	if f.paused.username != "" && f.paused.username != strings.ToLower(f.username) {
		return 0
	}
	return max(0, f.paused.until.Sub(now))
}
