package present

import (
	"context"
	"errors"
	"net/url"
	"testing"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

const backAddress = "http://127.0.0.1:4712/go/back"

// leadsBack is an organisation whose page for a forgotten password leads back.
func leadsBack() config.Organization {
	o := withContact("")
	o.ForgotReturn = true
	return o
}

// forgets goes as far as the page for a forgotten password; the channel plays the browser that comes back.
func (s *stage) forgets(listenFails error) (back chan string, listened func() int) {
	s.t.Helper()
	back = make(chan string, 1)
	n := 0
	s.start()
	s.p.parts.WayBack = func(context.Context) (string, <-chan string, error) {
		n++
		return backAddress, back, listenFails
	}
	s.say(signin.Credentials{ID: "1", ForgotPassword: s.settings.orgs[0].ForgotPassword})
	s.p.Username("amy@acme.example")
	s.p.ForgotPassword()
	s.until("the page", func(Frame) bool { return len(s.addresses()) > 0 })
	s.drain()
	return back, func() int { return n }
}

func (s *stage) returnOf(page string) string {
	u, err := url.Parse(page)
	if err != nil {
		s.t.Fatal(err)
	}
	return u.Query().Get("return")
}

func TestS14BrowserComesBackFromThePage(t *testing.T) {
	s := newStage(t, leadsBack())
	raised := 0
	s.p.o.Raise = func() { raised++ }
	back, listened := s.forgets(nil)
	s.p.OpenForgotten()
	s.until("the page again", func(Frame) bool { return len(s.addresses()) > 1 })
	for _, page := range s.addresses() {
		if got := s.returnOf(page); got != backAddress || listened() != 1 {
			t.Errorf("%s leads back to %q; listened %d times", page, got, listened())
		}
	}
	back <- "ben@acme.example" // what was typed here counts, not what a page says
	s.until("the form", func(f Frame) bool { _, ok := f.Screen.(SignIn); return ok })
	f := s.p.Frame()
	if form := shown[SignIn](s); form.Username != "amy@acme.example" || f.Focus != FocusPassword || f.Notice == nil || f.Notice.Text != "Sign in with your new password." || raised != 1 {
		t.Errorf("form %+v, focus %s, notice %+v, raised %d", form, f.Focus, f.Notice, raised)
	}
}

func TestS14EmailIsTakenFromThePageWhenNoneWasTyped(t *testing.T) {
	s := newStage(t, leadsBack())
	back, _ := s.forgets(nil)
	s.p.form.username = ""
	back <- "amy@acme.example\x1b[2J\n"
	s.until("the form", func(f Frame) bool { _, ok := f.Screen.(SignIn); return ok })
	if got := shown[SignIn](s).Username; got == "" || got[0] != 'a' || len(got) > 24 || s.p.Frame().Focus != FocusPassword {
		t.Errorf("got %q", got)
	}
}

// A new password does not lift a lock: that is what comes next then.
func TestS14LockIsToldWhenTheBrowserComesBack(t *testing.T) {
	s := newStage(t, leadsBack())
	s.refuse(signin.Trouble{Problem: problem.New(problem.AccountLocked), AttemptsLeft: -1, Until: morning.Add(5 * time.Minute)})
	back := make(chan string, 1)
	s.p.parts.WayBack = func(context.Context) (string, <-chan string, error) { return backAddress, back, nil }
	s.p.ForgotPassword()
	s.until("the page", func(Frame) bool { return len(s.addresses()) > 0 })
	s.drain()
	back <- ""
	s.until("the form", func(f Frame) bool { _, ok := f.Screen.(SignIn); return ok })
	if got := s.p.Frame().Problem; got == nil || got.Code != string(problem.AccountLocked) || got.Left != "5:00" {
		t.Errorf("got %+v", got)
	}
}

// Without a way back everything else is as it was.
func TestS14PageOpensWithoutAWayBack(t *testing.T) {
	s := newStage(t, leadsBack())
	s.forgets(errors.New("no port"))
	if page := s.addresses()[0]; s.returnOf(page) != "" {
		t.Errorf("opened %s", page)
	}
	shown[Forgotten](s)
}

// A page that is not known to lead back is told nothing, and nobody listens.
func TestS14OtherPagesAreNotToldTheWayBack(t *testing.T) {
	s := newStage(t, withContact(""))
	_, listened := s.forgets(nil)
	if page := s.addresses()[0]; s.returnOf(page) != "" || listened() != 0 {
		t.Errorf("opened %s, listened %d times", page, listened())
	}
	shown[Forgotten](s)
}

// A browser that comes back while something else goes on changes nothing.
func TestS14LateBrowserDisturbsNobody(t *testing.T) {
	s := newStage(t, leadsBack())
	raised := 0
	s.p.o.Raise = func() { raised++ }
	back, _ := s.forgets(nil)
	s.p.BackToSignIn()
	s.p.Submit("amy@acme.example", "new")
	back <- "amy@acme.example"
	s.until("it came", func(Frame) bool { return s.p.wayBack.end == nil })
	if form := shown[SignIn](s); form.Busy.What == "" || s.p.Frame().Notice != nil || raised != 0 {
		t.Errorf("form %+v, raised %d times", form, raised)
	}
}
