package present

import (
	"testing"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

func TestMF19ThePauseIsKept(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.say(signin.Credentials{ID: "1"})
	s.p.Submit("amy@acme.example", "secret")
	s.say(signin.Trouble{Problem: problem.New(problem.TooManyTries), AttemptsLeft: -1, Until: morning.Add(42 * time.Second)}, signin.Credentials{ID: "2"})
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
	s.say(signin.Trouble{Problem: problem.New(problem.TooManyTries), AttemptsLeft: -1, Until: morning.Add(10 * time.Minute)}, signin.Credentials{ID: "2"})
	s.p.Username("ben@acme.example")
	if form := shown[SignIn](s); form.Paused || form.Button != "Sign in" {
		t.Errorf("form %+v", form)
	}
	s.p.Submit("ben@acme.example", "secret")
	if n := len(s.talk().said()); n != 2 {
		t.Errorf("sent %d times", n)
	}
}
