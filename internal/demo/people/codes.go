package people

import (
	"crypto/subtle"
	"errors"
	"time"

	"latchkey/internal/demo/fresh"
)

// Codes that are sent.
const (
	CodeLife   = 10 * time.Minute
	ResendWait = 30 * time.Second
	CodeDigits = 6
)

// The reasons not to send a code.
var (
	ErrTooSoon = errors.New("the code was sent a moment ago")
	ErrNotSent = errors.New("the code could not be sent")
	ErrLocked  = errors.New("the account is locked")
)

// sentCode is the newest code of one method.
type sentCode struct {
	code, before string // before: the one that it replaced, which may arrive late
	at           time.Time
	used         bool
}

// Sent tells about the newest code, or the newest question for an approval.
type Sent struct {
	ResendAt time.Time // from when on another can be sent
	Until    time.Time // when it ends
}

// SendCode sends a fresh code by SMS, Voice or Email, which ends the one before. Within [ResendWait] of that one it is not
// sent: ErrTooSoon, and the one before is still good. With ErrNotSent there is none.
func (d *Directory) SendCode(username, method string) (Sent, error) {
	who, code, sent, err := d.newCode(username, method)
	if err != nil {
		return sent, err
	}
	if d.Send == nil || d.Send(who, method, code) != nil {
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.account(username).sent, method)
		return Sent{}, ErrNotSent
	}
	return sent, nil
}

func (d *Directory) newCode(username, method string) (Person, string, Sent, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	who, known := d.find(username)
	acc, now := d.account(username), d.clock.Now()
	if _, locked := d.lockOf(acc, who.Locked); locked {
		return who, "", Sent{}, ErrLocked
	}
	if !known {
		return who, "", Sent{}, ErrNotSent
	}
	before := ""
	if last := acc.sent[method]; last != nil {
		if wait := last.at.Add(ResendWait); now.Before(wait) && !last.used {
			return who, "", Sent{ResendAt: wait, Until: last.at.Add(CodeLife)}, ErrTooSoon
		}
		before = last.code
	}
	code := fresh.Digits(d.random(), CodeDigits)
	if acc.sent == nil {
		acc.sent = make(map[string]*sentCode)
	}
	acc.sent[method] = &sentCode{code: code, before: before, at: now}
	return who, code, Sent{ResendAt: now.Add(ResendWait), Until: now.Add(CodeLife)}, nil
}

// CheckSent checks a code that was sent by this method. It is good once, and for [CodeLife].
func (d *Directory) CheckSent(username, method, code string) Result {
	return d.second(username, func(_ Person, acc *account) Refusal {
		last := acc.sent[method]
		switch {
		case last == nil:
			return Wrong
		case last.before != "" && sameCode(last.before, code):
			return Expired
		case !sameCode(last.code, code):
			return Wrong
		case last.used:
			return Used
		case !d.clock.Now().Before(last.at.Add(CodeLife)):
			return Expired
		}
		last.used = true
		return ""
	})
}

func sameCode(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
