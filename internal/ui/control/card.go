package control

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"latchkey/internal/ui/look"
)

// Ground is what a card is drawn on.
type Ground int

// The grounds.
const (
	RaisedGround Ground = iota
	GoodGround
	AttentionGround
	BlockedGround
)

// Card is a box with an edge around something. One with a label can have the focus, so that what it says is where a keyboard
// comes by, and Return does the most useful thing.
type Card struct {
	widget.BaseWidget
	ground  Ground
	content *fyne.Container
	OnEnter func()
	label   func() string
	focused bool
}

// NewCard returns a box around content. label may be nil; then it cannot have the focus: use [NewBanner] for that.
func NewCard(ground Ground, content fyne.CanvasObject) *Card {
	c := &Card{ground: ground, content: container.New(All(4*look.Grid), content)}
	c.ExtendBaseWidget(c)
	return c
}

// SetGround changes what the card is drawn on.
func (c *Card) SetGround(ground Ground) {
	if c.ground != ground {
		c.ground = ground
		c.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (c *Card) CreateRenderer() fyne.WidgetRenderer {
	r := &cardRenderer{card: c, face: canvas.NewRectangle(color.Transparent), ring: canvas.NewRectangle(color.Transparent)}
	r.face.CornerRadius, r.ring.CornerRadius = look.Radius, look.Radius
	r.apply()
	return r
}

// Banner is a card that can have the focus.
type Banner struct {
	Card
}

var _ fyne.Focusable = (*Banner)(nil)

// NewBanner returns a card that can have the focus; label tells what it says.
func NewBanner(ground Ground, content fyne.CanvasObject, label func() string) *Banner {
	b := &Banner{}
	b.ground, b.content, b.label = ground, container.New(Inset{Top: 12, Right: 16, Bottom: 12, Left: 16}, content), label
	b.ExtendBaseWidget(b)
	return b
}

// FocusGained implements fyne.Focusable.
func (b *Banner) FocusGained() { b.focused = true; b.Refresh(); Reveal(b) }

// FocusLost implements fyne.Focusable.
func (b *Banner) FocusLost() { b.focused = false; b.Refresh() }

// TypedRune implements fyne.Focusable.
func (b *Banner) TypedRune(rune) {}

// TypedKey does the most useful thing on Return.
func (b *Banner) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		if b.OnEnter != nil {
			b.OnEnter()
		}
	default:
		toWindow(b, key)
	}
}

// AccessibilityLabel is what the banner says.
func (b *Banner) AccessibilityLabel() string { return b.label() }

// AccessibilityRole is text.
func (b *Banner) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

type cardRenderer struct {
	card       *Card
	face, ring *canvas.Rectangle
}

func (r *cardRenderer) apply() {
	p := look.Now()
	r.face.StrokeWidth, r.ring.StrokeWidth = 1, look.Ring
	switch r.card.ground {
	case GoodGround:
		r.face.FillColor, r.face.StrokeColor = p.GoodTint, p.Good
	case AttentionGround:
		r.face.FillColor, r.face.StrokeColor = p.AttentionTint, p.Attention
	case BlockedGround:
		r.face.FillColor, r.face.StrokeColor = p.BlockedTint, p.Blocked
	default:
		r.face.FillColor, r.face.StrokeColor = p.Raised, p.Hair
	}
	r.ring.StrokeColor = color.Transparent
	if r.card.focused {
		r.ring.StrokeColor = p.Accent
	}
}

func (r *cardRenderer) Layout(size fyne.Size) {
	r.face.Resize(size)
	r.ring.Resize(size)
	r.card.content.Resize(size)
}

func (r *cardRenderer) MinSize() fyne.Size { return r.card.content.MinSize() }

func (r *cardRenderer) Refresh() {
	r.apply()
	r.card.content.Refresh()
	r.Layout(r.card.Size())
	r.face.Refresh()
	r.ring.Refresh()
}

func (r *cardRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.face, r.card.content, r.ring}
}
func (r *cardRenderer) Destroy() {}

// Sheet is a page of text to read, on a ground of its own.
type Sheet struct{ Card }

// NewSheet returns a sheet with this on it.
func NewSheet(content fyne.CanvasObject) *Sheet {
	s := &Sheet{}
	s.content = container.New(Column{}, content)
	s.ExtendBaseWidget(s)
	return s
}
