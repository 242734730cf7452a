package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"latchkey/internal/ui/control"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

// deviceView shows a code for another device.
type deviceView struct {
	p     *present.Presenter
	root  *fyne.Container
	link  *control.Text
	code  *control.Text
	left  *control.Text
	copy  *control.Button
	open  *control.Button
	ways  *control.Button
	qr    *fyne.Container
	drawn string
}

func newDeviceView(p *present.Presenter) *deviceView {
	const inner = look.ContentWidth - 32
	v := &deviceView{
		p:    p,
		link: control.NewText("", look.Body, look.ContentWidth).Mono(),
		code: control.NewText("", look.Code, inner).Mono().Bold().Center(),
		left: control.NewText("", look.Small, inner).Tone(control.Soft).Center(),
		copy: control.NewButton(control.Secondary, "Copy link", p.CopyLink),
		open: control.NewButton(control.Secondary, "Open here", p.OpenDevicePage),
		ways: control.NewButton(control.Quiet, "Another way", p.OtherWays),
		qr:   container.New(control.Column{}),
	}
	card := control.NewCard(control.RaisedGround, control.Stack(4, v.code, v.left))
	v.root = control.Stack(0,
		control.NewText("Use another device", look.Title, look.ContentWidth).Bold(), control.Space(4),
		control.NewText("On your phone or another computer, open", look.Body, look.ContentWidth).Tone(control.Soft),
		v.link, control.Space(4),
		control.NewText("and enter this code, never one that somebody sends you. This window goes on by itself.", look.Body, look.ContentWidth).Tone(control.Soft), control.Space(12),
		card, control.Space(12),
		v.qr, control.Space(12),
		container.New(control.Row{Gap: 12, Equal: true}, v.copy, v.open), control.Space(8),
		container.New(control.Row{Gap: 4, Center: true}, v.ways, control.NewButton(control.Quiet, "Cancel", p.Back)))
	return v
}

func (v *deviceView) object() fyne.CanvasObject { return v.root }

func (v *deviceView) draw(f present.Frame) {
	s, ok := f.Screen.(present.Device)
	if !ok {
		return
	}
	v.link.Set(s.Link)
	v.code.Set(s.Code)
	set(v.left, "")
	if s.Busy.What != "" {
		set(v.left, s.Busy.What)
	} else if s.Left != "" {
		set(v.left, "Valid for "+s.Left)
	}
	show(v.ways, s.Ways && s.Busy.What == "")
	enable(v.copy, s.Busy.What == "")
	enable(v.open, s.Busy.What == "")
	if s.Copied {
		v.copy.SetText("Link copied")
	} else {
		v.copy.SetText("Copy link")
	}
	target := s.Complete
	if target == "" {
		target = s.Link
	}
	if target != v.drawn {
		v.drawn = target
		v.qr.Objects = nil
		if picture := control.QR(target, 136); picture != nil {
			v.qr.Add(picture)
		}
	}
}

func (v *deviceView) focus(where present.Focus) fyne.Focusable {
	if where == present.FocusNone {
		return nil
	}
	return v.copy
}

func (v *deviceView) enter() {}
