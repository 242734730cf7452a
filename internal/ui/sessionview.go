package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"latchkey/internal/ui/control"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

// sessionView shows who is signed in.
type sessionView struct {
	p                          *present.Presenter
	root                       *fyne.Container
	avatar                     *control.Avatar
	name, username, org, until *control.Text
	open                       *control.Button
	change, trouble, out       *control.Button
	last                       *control.Text
	notMe                      *control.Button
	lastPlace, twoStep         *fyne.Container
}

func newSessionView(p *present.Presenter) *sessionView {
	centered := func(size float32) *control.Text {
		return control.NewText("", size, look.ContentWidth).Center().Lines(2)
	}
	v := &sessionView{
		p:        p,
		avatar:   control.NewAvatar("", 72),
		name:     centered(look.Title).Bold(),
		username: centered(look.Body).Tone(control.Soft),
		org:      centered(look.Control),
		until:    centered(look.Body).Tone(control.Soft),
		open:     control.NewButton(control.Primary, "Open workspace", p.OpenWorkspace),
		change:   control.NewButton(control.Quiet, "Switch", p.Organizations),
		trouble:  control.NewButton(control.Quiet, "Diagnostics", p.Diagnose),
		out:      control.NewButton(control.Quiet, "Sign out", p.SignOut),
		last:     control.NewText("", look.Small, look.ContentWidth).Tone(control.Soft).Center(),
		notMe:    control.NewButton(control.Inline, "This wasn't me", p.NotMe),
	}
	v.lastPlace = control.Stack(0, control.Space(8), control.NewLine(""), control.Space(8), v.last,
		container.New(control.Row{Center: true}, v.notMe))
	v.twoStep = control.Stack(0, control.NewCard(control.RaisedGround, control.Stack(4,
		control.NewText("Make your account safer", look.Body, look.ContentWidth-32).Bold(),
		control.NewText("A second step keeps stolen passwords out.", look.Body, look.ContentWidth-32),
		control.Space(2),
		container.New(control.Row{Gap: 8}, control.NewButton(control.Compact, "Set up", p.SetUpTwoStep), control.NewButton(control.Quiet, "Not now", p.NotNow)))),
		control.Space(12))
	v.root = control.Stack(0,
		control.Space(8), container.New(control.Row{Center: true}, v.avatar), control.Space(12),
		v.name, v.username, control.Space(8),
		v.org, v.until, control.Space(20),
		v.twoStep,
		v.open, control.Space(12),
		container.New(control.Row{Gap: 4, Center: true}, v.change, v.trouble, v.out),
		v.lastPlace)
	return v
}

func (v *sessionView) object() fyne.CanvasObject { return v.root }

func (v *sessionView) draw(f present.Frame) {
	s, ok := f.Screen.(present.SignedIn)
	if !ok {
		return
	}
	v.avatar.Set(s.Name)
	v.name.Set(s.Name)
	set(v.username, s.Username)
	set(v.org, "Signed in to "+s.Org)
	set(v.until, s.Until)
	v.last.Set(s.Last)
	show(v.open, s.Workspace)
	busy := s.Busy.What != ""
	v.out.SetBusy("")
	if s.Busy.On == "out" {
		v.out.SetBusy(s.Busy.What)
	}
	enable(v.open, !busy)
	show(v.twoStep, s.TwoStep && !busy)
	show(v.lastPlace, s.Last != "")
	enable(v.notMe, !busy)
	show(v.change, !busy)
	show(v.trouble, !busy)
}

func (v *sessionView) focus(where present.Focus) fyne.Focusable {
	switch {
	case where == present.FocusNone:
		return nil
	case v.open.Visible() && !v.open.Disabled():
		return v.open
	case v.change.Visible() && !v.change.Disabled():
		return v.change
	default: // never what ends the session: whoever presses Return once more wants nothing of the kind
		return v.trouble
	}
}

func (v *sessionView) enter() { v.p.OpenWorkspace() }

// restoreView says that a kept session is being picked up.
type restoreView struct {
	p      *present.Presenter
	root   *fyne.Container
	avatar *control.Avatar
	name   *control.Text
	what   *control.Text
	dots   *control.Dots
	cancel *control.Button
}

func newRestoreView(p *present.Presenter) *restoreView {
	v := &restoreView{
		p:      p,
		avatar: control.NewAvatar("", 72),
		name:   control.NewText("", look.Title, look.ContentWidth).Bold().Center().Lines(2),
		what:   control.NewText("", look.Body, look.ContentWidth).Tone(control.Soft).Center(),
		dots:   control.NewDots(control.Accent),
		cancel: control.NewButton(control.Secondary, "Sign in another way", p.Back),
	}
	v.dots.Start()
	v.root = control.Stack(0,
		control.Space(8), container.New(control.Row{Center: true}, v.avatar), control.Space(12),
		v.name, control.Space(4), v.what, control.Space(16),
		container.New(control.Row{Center: true}, v.dots), control.Space(24),
		v.cancel)
	return v
}

func (v *restoreView) object() fyne.CanvasObject { return v.root }

func (v *restoreView) draw(f present.Frame) {
	s, ok := f.Screen.(present.Restoring)
	if !ok {
		return
	}
	v.avatar.Set(s.Name)
	v.name.Set(s.Name)
	if s.Slow {
		v.what.Set("Still signing in. The keychain may be asking for its password.")
	} else {
		v.what.Set("Signing in …")
	}
}

func (v *restoreView) focus(where present.Focus) fyne.Focusable {
	if where == present.FocusNone {
		return nil
	}
	return v.cancel
}

func (v *restoreView) enter() {}

// waitingView is empty: the problem panel says what there is to say.
type waitingView struct{}

func (waitingView) object() fyne.CanvasObject          { return control.Space(0) }
func (waitingView) draw(present.Frame)                 {}
func (waitingView) focus(present.Focus) fyne.Focusable { return nil }
func (waitingView) enter()                             {}
