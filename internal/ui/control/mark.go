package control

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"latchkey/internal/ui/look"
)

// Sign is what a mark says. Each has a shape of its own: colour is never the only sign.
type Sign int

// The signs.
const (
	Later  Sign = iota // an empty ring
	Now                // a filled dot in a ring
	Ticked             // a tick on a filled disc
	Warn               // an exclamation mark on a filled disc
	Stop               // a cross on a filled disc
	Known              // a small dot
	Unsure             // a small empty ring
	Left               // a dash in a ring: left out
	More               // a corner that points down: there is more
	Less               // one that points up
)

// Mark is a sign, drawn, not written.
type Mark struct {
	widget.BaseWidget
	sign Sign
	tone Tone
	size float32
}

// NewMark returns a mark.
func NewMark(sign Sign, tone Tone, size float32) *Mark {
	m := &Mark{sign: sign, tone: tone, size: size}
	m.ExtendBaseWidget(m)
	return m
}

// Set changes what the mark says.
func (m *Mark) Set(sign Sign, tone Tone) {
	if m.sign != sign || m.tone != tone {
		m.sign, m.tone = sign, tone
		m.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (m *Mark) CreateRenderer() fyne.WidgetRenderer {
	r := &markRenderer{
		mark: m,
		disc: canvas.NewCircle(color.Transparent),
		dot:  canvas.NewCircle(color.Transparent),
		a:    canvas.NewLine(color.Transparent),
		b:    canvas.NewLine(color.Transparent),
	}
	r.apply()
	return r
}

type markRenderer struct {
	mark *Mark
	disc *canvas.Circle
	dot  *canvas.Circle
	a, b *canvas.Line
}

func (r *markRenderer) apply() {
	p := look.Now()
	tint := r.mark.tone.Color(p)
	none := color.Transparent
	r.disc.FillColor, r.disc.StrokeColor, r.disc.StrokeWidth = none, none, 0
	r.dot.FillColor = none
	for _, line := range []*canvas.Line{r.a, r.b} {
		line.StrokeColor, line.StrokeWidth = none, r.mark.size/10
	}
	switch r.mark.sign {
	case Left:
		r.disc.StrokeColor, r.disc.StrokeWidth = tint, max(1, r.mark.size/12)
		r.a.StrokeColor = tint
	case More, Less:
		r.a.StrokeColor, r.b.StrokeColor = tint, tint
	case Later, Unsure:
		r.disc.StrokeColor, r.disc.StrokeWidth = tint, max(1, r.mark.size/12)
	case Now:
		r.disc.StrokeColor, r.disc.StrokeWidth = tint, r.mark.size/10
		r.dot.FillColor = tint
	case Ticked, Stop:
		r.disc.FillColor = tint
		r.a.StrokeColor, r.b.StrokeColor = p.Paper, p.Paper
	case Warn:
		r.disc.FillColor = tint
		r.a.StrokeColor = p.Paper
		r.dot.FillColor = p.Paper
	case Known:
		r.disc.FillColor = tint
	}
}

// Layout draws in twentieths of the mark's size.
func (r *markRenderer) Layout(fyne.Size) {
	unit := r.mark.size / 20
	at := func(x, y float32) fyne.Position { return fyne.NewPos(x*unit, y*unit) }
	circle := func(c *canvas.Circle, x, y, radius float32) {
		c.Move(at(x-radius, y-radius))
		c.Resize(fyne.NewSquareSize(2 * radius * unit))
	}
	circle(r.disc, 10, 10, 9)
	circle(r.dot, 10, 10, 4)
	switch r.mark.sign {
	case Ticked:
		r.a.Position1, r.a.Position2 = at(5.8, 10.4), at(8.8, 13.4)
		r.b.Position1, r.b.Position2 = at(8.8, 13.4), at(14.2, 7)
	case Stop:
		r.a.Position1, r.a.Position2 = at(6.8, 6.8), at(13.2, 13.2)
		r.b.Position1, r.b.Position2 = at(13.2, 6.8), at(6.8, 13.2)
	case Warn:
		r.a.Position1, r.a.Position2 = at(10, 5.2), at(10, 11.2)
		circle(r.dot, 10, 14.2, 1.3)
	case Left:
		r.a.Position1, r.a.Position2 = at(6, 10), at(14, 10)
	case More:
		r.a.Position1, r.a.Position2 = at(3.5, 7), at(10, 13.5)
		r.b.Position1, r.b.Position2 = at(10, 13.5), at(16.5, 7)
	case Less:
		r.a.Position1, r.a.Position2 = at(3.5, 13), at(10, 6.5)
		r.b.Position1, r.b.Position2 = at(10, 6.5), at(16.5, 13)
	case Known, Unsure:
		circle(r.disc, 10, 10, 8)
	}
}

func (r *markRenderer) MinSize() fyne.Size { return fyne.NewSquareSize(r.mark.size) }

func (r *markRenderer) Refresh() {
	r.apply()
	r.Layout(r.mark.Size())
	canvas.Refresh(r.mark)
}

func (r *markRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.disc, r.a, r.b, r.dot}
}
func (r *markRenderer) Destroy() {}
