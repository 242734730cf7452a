package control

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"latchkey/internal/ui/look"
)

// Area is a part of the window that can be pressed as a whole: with the pointer, Return, Enter and Space. It has a focus ring.
type Area struct {
	widget.BaseWidget
	content  fyne.CanvasObject
	label    func() string
	OnTapped func()
	Still    bool // it stands beside what scrolls

	focused, hovered bool
}

var (
	_ fyne.Focusable    = (*Area)(nil)
	_ desktop.Hoverable = (*Area)(nil)
	_ fyne.Accessible   = (*Area)(nil)
)

// NewArea makes content pressable; label tells what it says.
func NewArea(content fyne.CanvasObject, label func() string, tapped func()) *Area {
	a := &Area{content: content, label: label, OnTapped: tapped}
	a.ExtendBaseWidget(a)
	return a
}

// Tapped presses the area.
func (a *Area) Tapped(*fyne.PointEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(a); c != nil {
		c.Focus(a)
	}
	a.press()
}

func (a *Area) press() {
	if a.OnTapped != nil {
		a.OnTapped()
	}
}

// FocusGained implements fyne.Focusable.
func (a *Area) FocusGained() {
	a.focused = true
	a.Refresh()
	if !a.Still {
		Reveal(a)
	}
}

// FocusLost implements fyne.Focusable.
func (a *Area) FocusLost() { a.focused = false; a.Refresh() }

// TypedRune implements fyne.Focusable.
func (a *Area) TypedRune(rune) {}

// TypedKey presses the area with Space, Return and Enter; any other key goes to the window.
func (a *Area) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		a.press()
	default:
		toWindow(a, key)
	}
}

// MouseIn implements desktop.Hoverable.
func (a *Area) MouseIn(*desktop.MouseEvent) { a.hovered = true; a.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (a *Area) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (a *Area) MouseOut() { a.hovered = false; a.Refresh() }

// AccessibilityLabel is what the area says.
func (a *Area) AccessibilityLabel() string { return a.label() }

// AccessibilityRole is button.
func (a *Area) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// CreateRenderer implements fyne.Widget.
func (a *Area) CreateRenderer() fyne.WidgetRenderer {
	r := &areaRenderer{area: a, face: canvas.NewRectangle(color.Transparent), ring: canvas.NewRectangle(color.Transparent)}
	r.face.CornerRadius, r.ring.CornerRadius = look.Radius, look.Radius
	r.apply()
	return r
}

type areaRenderer struct {
	area       *Area
	face, ring *canvas.Rectangle
}

func (r *areaRenderer) apply() {
	p := look.Now()
	r.face.FillColor, r.ring.StrokeColor, r.ring.StrokeWidth = color.Transparent, color.Transparent, look.Ring
	if r.area.hovered {
		r.face.FillColor = p.Tint
	}
	if r.area.focused {
		r.ring.StrokeColor = p.Accent
	}
}

// Layout draws face and ring a little wider than the content, which stays where it would be without them.
func (r *areaRenderer) Layout(size fyne.Size) {
	for _, o := range []fyne.CanvasObject{r.face, r.ring} {
		o.Move(fyne.NewPos(-6, 0))
		o.Resize(fyne.NewSize(size.Width+12, size.Height))
	}
	r.area.content.Resize(size)
}

func (r *areaRenderer) MinSize() fyne.Size { return r.area.content.MinSize() }

func (r *areaRenderer) Refresh() {
	r.apply()
	r.area.content.Refresh()
	r.Layout(r.area.Size())
	r.face.Refresh()
	r.ring.Refresh()
}

func (r *areaRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.face, r.area.content, r.ring}
}
func (r *areaRenderer) Destroy() {}
