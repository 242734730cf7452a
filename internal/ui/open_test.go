package ui

import (
	"context"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/signin"
	"latchkey/internal/ui/present"
	"latchkey/internal/vault"
)

// quiet is a program without servers: sessions that nobody has, and attempts that never ask.
type quiet struct{ org config.Organization }

var acmeOnly = quiet{config.Organization{ID: "acme", Name: "Acme Contact Center", Issuer: "https://login.acme.example", Credentials: config.CredentialsAuto}}

func (q quiet) Organization(string) (config.Organization, error) { return q.org, nil }
func (q quiet) All() []config.Organization                       { return []config.Organization{q.org} }
func (quiet) Add(config.Organization) error                      { return nil }

func (quiet) List(context.Context) ([]session.Session, error) { return nil, nil }
func (quiet) Restore(context.Context, string) (session.Session, error) {
	return session.Session{}, problem.New(problem.NotSignedIn)
}
func (quiet) SignOut(context.Context, vault.Account, bool) error { return nil }
func (quiet) NotMe(context.Context, session.Session) (session.Message, []session.Ended) {
	return session.Message{}, nil
}
func (quiet) TwoStepSuggested(context.Context, vault.Account) error { return nil }
func (quiet) Trust(context.Context, config.Organization) error      { return nil }
func (quiet) LastUsername(string) string                            { return "amy@acme.example" }

type mute struct{ ended chan signin.Step }

func (m mute) Steps() <-chan signin.Step      { return m.ended }
func (mute) Answer(signin.Answer) error       { return nil }
func (m mute) Cancel()                        { close(m.ended) }
func (mute) ServerIsBack()                    {}
func (mute) Session() (session.Session, bool) { return session.Session{}, false }
func beginMute(context.Context, signin.Options) present.Conversation {
	return mute{make(chan signin.Step)}
}

// The first picture has everything that the settings say, and the focus in the first empty field.
func TestFirstPicture(t *testing.T) {
	app := test.NewTempApp(t)
	w := Open(app, Config{Load: func(context.Context) (*present.Parts, error) {
		return &present.Parts{Settings: acmeOnly, Sessions: acmeOnly, Begin: beginMute}, nil
	}})
	defer w.stop()
	defer w.presenter.Close()
	w.posts.settle(10*time.Second, w.presenter.Settled)
	if got := w.view.where.name.String(); got != "Acme Contact Center" {
		t.Errorf("where: %q", got)
	}
	if got := w.window.Canvas().Focused(); got != fyne.Focusable(w.view.form.password) {
		t.Errorf("the focus is on %T", got)
	}
	if got := w.window.Title(); got != "Latchkey" {
		t.Errorf("title %q", got)
	}
}

// PR-13: who signs in where is not in the title.
func TestPR13TitleSaysNothing(t *testing.T) {
	app := test.NewTempApp(t)
	w := Open(app, Config{Load: func(context.Context) (*present.Parts, error) { return nil, problem.New(problem.SettingsSyntax) }})
	defer w.stop()
	defer w.presenter.Close()
	w.posts.settle(10*time.Second, w.presenter.Settled)
	w.show(present.Frame{Where: acmeWhere, Screen: present.SignedIn{Name: "Amy Agent"}})
	if got := w.window.Title(); got != Title {
		t.Errorf("title %q", got)
	}
}

// What was lent to the clipboard goes with the window.
func TestPR08ClosedWindowLeavesNothingOnTheClipboard(t *testing.T) {
	app := test.NewTempApp(t)
	steps := make(chan signin.Step, 1)
	steps <- signin.Device{UserCode: "WDJB-MJHT", VerificationURI: "https://login.acme.example/device"}
	w := Open(app, Config{Load: func(context.Context) (*present.Parts, error) {
		return &present.Parts{Settings: acmeOnly, Sessions: acmeOnly, Begin: func(context.Context, signin.Options) present.Conversation { return mute{steps} }}, nil
	}})
	defer w.stop()
	defer w.presenter.Close()
	w.posts.settle(10*time.Second, func() bool { _, device := w.presenter.Frame().Screen.(present.Device); return device })
	w.presenter.CopyLink()
	if got := app.Clipboard().Content(); got != "https://login.acme.example/device" {
		t.Fatalf("on the clipboard is %q", got)
	}
	w.window.Close()
	if got := app.Clipboard().Content(); got != "" {
		t.Errorf("on the clipboard is still %q", got)
	}
}
