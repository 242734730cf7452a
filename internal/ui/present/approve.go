package present

import (
	"latchkey/internal/signin"
	"latchkey/internal/transport"
)

// Approve asks the agent to approve the sign-in on another device.
type Approve struct {
	Title   string
	Explain string
	Number  string // to find on the device; empty: only approve
	Warning string // when not to approve
	Left    string // time left, when it gets short
	Resend  Resend
	Ways    bool
	Busy    Busy // On: "resend"
}

func (Approve) screen() {}

func (p *Presenter) approve(r *run, s signin.Approve) {
	r.waiting, r.at, r.ways, r.targets = "", s, s.Others, s.Targets
	p.form.busy, p.form.slow = Busy{}, false
	p.settleProblem(r)
	if _, list := p.frame.Screen.(Choose); list && p.behind != nil { // a list of other ways lies above it
		p.behind = p.approveScreen(s)
		return
	}
	_, again := p.frame.Screen.(Approve)
	p.behind = nil
	p.frame.Screen = p.approveScreen(s)
	p.offerResend()
	if !again || r.resent {
		p.focus(FocusMain)
	}
	r.resent = false
	p.draw()
}

func (p *Presenter) approveScreen(s signin.Approve) Approve {
	device := orElse(transport.Clean(s.SentTo, 60), "your phone")
	screen := Approve{
		Title: "Approve on your phone", Explain: "A question was sent to " + device + ". Approve it there, and this window goes on by itself.",
		Number: transport.Clean(s.Number, 8), Warning: "Only approve what you started yourself. If a question comes at another time, refuse it and tell IT: somebody may know your password.",
		Left: p.shortLeftOf(s.Deadline), Resend: p.resend(s.ResendAt), Ways: len(s.Others) > 0,
	}
	if screen.Number != "" {
		screen.Explain = "A question was sent to " + device + ". Choose or enter this number there, and this window goes on by itself."
		screen.Warning = "Does the question come without this number, or when you did not start it? Refuse it and tell IT: somebody may know your password."
	}
	return screen
}
