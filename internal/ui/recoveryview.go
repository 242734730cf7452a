package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"latchkey/internal/ui/control"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

// recoveryView shows a new recovery code, once.
type recoveryView struct {
	p          *present.Presenter
	root       *fyne.Container
	code       *control.Text
	copy, kept *control.Button
	note       *control.Text
}

func newRecoveryView(p *present.Presenter) *recoveryView {
	v := &recoveryView{
		p:    p,
		code: control.NewText("", look.Title, look.ContentWidth-32).Mono().Bold().Center().Exact(),
		copy: control.NewButton(control.Secondary, "Copy", p.CopyRecoveryCode),
		note: control.NewText("", look.Small, look.ContentWidth).Tone(control.Soft).Center(),
	}
	v.kept = control.NewButton(control.Primary, "I have kept it", p.RecoveryCodeKept)
	v.root = control.Stack(0,
		control.NewText("Your new recovery code", look.Title, look.ContentWidth).Bold(), control.Space(4),
		control.NewText("The one you used is spent. This one takes its place, and lets you in once if your phone is lost. It is not shown again.", look.Body, look.ContentWidth).Tone(control.Soft), control.Space(20),
		control.NewCard(control.RaisedGround, container.New(reserve{40}, v.code)), control.Space(12),
		v.copy, control.Space(4), container.New(&room{least: 17}, v.note), control.Space(12),
		control.NewText("Write it down, or keep it in a password manager. Not in a mail, and not on a note at your desk.", look.Body, look.ContentWidth), control.Space(20),
		v.kept)
	return v
}

func (v *recoveryView) object() fyne.CanvasObject { return v.root }

func (v *recoveryView) draw(f present.Frame) {
	s, ok := f.Screen.(present.NewRecoveryCode)
	if !ok {
		return
	}
	v.code.Set(s.Code.Reveal())
	v.copy.SetText("Copy")
	v.note.Set("")
	if s.Copied {
		v.copy.SetText("Copied")
		v.note.Set("It leaves the clipboard after a minute.")
	}
	enable(v.copy, s.Busy.What == "")
	v.kept.SetBusy(s.Busy.What)
}

func (v *recoveryView) focus(where present.Focus) fyne.Focusable {
	if where == present.FocusNone {
		return nil
	}
	return v.copy
}

func (v *recoveryView) enter() {}
