package control

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"latchkey/internal/ui/look"
)

// Field is an entry with its label above, a box around it, and a line of words below.
type Field struct {
	fyne.CanvasObject
	Label *Text
	Hint  *Text

	box      *box
	reserved bool
	line     *fyne.Container
	fault    bool
}

// NewField puts an entry into a field. With reserve the line below keeps its place while it is empty, so that nothing moves
// when there is something to say. More things, a button for instance, go to the entry's right.
func NewField(label string, width float32, entry fyne.Focusable, reserve bool, right ...fyne.CanvasObject) *Field {
	f := &Field{
		Label:    NewText(label, look.Body, width),
		Hint:     NewText("", look.Small, width).Tone(Soft),
		reserved: reserve,
	}
	f.box = newBox(entry.(fyne.CanvasObject), right, look.Control)
	f.line = container.New(reservedLine{reserve}, f.Hint)
	f.CanvasObject = container.New(Column{}, f.Label, Space(look.Grid), f.box.root, f.line)
	return f
}

// NewCodeField puts a code entry into a field of its own: large, in the middle.
func NewCodeField(label string, width float32, entry *CodeEntry) *Field {
	f := &Field{
		Label:    NewText(label, look.Body, width),
		Hint:     NewText("", look.Small, width).Tone(Soft),
		reserved: true,
	}
	f.box = newBox(entry, nil, look.Code)
	f.box.slot, f.box.height = entry.slotWidth, 64
	f.line = container.New(reservedLine{true}, f.Hint)
	f.CanvasObject = container.New(Column{}, f.Label, Space(look.Grid), f.box.root, f.line)
	return f
}

// Say puts words below the field.
func (f *Field) Say(words string, tone Tone) {
	f.Hint.SetTone(tone)
	f.Hint.Set(words)
	f.line.Refresh()
}

// SetFault marks the field as the one to look at.
func (f *Field) SetFault(fault bool) {
	if f.box.fault != fault {
		f.box.fault = fault
		f.box.Refresh()
	}
}

// reservedLine is the line below a field.
type reservedLine struct{ reserve bool }

func (l reservedLine) MinSize(objects []fyne.CanvasObject) fyne.Size {
	own := objects[0].MinSize()
	if own.Height == 0 && !l.reserve {
		return fyne.NewSize(own.Width, 0)
	}
	return fyne.NewSize(own.Width, max(own.Height, 17)+4)
}

func (l reservedLine) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Move(fyne.NewPos(0, 4))
	objects[0].Resize(fyne.NewSize(size.Width, max(0, size.Height-4)))
}

// entryTheme is the application's theme inside a field. Fyne's entry draws a frame of its own, another one when it is disabled; the
// field has one already, so this theme leaves them out. The cursor takes its colour from the application.
type entryTheme struct{ text float32 }

func appTheme() fyne.Theme { return fyne.CurrentApp().Settings().Theme() }

func (entryTheme) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	if name == theme.ColorNamePrimary {
		return color.Transparent
	}
	return appTheme().Color(name, variant)
}

func (entryTheme) Font(style fyne.TextStyle) fyne.Resource { return appTheme().Font(style) }

func (entryTheme) Icon(name fyne.ThemeIconName) fyne.Resource { return appTheme().Icon(name) }

func (t entryTheme) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case theme.SizeNameText:
		return t.text
	case theme.SizeNameInputBorder, theme.SizeNameScrollBar, theme.SizeNameScrollBarSmall: // a long text goes on beyond the edge, without a bar
		return 0
	}
	return appTheme().Size(name)
}

// box is the frame around an entry: an edge, and the focus ring in its place.
type box struct {
	root    *fyne.Container
	face    *canvas.Rectangle
	ring    *canvas.Rectangle
	entry   fyne.CanvasObject
	right   []fyne.CanvasObject
	slot    func() float32 // the entry's width; nil or 0: all there is
	height  float32
	focused bool
	fault   bool
}

func newBox(entry fyne.CanvasObject, right []fyne.CanvasObject, size float32) *box {
	b := &box{
		face:   canvas.NewRectangle(color.Transparent),
		ring:   canvas.NewRectangle(color.Transparent),
		right:  right,
		height: look.ControlHeight,
	}
	switch e := entry.(type) {
	case *Entry:
		e.focused = b.setFocused
	case *PasswordEntry:
		e.focused = b.setFocused
	case *CodeEntry:
		e.focused = b.setFocused
	}
	b.entry = container.NewThemeOverride(entry, entryTheme{size})
	objects := append([]fyne.CanvasObject{newPainted(b), b.entry, b.ring}, right...)
	b.root = container.New(b, objects...)
	return b
}

func (b *box) setFocused(focused bool) {
	b.focused = focused
	b.Refresh()
}

// Refresh draws the frame anew.
func (b *box) Refresh() {
	p := look.Now()
	b.face.FillColor = p.Raised
	b.face.CornerRadius = look.Radius
	b.ring.CornerRadius = look.Radius
	b.ring.StrokeColor, b.ring.StrokeWidth = p.Edge, 1
	if b.fault {
		b.ring.StrokeColor, b.ring.StrokeWidth = p.Blocked, look.Ring
	}
	if b.focused {
		b.ring.StrokeColor, b.ring.StrokeWidth = p.Accent, look.Ring
	}
	b.face.Refresh()
	b.ring.Refresh()
}

func (b *box) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, b.height) }

func (b *box) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Resize(size)
	b.ring.Move(fyne.NewPos(0.5, 0.5))
	b.ring.Resize(fyne.NewSize(size.Width-1, size.Height-1))

	end := size.Width - 4
	for i := len(b.right) - 1; i >= 0; i-- {
		min := b.right[i].MinSize()
		end -= min.Width + 2
		b.right[i].Move(fyne.NewPos(end, (size.Height-min.Height)/2))
		b.right[i].Resize(min)
	}
	left, width := float32(4), end-4
	if b.slot != nil {
		if slot := b.slot(); slot > 0 && slot < width {
			left, width = (size.Width-slot)/2, slot
		}
	}
	high := b.entry.MinSize().Height
	top := (size.Height - high) / 2
	b.entry.Move(fyne.NewPos(left, top))
	b.entry.Resize(fyne.NewSize(width, high))
}
