package control

import (
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"latchkey/internal/ui/look"
)

// Dots are three small dots that take turns while something is going on. They stand still when the system wants no
// motion.
type Dots struct {
	widget.BaseWidget
	tone      Tone
	animation *fyne.Animation
	dots      [3]*canvas.Circle
}

const (
	dotSize float32 = 4
	dotGap  float32 = 4
)

// NewDots returns dots at rest.
func NewDots(tone Tone) *Dots {
	d := &Dots{tone: tone}
	for i := range d.dots {
		d.dots[i] = canvas.NewCircle(color.Transparent)
	}
	d.ExtendBaseWidget(d)
	return d
}

// Start sets the dots in motion.
func (d *Dots) Start() {
	if d.animation != nil || !fyne.CurrentApp().Settings().ShowAnimations() {
		return
	}
	d.animation = &fyne.Animation{Duration: 1200 * time.Millisecond, RepeatCount: fyne.AnimationRepeatForever, Curve: fyne.AnimationLinear}
	shown := -1
	d.animation.Tick = func(done float32) {
		if turn := int(done * 4); turn != shown { // four redraws a round, not sixty a second
			shown = turn
			d.paint(turn)
		}
	}
	d.animation.Start()
}

// Stop lets them rest.
func (d *Dots) Stop() {
	if d.animation != nil {
		d.animation.Stop()
		d.animation = nil
	}
	d.paint(-1)
}

func (d *Dots) paint(turn int) {
	full := d.tone.Color(look.Now())
	faint := full
	faint.A = 0x60
	for i, dot := range d.dots {
		dot.FillColor = full
		if turn >= 0 && i != turn {
			dot.FillColor = faint
		}
		dot.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (d *Dots) CreateRenderer() fyne.WidgetRenderer { return &dotsRenderer{d} }

type dotsRenderer struct{ dots *Dots }

func (r *dotsRenderer) Layout(size fyne.Size) {
	for i, dot := range r.dots.dots {
		dot.Move(fyne.NewPos(float32(i)*(dotSize+dotGap), (size.Height-dotSize)/2))
		dot.Resize(fyne.NewSquareSize(dotSize))
	}
}

func (r *dotsRenderer) MinSize() fyne.Size { return fyne.NewSize(3*dotSize+2*dotGap, dotSize) }
func (r *dotsRenderer) Refresh() {
	if r.dots.animation == nil {
		r.dots.paint(-1)
	}
}

func (r *dotsRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.dots.dots[0], r.dots.dots[1], r.dots.dots[2]}
}
func (r *dotsRenderer) Destroy() { r.dots.Stop() }
