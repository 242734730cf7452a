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
	ways    *control.Button
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
	v.code.Notice = func(words string) { v.field.Say(words, control.Soft) }
	v.submit = control.NewButton(control.Primary, "Continue", v.enter)
	v.ways = control.NewButton(control.Quiet, "Another way", p.OtherWays)
	v.root = control.Stack(0,
		v.title, control.Space(4), v.explain, control.Space(20),
		v.field.CanvasObject, control.Space(8),
		v.submit, control.Space(12),
		container.New(control.Row{Gap: 4, Center: true}, v.ways, control.NewButton(control.Quiet, "Cancel", p.Back)))
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
	if s.Clear != v.clear {
		v.clear = s.Clear
		v.code.Clear()
	}
	enable(v.code, s.Busy.What == "")
	v.submit.SetBusy(s.Busy.What)
	show(v.ways, s.Ways && s.Busy.What == "")
	fault := faultAt(f, present.FocusCode)
	v.field.SetFault(fault != "")
	if fault != "" && v.code.Text == "" {
		v.field.Say(fault, control.Blocked)
	}
}

func (v *codeView) focus(where present.Focus) fyne.Focusable {
	if where == present.FocusNone {
		return nil
	}
	return v.code
}

func (v *codeView) enter() { v.p.SubmitCode(v.code.Code()) }
