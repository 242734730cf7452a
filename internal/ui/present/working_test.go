package present

import (
	"testing"

	"latchkey/internal/signin"
)

// What waits for somebody elsewhere: with other ways, and from now on a question that can be sent again.
var elsewhereSteps = map[string]signin.Step{
	"phone":   signin.Approve{Number: "95", Others: []string{"totp", "browser"}, ResendAt: morning},
	"device":  signin.Device{UserCode: "WDJB-MJHT", VerificationURI: "https://login.acme.example/device", Others: []signin.Door{signin.WithBrowser}},
	"browser": signin.Browser{URL: startLink, Stage: signin.Returned, Others: []signin.Door{signin.WithDevice}},
}

// Once it is granted there is nothing to press any more but Cancel, and it ends signed in.
func TestGrantedElsewhereLeavesNothingToPress(t *testing.T) {
	for name, step := range elsewhereSteps {
		for _, list := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				s := newStage(t, acme)
				s.start()
				s.say(signin.Credentials{ID: "1"})
				s.p.Submit("amy@acme.example", "secret")
				s.say(step)
				if list && name != "browser" {
					s.p.OtherWays()
					shown[Choose](s)
				}
				s.say(signin.Working{What: signin.FinishingSignIn})
				s.pass(0)
				if f := s.p.Frame(); !isBusy(f.Screen) {
					t.Fatalf("the window shows %+v", f.Screen)
				}
				said := len(s.talk().said())
				s.p.OtherWays()
				s.p.Resend()
				s.p.OpenDevicePage()
				s.p.OpenAgain()
				s.p.Use("totp", "")
				if f := s.p.Frame(); !isBusy(f.Screen) || len(s.talk().said()) != said || len(s.addresses()) != 0 {
					t.Errorf("the window shows %+v, said %+v", f.Screen, s.talk().said())
				}
				s.talk().finish(amy)
				s.until("signed in", func(f Frame) bool { _, in := f.Screen.(SignedIn); return in })
			})
		}
	}
}

// What is pressed in the moment in which it was granted changes nothing, and is no mistake of anybody.
func TestPressedJustAfterItWasGranted(t *testing.T) {
	presses := map[string]func(*Presenter){
		"another way":           func(p *Presenter) { p.OtherWays(); p.Use("totp", ""); p.Use("browser", "") },
		"send again":            (*Presenter).Resend,
		"open the browser":      (*Presenter).OpenAgain,
		"paste what came of it": func(p *Presenter) { p.PasteBack("http://127.0.0.1:4711/?code=1") },
	}
	for name, step := range elsewhereSteps {
		if b, browser := step.(signin.Browser); browser {
			b.Stage = signin.Reached
			step = b
		}
		for press, does := range presses {
			for _, late := range []error{signin.ErrNotWaiting, signin.ErrStale} {
				t.Run(name+", "+press, func(t *testing.T) {
					s := newStage(t, acme)
					s.start()
					s.say(signin.Credentials{ID: "1"})
					s.p.Submit("amy@acme.example", "secret")
					s.say(step)
					talk := s.talk()
					talk.mu.Lock()
					talk.refuse = late
					talk.mu.Unlock()
					does(s.p)
					if f := s.p.Frame(); s.talk() != talk || talk.cancelled || f.Problem != nil {
						t.Fatalf("cancelled %v, %+v", talk.cancelled, f.Problem)
					}
					s.say(signin.Working{What: signin.FinishingSignIn})
					if f := s.p.Frame(); !isBusy(f.Screen) {
						t.Errorf("the window shows %+v", f.Screen)
					}
					talk.finish(amy)
					s.until("signed in", func(f Frame) bool { _, in := f.Screen.(SignedIn); return in })
				})
			}
		}
	}
}
