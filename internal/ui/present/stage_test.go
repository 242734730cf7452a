package present

import (
	"context"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/config"
	"latchkey/internal/session"
	"latchkey/internal/signin"
	"latchkey/internal/transport"
	"latchkey/internal/vault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long something that has to happen may take on a busy machine.
const patience = time.Minute

// stage is a presenter with everything around it played.
type stage struct {
	t         *testing.T
	p         *Presenter
	posts     chan func()
	clock     *clocktest.Clock
	settings  *fakeSettings
	sessions  *fakeSessions
	clipboard *fakeClipboard
	seen      transport.Observation
	loadError error
	loads     int
	news      *News
	checks    *fakeChecks // nil: there is no diagnosis

	mu     sync.Mutex // guards the following
	talks  []*fakeTalk
	begun  []signin.Options
	opened []string
	cannot error // what opening an address says
}

var acme = config.Organization{
	ID: "acme", Name: "Acme Contact Center", Issuer: "https://login.acme.example", ClientID: "latchkey",
	Company: "Acme", Credentials: config.CredentialsAuto,
}

var globex = config.Organization{
	ID: "globex", Name: "Globex", Region: "euw2", ClientID: "3f0a", Company: "Globex", Credentials: config.CredentialsAuto,
}

var morning = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// newStage prepares a presenter; start lets it begin.
func newStage(t *testing.T, orgs ...config.Organization) *stage {
	t.Helper()
	s := &stage{
		t: t, posts: make(chan func(), 256), clock: clocktest.At(morning),
		settings: &fakeSettings{orgs: orgs}, sessions: &fakeSessions{}, clipboard: &fakeClipboard{},
	}
	s.p = New(t.Context(), Options{
		Load: s.load, Clock: s.clock, Post: func(f func()) { s.posts <- f }, Show: func(Frame) {},
		Clipboard: s.clipboard, Location: time.UTC, Version: "9.9.9",
	})
	t.Cleanup(func() {
		s.p.Close()
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, talk := range s.talks {
			talk.end()
		}
	})
	return s
}

func (s *stage) load(context.Context) (*Parts, error) {
	s.loads++
	var tools *Diagnostics
	if s.checks != nil {
		tools = s.checks.diagnostics()
	}
	if s.loadError != nil {
		return &Parts{Diagnostics: tools}, s.loadError
	}
	return &Parts{
		Diagnostics: tools,
		Settings:    s.settings, Sessions: s.sessions,
		Begin: s.begin,
		Open: func(_ context.Context, address string) error {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.opened = append(s.opened, address)
			return s.cannot
		},
		News:     func(context.Context) *News { return s.news },
		Observed: func(string) transport.Observation { return s.seen },
	}, nil
}

func (s *stage) begin(_ context.Context, o signin.Options) Conversation {
	s.mu.Lock()
	defer s.mu.Unlock()
	talk := &fakeTalk{steps: make(chan signin.Step, 64)}
	s.talks, s.begun = append(s.talks, talk), append(s.begun, o)
	return talk
}

// talk returns the attempt that was begun last.
func (s *stage) talk() *fakeTalk {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.talks) == 0 {
		s.t.Fatal("no attempt was begun")
	}
	return s.talks[len(s.talks)-1]
}

func (s *stage) addresses() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.opened...)
}

// until runs what comes in until the frame is as it should be.
func (s *stage) until(what string, right func(Frame) bool) {
	s.t.Helper()
	deadline := time.After(patience)
	for !right(s.p.Frame()) {
		select {
		case f := <-s.posts:
			f()
		case <-deadline:
			s.t.Fatalf("never came: %s; the window shows %+v", what, s.p.Frame())
		}
	}
}

// start begins and waits for the form with an attempt behind it.
func (s *stage) start() {
	s.t.Helper()
	s.p.Start()
	s.until("an attempt", func(Frame) bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.talks) > 0
	})
}

// say lets the attempt say a step and waits until the presenter has heard it.
func (s *stage) say(steps ...signin.Step) {
	s.t.Helper()
	talk := s.talk()
	for _, step := range steps {
		talk.steps <- step
	}
	// A marker behind the steps: once it is taken, all of them were posted.
	talk.steps <- marker{}
	deadline := time.After(patience)
	for {
		select {
		case f := <-s.posts:
			f()
			if s.p.run == nil || s.p.run.talk != Conversation(talk) {
				return // the steps ended the attempt
			}
			if len(talk.steps) == 0 && len(s.posts) == 0 {
				return
			}
		case <-deadline:
			s.t.Fatal("the steps were not heard")
		}
	}
}

// drain runs what has come in.
func (s *stage) drain() {
	for {
		select {
		case f := <-s.posts:
			f()
		default:
			return
		}
	}
}

// clockUntil lets time go by in steps, for those that sleep on the clock, until something is so.
func (s *stage) clockUntil(step time.Duration, so func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("never came; the window shows %+v", s.p.Frame())
		}
		s.clock.Advance(step)
	}
}

// marker is a step that no presenter knows.
type marker struct{}

func (marker) Name() string { return "marker" }

// pass lets time go by, in the steps a ticker sees.
func (s *stage) pass(d time.Duration) {
	s.t.Helper()
	s.clock.Advance(d)
	s.p.tick()
}

func shown[S Screen](s *stage) S {
	s.t.Helper()
	screen, ok := s.p.Frame().Screen.(S)
	if !ok {
		var want S
		s.t.Fatalf("the window shows %T, want %T", s.p.Frame().Screen, want)
	}
	return screen
}

// toCode goes as far as the code.
func (s *stage) toCode() {
	s.t.Helper()
	s.start()
	s.say(signin.Credentials{ID: "1"})
	s.p.Submit("amy@acme.example", "secret")
	s.say(signin.Working{What: signin.CheckingPass}, signin.Code{ID: "2", Method: "totp", Digits: 6, Others: []string{"browser", "device"}})
	shown[Code](s)
}

// toBrowser goes as far as the browser.
func (s *stage) toBrowser() {
	s.t.Helper()
	s.start()
	s.say(signin.Credentials{ID: "1", Others: []signin.Door{signin.WithBrowser, signin.WithCompany, signin.WithDevice}})
	s.p.Use("company", "amy@acme.example")
	s.say(s.browserStep(signin.Opening))
	shown[Browser](s)
}

const startLink = "http://127.0.0.1:4711/go/abc"

func (s *stage) browserStep(stage signin.Stage) signin.Browser {
	return signin.Browser{
		URL: startLink, Stage: stage, Deadline: morning.Add(10 * time.Minute), Host: "login.acme.example",
		Others: []signin.Door{signin.WithPassword, signin.WithDevice},
	}
}

// toSignedIn signs in.
func (s *stage) toSignedIn(who session.Session) {
	s.t.Helper()
	s.start()
	s.say(signin.Credentials{ID: "1"})
	s.p.Submit("amy@acme.example", "secret")
	talk := s.talk()
	talk.finish(who)
	s.until("signed in", func(f Frame) bool { _, ok := f.Screen.(SignedIn); return ok })
}

var amy = session.Session{
	Account: vault.Account{Org: "acme", Subject: "amy"}, OrgName: "Acme Contact Center", Host: "login.acme.example",
	Username: "amy@acme.example", Name: "Amy Agent", State: session.SignedIn, Expires: morning.Add(10 * time.Hour),
	Kept: vault.InKeychain, WorkspaceURL: "https://apps.acme.example/",
}
