package people

import (
	"crypto/rand"
	"io"
	"slices"
	"sync"
	"time"

	"latchkey/internal/clock"
)

// Words says to the person why they were not let in; wrong is what to say when something was not right.
func (r Result) Words(wrong string) string {
	switch r.Refusal {
	case Locked:
		return "This account is locked until " + r.Until.Local().Format("15:04:05") + " because of too many tries. A new password does not change that."
	case Disabled:
		return "This account is switched off. An administrator can switch it on."
	case Deleted:
		return "This account was deleted."
	case Invited:
		return "This account is not active yet. Accept the invitation in your mailbox first."
	case Elsewhere:
		return "This account has moved to another server."
	case Used:
		return "This code was used before. Use another one."
	case Expired:
		return "This code is too old. Use the newest one, or have another one sent."
	default:
		return wrong
	}
}

// How failures end, as in Genesys Cloud.
const (
	TriesBeforeLock = 6
	LockTime        = 5 * time.Minute
)

// Refusal says why somebody was not let in.
type Refusal string

// The reasons.
const (
	Wrong    Refusal = "wrong"    // user name, password or code
	Used     Refusal = "used"     // the code is right, but was used before
	Expired  Refusal = "expired"  // the code is right, but too old or replaced by a newer one
	Locked   Refusal = "locked"   // too many failures
	Disabled Refusal = "disabled" // by an administrator; as the next two, only told after the right password
	Deleted  Refusal = "deleted"
	Invited  Refusal = "invited" // and has not accepted yet

	Elsewhere Refusal = "elsewhere" // lives at another server now, Person.Moved; also told after the right password only
)

// Result is the outcome of one check.
type Result struct {
	Person       Person
	Refusal      Refusal   // empty: fine
	AttemptsLeft int       // until the account is locked
	Until        time.Time // with Locked: when the lock ends
}

// OK reports whether the check passed.
func (r Result) OK() bool { return r.Refusal == "" }

// Directory knows the people of one organisation and counts their failures. It is safe for concurrent use.
type Directory struct {
	// Send takes a code to somebody's phone or mailbox, by one of the methods SMS, Voice and Email. Set it before the
	// directory is used; nil: nothing can be sent.
	Send func(to Person, method, code string) error
	// Rand is where codes come from; nil: crypto/rand. It must be safe for concurrent use.
	Rand io.Reader

	clock clock.Clock
	equal func(a, b string) bool // compares passwords: the work of a sign-in

	mu       sync.Mutex // guards the following fields
	people   []Person
	accounts map[string]*account // by folded user name, unknown ones included, so that a lock tells nothing
}

// account is what changes about a user name.
type account struct {
	failures    int
	lockedUntil time.Time
	usedStep    int64                // the newest TOTP step that was accepted (RFC 6238, section 5.2)
	sent        map[string]*sentCode // by method
	recovery    []recoveryCode       // nil until they are first needed
	approval    *approval            // the newest question; nil: none
	enrolment   enrolment
	passwords   []hash // those before, the newest last
	last        SignIn
	before      SignIn      // the one before the last
	ways        []string    // that sign-ins came in
	asked       []time.Time // when there were questions lately
}

// maxUnknown bounds what strangers' guesses can make the directory remember.
const maxUnknown = 10_000

// NewDirectory returns a directory of these people.
func NewDirectory(clk clock.Clock, people []Person) *Directory {
	d := &Directory{clock: clk, equal: equal, people: slices.Clone(people), accounts: make(map[string]*account)}
	for _, p := range people {
		if p.LastFrom != "" {
			d.account(p.Username).last = SignIn{At: clk.Now().Add(-p.LastAgo), How: "browser", From: p.LastFrom}
		}
	}
	return d
}

// People returns everybody, in the order they were given.
func (d *Directory) People() []Person {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.people)
}

// Find returns the person who signs in with this name.
func (d *Directory) Find(username string) (Person, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.find(username)
}

// BySubject returns the person with this stable identifier.
func (d *Directory) BySubject(subject string) (Person, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := slices.IndexFunc(d.people, func(p Person) bool { return p.Subject == subject })
	if i < 0 {
		return Person{}, false
	}
	return d.people[i], true
}

// CheckPassword checks the first factor. An unknown name and a wrong password are told apart by nothing.
func (d *Directory) CheckPassword(username, password string) Result {
	d.mu.Lock()
	defer d.mu.Unlock()
	who, known := d.find(username)
	acc := d.account(username)
	if until, locked := d.lockOf(acc, who.Locked); locked {
		return Result{Refusal: Locked, Until: until}
	}
	if same := d.equal(password, who.Password); !known || who.Password == "" || !same {
		return d.fail(acc, Wrong)
	}
	switch {
	case who.Disabled:
		return Result{Refusal: Disabled}
	case who.Deleted:
		return Result{Refusal: Deleted}
	case who.Invited:
		return Result{Refusal: Invited}
	case who.Moved != "":
		return Result{Person: who, Refusal: Elsewhere}
	}
	if len(who.factors()) == 0 {
		acc.failures = 0
	}
	return Result{Person: who, AttemptsLeft: TriesBeforeLock - acc.failures}
}

// CheckLock tells whether an account is locked now; the result is OK when it is not.
func (d *Directory) CheckLock(username string) Result {
	d.mu.Lock()
	defer d.mu.Unlock()
	who, _ := d.find(username)
	acc := d.account(username)
	if until, locked := d.lockOf(acc, who.Locked); locked {
		return Result{Refusal: Locked, Until: until}
	}
	return Result{Person: who, AttemptsLeft: TriesBeforeLock - acc.failures}
}

// CheckCode checks a code of the authenticator app: the step now and one to either side, each step once.
func (d *Directory) CheckCode(username, code string) Result {
	return d.second(username, func(who Person, acc *account) Refusal {
		step, ok := matchStep(who.TOTPSecret, code, d.clock.Now())
		switch {
		case who.TOTPSecret == "" || !ok:
			return Wrong
		case step <= acc.usedStep:
			return Used
		}
		acc.usedStep = step
		return ""
	})
}

// second runs a check of a second factor: not while the account is locked; what is wrong counts, whatever the method,
// and what is right forgives.
func (d *Directory) second(username string, check func(who Person, acc *account) Refusal) Result {
	d.mu.Lock()
	defer d.mu.Unlock()
	who, known := d.find(username)
	acc := d.account(username)
	if until, locked := d.lockOf(acc, who.Locked); locked {
		return Result{Refusal: Locked, Until: until}
	}
	why := Wrong
	if known {
		why = check(who, acc)
	}
	switch why {
	case "":
		acc.failures = 0
		return Result{Person: who, AttemptsLeft: TriesBeforeLock}
	case Used, Expired:
		return Result{Refusal: why, AttemptsLeft: TriesBeforeLock - acc.failures}
	default:
		return d.fail(acc, why)
	}
}

// Succeeded forgets the failures of somebody who proved a second factor elsewhere, such as a security key.
func (d *Directory) Succeeded(username string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.account(username).failures = 0
}

// HasKey notes that somebody set up a security key or passkey, which is asked for from now on.
func (d *Directory) HasKey(username string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range d.people {
		if fold(d.people[i].Username) == fold(username) {
			d.people[i].Key = true
		}
	}
}

// Lock locks an account for a time; zero or less unlocks it and forgets its failures.
func (d *Directory) Lock(username string, length time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	acc := d.account(username)
	acc.failures, acc.lockedUntil = 0, time.Time{}
	if length > 0 {
		acc.lockedUntil = d.clock.Now().Add(length)
	}
}

// ForgetUsedCodes lets codes of this account be used again. Tests that sign in often need it.
func (d *Directory) ForgetUsedCodes(username string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.account(username).usedStep = 0
}

// UsedStep returns the newest step of which a code was accepted.
func (d *Directory) UsedStep(username string) int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.account(username).usedStep
}

// random is where codes come from.
func (d *Directory) random() io.Reader {
	if d.Rand != nil {
		return d.Rand
	}
	return rand.Reader
}

func (d *Directory) find(username string) (Person, bool) {
	name := fold(username)
	i := slices.IndexFunc(d.people, func(p Person) bool { return fold(p.Username) == name })
	if i < 0 {
		return Person{}, false
	}
	return d.people[i], true
}

func (d *Directory) account(username string) *account {
	name := fold(username)
	acc, ok := d.accounts[name]
	if !ok {
		acc = &account{}
		if len(d.accounts) < maxUnknown {
			d.accounts[name] = acc
		}
	}
	return acc
}

// lockOf tells whether the account is locked now, and starts an always-locked one's next lock.
func (d *Directory) lockOf(acc *account, always bool) (time.Time, bool) {
	now := d.clock.Now()
	if always && !acc.lockedUntil.After(now) {
		acc.lockedUntil = now.Add(LockTime)
	}
	return acc.lockedUntil, acc.lockedUntil.After(now)
}

func (d *Directory) fail(acc *account, why Refusal) Result {
	acc.failures++
	if acc.failures >= TriesBeforeLock {
		acc.failures, acc.lockedUntil = 0, d.clock.Now().Add(LockTime)
		return Result{Refusal: Locked, Until: acc.lockedUntil}
	}
	return Result{Refusal: why, AttemptsLeft: TriesBeforeLock - acc.failures}
}
