package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"latchkey/internal/ui/control"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

// newsView tells what is new in a newer version.
type newsView struct {
	p          *present.Presenter
	root       *fyne.Container
	title, own *control.Text
	notes      *fyne.Container
	open, back *control.Button
	drawn      []string
}

func newNewsView(p *present.Presenter) *newsView {
	v := &newsView{
		p: p, title: control.NewText("", look.Title, look.ContentWidth).Bold(), own: control.NewText("", look.Body, look.ContentWidth).Tone(control.Soft),
		notes: control.Stack(8), open: control.NewButton(control.Primary, "Open the download page", p.OpenNews), back: control.NewButton(control.Quiet, "Back", p.Back),
	}
	v.root = control.Stack(0, v.title, control.Space(4), v.own, control.Space(16), v.notes, control.Space(24),
		v.open, control.Space(8), container.New(control.Row{Center: true}, v.back))
	return v
}

func (v *newsView) object() fyne.CanvasObject { return v.root }

func (v *newsView) draw(f present.Frame) {
	s, ok := f.Screen.(present.News)
	if !ok {
		return
	}
	v.title.Set("Latchkey " + s.Version)
	v.own.Set("You have " + s.Own + ". Nothing is installed by itself.")
	if s.Page == "" {
		v.own.Set("You have " + s.Own + ". Your IT brings the new one.")
	}
	show(v.open, s.Page != "")
	if !slices.Equal(v.drawn, s.Notes) {
		v.drawn, v.notes.Objects = slices.Clone(s.Notes), nil
		for _, note := range s.Notes {
			v.notes.Add(container.New(markAndWords{drop: 6}, control.NewMark(control.Known, control.Soft, 8), control.NewText(note, look.Body, look.ContentWidth-28)))
		}
	}
}

func (v *newsView) focus(where present.Focus) fyne.Focusable {
	switch {
	case where == present.FocusNone:
		return nil
	case v.open.Visible():
		return v.open
	default:
		return v.back
	}
}

func (v *newsView) enter() {}

// newsLine is a quiet line below a screen that has room for it.
type newsLine struct {
	root *fyne.Container
	open *control.Button
}

func newNewsLine(p *present.Presenter) *newsLine {
	l := &newsLine{open: control.NewButton(control.Inline, "", p.ShowNews)}
	l.root = container.New(control.Inset{Top: 8}, container.New(control.Row{Center: true}, l.open))
	l.root.Hide()
	return l
}

func (l *newsLine) draw(f present.Frame) {
	show(l.root, f.News != nil && hasRoom(f))
	if f.News != nil {
		l.open.SetText("Latchkey " + f.News.Version + " is out. What is new?")
	}
}

// hasRoom reports whether nothing else wants to be read.
func hasRoom(f present.Frame) bool {
	if f.Problem != nil || f.Notice != nil {
		return false
	}
	switch s := f.Screen.(type) {
	case present.SignIn:
		return s.Busy.What == ""
	case present.SignedIn:
		return !s.TwoStep
	}
	return false
}
