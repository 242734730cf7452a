package present

import (
	"context"
	"testing"
	"time"

	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/signin"
	"latchkey/internal/transport"
)

func TestNetworkComesBack(t *testing.T) {
	f := newFakeChecks()
	down := diagnose.Found(diagnose.Problem, problem.New(problem.Offline))
	f.finds("network", down)
	f.finds("tls", down)
	f.finds("connect", down)
	s := diagnosed(t, f)
	offline := problem.New(problem.Offline)
	offline.Again = false
	s.say(signin.Trouble{Problem: offline, AttemptsLeft: -1})
	s.clockUntil(returnMost, func() bool { return f.ran("tls") > 0 })
	if s.p.Frame().Problem.Good {
		t.Fatal("it is not back")
	}
	for _, id := range []string{"network", "tls", "connect"} {
		f.finds(id, diagnose.Good("It is back."))
	}
	begun := len(s.begun)
	s.clockUntil(returnMost, func() bool { s.drain(); return s.p.Frame().Problem != nil && s.p.Frame().Problem.Good })
	if got := s.p.Frame(); got.Problem.Title != "The connection is back." || got.Problem.Then == FocusNone || len(s.begun) != begun+1 {
		t.Errorf("got %+v, %d attempts", got.Problem, len(s.begun)-begun)
	}
}

// A server that was out of order, and wanted to be left alone for hours, is back: nobody waits for a time that means nothing any more.
func TestServerThatIsBackIsAskedAtOnce(t *testing.T) {
	f := newFakeChecks()
	f.finds("server", diagnose.Found(diagnose.Problem, problem.New(problem.ServerUnavailable)))
	s := diagnosed(t, f)
	s.say(signin.Credentials{ID: "1"})
	s.p.Submit("amy@acme.example", "secret")
	s.say(signin.Trouble{Problem: problem.New(problem.ServerUnavailable), AttemptsLeft: -1, Until: morning.Add(8 * time.Hour)}, signin.Credentials{ID: "2"})
	if !shown[SignIn](s).Paused {
		t.Fatal("the server is not left alone")
	}
	f.finds("server", diagnose.Good("It is back."))
	s.clockUntil(returnMost, func() bool { s.drain(); return s.p.Frame().Problem != nil && s.p.Frame().Problem.Good })
	if form := shown[SignIn](s); form.Paused || form.Button != "Sign in" || !s.talk().back {
		t.Errorf("form %+v, the attempt knows: %v", form, s.talk().back)
	}
}

// An attempt that still asks stays; only the panel changes.
func TestNetworkComesBackWhileTheAttemptAsks(t *testing.T) {
	s := diagnosed(t, newFakeChecks())
	s.say(signin.Trouble{Problem: problem.New(problem.Offline), AttemptsLeft: -1}, signin.Credentials{ID: "2"})
	begun, turn := len(s.begun), s.p.Frame().Turn
	s.clockUntil(returnMost, func() bool { s.drain(); return s.p.Frame().Problem.Good })
	if len(s.begun) != begun || s.p.Frame().Turn != turn {
		t.Errorf("%d attempts, focus moved: %v", len(s.begun)-begun, s.p.Frame().Turn != turn)
	}
}

// A kept session that could not be picked up is picked up once the network is back, without anybody pressing anything.
func TestKeptSessionGoesOnWhenTheNetworkIsBack(t *testing.T) {
	f := newFakeChecks()
	s := newStage(t, acme)
	s.checks = f
	s.sessions.kept = []session.Session{amy}
	s.sessions.fails = problem.New(problem.Offline)
	s.p.Start()
	s.until("the problem", func(f Frame) bool { return f.Problem != nil })
	s.sessions.mu.Lock()
	s.sessions.fails, s.sessions.restored = nil, amy
	s.sessions.mu.Unlock()
	s.clockUntil(returnMost, func() bool { s.drain(); _, ok := s.p.Frame().Screen.(SignedIn); return ok })
}

func TestServiceStatusInThePulse(t *testing.T) {
	for want, c := range map[string]struct {
		finding diagnose.Finding
		sight   Sight
	}{
		"Service fine":            {diagnose.Good("The service is fine."), Fine},
		"Outage since 07:05":      {diagnose.Found(diagnose.Problem, problem.New(problem.ServiceOutage), diagnose.Fact{Name: "since", Value: morning.Add(-55 * time.Minute)}), Blocking},
		"Disturbed since 22 Nov":  {diagnose.Found(diagnose.Warning, problem.New(problem.ServiceDegraded), diagnose.Fact{Name: "since", Value: morning.Add(-12 * time.Hour)}), Attention},
		"Maintenance until 09:00": {diagnose.Found(diagnose.Warning, problem.New(problem.ServiceMaintenance), diagnose.Fact{Name: "until", Value: morning.Add(time.Hour)}), Attention},
		"Service unknown":         {diagnose.Finding{State: diagnose.Unknown}, NotKnown},
		"":                        {diagnose.Finding{State: diagnose.Skipped}, NotKnown},
	} {
		f := newFakeChecks()
		f.finds("status", c.finding)
		s := diagnosed(t, f)
		s.clockUntil(firstLook, func() bool { s.drain(); return !s.p.watch.looked.IsZero() })
		if got := s.p.Frame().Pulse; got.Service != want || got.ServiceSight != c.sight {
			t.Errorf("got %q, %q; want %q", got.Service, got.ServiceSight, want)
		}
	}
}

// Nobody asks for the status while nobody looks, and then only every few minutes.
func TestServiceIsAskedPolitely(t *testing.T) {
	f := newFakeChecks()
	s := diagnosed(t, f)
	s.clockUntil(firstLook, func() bool { s.drain(); return f.ran("status") == 1 && !s.p.watch.looked.IsZero() })
	s.p.Hidden(true)
	s.clock.Advance(time.Hour)
	s.drain()
	if n := f.ran("status"); n != 1 {
		t.Errorf("asked %d times, hidden", n)
	}
	s.p.Hidden(false)
	s.clockUntil(firstLook, func() bool { s.drain(); return f.ran("status") == 2 })
}

// A status page that wants to be left alone for twenty minutes is.
func TestServiceIsLeftAloneAsLongAsItWants(t *testing.T) {
	f := newFakeChecks()
	f.finds("status", diagnose.Finding{State: diagnose.Unknown, Facts: []diagnose.Fact{{Name: diagnose.AskAgain, Value: 1200, Shareable: true}}})
	s := diagnosed(t, f)
	s.clockUntil(firstLook, func() bool { s.drain(); return f.ran("status") == 1 })
	began := s.clock.Now()
	s.clockUntil(time.Minute, func() bool { s.drain(); return f.ran("status") == 2 })
	if waited := s.clock.Now().Sub(began); waited < 19*time.Minute {
		t.Errorf("asked again after %v", waited)
	}
}

func TestServiceIsBack(t *testing.T) {
	f := newFakeChecks()
	f.finds("status", diagnose.Found(diagnose.Problem, problem.New(problem.ServiceOutage)))
	s := diagnosed(t, f)
	s.clockUntil(firstLook, func() bool { s.drain(); return s.p.Frame().Pulse.Service == "Outage" })
	f.finds("status", diagnose.Good("The service is fine."))
	s.clockUntil(troubleEvery*2, func() bool { s.drain(); return s.p.Frame().Notice != nil })
	if got := s.p.Frame().Notice; !got.Good || got.Title != "The service is fine again" {
		t.Errorf("got %+v", got)
	}
}

func TestNoticeAboutAccessStaysOnceSignedIn(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.say(signin.Credentials{ID: "1"}, signin.Notice{Problem: problem.New(problem.AccessLimited)})
	s.talk().finish(amy)
	s.until("signed in", func(f Frame) bool { _, ok := f.Screen.(SignedIn); return ok })
	if got := s.p.Frame().Notice; got == nil || got.Title != problem.New(problem.AccessLimited).Title {
		t.Errorf("got %+v", got)
	}
}

// Closing the window lets a sign-out come to its end.
func TestClosingWaitsForASignOut(t *testing.T) {
	s := newStage(t, acme)
	s.toSignedIn(amy)
	hold := make(chan struct{})
	s.sessions.hold = hold
	closed := make(chan struct{})
	s.p.parts.Close = func() { close(closed) }
	s.p.SignOut()
	s.p.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.p.Wait(ctx) // whoever does not want to wait does not
	select {
	case <-closed:
		t.Error("closed under the sign-out")
	default:
	}
	close(hold)
	select {
	case <-closed:
	case <-time.After(patience):
		t.Fatal("never closed")
	}
	if len(s.sessions.outs) != 1 || s.sessions.cut {
		t.Errorf("signed out %d times, torn apart: %v", len(s.sessions.outs), s.sessions.cut)
	}
}

// The connection stands beside the form before anybody tries, at servers too that the form has no need to ask anything.
func TestConnectionIsLookedAtBeforeAnybodyTries(t *testing.T) {
	for name, test := range map[string]struct {
		seen    bool // lately, by somebody else
		answers bool
		asked   int
		want    string
	}{
		"nobody asked":          {answers: true, asked: 1, want: "Not connected yet"}, // the fake shows no time
		"nobody answers":        {asked: 1, want: "No answer"},
		"somebody asked lately": {seen: true, answers: true, asked: 0, want: "38 ms"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFakeChecks()
			if !test.answers {
				f.finds("clock", diagnose.Finding{State: diagnose.Unknown, What: "No server tells the time."})
			}
			s := diagnosed(t, f)
			if test.seen {
				s.seen = transport.Observation{RoundTrip: 38 * time.Millisecond, At: s.clock.Now()}
			}
			s.clockUntil(firstLook, func() bool {
				s.drain()
				return !s.p.watch.looked.IsZero() && s.p.Frame().Pulse.Connection == test.want && f.ran("clock") == test.asked
			})
			s.p.Hidden(true)
			s.drain()
			if n := f.ran("clock"); n != test.asked || s.p.Frame().Pulse.Lost != !test.answers {
				t.Errorf("asked %d times, pulse %+v", n, s.p.Frame().Pulse)
			}
		})
	}
}
