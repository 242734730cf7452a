package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"latchkey/internal/ui/control"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

// reportView shows a report before it is saved.
type reportView struct {
	root      *fyne.Container
	explain   *control.Text
	saved     *control.Card
	where     *control.Text
	fault     *control.Text
	text      *control.Text
	foot      *fyne.Container
	save      *control.Button
	copy      *control.Button
	addresses *control.Button
	back      *control.Button
}

func newReportView(p *present.Presenter) *reportView {
	v := &reportView{
		explain:   control.NewText("", look.Body, look.ContentWidth).Tone(control.Soft),
		where:     control.NewText("", look.Small, panelText).Mono(),
		fault:     control.NewText("", look.Body, look.ContentWidth).Tone(control.Blocked),
		text:      control.NewText("", 11, look.ContentWidth-24).Mono().Exact(),
		save:      control.NewButton(control.Compact, "Save", p.SaveReport),
		copy:      control.NewButton(control.Quiet, "Copy", p.CopyReport),
		addresses: control.NewButton(control.Quiet, "", p.ChooseAddresses),
		back:      control.NewButton(control.Quiet, "Back", p.Back),
	}
	v.saved = control.NewCard(control.GoodGround, container.New(markAndWords{}, control.NewMark(control.Ticked, control.Good, 20),
		control.Stack(2, control.NewText("Saved", look.Body, panelText).Bold(), v.where)))
	page := control.NewSheet(container.New(control.All(12), v.text))
	v.root = control.Stack(0,
		control.NewText("Report for IT", look.Title, look.ContentWidth).Bold(), control.Space(4),
		v.explain, v.fault, control.Space(12), container.New(control.Column{}, v.saved), control.Space(12), page)
	v.foot = footOf(v.save, v.copy, v.addresses, v.back)
	return v
}

func (v *reportView) object() fyne.CanvasObject { return v.root }
func (v *reportView) footer() fyne.CanvasObject { return v.foot }

func (v *reportView) draw(f present.Frame) {
	s, ok := f.Screen.(present.Report)
	if !ok {
		return
	}
	v.explain.Set("This is all of it: no names, no codes, nothing you typed. It is sent nowhere. Save it in " + s.Where + " and send it to IT yourself.")
	set(v.fault, s.Fault)
	show(v.saved, s.Saved != "")
	v.where.Set(s.Saved)
	v.text.Set(s.Text)
	v.save.SetBusy("")
	if s.Busy {
		v.save.SetBusy("Saving")
	}
	show(v.save, s.Saved == "")
	v.copy.SetText("Copy")
	if s.Copied {
		v.copy.SetText("Copied")
	}
	v.addresses.SetText("Add IP addresses")
	if s.Addresses {
		v.addresses.SetText("Leave out IPs")
	}
	show(v.addresses, s.Saved == "")
}

func (v *reportView) focus(where present.Focus) fyne.Focusable {
	switch {
	case where == present.FocusNone:
		return nil
	case v.save.Visible():
		return v.save
	default:
		return v.back
	}
}

func (v *reportView) enter() {}
