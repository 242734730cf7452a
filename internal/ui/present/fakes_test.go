package present

import (
	"context"
	"errors"
	"sync"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/signin"
	"latchkey/internal/vault"
)

// fakeTalk is an attempt that says what it is told to.
type fakeTalk struct {
	steps chan signin.Step

	mu        sync.Mutex // guards the following
	answers   []signin.Answer
	passwords []string
	codes     []string
	refuse    error
	cancelled bool
	back      bool
	ended     bool
	who       *session.Session
}

func (f *fakeTalk) Steps() <-chan signin.Step { return f.steps }

func (f *fakeTalk) Answer(a signin.Answer) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refuse != nil {
		return f.refuse
	}
	f.answers = append(f.answers, a)
	f.passwords, f.codes = append(f.passwords, a.Password.Reveal()), append(f.codes, a.Code.Reveal())
	return nil
}

func (f *fakeTalk) Cancel() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cancelled = true
	f.endLocked()
}

func (f *fakeTalk) ServerIsBack() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.back = true
}

func (f *fakeTalk) Session() (session.Session, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.who == nil {
		return session.Session{}, false
	}
	return *f.who, true
}

func (f *fakeTalk) finish(who session.Session) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.who = &who
	f.steps <- signin.Done{}
	f.endLocked()
}

func (f *fakeTalk) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.endLocked()
}

func (f *fakeTalk) endLocked() {
	if !f.ended {
		f.ended = true
		close(f.steps)
	}
}

func (f *fakeTalk) said() []signin.Answer {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]signin.Answer(nil), f.answers...)
}

type fakeSettings struct {
	mu    sync.Mutex
	orgs  []config.Organization
	full  error
	added []config.Organization
}

func (f *fakeSettings) Organization(id string) (config.Organization, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.orgs) == 0 {
		return config.Organization{}, problem.New(problem.OrgMissing)
	}
	if id == "" {
		return f.orgs[0], nil
	}
	for _, o := range f.orgs {
		if o.ID == id {
			return o, nil
		}
	}
	return config.Organization{}, problem.New(problem.OrgUnknown)
}

func (f *fakeSettings) All() []config.Organization {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]config.Organization(nil), f.orgs...)
}

func (f *fakeSettings) Add(o config.Organization) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.full != nil {
		return f.full
	}
	f.orgs, f.added = append(f.orgs, o), append(f.added, o)
	return nil
}

type fakeSessions struct {
	mu       sync.Mutex
	kept     []session.Session
	restored session.Session
	fails    error
	hang     bool
	restores int
	outs     []vault.Account
	told     []vault.Account // two-step verification was suggested
	notMe    []session.Session
	ended    []session.Ended
	outFails error
	last     string
	hold     chan struct{} // a sign-out waits for it
	cut      bool          // a sign-out's context ended
}

func (f *fakeSessions) List(context.Context) ([]session.Session, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.kept, nil
}

func (f *fakeSessions) Restore(ctx context.Context, _ string) (session.Session, error) {
	f.mu.Lock()
	f.restores++
	hang, fails, who := f.hang, f.fails, f.restored
	f.mu.Unlock()
	if hang {
		<-ctx.Done()
		return session.Session{}, ctx.Err()
	}
	return who, fails
}

func (f *fakeSessions) SignOut(ctx context.Context, a vault.Account, _ bool) error {
	if f.hold != nil {
		<-f.hold
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.outs, f.cut = append(f.outs, a), ctx.Err() != nil
	return f.outFails
}

func (f *fakeSessions) NotMe(_ context.Context, s session.Session) (session.Message, []session.Ended) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.notMe = append(f.notMe, s)
	return session.Message{Subject: "Not me", Text: "It was not me.\nAccount: " + s.Username + "\n"}, f.ended
}

func (f *fakeSessions) Trust(context.Context, config.Organization) error { return nil }

func (f *fakeSessions) TwoStepSuggested(_ context.Context, a vault.Account) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.told = append(f.told, a)
	return nil
}

func (f *fakeSessions) LastUsername(string) string { return f.last }

type fakeClipboard struct{ text string }

func (f *fakeClipboard) Content() string        { return f.text }
func (f *fakeClipboard) SetContent(text string) { f.text = text }

var errDisk = errors.New("disk")
