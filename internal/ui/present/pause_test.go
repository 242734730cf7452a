package present

import (
	"testing"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

func TestMF19ThePauseIsKept(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.say(signin.Credentials{ID: "1"})
	s.p.Submit("amy@acme.example", "secret")
	s.say(signin.Trouble{Problem: problem.New(problem.TooManyTries), AttemptsLeft: -1, Door: signin.WithPassword, Until: morning.Add(42 * time.Second)}, signin.Credentials{ID: "2"})
	if form := shown[SignIn](s); !form.Paused || form.Button != "Wait 0:42" {
		t.Errorf("form %+v", form)
	}
	s.p.Submit("amy@acme.example", "secret")
	s.pass(40 * time.Second)
	if form := shown[SignIn](s); form.Button != "Wait 0:02" {
		t.Errorf("button %q", form.Button)
	}
	s.p.Submit("amy@acme.example", "secret")
	if n := len(s.talk().said()); n != 1 {
		t.Errorf("sent %d times during the pause", n)
	}
	s.pass(3 * time.Second)
	if form := shown[SignIn](s); form.Paused || form.Button != "Sign in" || s.p.Frame().Problem != nil {
		t.Errorf("form %+v, problem %+v", form, s.p.Frame().Problem)
	}
	s.p.Submit("amy@acme.example", "secret")
	if n := len(s.talk().said()); n != 2 {
		t.Errorf("sent %d times", n)
	}
}

// One account's pause is not another's.
func TestMF19ThePauseIsOneAccounts(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.say(signin.Credentials{ID: "1"})
	s.p.Submit("amy@acme.example", "secret")
	s.say(signin.Trouble{Problem: problem.New(problem.TooManyTries), AttemptsLeft: -1, Door: signin.WithPassword, Until: morning.Add(10 * time.Minute)}, signin.Credentials{ID: "2"})
	s.p.Username("ben@acme.example")
	if form := shown[SignIn](s); form.Paused || form.Button != "Sign in" {
		t.Errorf("form %+v", form)
	}
	s.p.Submit("ben@acme.example", "secret")
	if n := len(s.talk().said()); n != 2 {
		t.Errorf("sent %d times", n)
	}
}

// What one door has to wait for keeps nobody from another: not the main button, whose door it is not, and no account there.
func TestMF19ThePauseIsOneDoors(t *testing.T) {
	for name, c := range map[string]struct {
		org    config.Organization
		door   signin.Door
		code   problem.Code
		paused bool
	}{
		"password":                       {acme, signin.WithPassword, problem.TooManyTries, true},
		"password, out of order":         {acme, signin.WithPassword, problem.ServerUnavailable, true},
		"browser":                        {acme, signin.WithBrowser, problem.TooManyTries, false},
		"browser, out of order":          {acme, signin.WithBrowser, problem.ServerUnavailable, false},
		"company":                        {acme, signin.WithCompany, problem.TooManyTries, false},
		"device":                         {acme, signin.WithDevice, problem.TooManyTries, false},
		"before any door":                {acme, "", problem.TooManyTries, true},
		"browser, where it is the main":  {globex, signin.WithBrowser, problem.TooManyTries, true},
		"device, where the browser is":   {globex, signin.WithDevice, problem.TooManyTries, false},
		"company, by way of the browser": {globex, signin.WithCompany, problem.TooManyTries, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, c.org)
			s.start()
			if c.org.ID == acme.ID {
				s.say(signin.Credentials{ID: "1", Others: []signin.Door{signin.WithBrowser, signin.WithCompany, signin.WithDevice}})
			} else {
				s.say(signin.Choose{ID: "1", Methods: []string{"browser", "company", "device"}})
			}
			s.p.Use(string(c.door), "")
			s.say(signin.Trouble{Problem: problem.New(c.code, problem.Final()), AttemptsLeft: -1, Door: c.door, Until: morning.Add(90 * time.Second)})
			for _, username := range []string{"", "amy@acme.example"} {
				s.p.Username(username)
				wait := "Wait 1:30"
				if form := shown[SignIn](s); form.Paused != c.paused || (form.Button == wait) != c.paused {
					t.Errorf("%q: form %+v", username, form)
				}
			}
		})
	}
}
