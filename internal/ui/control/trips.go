package control

import (
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"latchkey/internal/ui/look"
)

// Trips is a small plot of round trips: a bar for each try, from the same ground.
type Trips struct {
	widget.BaseWidget
	values []float64
}

const (
	tripsHeight = 36
	barWidth    = 10
	barGap      = 4
)

// NewTrips returns a plot of these values; at most the last 20 are drawn.
func NewTrips(values []float64) *Trips {
	t := &Trips{values: values[max(0, len(values)-20):]}
	t.ExtendBaseWidget(t)
	return t
}

// CreateRenderer implements fyne.Widget.
func (t *Trips) CreateRenderer() fyne.WidgetRenderer {
	r := &tripsRenderer{trips: t, ground: canvas.NewLine(color.Transparent)}
	for range t.values {
		bar := canvas.NewRectangle(color.Transparent)
		bar.CornerRadius = 2
		r.bars = append(r.bars, bar)
	}
	r.apply()
	return r
}

type tripsRenderer struct {
	trips  *Trips
	ground *canvas.Line
	bars   []*canvas.Rectangle
}

func (r *tripsRenderer) apply() {
	p := look.Now()
	r.ground.StrokeColor, r.ground.StrokeWidth = p.Edge, 1
	for _, bar := range r.bars {
		bar.FillColor = p.Accent
	}
}

func (r *tripsRenderer) Layout(fyne.Size) {
	most := max(1, slices.Max(r.trips.values))
	for i, bar := range r.bars {
		high := max(2, float32(r.trips.values[i]/most)*(tripsHeight-2))
		bar.Move(fyne.NewPos(float32(i)*(barWidth+barGap), tripsHeight-1-high))
		bar.Resize(fyne.NewSize(barWidth, high))
	}
	r.ground.Position1, r.ground.Position2 = fyne.NewPos(0, tripsHeight-0.5), fyne.NewPos(r.MinSize().Width, tripsHeight-0.5)
}

func (r *tripsRenderer) MinSize() fyne.Size {
	return fyne.NewSize(float32(len(r.bars))*(barWidth+barGap)-barGap, tripsHeight)
}

func (r *tripsRenderer) Refresh() {
	r.apply()
	r.Layout(r.trips.Size())
	canvas.Refresh(r.trips)
}

func (r *tripsRenderer) Objects() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{r.ground}
	for _, bar := range r.bars {
		objects = append(objects, bar)
	}
	return objects
}
func (r *tripsRenderer) Destroy() {}
