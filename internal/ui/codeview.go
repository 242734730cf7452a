package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"latchkey/internal/ui/control"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

// codeView asks for a one-time code.
type codeView struct {
	p       *present.Presenter
	root    *fyne.Container
	title   *control.Text
	explain *control.Text
	code    *control.CodeEntry
	field   *control.Field
	submit  *control.Button
	again   *control.Button
	ways    *control.Button
	notice  string // about what was pasted or typed
	fault   string
	left    string
	clear   int
}

func newCodeView(p *present.Presenter) *codeView {
	v := &codeView{p: p}
	v.title = control.NewText("", look.Title, look.ContentWidth).Bold()
	v.explain = control.NewText("", look.Body, look.ContentWidth).Tone(control.Soft)
	v.code = control.NewCodeEntry("Code")
	v.code.Complete = p.SubmitCode
	v.code.OnSubmitted = func(string) { v.enter() }
	v.field = control.NewCodeField("Code", look.ContentWidth, v.code)
	v.code.Notice = func(words string) { v.notice = words; v.drawHint() }
	v.submit = control.NewButton(control.Primary, "Continue", v.enter)
	v.again = newResendButton(p)
	v.ways = control.NewButton(control.Quiet, "Another way", p.OtherWays)
	v.root = control.Stack(0,
		v.title, control.Space(4), v.explain, control.Space(20),
		v.field.CanvasObject, control.Space(8),
		v.submit, control.Space(12),
		container.New(control.Row{Gap: 4, Center: true}, v.again, v.ways, control.NewButton(control.Quiet, "Cancel", p.Back)))
	return v
}

func (v *codeView) object() fyne.CanvasObject { return v.root }

func (v *codeView) draw(f present.Frame) {
	s, ok := f.Screen.(present.Code)
	if !ok {
		return
	}
	v.title.Set(s.Title)
	v.explain.Set(s.Explain)
	v.code.Expect(s.Digits, s.Letters)
	label := "Code"
	if s.Letters {
		label = "Recovery code"
	}
	v.code.SetLabel(label)
	v.field.Label.Set(label)
	if s.Clear != v.clear {
		v.clear = s.Clear
		v.code.Clear()
	}
	resending := s.Busy.On == "resend"
	enable(v.code, s.Busy.What == "" || resending)
	v.submit.SetBusy("")
	if !resending {
		v.submit.SetBusy(s.Busy.What)
	}
	drawResend(v.again, s.Resend, s.Busy)
	show(v.ways, s.Ways && s.Busy.What == "")
	v.fault, v.left = faultAt(f, present.FocusCode), s.Left
	v.field.SetFault(v.fault != "")
	v.drawHint()
}

// drawHint says below the field what is worth knowing about the code.
func (v *codeView) drawHint() {
	switch {
	case v.notice != "":
		v.field.Say(v.notice, control.Soft)
	case v.fault != "" && v.code.Text == "":
		v.field.Say(v.fault, control.Blocked)
	case v.left == "0:00":
		v.field.Say("The time for this code is over.", control.Attention)
	case v.left != "":
		v.field.Say("Good for another "+v.left, control.Attention)
	default:
		v.field.Say("", control.Soft)
	}
}

// newResendButton has a code or a question sent again. What it says changes every second, and nothing beside it moves.
func newResendButton(p *present.Presenter) *control.Button {
	return control.NewButton(control.Quiet, "Send again", p.Resend).Reserve("Send again 0:00")
}

func drawResend(b *control.Button, r present.Resend, busy present.Busy) {
	show(b, r.Offered && (busy.What == "" || busy.On == "resend"))
	switch {
	case busy.On == "resend":
		b.SetText("Sending …")
	case r.Wait != "":
		b.SetText("Send again " + r.Wait)
	default:
		b.SetText("Send again")
	}
	enable(b, busy.What == "" && r.Wait == "")
}

func (v *codeView) focus(where present.Focus) fyne.Focusable {
	if where == present.FocusNone {
		return nil
	}
	return v.code
}

func (v *codeView) enter() { v.p.SubmitCode(v.code.Code()) }
