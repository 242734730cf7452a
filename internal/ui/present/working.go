package present

import (
	"errors"

	"latchkey/internal/signin"
)

// working says what the attempt is busy with, where somebody waits for it.
func (p *Presenter) working(s signin.Working) {
	words := map[signin.Work]string{
		signin.FindingServer:   "Finding the server",
		signin.CheckingPass:    "Checking your password",
		signin.CheckingCode:    "Checking the code",
		signin.SendingCode:     "Sending a new code",
		signin.CheckingNew:     "Checking the new password",
		signin.FinishingSignIn: "Finishing",
	}[s.What]
	if words == "" {
		words = "Working"
	}
	if _, form := p.frame.Screen.(SignIn); form {
		if p.form.busy.What != "" { // nothing to see while the agent still types
			p.form.busy.What = words
			p.refreshForm()
		}
		return
	}
	finishing := s.What == signin.FinishingSignIn
	if finishing {
		p.nothingElse()
	}
	if screen, shown := busyWith(p.frame.Screen, words, finishing); shown {
		p.frame.Screen = screen
		p.draw()
	}
}

// nothingElse takes away a list of other ways: the sign-in is granted, and what the list lies above says so.
func (p *Presenter) nothingElse() {
	if _, list := p.frame.Screen.(Choose); !list {
		return
	}
	switch p.behind.(type) {
	case Approve, Browser, Device:
		p.frame.Screen, p.behind = p.behind, nil
		p.focus(FocusMain)
	}
}

// busyWith returns a screen that says what is being done, and false for one that does not. Those that wait for what somebody does
// elsewhere say only that it was done.
func busyWith(screen Screen, words string, finishing bool) (Screen, bool) {
	switch s := screen.(type) {
	case Code:
		s.Busy.What = words
		return s, isBusy(screen)
	case NewPassword:
		s.Busy.What = words
		return s, isBusy(screen)
	case Choose:
		s.Busy.What = words
		return s, isBusy(screen) && finishing
	case Approve:
		s.Busy = Busy{What: words}
		return s, finishing
	case Browser:
		s.Busy = true
		return s, finishing
	case Device:
		s.Busy = Busy{What: words}
		return s, finishing
	}
	return screen, false
}

// isBusy reports whether what can be pressed on a screen of the attempt was pressed already, or has nothing to press any more.
func isBusy(screen Screen) bool {
	switch s := screen.(type) {
	case Code:
		return s.Busy.What != ""
	case NewPassword:
		return s.Busy.What != ""
	case Choose:
		return s.Busy.What != ""
	case Approve:
		return s.Busy.What != ""
	case Browser:
		return s.Busy
	case Device:
		return s.Busy.What != ""
	}
	return false
}

// overtaken reports whether an answer only came too late: the attempt has gone on meanwhile, and its next step is on its way.
func overtaken(err error) bool {
	return errors.Is(err, signin.ErrNotWaiting) || errors.Is(err, signin.ErrStale)
}
