package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"latchkey/internal/ui/control"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

// approveView asks to approve the sign-in on another device.
type approveView struct {
	root                    *fyne.Container
	title, explain, warning *control.Text
	number                  *control.Text
	card                    *fyne.Container
	waiting                 *control.Text
	dots                    *control.Dots
	again, ways, cancel     *control.Button
}

func newApproveView(p *present.Presenter) *approveView {
	v := &approveView{
		title:   control.NewText("", look.Title, look.ContentWidth).Bold(),
		explain: control.NewText("", look.Body, look.ContentWidth).Tone(control.Soft),
		warning: control.NewText("", look.Small, look.ContentWidth).Tone(control.Soft),
		number:  control.NewText("", look.Number, look.ContentWidth-32).Mono().Bold().Center(),
		waiting: control.NewText("", look.Body, 0),
		dots:    control.NewDots(control.Accent),
		again:   newResendButton(p),
		ways:    control.NewButton(control.Quiet, "Another way", p.OtherWays),
		cancel:  control.NewButton(control.Quiet, "Cancel", p.Back),
	}
	v.card = control.Stack(0, control.NewCard(control.RaisedGround, v.number), control.Space(16))
	v.root = control.Stack(0,
		v.title, control.Space(4), v.explain, control.Space(20),
		v.card,
		container.New(reserve{24}, container.New(control.Row{Gap: 8, Center: true}, v.waiting, v.dots)), control.Space(16),
		v.warning, control.Space(16),
		container.New(control.Row{Gap: 4, Center: true}, v.again, v.ways, v.cancel))
	return v
}

func (v *approveView) object() fyne.CanvasObject { return v.root }

func (v *approveView) draw(f present.Frame) {
	s, ok := f.Screen.(present.Approve)
	if !ok {
		return
	}
	v.title.Set(s.Title)
	v.explain.Set(s.Explain)
	v.number.Set(s.Number)
	show(v.card, s.Number != "")
	v.warning.Set(s.Warning)
	over := s.Left == "0:00"
	switch {
	case s.Busy.What != "" && s.Busy.On == "": // approved
		over = false
		v.waiting.Set(s.Busy.What)
	case over:
		v.waiting.Set("The time is over")
	case s.Left != "":
		v.waiting.Set("Waiting for you, " + s.Left + " left")
	default:
		v.waiting.Set("Waiting for you")
	}
	if over {
		v.dots.Stop()
	} else {
		v.dots.Start()
	}
	show(v.dots, !over)
	drawResend(v.again, s.Resend, s.Busy)
	show(v.ways, s.Ways && s.Busy.What == "")
}

func (v *approveView) focus(where present.Focus) fyne.Focusable {
	switch {
	case where == present.FocusNone:
		return nil
	case v.ways.Visible():
		return v.ways
	default:
		return v.cancel
	}
}

func (v *approveView) enter() {}
