package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"latchkey/internal/ui/control"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

// chooseView offers several ways.
type chooseView struct {
	p       *present.Presenter
	root    *fyne.Container
	title   *control.Text
	explain *control.Text
	list    *fyne.Container
	back    *control.Button
	ways    []present.Way
	rows    []*control.Button
}

func newChooseView(p *present.Presenter) *chooseView {
	v := &chooseView{
		p:       p,
		title:   control.NewText("", look.Title, look.ContentWidth).Bold(),
		explain: control.NewText("", look.Body, look.ContentWidth).Tone(control.Soft),
		list:    control.Stack(8),
		back:    control.NewButton(control.Quiet, "Back", p.Back),
	}
	v.root = control.Stack(0, v.title, v.explain, control.Space(16), v.list, control.Space(12),
		container.New(control.Row{Center: true}, v.back))
	return v
}

func (v *chooseView) object() fyne.CanvasObject { return v.root }

func (v *chooseView) draw(f present.Frame) {
	s, ok := f.Screen.(present.Choose)
	if !ok {
		return
	}
	v.title.Set(s.Title)
	set(v.explain, s.Explain)
	v.back.SetText(s.Back)
	if !slices.Equal(v.ways, s.Ways) {
		v.ways, v.rows, v.list.Objects = s.Ways, nil, nil
		for _, w := range s.Ways {
			row := control.NewRow(w.Title, w.Sub, func() { v.p.Use(w.Use, "") })
			v.rows = append(v.rows, row)
			v.list.Add(row)
		}
		control.Listed(v.rows)
	}
	for i, row := range v.rows {
		row.SetBusy("")
		if s.Busy.What != "" && s.Busy.On == s.Ways[i].Use {
			row.SetBusy(s.Busy.What)
		}
		enable(row, s.Busy.What == "" || s.Busy.On == s.Ways[i].Use)
	}
}

func (v *chooseView) focus(where present.Focus) fyne.Focusable {
	if where == present.FocusNone {
		return nil
	}
	if len(v.rows) > 0 {
		return v.rows[0]
	}
	return v.back
}

func (v *chooseView) enter() {}
