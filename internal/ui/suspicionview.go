package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"latchkey/internal/ui/control"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

// suspicionView helps an agent who sees a sign-in that was not theirs: first it explains, then it has the message to IT.
type suspicionView struct {
	p                 *present.Presenter
	root              *fyne.Container
	title, text, last *control.Text
	before, after     *fyne.Container
	foot              *fyne.Container // the buttons below the message: it may be long
	out, keep         *control.Button
	message           *control.Text
	copy, send        *control.Button
	forgot, again     *control.Button
	done              bool
}

func newSuspicionView(p *present.Presenter) *suspicionView {
	v := &suspicionView{
		p:       p,
		title:   control.NewText("", look.Title, look.ContentWidth).Bold(),
		text:    control.NewText("", look.Body, look.ContentWidth).Tone(control.Soft),
		last:    control.NewText("", look.Body, look.ContentWidth-32),
		message: control.NewText("", look.Small, look.ContentWidth-32).Mono(),
		out:     control.NewButton(control.Primary, "Sign out everywhere", p.SignOutEverywhere),
		keep:    control.NewButton(control.Quiet, "It was me", p.Back),
		copy:    control.NewButton(control.Secondary, "Copy", p.CopyMessage),
		send:    control.NewButton(control.Primary, "", p.SendMessage),
		forgot:  control.NewButton(control.Quiet, "Set a new password", p.ForgotPassword),
		again:   control.NewButton(control.Quiet, "Sign in again", p.Back),
	}
	step := func(words string) fyne.CanvasObject {
		return container.New(markAndWords{drop: 6}, control.NewMark(control.Known, control.Soft, 8), control.NewText(words, look.Body, look.ContentWidth-28))
	}
	v.before = control.Stack(0,
		control.NewCard(control.RaisedGround, v.last), control.Space(16),
		control.Stack(8,
			step("What is signed in from here is ended, and the server is told where it can be."),
			step("You set a new password, which nobody else knows."),
			step("A message to IT is made ready. It has facts and no secrets, and you send it.")),
		control.Space(24), v.out, control.Space(8),
		container.New(control.Row{Center: true}, v.keep))
	v.after = control.Stack(0,
		control.NewText("To IT", look.Body, look.ContentWidth), control.Space(4),
		control.NewCard(control.RaisedGround, v.message))
	for _, b := range []*control.Button{v.copy, v.send, v.forgot, v.again} {
		b.Still = true
	}
	v.foot = control.Stack(0, control.NewLine(""), container.New(control.Inset{Top: 12, Bottom: 4}, container.New(control.Middle{Width: look.ContentWidth}, control.Stack(4,
		container.New(control.Row{Gap: 12, Equal: true}, v.send, v.copy),
		container.New(control.Row{Gap: 4, Center: true}, v.forgot, v.again)))))
	v.root = control.Stack(0, v.title, control.Space(4), v.text, control.Space(16), v.before, v.after)
	return v
}

func (v *suspicionView) object() fyne.CanvasObject { return v.root }
func (v *suspicionView) footer() fyne.CanvasObject { return v.foot }

func (v *suspicionView) draw(f present.Frame) {
	s, ok := f.Screen.(present.Suspicion)
	if !ok {
		return
	}
	v.done = s.Done
	show(v.before, !s.Done)
	show(v.after, s.Done)
	show(v.foot, s.Done)
	v.title.Set("Was that somebody else?")
	v.text.Set("If this sign-in was not yours, somebody may know your password.")
	if s.Done {
		v.title.Set(s.Title)
		v.text.Set(s.Text)
	}
	v.last.Set(s.Last)
	v.out.SetBusy(s.Busy.What)
	enable(v.keep, s.Busy.What == "")
	v.message.Set(strings.TrimSpace(s.Message))
	v.send.SetText(s.Contact)
	show(v.send, s.Contact != "")
	v.copy.SetKind(control.Secondary)
	if s.Contact == "" {
		v.copy.SetKind(control.Primary)
	}
	v.copy.SetText("Copy for IT")
	if s.Copied {
		v.copy.SetText("Copied")
	}
	show(v.forgot, s.Forgot)
}

func (v *suspicionView) focus(where present.Focus) fyne.Focusable {
	switch {
	case where == present.FocusNone:
		return nil
	case !v.done:
		return v.keep
	case v.send.Visible():
		return v.send
	default:
		return v.copy
	}
}

func (v *suspicionView) enter() {}
