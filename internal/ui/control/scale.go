package control

import (
	"image/color"
	"math"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"latchkey/internal/ui/look"
)

// Scale shows how far a clock is off, slow to the left and fast to the right, and how much of that one-time codes tolerate. It is
// stretched around zero, so that half a minute and a day are both to be seen.
type Scale struct {
	widget.BaseWidget
	slow, uncertainty, tolerated time.Duration // slow: positive
	width                        float32
}

// NewScale returns a scale of this width. slow is positive for a clock that is behind.
func NewScale(slow, uncertainty, tolerated time.Duration, width float32) *Scale {
	s := &Scale{slow: slow, uncertainty: uncertainty, tolerated: tolerated, width: width}
	s.ExtendBaseWidget(s)
	return s
}

// ends are how far a scale can reach, with the marks on it.
var ends = []struct {
	reach time.Duration
	words string
}{
	{5 * time.Minute, "5 min"}, {time.Hour, "1 h"}, {24 * time.Hour, "1 d"}, {30 * 24 * time.Hour, "30 d"}, {20 * 365 * 24 * time.Hour, "20 y"},
}

// reach returns the end of the scale that has room for the offset.
func (s *Scale) reach() (time.Duration, string) {
	for _, e := range ends {
		if s.slow.Abs() <= e.reach*9/10 {
			return e.reach, e.words
		}
	}
	last := ends[len(ends)-1]
	return last.reach, last.words
}

// at returns where an offset is, from 0 at the left end to 1 at the right.
func (s *Scale) at(slow time.Duration) float32 {
	reach, _ := s.reach()
	stretch := func(d time.Duration) float64 { return math.Log1p(d.Abs().Seconds() / 15) }
	part := min(1, stretch(slow)/stretch(reach)) / 2
	if slow > 0 {
		part = -part
	}
	return float32(0.5 + part)
}

// CreateRenderer implements fyne.Widget.
func (s *Scale) CreateRenderer() fyne.WidgetRenderer {
	_, words := s.reach()
	r := &scaleRenderer{
		scale: s, shade: canvas.NewRectangle(color.Transparent), line: canvas.NewLine(color.Transparent),
		doubt: canvas.NewRectangle(color.Transparent), needle: canvas.NewCircle(color.Transparent),
	}
	for range 5 {
		r.ticks = append(r.ticks, canvas.NewLine(color.Transparent))
	}
	for _, w := range []string{words + " slow", "30 s", "exact", "30 s", words + " fast"} {
		label := canvas.NewText(w, color.Transparent)
		label.TextSize = 11
		r.labels = append(r.labels, label)
	}
	r.shade.CornerRadius = 4
	r.doubt.CornerRadius = 2
	r.apply()
	return r
}

type scaleRenderer struct {
	scale        *Scale
	shade, doubt *canvas.Rectangle
	line         *canvas.Line
	needle       *canvas.Circle
	ticks        []*canvas.Line
	labels       []*canvas.Text
}

const (
	scaleBand  = 28 // the height of the band above the words
	scaleWords = 16
	needleSize = 12
)

func (r *scaleRenderer) apply() {
	p := look.Now()
	r.shade.FillColor, r.shade.StrokeColor, r.shade.StrokeWidth = p.GoodTint, p.Good, 1
	r.line.StrokeColor, r.line.StrokeWidth = p.Edge, 1
	r.needle.FillColor = p.Good
	if r.scale.slow.Abs() > r.scale.tolerated {
		r.needle.FillColor = p.Blocked
	}
	r.needle.StrokeColor, r.needle.StrokeWidth = p.Paper, 2
	r.doubt.FillColor = p.Edge
	for _, t := range r.ticks {
		t.StrokeColor, t.StrokeWidth = p.Edge, 1
	}
	for _, l := range r.labels {
		l.Color = p.Soft
	}
}

func (r *scaleRenderer) Layout(fyne.Size) {
	s := r.scale
	left, wide := float32(needleSize/2), s.width-needleSize
	x := func(slow time.Duration) float32 { return left + s.at(slow)*wide }
	middle := float32(scaleBand) / 2
	r.line.Position1, r.line.Position2 = fyne.NewPos(left, middle), fyne.NewPos(left+wide, middle)
	r.shade.Move(fyne.NewPos(x(s.tolerated), 3))
	r.shade.Resize(fyne.NewSize(x(-s.tolerated)-x(s.tolerated), scaleBand-6))
	low, high := x(s.slow+s.uncertainty), x(s.slow-s.uncertainty)
	r.doubt.Move(fyne.NewPos(low, middle-2))
	r.doubt.Resize(fyne.NewSize(max(0, high-low), 4))
	r.needle.Move(fyne.NewPos(x(s.slow)-needleSize/2, middle-needleSize/2))
	r.needle.Resize(fyne.NewSquareSize(needleSize))
	reach, _ := s.reach()
	for i, at := range []time.Duration{reach, s.tolerated, 0, -s.tolerated, -reach} {
		r.ticks[i].Position1, r.ticks[i].Position2 = fyne.NewPos(x(at), middle-4), fyne.NewPos(x(at), middle+4)
		size := r.labels[i].MinSize()
		place := min(max(0, x(at)-size.Width/2), s.width-size.Width)
		r.labels[i].Move(fyne.NewPos(place, scaleBand))
		r.labels[i].Resize(size)
	}
}

func (r *scaleRenderer) MinSize() fyne.Size { return fyne.NewSize(r.scale.width, scaleBand+scaleWords) }

func (r *scaleRenderer) Refresh() {
	r.apply()
	r.Layout(r.scale.Size())
	canvas.Refresh(r.scale)
}

func (r *scaleRenderer) Objects() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{r.shade, r.line}
	for _, t := range r.ticks {
		objects = append(objects, t)
	}
	for _, l := range r.labels {
		objects = append(objects, l)
	}
	return append(objects, r.doubt, r.needle)
}
func (r *scaleRenderer) Destroy() {}
