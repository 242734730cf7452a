package control

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// painted draws a box's face as a widget, so that a change of theme reaches it.
type painted struct {
	widget.BaseWidget
	box *box
}

func newPainted(b *box) *painted {
	p := &painted{box: b}
	p.ExtendBaseWidget(p)
	return p
}

// CreateRenderer implements fyne.Widget.
func (p *painted) CreateRenderer() fyne.WidgetRenderer {
	p.box.Refresh()
	return &paintedRenderer{p.box}
}

type paintedRenderer struct{ box *box }

func (r *paintedRenderer) Layout(size fyne.Size)        { r.box.face.Resize(size) }
func (r *paintedRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *paintedRenderer) Refresh()                     { r.box.Refresh() }
func (r *paintedRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.box.face} }
func (r *paintedRenderer) Destroy()                     {}
