package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"latchkey/internal/ui/control"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

// whereBand says which organisation and which real host.
type whereBand struct {
	root   *fyne.Container
	name   *control.Text
	host   *control.Text
	change *control.Button
}

const whereText = look.ContentWidth - 84

func newWhereBand(p *present.Presenter) *whereBand {
	b := &whereBand{
		name:   control.NewText("", look.Body, whereText).Bold().Lines(1),
		host:   control.NewText("", look.Small, whereText).Mono().Tone(control.Soft).Tail(),
		change: control.NewButton(control.Inline, "Change", p.Organizations),
	}
	inner := container.New(control.Ends{},
		container.New(reserve{40}, control.Stack(0, b.name, b.host)),
		container.New(control.Inset{Right: -8}, b.change)) // its words end where the column does
	b.root = control.Stack(0,
		container.New(control.Inset{Top: 12, Bottom: 11}, container.New(control.Middle{Width: look.ContentWidth}, inner)),
		control.NewLine(""))
	return b
}

func (b *whereBand) draw(w present.Where) {
	b.name.Set(w.Name)
	b.host.Set(w.Host)
	if w.Change {
		b.change.Show()
	} else {
		b.change.Hide()
	}
}

// pulseBand says what the service says of itself and what the connection showed last. A press opens the diagnosis.
type pulseBand struct {
	root    *fyne.Container
	row     *fyne.Container
	service *fyne.Container
	words   [3]*control.Text
	marks   [3]*control.Mark
}

func newPulseBand(p *present.Presenter) *pulseBand {
	b := &pulseBand{}
	parts := make([]fyne.CanvasObject, 3)
	for i := range parts {
		b.words[i] = control.NewText("", look.Small, 0).Tone(control.Soft)
		b.marks[i] = control.NewMark(control.Unsure, control.Soft, 8)
		parts[i] = container.New(control.Row{Gap: 6}, b.marks[i], b.words[i])
	}
	b.service = parts[0].(*fyne.Container)
	b.row = container.New(control.Row{Gap: 12}, parts...)
	area := control.NewArea(container.New(control.Inset{Top: 7, Bottom: 7}, b.row), b.spoken, p.Diagnose)
	area.Still = true
	b.root = control.Stack(0, control.NewLine(""), container.New(control.Middle{Width: look.ContentWidth}, area))
	return b
}

func (b *pulseBand) spoken() string {
	words := "Diagnostics: "
	if b.service.Visible() {
		words += b.words[0].String() + ", "
	}
	return words + b.words[1].String() + ", " + b.words[2].String()
}

func (b *pulseBand) draw(p present.Pulse) {
	set(b.words[0], p.Service)
	show(b.service, p.Service != "")
	b.words[1].Set(p.Connection)
	b.words[2].Set(p.Clock)
	if b.row.MinSize().Width > look.ContentWidth {
		b.words[0].Set(p.Brief)
	}
	sign := func(known, off bool) (control.Sign, control.Tone) {
		switch {
		case !known:
			return control.Unsure, control.Soft
		case off:
			return control.Known, control.Attention
		default:
			return control.Known, control.Good
		}
	}
	b.marks[0].Set(sign(p.ServiceSight == present.Fine || p.ServiceSight == present.Attention, p.ServiceSight != present.Fine))
	if p.ServiceSight == present.Blocking {
		b.marks[0].Set(control.Known, control.Blocked)
	}
	b.marks[1].Set(sign(p.Known || p.Lost, p.Lost))
	b.marks[2].Set(sign(p.ClockKnown, p.ClockOff))
}

// reserve keeps a height for one thing, whether it is shown or not.
type reserve struct{ height float32 }

func (r reserve) MinSize(objects []fyne.CanvasObject) fyne.Size {
	min := objects[0].MinSize()
	return fyne.NewSize(min.Width, max(min.Height, r.height))
}

func (r reserve) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	min := objects[0].MinSize()
	objects[0].Move(fyne.NewPos(0, (size.Height-min.Height)/2))
	objects[0].Resize(fyne.NewSize(size.Width, min.Height))
}
