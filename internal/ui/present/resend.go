package present

import (
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// Resend tells whether something can be sent again: a code, or the question for an approval.
type Resend struct {
	Offered bool
	Wait    string // how long it cannot yet; empty: it can now
}

// resend says when something that the server allows to be sent again from at on can be.
func (p *Presenter) resend(at time.Time) Resend {
	if at.IsZero() {
		return Resend{}
	}
	offer := Resend{Offered: true}
	if left := at.Sub(p.o.Clock.Now()); left > 0 {
		offer.Wait = Countdown(left)
	}
	return offer
}

// shortLeftOf is the time left until a deadline, once it gets short; empty before.
func (p *Presenter) shortLeftOf(deadline time.Time) string {
	left := deadline.Sub(p.o.Clock.Now())
	if deadline.IsZero() || left >= shortLeft {
		return ""
	}
	return Countdown(max(0, left))
}

// Resend has the code, or the question for an approval, sent again; once, and not before the server allows it.
func (p *Presenter) Resend() {
	switch screen := p.frame.Screen.(type) {
	case Code:
		if screen.Busy.What != "" || p.run == nil || p.run.waiting == "" || !p.resendAllowed() {
			return
		}
		screen.Busy = Busy{What: "Sending a new code", On: "resend"}
		p.frame.Screen, p.frame.Problem = screen, nil
		p.run.resent = true
		p.send(p.run, signin.Answer{Resend: true})
	case Approve:
		if screen.Busy.What != "" || p.run == nil || !p.resendAllowed() {
			return
		}
		screen.Busy = Busy{What: "Asking again", On: "resend"}
		p.frame.Screen, p.frame.Problem = screen, nil
		p.run.resent = true
		p.tell(signin.Answer{Resend: true})
	default:
		return
	}
	p.draw()
}

// resendAllowed looks at the clock, not at what is shown: that may be a second old.
func (p *Presenter) resendAllowed() bool {
	var at time.Time
	switch step := p.run.at.(type) {
	case signin.Code:
		at = step.ResendAt
	case signin.Approve:
		at = step.ResendAt
	}
	return !at.IsZero() && !p.o.Clock.Now().Before(at)
}

// offerResend lets the panel send again where that is what helps, and only while it can be done.
func (p *Presenter) offerResend() {
	shown := p.frame.Problem
	if shown == nil || p.run == nil {
		return
	}
	switch shown.code {
	case problem.CodeExpired, problem.CodeNotSent, problem.ApprovalExpired:
	default:
		return
	}
	offered := *shown
	offered.Action, offered.Button = NoAction, ""
	if p.resendAllowed() {
		offered.Action, offered.Button = SendAgain, actionWords[SendAgain]
	} else if _, code := p.frame.Screen.(Code); code && len(p.run.ways) > 0 && !p.canResendLater() { // elsewhere they are in sight
		offered.Action, offered.Button = OtherWay, actionWords[OtherWay]
	}
	p.frame.Problem = &offered
}

func (p *Presenter) canResendLater() bool {
	switch step := p.run.at.(type) {
	case signin.Code:
		return !step.ResendAt.IsZero()
	case signin.Approve:
		return !step.ResendAt.IsZero()
	}
	return false
}
