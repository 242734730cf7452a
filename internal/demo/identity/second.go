package identity

import (
	"errors"
	"time"

	"latchkey/internal/demo/people"
)

// maxCodeTries is how many codes one attempt may try.
const maxCodeTries = 5

// second is how far somebody is with what is asked beside the password. The zero value: at its beginning.
type second struct {
	method   string // asked for now; empty: none yet
	choose   bool   // is asked which one to use
	approval string // the question on the phone
	number   string // for it
	sent     people.Sent
	tries    int // of codes
	polled   time.Time
	interval time.Duration
	done     bool
}

// amr names what a method proves (RFC 8176).
func amr(method string) string {
	switch people.Kind(method) {
	case people.SMS:
		return "sms"
	case people.Voice:
		return "tel"
	case people.Push:
		return "swk"
	case people.WebAuthn:
		return "hwk"
	default:
		return "otp"
	}
}

// begin asks by this method from now on, and sends what it needs; again: because the first did not arrive.
// people.ErrTooSoon is no error when the one before is still good, unless it is asked for again.
func (s *Server) begin(who people.Person, at *second, method string, again bool) error {
	if at.method != method {
		at.sent = people.Sent{}
	}
	at.method, at.choose = method, false
	switch people.Kind(method) {
	case people.SMS, people.Voice, people.Email:
		sent, err := s.People.SendCode(who.Username, method)
		if at.sent = sent; errors.Is(err, people.ErrNotSent) {
			at.sent.ResendAt = s.Clock.Now() // try again when you like
		}
		if errors.Is(err, people.ErrTooSoon) && !again {
			return nil
		}
		return err
	case people.Push:
		id, number, sent, err := s.People.AskApproval(who.Username, at.approval)
		switch {
		case err == nil:
			at.approval, at.number, at.sent, at.polled, at.interval = id, number, sent, time.Time{}, pollInterval
		case errors.Is(err, people.ErrTooSoon) && at.approval != "":
			at.sent.ResendAt = sent.ResendAt // the one before still waits
			if !again {
				return nil
			}
		default:
			at.method, at.choose, at.sent = "", true, people.Sent{}
		}
		return err
	}
	return nil
}

// checkCode checks a code of this method.
func (s *Server) checkCode(who people.Person, method, code string) people.Result {
	switch method {
	case people.TOTP:
		return s.People.CheckCode(who.Username, code)
	case people.Recovery:
		return s.People.CheckRecovery(who.Username, code)
	default:
		return s.People.CheckSent(who.Username, method, code)
	}
}

// pollInterval is how long to wait between two looks at an approval.
const pollInterval = 2 * time.Second
