package people

import (
	"slices"
	"time"
)

// SignIn is one sign-in that succeeded.
type SignIn struct {
	At        time.Time
	How, From string // "password", "browser", "company" or "device"; the address, empty when it is not known
}

// SignedIn remembers that somebody signed in, and returns the sign-in before; zero: there was none. fresh tells that this
// one came in a way that none before did.
func (d *Directory) SignedIn(subject, how, from string) (before SignIn, fresh bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	acc := d.bySubject(subject)
	if acc == nil {
		return SignIn{}, false
	}
	way := how + " " + from
	before, fresh = acc.last, !acc.last.At.IsZero() && !slices.Contains(acc.ways, way)
	if !slices.Contains(acc.ways, way) {
		acc.ways = append(acc.ways, way)
	}
	acc.before, acc.last = acc.last, SignIn{At: d.clock.Now(), How: how, From: from}
	return before, fresh
}

// SignInBefore returns the sign-in before somebody's last one; zero: there was none.
func (d *Directory) SignInBefore(subject string) SignIn {
	d.mu.Lock()
	defer d.mu.Unlock()
	if acc := d.bySubject(subject); acc != nil {
		return acc.before
	}
	return SignIn{}
}

func (d *Directory) bySubject(subject string) *account {
	i := slices.IndexFunc(d.people, func(p Person) bool { return p.Subject == subject })
	if i < 0 {
		return nil
	}
	return d.account(d.people[i].Username)
}
