package control

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"latchkey/internal/ui/look"
)

// Bar is a short line below a letter, as wide as its place.
type Bar struct {
	widget.BaseWidget
	tone Tone
}

// NewBar returns a bar of this tone.
func NewBar(tone Tone) *Bar {
	b := &Bar{tone: tone}
	b.ExtendBaseWidget(b)
	return b
}

// CreateRenderer implements fyne.Widget.
func (b *Bar) CreateRenderer() fyne.WidgetRenderer {
	r := &barRenderer{bar: b, face: canvas.NewRectangle(color.Transparent)}
	r.face.FillColor = b.tone.Color(look.Now())
	return r
}

type barRenderer struct {
	bar  *Bar
	face *canvas.Rectangle
}

func (r *barRenderer) Layout(size fyne.Size) { r.face.Resize(size) }

func (r *barRenderer) MinSize() fyne.Size { return fyne.NewSize(1, 2) }

func (r *barRenderer) Refresh() {
	r.face.FillColor = r.bar.tone.Color(look.Now())
	canvas.Refresh(r.bar)
}

func (r *barRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.face} }
func (r *barRenderer) Destroy()                     {}
