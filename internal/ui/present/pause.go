package present

import (
	"strings"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// pause is the time that the server wants to be left alone by the form's main button: about an account, or, where none is named, about
// all. What goes through another door waits there.
type pause struct {
	username string
	until    time.Time
	away     bool // it is out of order: the pause ends when that does
}

// mainDoor is the one behind the main button.
func (f formState) mainDoor() signin.Door {
	if f.password {
		return signin.WithPassword
	}
	return signin.WithBrowser
}

// pauses is the pause of the main button that a trouble asks for.
func (f formState) pauses(s signin.Trouble) (p pause, ok bool) {
	p = pause{until: s.Until, away: s.Problem.Code == problem.ServerUnavailable}
	if s.Door == signin.WithPassword && !p.away {
		p.username = strings.ToLower(f.username)
	}
	door := s.Door
	if door == signin.WithCompany { // by way of the browser
		door = signin.WithBrowser
	}
	ok = !s.Until.IsZero() && (p.away || s.Problem.Code == problem.TooManyTries)
	return p, ok && (door == "" || door == f.mainDoor())
}

// pausedFor is how long the account in the form has to wait; zero: it has not.
func (f formState) pausedFor(now time.Time) time.Duration {
	if f.paused.username != "" && f.paused.username != strings.ToLower(f.username) {
		return 0
	}
	return max(0, f.paused.until.Sub(now))
}
