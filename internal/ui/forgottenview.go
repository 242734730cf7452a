package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"latchkey/internal/ui/control"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

// forgottenView follows an agent who sets a new password on the server's page.
type forgottenView struct {
	p      *present.Presenter
	root   *fyne.Container
	opened *control.Text
	steps  [3]*control.Text
	back   *control.Button
}

func newForgottenView(p *present.Presenter) *forgottenView {
	v := &forgottenView{p: p, opened: control.NewText("", look.Body, look.ContentWidth).Tone(control.Soft)}
	v.back = control.NewButton(control.Primary, "Back to sign in", p.BackToSignIn)
	list := control.Stack(12)
	for i := range v.steps {
		v.steps[i] = control.NewText("", look.Control, look.ContentWidth-28)
		number := control.NewText(string(rune('1'+i)), look.Control, 20).Bold().Tone(control.Accent)
		list.Add(container.New(markAndWords{}, number, v.steps[i]))
	}
	v.root = control.Stack(0,
		control.NewText("Set a new password", look.Title, look.ContentWidth).Bold(), control.Space(4), v.opened, control.Space(20),
		list, control.Space(24),
		v.back, control.Space(12),
		container.New(control.Row{Gap: 4, Center: true}, control.NewButton(control.Quiet, "Open the page again", p.OpenForgotten), control.NewButton(control.Quiet, "Trouble?", p.Diagnose)))
	return v
}

func (v *forgottenView) object() fyne.CanvasObject { return v.root }

func (v *forgottenView) draw(f present.Frame) {
	s, ok := f.Screen.(present.Forgotten)
	if !ok {
		return
	}
	v.opened.Set("A page of " + s.Host + " opens in your browser. Ask for the mail there.")
	v.steps[0].Set("Open the mail. If it is not there after a minute, look in the spam folder.")
	if s.Mail != "" {
		v.steps[0].Set("Open the mail to " + s.Mail + ". If it is not there after a minute, look in the spam folder.")
	}
	v.steps[1].Set("Set a new password of 12 or more characters. Several words are easy to keep in mind.")
	v.steps[2].Set("Come back here and sign in with it.")
}

func (v *forgottenView) focus(where present.Focus) fyne.Focusable {
	if where == present.FocusNone {
		return nil
	}
	return v.back
}

func (v *forgottenView) enter() { v.p.BackToSignIn() }
