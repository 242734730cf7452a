package present

import (
	"strings"
	"testing"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/signin"
	"latchkey/internal/vault"
)

func TestSignedIn(t *testing.T) {
	s := newStage(t, acme)
	s.toSignedIn(amy)
	got := shown[SignedIn](s)
	if got.Name != "Amy Agent" || got.Username != "amy@acme.example" || got.Org != "Acme Contact Center" || got.Until != "until 18:00" || !got.Workspace {
		t.Errorf("got %+v", got)
	}
	if f := s.p.Frame(); f.Notice != nil || f.Problem != nil {
		t.Errorf("notice %+v, problem %+v", f.Notice, f.Problem)
	}
	s.p.OpenWorkspace()
	s.until("the workspace", func(Frame) bool { return len(s.addresses()) > 0 })
	if got := s.addresses()[0]; got != amy.WorkspaceURL {
		t.Errorf("opened %s", got)
	}
}

func TestWorkspaceThatDoesNotOpen(t *testing.T) {
	s := newStage(t, acme)
	s.cannot = problem.New(problem.BrowserNotOpened)
	s.toSignedIn(amy)
	s.p.OpenWorkspace()
	s.until("a problem", func(f Frame) bool { return f.Problem != nil })
	s.p.Act()
	if s.clipboard.text != amy.WorkspaceURL || !s.p.Frame().Problem.LinkCopied {
		t.Errorf("clipboard %q", s.clipboard.text)
	}
	shown[SignedIn](s)
}

func TestSessionThatIsNotKeptSaysSo(t *testing.T) {
	s := newStage(t, acme)
	who := amy
	who.Kept, who.NotKept = vault.InMemory, problem.New(problem.KeychainLocked)
	s.toSignedIn(who)
	if n := s.p.Frame().Notice; n == nil || !strings.Contains(n.Text, "locked") || !strings.Contains(n.Text, "again after closing") {
		t.Errorf("notice %+v", n)
	}
}

func TestKeychainNoticeBesideTheForm(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.say(signin.Notice{Problem: problem.New(problem.KeychainMissing)}, signin.Credentials{ID: "1"})
	if n := s.p.Frame().Notice; n == nil || n.Good || n.Title != "There is no keychain on this computer." {
		t.Fatalf("notice %+v", n)
	}
	s.p.Submit("amy@acme.example", "secret")
	if s.p.Frame().Notice == nil {
		t.Error("the notice went away before it was true")
	}
}

func TestSignOut(t *testing.T) {
	s := newStage(t, acme)
	s.toSignedIn(amy)
	s.p.SignOut()
	s.p.SignOut()
	if got := shown[SignedIn](s).Busy; got.On != "out" {
		t.Errorf("busy %+v", got)
	}
	s.until("the form", func(f Frame) bool { _, ok := f.Screen.(SignIn); return ok })
	if len(s.sessions.outs) != 1 || s.sessions.outs[0] != amy.Account {
		t.Errorf("signed out %v", s.sessions.outs)
	}
	form, f := shown[SignIn](s), s.p.Frame()
	if f.Notice == nil || !f.Notice.Good || form.Username != "amy@acme.example" || f.Focus != FocusPassword {
		t.Errorf("form %+v, notice %+v, focus %s", form, f.Notice, f.Focus)
	}
}

func TestSignOutThatTheServerDidNotHear(t *testing.T) {
	s := newStage(t, acme)
	s.sessions.outFails = problem.New(problem.SignOutPartly)
	s.toSignedIn(amy)
	s.p.SignOut()
	s.until("the form", func(f Frame) bool { _, ok := f.Screen.(SignIn); return ok })
	if f := s.p.Frame(); f.Problem == nil || f.Problem.Code != string(problem.SignOutPartly) || !f.Problem.Soft || f.Notice != nil {
		t.Errorf("problem %+v, notice %+v", f.Problem, f.Notice)
	}
}

func TestSignOutThatFails(t *testing.T) {
	s := newStage(t, acme)
	s.sessions.outFails = problem.New(problem.KeychainLocked)
	s.toSignedIn(amy)
	s.p.SignOut()
	s.until("a problem", func(f Frame) bool { return f.Problem != nil })
	if got := shown[SignedIn](s); got.Busy.What != "" {
		t.Errorf("busy %+v", got.Busy)
	}
}

func TestKeptSessionSignsInSilently(t *testing.T) {
	s := newStage(t, acme)
	s.sessions.kept, s.sessions.restored = []session.Session{amy}, amy
	s.p.Start()
	s.until("the name", func(f Frame) bool { r, ok := f.Screen.(Restoring); return ok && r.Name == "Amy Agent" })
	s.until("signed in", func(f Frame) bool { _, ok := f.Screen.(SignedIn); return ok })
	if len(s.talks) != 0 || len(s.addresses()) != 0 {
		t.Error("an attempt was begun")
	}
}

// A session that has ended is no news in the morning: the form is there, with the e-mail.
func TestExpiredSessionIsNotPickedUp(t *testing.T) {
	s := newStage(t, acme)
	old := amy
	old.State = session.Expired
	s.sessions.kept, s.sessions.last = []session.Session{old}, amy.Username
	s.start()
	if form := shown[SignIn](s); form.Username != amy.Username || s.sessions.restores != 0 {
		t.Errorf("form %+v, %d restores", form, s.sessions.restores)
	}
}

func TestSilentSignInThatFails(t *testing.T) {
	for _, test := range []struct {
		name   string
		err    error
		code   problem.Code
		action Action
		begun  bool
	}{
		{"ended", problem.New(problem.SessionEnded), problem.SessionEnded, NoAction, true},
		{"nobody", problem.New(problem.NotSignedIn), "", NoAction, true},
		{"network", problem.New(problem.NameNotFound), problem.NameNotFound, TryAgain, false},
		{"damaged", problem.New(problem.KeychainDamaged), problem.KeychainDamaged, NoAction, true},
		{"of another server", problem.New(problem.KeychainForeign), problem.KeychainForeign, NoAction, true},
		{"of a newer Latchkey", problem.New(problem.KeychainForeign, problem.Caused(vault.ErrNewer)), problem.KeychainForeign, TryAgain, false},
		{"keychain", problem.New(problem.KeychainLocked), problem.KeychainLocked, TryAgain, false},
		{"other", errDisk, problem.UnexpectedError, TryAgain, false},
	} {
		s := newStage(t, acme)
		s.sessions.kept, s.sessions.fails = []session.Session{amy}, test.err
		s.p.Start()
		s.until(test.name, func(f Frame) bool { _, ok := f.Screen.(SignIn); return ok && s.sessions.restores > 0 })
		f := s.p.Frame()
		code := problem.Code("")
		var action Action
		if f.Problem != nil {
			code, action = problem.Code(f.Problem.Code), f.Problem.Action
		}
		if code != test.code || action != test.action || (len(s.talks) > 0) != test.begun {
			t.Errorf("%s: problem %+v, %d attempts", test.name, f.Problem, len(s.talks))
		}
		if test.action == TryAgain {
			s.sessions.mu.Lock()
			s.sessions.fails, s.sessions.restored = nil, amy
			s.sessions.mu.Unlock()
			s.p.Act()
			s.until("signed in after all", func(f Frame) bool { _, ok := f.Screen.(SignedIn); return ok })
		}
	}
}

func TestSilentSignInCanBeGivenUp(t *testing.T) {
	s := newStage(t, acme)
	s.sessions.kept, s.sessions.hang = []session.Session{amy}, true
	s.p.Start()
	s.until("the name", func(f Frame) bool { _, ok := f.Screen.(Restoring); return ok })
	s.pass(slowAfter)
	if !shown[Restoring](s).Slow {
		t.Error("it does not say that it takes long")
	}
	s.p.Back()
	shown[SignIn](s)
	if len(s.talks) != 1 {
		t.Errorf("%d attempts", len(s.talks))
	}
}

func TestSessionIsRenewedByItself(t *testing.T) {
	s := newStage(t, acme)
	who := amy
	who.Renewable, who.Expires = true, morning.Add(10*time.Minute)
	s.toSignedIn(who)
	if got := shown[SignedIn](s).Until; got != "until 08:10, then renewed by itself" {
		t.Errorf("until %q", got)
	}
	s.pass(8 * time.Minute)
	if s.sessions.restores != 0 {
		t.Error("renewed too early")
	}
	next := who
	next.Expires = morning.Add(20 * time.Minute)
	s.sessions.restored = next
	s.pass(time.Minute)
	s.until("a new end", func(Frame) bool { return shown[SignedIn](s).Until == "until 08:20, then renewed by itself" })
}

// A step that the server wants before the session goes on is asked for in its place, and why is beside it; the form is for whoever
// does not want to take it now.
func TestMF37StepThatTheServerWants(t *testing.T) {
	wanted := problem.New(problem.StepWanted)
	for name, begin := range map[string]func(*stage){
		"at the start": func(s *stage) {
			s.sessions.kept, s.sessions.fails = []session.Session{amy}, wanted
			s.p.Start()
		},
		"in the running session": func(s *stage) {
			who := amy
			who.Renewable, who.Expires = true, morning.Add(5*time.Minute)
			s.toSignedIn(who)
			s.sessions.fails = wanted
			s.pass(4 * time.Minute)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, acme)
			begin(s)
			s.until("the attempt", func(Frame) bool { return len(s.begun) > 0 && s.begun[len(s.begun)-1].Renew })
			if f := s.p.Frame(); f.Problem != nil {
				t.Errorf("problem %+v", f.Problem)
			}
			s.pass(time.Second)
			if shown[Restoring](s).Slow {
				t.Error("it says that it takes long")
			}
			s.drain()
			s.say(signin.Notice{Problem: wanted}, signin.Notice{Problem: problem.New(problem.KeychainSlow)}, signin.Code{ID: "1", Method: "totp"})
			shown[Code](s)
			if f := s.p.Frame(); f.Notice == nil || !f.Notice.Step || f.Problem != nil {
				t.Errorf("notice %+v, problem %+v", f.Notice, f.Problem)
			}
			s.p.Back()
			shown[SignIn](s)
			if f := s.p.Frame(); f.Notice != nil || s.begun[len(s.begun)-1].Renew {
				t.Errorf("notice %+v, begun %+v", f.Notice, s.begun[len(s.begun)-1])
			}
		})
	}
}

func TestSessionThatEnds(t *testing.T) {
	t.Run("by itself", func(t *testing.T) {
		s := newStage(t, acme)
		who := amy
		who.Expires = morning.Add(time.Minute)
		s.toSignedIn(who)
		s.pass(59 * time.Second)
		shown[SignedIn](s)
		s.pass(time.Second)
		shown[SignIn](s)
		if p := s.p.Frame().Problem; p == nil || p.Code != string(problem.SessionEnded) || !p.Soft {
			t.Errorf("problem %+v", p)
		}
	})
	t.Run("at the server", func(t *testing.T) {
		s := newStage(t, acme)
		who := amy
		who.Renewable, who.Expires = true, morning.Add(5*time.Minute)
		s.toSignedIn(who)
		s.sessions.fails = problem.New(problem.SessionEnded)
		s.pass(4 * time.Minute)
		s.until("the form", func(f Frame) bool { _, ok := f.Screen.(SignIn); return ok })
	})
	t.Run("not for lack of a network", func(t *testing.T) {
		s := newStage(t, acme)
		who := amy
		who.Renewable, who.Expires = true, morning.Add(5*time.Minute)
		s.toSignedIn(who)
		s.sessions.fails = problem.New(problem.Offline)
		s.pass(4 * time.Minute)
		s.pass(10 * time.Minute)
		shown[SignedIn](s)
	})
}
