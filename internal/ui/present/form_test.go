package present

import (
	"strings"
	"testing"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// The form is there before anything is known, and takes typing at once.
func TestFormIsThereAtOnce(t *testing.T) {
	s := newStage(t, acme)
	f := s.p.Frame()
	form, ok := f.Screen.(SignIn)
	if !ok || !form.Password || f.Focus != FocusUsername || f.Turn == 0 {
		t.Fatalf("the first frame is %+v", f)
	}
	s.start()
	if form := shown[SignIn](s); form.Company != "Login with Acme" || form.Busy.What != "" {
		t.Errorf("got %+v", form)
	}
	if got := s.p.Frame().Where; got.Name != "Acme Contact Center" || got.Host != "login.acme.example" {
		t.Errorf("where: %+v", got)
	}
	if o := s.begun[0]; !o.Ask || o.Org.ID != "acme" || o.With != "" {
		t.Errorf("the attempt was asked for %+v", o)
	}
}

func TestFormRemembersTheEmail(t *testing.T) {
	s := newStage(t, acme)
	s.sessions.last = "amy@acme.example"
	s.start()
	if form := shown[SignIn](s); form.Username != "amy@acme.example" || s.p.Frame().Focus != FocusPassword {
		t.Errorf("got %+v, focus %s", form, s.p.Frame().Focus)
	}
}

func TestMF16NothingIsSentWithAnEmptyField(t *testing.T) {
	for _, test := range []struct {
		username, password string
		focus              Focus
	}{
		{"", "secret", FocusUsername},
		{"   ", "secret", FocusUsername},
		{"amy@acme.example", "", FocusPassword},
		{"", "", FocusUsername},
	} {
		s := newStage(t, acme)
		s.start()
		s.say(signin.Credentials{ID: "1"})
		s.p.Submit(test.username, test.password)
		f := s.p.Frame()
		if said := s.talk().said(); len(said) > 0 {
			t.Errorf("%q: sent %v", test.username, said)
		}
		if f.Focus != test.focus || f.Problem == nil || f.Problem.Code != string(problem.CredentialsNeeded) {
			t.Errorf("%q: focus %s, problem %+v", test.username, f.Focus, f.Problem)
		}
	}
}

func TestMF02ThePasswordIsNotTrimmed(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.say(signin.Credentials{ID: "7"})
	s.p.Submit("  amy@acme.example ", "  two spaces  ")
	said := s.talk().said()
	if len(said) != 1 || said[0].ID != "7" || said[0].Username != "amy@acme.example" || s.talk().passwords[0] != "  two spaces  " {
		t.Fatalf("sent %+v, %q", said, s.talk().passwords)
	}
}

func TestMF17SubmittingTwiceSendsOnce(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.say(signin.Credentials{ID: "1"})
	for range 5 {
		s.p.Submit("amy@acme.example", "secret")
		s.p.Use("company", "amy@acme.example")
	}
	if n := len(s.talk().said()); n != 1 {
		t.Errorf("sent %d times", n)
	}
	if form := shown[SignIn](s); form.Busy.What == "" || form.Busy.On != "" {
		t.Errorf("busy: %+v", form.Busy)
	}
}

// What is pressed before discovery is done is sent when the server asks, once.
func TestSubmitBeforeTheServerIsFound(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.say(signin.Working{What: signin.FindingServer})
	if form := shown[SignIn](s); form.Busy.What != "" {
		t.Errorf("busy although nothing was pressed: %+v", form.Busy)
	}
	s.p.Submit("amy@acme.example", "secret")
	s.p.Submit("amy@acme.example", "secret")
	if len(s.talk().said()) != 0 {
		t.Fatal("answered before it was asked")
	}
	s.say(signin.Working{What: signin.FindingServer})
	if form := shown[SignIn](s); form.Busy.What != "Finding the server" {
		t.Errorf("busy: %+v", form.Busy)
	}
	s.say(signin.Credentials{ID: "1"})
	if said := s.talk().said(); len(said) != 1 || said[0].ID != "1" || s.talk().passwords[0] != "secret" {
		t.Errorf("sent %+v", said)
	}
}

// Whatever was typed ahead and is not needed any more is wiped, the code beside the password too.
func TestWhatWasTypedAheadIsWiped(t *testing.T) {
	for name, over := range map[string]func(*stage){
		"given up":          func(s *stage) { s.p.Back() },
		"the window closes": func(s *stage) { s.p.Close() },
		"no password here":  func(s *stage) { s.say(signin.Choose{ID: "1", Methods: []string{"browser"}}) },
	} {
		s := newStage(t, acme)
		s.start()
		s.p.form.code = true
		s.p.SubmitWithCode("amy@acme.example", "secret", "000123")
		typed := *s.p.run.pending
		over(s)
		if !typed.Password.Empty() || !typed.Code.Empty() {
			t.Errorf("%s: password %d bytes, code %d bytes", name, typed.Password.Len(), typed.Code.Len())
		}
		for _, a := range s.talk().said() {
			if a.Use != "browser" {
				t.Errorf("%s: sent %+v", name, a)
			}
		}
	}
}

func TestTheFieldIsClearedAsSoonAsThePasswordIsTaken(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.say(signin.Credentials{ID: "1"})
	before := shown[SignIn](s).Clear
	s.p.Submit("amy@acme.example", "secret")
	if shown[SignIn](s).Clear == before {
		t.Error("the password stays in the field")
	}
}

func TestRefusedCredentials(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.say(signin.Credentials{ID: "1", ForgotPassword: "https://login.acme.example/forgot"})
	s.p.Submit("amy@acme.example", "secret")
	clear := shown[SignIn](s).Clear
	s.say(signin.Trouble{Problem: problem.New(problem.CredentialsRefused), AttemptsLeft: 3, Field: "password"},
		signin.Credentials{ID: "2", ForgotPassword: "https://login.acme.example/forgot"})
	form, f := shown[SignIn](s), s.p.Frame()
	if form.Busy.What != "" || form.Clear == clear || form.Username != "amy@acme.example" || f.Focus != FocusPassword {
		t.Errorf("form %+v, focus %s", form, f.Focus)
	}
	if f.Problem == nil || !f.Problem.Soft || !strings.Contains(f.Problem.Why, "3 tries") || f.Problem.Action != Forgot {
		t.Fatalf("problem %+v", f.Problem)
	}
	s.p.Act()
	s.until("the page", func(Frame) bool { return len(s.addresses()) > 0 })
	if got := s.addresses()[0]; got != "https://login.acme.example/forgot" {
		t.Errorf("opened %s", got)
	}
	s.p.BackToSignIn()
	s.p.Submit("amy@acme.example", "other")
	if s.p.Frame().Problem != nil {
		t.Error("the old problem stays")
	}
	if said := s.talk().said(); len(said) != 2 || said[1].ID != "2" {
		t.Errorf("sent %+v", said)
	}
}

func TestMF25TimedOutAtTheCodeIsBackAtThePassword(t *testing.T) {
	s := newStage(t, acme)
	s.toCode()
	s.p.SubmitCode("123456")
	s.say(signin.Trouble{Problem: problem.New(problem.SignInTimedOut), AttemptsLeft: -1, Field: "password"}, signin.Credentials{ID: "3"})
	form, f := shown[SignIn](s), s.p.Frame()
	if f.Problem == nil || f.Problem.Code != string(problem.SignInTimedOut) || f.Problem.Refused() || f.Focus != FocusPassword || form.Username != "amy@acme.example" {
		t.Errorf("form %+v, frame %+v", form, f)
	}
}

func TestLockedAccountSaysUntilWhen(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.say(signin.Credentials{ID: "1"})
	s.p.Submit("lou@acme.example", "secret")
	s.say(signin.Trouble{Problem: problem.New(problem.AccountLocked), AttemptsLeft: -1, Until: morning.Add(5 * time.Minute)})
	f := s.p.Frame()
	if f.Problem == nil || f.Problem.Soft || f.Problem.Ends != "Until 08:05" || f.Problem.Left != "5:00" {
		t.Fatalf("problem %+v", f.Problem)
	}
	if form := shown[SignIn](s); form.Paused {
		t.Error("another account must be able to sign in")
	}
}

func TestMF13PasswordLeftInTheFormIsCleared(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.say(signin.Credentials{ID: "1"})
	before := shown[SignIn](s).Clear
	s.p.Typed(false)
	s.pass(9 * time.Minute)
	if shown[SignIn](s).Clear != before {
		t.Error("cleared too early")
	}
	s.p.Typed(false)
	s.pass(9 * time.Minute)
	if shown[SignIn](s).Clear != before {
		t.Error("cleared although something was typed")
	}
	s.pass(time.Minute)
	if shown[SignIn](s).Clear == before {
		t.Error("not cleared")
	}
}

// A server that takes no password in an app gets none, also when one was typed before that was known.
func TestServerWithoutPasswords(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.p.Submit("amy@acme.example", "secret")
	s.say(signin.Choose{ID: "1", Methods: []string{"browser", "company", "device"}})
	said := s.talk().said()
	if len(said) != 1 || said[0].Use != "browser" || said[0].Username != "amy@acme.example" || s.talk().passwords[0] != "" {
		t.Fatalf("sent %+v %q", said, s.talk().passwords)
	}
	if form := shown[SignIn](s); form.Password {
		t.Error("the form still asks for a password")
	}
}

func TestGenesysAsksForNoPassword(t *testing.T) {
	s := newStage(t, globex)
	s.start()
	form := shown[SignIn](s)
	if form.Password || form.Company != "Login with Globex" || form.Explain == "" || s.p.Frame().Where.Host != "login.euw2.pure.cloud" {
		t.Fatalf("form %+v, where %+v", form, s.p.Frame().Where)
	}
	s.say(signin.Choose{ID: "1", Methods: []string{"browser", "company"}})
	s.p.Submit("gina@globex.example", "")
	if said := s.talk().said(); len(said) != 1 || said[0].Use != "browser" || said[0].Username != "gina@globex.example" {
		t.Errorf("sent %+v", said)
	}
}

func TestOtherWaysFromTheForm(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.say(signin.Credentials{ID: "1", Others: []signin.Door{signin.WithBrowser, signin.WithCompany, signin.WithDevice}})
	s.p.Username("amy@acme.example")
	s.p.OtherWays()
	choose := shown[Choose](s)
	if len(choose.Ways) != 2 || choose.Ways[0].Use != "browser" || choose.Ways[1].Use != "device" {
		t.Fatalf("ways %+v", choose.Ways)
	}
	s.p.Back()
	shown[SignIn](s)
	s.p.OtherWays()
	s.p.Use("device", "")
	if said := s.talk().said(); len(said) != 1 || said[0].Use != "device" || said[0].Username != "amy@acme.example" {
		t.Errorf("sent %+v", said)
	}
}

func TestEscapeGivesUpASlowSignIn(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	first := s.talk()
	s.say(signin.Credentials{ID: "1"})
	s.p.Submit("amy@acme.example", "secret")
	s.pass(9 * time.Second)
	if !shown[SignIn](s).Slow {
		t.Error("it does not say that it takes long")
	}
	s.p.Back()
	form := shown[SignIn](s)
	if !first.cancelled || s.talk() == first || form.Busy.What != "" || form.Username != "amy@acme.example" || s.p.Frame().Problem != nil {
		t.Errorf("form %+v, cancelled %v", form, first.cancelled)
	}
}

func TestEscapePutsAProblemAway(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.say(signin.Credentials{ID: "1"})
	s.p.Submit("", "")
	talk := s.talk()
	s.p.Back()
	if s.p.Frame().Problem != nil || s.talk() != talk {
		t.Errorf("problem %+v", s.p.Frame().Problem)
	}
}

// Steps of an attempt that was given up change nothing.
func TestStepsOfAnOldAttemptAreNotShown(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	old := s.talk()
	s.say(signin.Credentials{ID: "1"})
	old.steps <- signin.Code{ID: "2", Digits: 6}
	s.p.Submit("amy@acme.example", "secret")
	s.p.Back()
	s.say(signin.Credentials{ID: "1"})
	shown[SignIn](s)
}

func TestFinalTroubleTriesAgain(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	first := s.talk()
	ended := problem.New(problem.NameNotFound, problem.Final())
	s.say(signin.Trouble{Problem: ended, AttemptsLeft: -1})
	first.end()
	f := s.p.Frame()
	if f.Problem == nil || f.Problem.Action != TryAgain || f.Focus != FocusProblem {
		t.Fatalf("problem %+v", f.Problem)
	}
	shown[SignIn](s)
	s.p.Act()
	if s.talk() == first || s.p.Frame().Problem != nil {
		t.Error("it was not tried again")
	}
}

// What is pressed between an attempt's last word and its end goes to a new one.
func TestSubmitRightAfterTheEnd(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	first := s.talk()
	s.say(signin.Credentials{ID: "1"})
	s.p.Submit("amy@acme.example", "secret")
	s.say(signin.Trouble{Problem: problem.New(problem.SignInRefused), AttemptsLeft: -1})
	s.p.Submit("amy@acme.example", "other")
	if s.talk() == first {
		t.Fatal("no new attempt was begun")
	}
	first.end()
	s.say(signin.Credentials{ID: "1"})
	if said := s.talk().said(); len(said) != 1 || s.talk().passwords[0] != "other" {
		t.Errorf("sent %+v", said)
	}
}

func TestAnswerThatDoesNotFitBeginsAnew(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	first := s.talk()
	s.say(signin.Credentials{ID: "1"})
	first.mu.Lock()
	first.refuse = signin.ErrUnfit
	first.mu.Unlock()
	s.p.Submit("amy@acme.example", "secret")
	if form := shown[SignIn](s); s.talk() == first || form.Busy.What != "" || s.p.Frame().Problem == nil {
		t.Errorf("form %+v", form)
	}
}

func TestAttemptThatEndsWithoutAWord(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.talk().end()
	s.until("a problem", func(f Frame) bool { return f.Problem != nil })
	if got := s.p.Frame().Problem.Code; got != string(problem.UnexpectedError) {
		t.Errorf("got %s", got)
	}
}

func TestPR23WordsOfServersAreCleaned(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.say(signin.Trouble{AttemptsLeft: -1, Problem: problem.New(problem.SignInRefused, problem.Because("bad\x1b[31m \u202eevil\n\n# **heading** %s", strings.Repeat("x", 5000)))})
	why := s.p.Frame().Problem.Why
	if strings.ContainsAny(why, "\x1b\n\u202e") || len([]rune(why)) > 401 {
		t.Errorf("why: %q", why)
	}
}
