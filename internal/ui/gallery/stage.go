package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/signin"
	"latchkey/internal/ui/present"
	"latchkey/internal/vault"
)

// stage plays everything around a presenter, so that a picture has the words, the buttons and the focus of the window itself.
type stage struct {
	p      *present.Presenter
	org    config.Organization
	kept   []session.Session
	posts  chan func()
	script *script // of the attempt that goes on
}

var morning = time.Date(2026, 11, 23, 8, 2, 11, 0, time.UTC)

// played returns what the window shows after act. Of the kept sessions the server accepts none.
func played(org config.Organization, kept []session.Session, act func(*stage)) present.Frame {
	ctx, end := context.WithCancel(context.Background())
	defer end()
	s := &stage{org: org, kept: kept, posts: make(chan func(), 64)}
	s.p = present.New(ctx, present.Options{
		Load: s.load, Clock: still(morning), Post: func(f func()) { s.posts <- f }, Clipboard: fyne.CurrentApp().Clipboard(), Location: time.UTC, Version: "1.0.0",
	})
	defer s.p.Close()
	s.p.Start()
	s.until(func() bool { return s.script != nil })
	act(s)
	f := s.p.Frame()
	f.Pulse = seen
	return f
}

func (s *stage) load(context.Context) (*present.Parts, error) {
	noMail := func(context.Context, string, string, string) error { return errors.New("there is no mail program") }
	return &present.Parts{Settings: s, Sessions: s, Mail: noMail, Begin: func(ctx context.Context, _ signin.Options) present.Conversation {
		s.script = &script{steps: make(chan signin.Step)}
		context.AfterFunc(ctx, s.script.Cancel)
		return s.script
	}}, nil
}

// until runs what comes in until something is so.
func (s *stage) until(so func() bool) {
	for patience := time.After(10 * time.Second); !so(); {
		select {
		case f := <-s.posts:
			f()
		case <-patience:
			panic("gallery: what a picture waits for does not come")
		}
	}
}

// say lets the attempt say steps, and returns when the presenter has heard them.
func (s *stage) say(steps ...signin.Step) {
	script := s.script
	for _, step := range append(steps, signin.Done{}) { // once the last is taken, all before it are posted
		script.steps <- step
	}
	for len(s.posts) > 0 {
		(<-s.posts)()
	}
}

// refuse signs in and lets the server refuse it.
func (s *stage) refuse(c signin.Credentials, t signin.Trouble) {
	c.ID, c.ForgotPassword, c.Others = "1", s.org.ForgotPassword, []signin.Door{signin.WithBrowser, signin.WithDevice}
	s.say(c)
	s.p.Submit("amy@acme.example", "correct horse")
	s.say(t)
	c.ID = "2"
	if t.Problem.Again { // the same attempt asks again
		s.say(c)
	}
}

// script is an attempt that says what it is told to.
type script struct {
	steps chan signin.Step
	once  sync.Once
}

func (s *script) Steps() <-chan signin.Step      { return s.steps }
func (*script) Answer(signin.Answer) error       { return nil }
func (s *script) Cancel()                        { s.once.Do(func() { close(s.steps) }) }
func (*script) ServerIsBack()                    {}
func (*script) Session() (session.Session, bool) { return session.Session{}, false }

// Organization returns the only one.
func (s *stage) Organization(id string) (config.Organization, error) {
	if id != "" && id != s.org.ID {
		return config.Organization{}, problem.New(problem.OrgUnknown)
	}
	return s.org, nil
}

// All returns the only one.
func (s *stage) All() []config.Organization { return []config.Organization{s.org} }

// Add adds nothing.
func (*stage) Add(config.Organization) error { return nil }

// List returns what is kept.
func (s *stage) List(context.Context) ([]session.Session, error) { return s.kept, nil }

// Restore finds that the server has ended the session.
func (*stage) Restore(context.Context, string) (session.Session, error) {
	return session.Session{}, problem.New(problem.SessionEnded)
}

// LastUsername is Amy's, at every organisation.
func (s *stage) LastUsername(string) string { return "amy@" + s.org.ID + ".example" }

// SignOut does nothing.
func (*stage) SignOut(context.Context, vault.Account, bool) error { return nil }

// NotMe ends nothing.
func (*stage) NotMe(context.Context, session.Session) (session.Message, []session.Ended) {
	return session.Message{}, nil
}

// TwoStepSuggested notes nothing.
func (*stage) TwoStepSuggested(context.Context, vault.Account) error { return nil }

// Trust notes nothing.
func (*stage) Trust(context.Context, config.Organization) error { return nil }

// still is a clock that stands.
type still time.Time

// Now is always the same.
func (s still) Now() time.Time { return time.Time(s) }

// Sleep ends with ctx.
func (still) Sleep(ctx context.Context, _ time.Duration) error {
	<-ctx.Done()
	return ctx.Err()
}
