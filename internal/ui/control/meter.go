package control

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"latchkey/internal/ui/look"
)

// meterSteps is how many parts a meter has.
const meterSteps = 4

// Meter shows how far something got in four parts. The words beside it say the same.
type Meter struct {
	widget.BaseWidget
	filled int
	tone   Tone
}

// NewMeter returns an empty meter.
func NewMeter() *Meter {
	m := &Meter{}
	m.ExtendBaseWidget(m)
	return m
}

// Set fills so many parts, 0 to 4.
func (m *Meter) Set(filled int, tone Tone) {
	filled = min(max(filled, 0), meterSteps)
	if m.filled != filled || m.tone != tone {
		m.filled, m.tone = filled, tone
		m.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (m *Meter) CreateRenderer() fyne.WidgetRenderer {
	r := &meterRenderer{meter: m}
	for range meterSteps {
		part := canvas.NewRectangle(color.Transparent)
		part.CornerRadius = 2
		r.parts = append(r.parts, part)
	}
	r.apply()
	return r
}

type meterRenderer struct {
	meter *Meter
	parts []*canvas.Rectangle
}

func (r *meterRenderer) apply() {
	p := look.Now()
	for i, part := range r.parts {
		part.FillColor, part.StrokeColor, part.StrokeWidth = color.Transparent, p.Edge, 1 // empty parts differ by more than colour
		if i < r.meter.filled {
			part.FillColor, part.StrokeWidth = r.meter.tone.Color(p), 0
		}
	}
}

func (r *meterRenderer) Layout(size fyne.Size) {
	const gap = look.Grid
	width := (size.Width - gap*(meterSteps-1)) / meterSteps
	for i, part := range r.parts {
		part.Move(fyne.NewPos(float32(i)*(width+gap), 0))
		part.Resize(fyne.NewSize(width, size.Height))
	}
}

func (r *meterRenderer) MinSize() fyne.Size { return fyne.NewSize(meterSteps*16, 6) }

func (r *meterRenderer) Refresh() {
	r.apply()
	canvas.Refresh(r.meter)
}

func (r *meterRenderer) Objects() []fyne.CanvasObject {
	list := make([]fyne.CanvasObject, 0, len(r.parts))
	for _, part := range r.parts {
		list = append(list, part)
	}
	return list
}

func (r *meterRenderer) Destroy() {}
