package control

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"latchkey/internal/ui/look"
)

// Kind is how much a button asks for attention.
type Kind int

// The kinds of buttons.
const (
	Primary   Kind = iota // the one thing to do on a screen
	Secondary             // an outlined button
	Compact               // an outlined button, smaller: inside a panel
	Quiet                 // only its words
	Inline                // only its words, small: inside a field or a band
)

// inlinePadding is the room beside the words of a button that is only its words.
const inlinePadding = 2 * look.Grid

// Button is a button that Return, Enter and Space press, with a focus ring. While it is busy it keeps its size and says
// what is happening.
type Button struct {
	widget.DisableableWidget
	kind     Kind
	text     string
	sub      string // a second line; the button is then as wide as its place and reads from the left
	busy     string
	widest   string // words that it keeps room for
	OnTapped func()
	Still    bool // it stands beside what scrolls

	above, below *Button // in a list, for the arrow keys

	focused, hovered, pressed bool
}

var (
	_ fyne.Focusable    = (*Button)(nil)
	_ desktop.Hoverable = (*Button)(nil)
	_ desktop.Mouseable = (*Button)(nil)
	_ fyne.Accessible   = (*Button)(nil)
)

// NewButton returns a button.
func NewButton(kind Kind, text string, tapped func()) *Button {
	b := &Button{kind: kind, text: text, OnTapped: tapped}
	b.ExtendBaseWidget(b)
	return b
}

// NewRow returns an outlined button of two lines that reads from the left, for lists.
func NewRow(text, sub string, tapped func()) *Button {
	b := NewButton(Secondary, text, tapped)
	b.sub = sub
	return b
}

// Listed lets the arrow keys go from row to row.
func Listed(rows []*Button) {
	for i := 1; i < len(rows); i++ {
		rows[i-1].below, rows[i].above = rows[i], rows[i-1]
	}
}

// SetText replaces the words.
func (b *Button) SetText(text string) {
	if b.text != text {
		b.text = text
		b.Refresh()
	}
}

// SetKind changes how much the button asks for attention.
func (b *Button) SetKind(kind Kind) {
	if b.kind != kind {
		b.kind = kind
		b.Refresh()
	}
}

// SetSub replaces the second line of a row.
func (b *Button) SetSub(sub string) {
	if b.sub != sub {
		b.sub = sub
		b.Refresh()
	}
}

// Reserve keeps room for these words too, so that neighbours stay where they are when the button says something else.
func (b *Button) Reserve(words string) *Button { b.widest = words; return b }

// Text returns the words, whether the button is busy or not.
func (b *Button) Text() string { return b.text }

// SetBusy says what is happening; empty for nothing. A busy button cannot be pressed.
func (b *Button) SetBusy(what string) {
	if b.busy != what {
		b.busy = what
		b.Refresh()
	}
}

// Busy returns what is happening.
func (b *Button) Busy() string { return b.busy }

// Tapped presses the button.
func (b *Button) Tapped(*fyne.PointEvent) {
	b.focus()
	b.press()
}

func (b *Button) press() {
	if b.Disabled() || b.busy != "" || b.OnTapped == nil {
		return
	}
	b.OnTapped()
}

func (b *Button) focus() {
	if b.Disabled() {
		return
	}
	if c := fyne.CurrentApp().Driver().CanvasForObject(b); c != nil {
		c.Focus(b)
	}
}

// take gives the focus to a neighbour, if there is one.
func (b *Button) take() {
	if b != nil {
		b.focus()
	}
}

// FocusGained implements fyne.Focusable.
func (b *Button) FocusGained() {
	b.focused = true
	b.Refresh()
	if !b.Still {
		Reveal(b)
	}
}

// FocusLost implements fyne.Focusable.
func (b *Button) FocusLost() { b.focused, b.pressed = false, false; b.Refresh() }

// TypedRune implements fyne.Focusable.
func (b *Button) TypedRune(rune) {}

// TypedKey presses the button with Space, Return and Enter, and goes along its list with the arrows; any other key goes to the window.
func (b *Button) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		b.press()
	case fyne.KeyDown:
		b.below.take()
	case fyne.KeyUp:
		b.above.take()
	default:
		toWindow(b, key)
	}
}

// MouseIn implements desktop.Hoverable.
func (b *Button) MouseIn(*desktop.MouseEvent) { b.hovered = true; b.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (b *Button) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (b *Button) MouseOut() { b.hovered, b.pressed = false, false; b.Refresh() }

// MouseDown implements desktop.Mouseable.
func (b *Button) MouseDown(*desktop.MouseEvent) { b.pressed = true; b.Refresh() }

// MouseUp implements desktop.Mouseable.
func (b *Button) MouseUp(*desktop.MouseEvent) { b.pressed = false; b.Refresh() }

// AccessibilityLabel is what the button says.
func (b *Button) AccessibilityLabel() string {
	switch {
	case b.busy != "":
		return b.busy
	case b.sub != "":
		return b.text + ", " + b.sub
	default:
		return b.text
	}
}

// AccessibilityRole is button.
func (b *Button) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// CreateRenderer implements fyne.Widget.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	r := &buttonRenderer{
		button: b,
		ring:   canvas.NewRectangle(color.Transparent),
		face:   canvas.NewRectangle(color.Transparent),
		label:  canvas.NewText("", color.Transparent),
		sub:    canvas.NewText("", color.Transparent),
		dots:   NewDots(Ink),
	}
	r.ring.StrokeWidth = look.Ring
	r.face.CornerRadius = look.Radius
	r.apply()
	return r
}

type buttonRenderer struct {
	button     *Button
	ring, face *canvas.Rectangle
	label, sub *canvas.Text
	dots       *Dots
}

func (r *buttonRenderer) textSize() float32 {
	switch r.button.kind {
	case Quiet, Compact:
		return look.Body
	case Inline:
		return look.Small + 1
	default:
		return look.Control
	}
}

func (r *buttonRenderer) padding() float32 {
	switch r.button.kind {
	case Quiet, Inline:
		return inlinePadding
	case Compact:
		return 3 * look.Grid
	default:
		return 4 * look.Grid
	}
}

func (r *buttonRenderer) MinSize() fyne.Size {
	b := r.button
	height := look.ControlHeight
	switch {
	case b.sub != "":
		height = 56
	case b.kind == Quiet, b.kind == Compact:
		height = 36
	case b.kind == Inline:
		height = look.SmallHeight
	}
	style := fyne.TextStyle{Bold: b.kind == Primary}
	width := fyne.MeasureText(b.text, r.textSize(), style).Width
	if b.widest != "" {
		width = max(width, fyne.MeasureText(b.widest, r.textSize(), style).Width)
	}
	if b.sub != "" {
		width = max(width, fyne.MeasureText(b.sub, look.Small, fyne.TextStyle{}).Width)
	}
	if b.busy != "" && b.kind == Quiet { // too small to say it in its own size
		width = fyne.MeasureText(b.busy, r.textSize(), style).Width + 8 + r.dots.MinSize().Width
	}
	return fyne.NewSize(width+2*r.padding(), height)
}

func (r *buttonRenderer) Layout(size fyne.Size) {
	r.face.Move(fyne.NewPos(0, 0))
	r.face.Resize(size)
	gap := r.ringGap()
	r.ring.Move(fyne.NewPos(-gap, -gap))
	r.ring.Resize(fyne.NewSize(size.Width+2*gap, size.Height+2*gap))
	r.ring.CornerRadius = look.Radius + gap

	label := r.label.MinSize()
	if r.button.sub != "" {
		pad := r.padding()
		r.label.Move(fyne.NewPos(pad, 8))
		r.label.Resize(fyne.NewSize(size.Width-2*pad, label.Height))
		r.sub.Move(fyne.NewPos(pad, size.Height-10-r.sub.MinSize().Height))
		r.sub.Resize(fyne.NewSize(size.Width-2*pad, r.sub.MinSize().Height))
		return
	}
	y := (size.Height - label.Height) / 2
	if r.button.busy == "" {
		r.label.Move(fyne.NewPos((size.Width-label.Width)/2, y))
		r.label.Resize(label)
		return
	}
	dots := r.dots.MinSize()
	left := (size.Width - label.Width - dots.Width - 8) / 2
	r.label.Move(fyne.NewPos(left, y))
	r.label.Resize(label)
	r.dots.Move(fyne.NewPos(left+label.Width+8, 0))
	r.dots.Resize(fyne.NewSize(dots.Width, size.Height))
}

// ringGap is the distance of the ring from the face: it lies around a filled button, and on the edge of any other.
func (r *buttonRenderer) ringGap() float32 {
	if r.button.kind == Primary {
		return look.RingGap + look.Ring
	}
	return 0
}

func (r *buttonRenderer) apply() {
	b, p := r.button, look.Now()
	r.face.FillColor, r.face.StrokeColor, r.face.StrokeWidth = color.Transparent, color.Transparent, 0
	ink := p.Accent
	off := b.Disabled()
	live := !off && b.busy == ""
	switch b.kind {
	case Primary:
		ink = p.OnAccent
		r.face.FillColor = p.Accent
		switch {
		case off:
			r.face.FillColor, ink = p.Hair, p.Soft
		case live && b.pressed:
			r.face.FillColor = p.Press
		case live && b.hovered:
			r.face.FillColor = p.Hover
		}
	case Secondary, Compact:
		ink = p.Ink
		r.face.FillColor = p.Raised
		r.face.StrokeColor, r.face.StrokeWidth = p.Edge, 1
		if live && (b.hovered || b.pressed) {
			r.face.FillColor = p.Tint
		}
	default:
		if live && (b.hovered || b.pressed) {
			r.face.FillColor = p.Tint
		}
	}
	if off && b.kind != Primary {
		ink = p.Soft
	}

	r.ring.StrokeColor = color.Transparent
	if b.focused {
		r.ring.StrokeColor = p.Accent
	}
	r.label.Text = b.text
	if b.busy != "" {
		r.label.Text = b.busy
	}
	r.label.Color = ink
	r.label.TextSize = r.textSize()
	r.label.TextStyle = fyne.TextStyle{Bold: b.kind == Primary}
	r.sub.Text, r.sub.Color, r.sub.TextSize = b.sub, p.Soft, look.Small
	r.sub.Hidden = b.sub == ""
	r.dots.tone = Accent
	if b.kind == Primary {
		r.dots.tone = OnAccent
	}
	if b.busy != "" {
		r.dots.Show()
		r.dots.Start()
	} else {
		r.dots.Stop()
		r.dots.Hide()
	}
}

func (r *buttonRenderer) Refresh() {
	r.apply()
	r.Layout(r.button.Size())
	canvas.Refresh(r.button)
}

func (r *buttonRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.face, r.ring, r.label, r.sub, r.dots}
}

func (r *buttonRenderer) Destroy() { r.dots.Stop() }
