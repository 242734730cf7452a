package control

import (
	"image"
	"image/color"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
	"rsc.io/qr"

	"latchkey/internal/ui/look"
)

// QR draws an address as a QR code, black on white in every theme, with the quiet zone the code needs. It returns nil when
// the address does not fit a code.
func QR(address string, size float32) fyne.CanvasObject {
	code, err := qr.Encode(address, qr.M)
	if err != nil {
		return nil
	}
	const quiet = 4
	side := code.Size + 2*quiet
	picture := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				picture.SetColorIndex(x+quiet, y+quiet, 1)
			}
		}
	}
	drawn := canvas.NewImageFromImage(picture)
	drawn.ScaleMode = canvas.ImageScalePixels
	drawn.FillMode = canvas.ImageFillContain
	drawn.SetMinSize(fyne.NewSquareSize(size))
	return container.New(Row{Center: true}, drawn)
}

// Avatar is a circle with someone's initials.
type Avatar struct {
	widget.BaseWidget
	name string
	size float32
}

// NewAvatar returns the initials of a name in a circle.
func NewAvatar(name string, size float32) *Avatar {
	a := &Avatar{name: name, size: size}
	a.ExtendBaseWidget(a)
	return a
}

// Set changes whose initials they are.
func (a *Avatar) Set(name string) {
	if a.name != name {
		a.name = name
		a.Refresh()
	}
}

// Initials returns the first letters of the first and the last word of a name, or of an e-mail address's first part.
func Initials(name string) string {
	name, _, _ = strings.Cut(name, "@")
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '’' })
	if len(words) == 0 {
		return "?"
	}
	initials := first(words[0])
	if len(words) > 1 {
		initials += first(words[len(words)-1])
	}
	return initials
}

func first(word string) string {
	for _, r := range word {
		return string(unicode.ToUpper(r))
	}
	return ""
}

// CreateRenderer implements fyne.Widget.
func (a *Avatar) CreateRenderer() fyne.WidgetRenderer {
	r := &avatarRenderer{avatar: a, disc: canvas.NewCircle(color.Transparent), text: canvas.NewText("", color.Transparent)}
	r.text.TextStyle.Bold = true
	r.apply()
	return r
}

type avatarRenderer struct {
	avatar *Avatar
	disc   *canvas.Circle
	text   *canvas.Text
}

func (r *avatarRenderer) apply() {
	p := look.Now()
	r.disc.FillColor = p.Tint
	r.disc.StrokeColor, r.disc.StrokeWidth = p.Accent, 2
	r.text.Text, r.text.Color, r.text.TextSize = Initials(r.avatar.name), p.Accent, r.avatar.size*0.36
}

func (r *avatarRenderer) Layout(fyne.Size) {
	r.disc.Resize(fyne.NewSquareSize(r.avatar.size))
	own := r.text.MinSize()
	r.text.Move(fyne.NewPos((r.avatar.size-own.Width)/2, (r.avatar.size-own.Height)/2))
	r.text.Resize(own)
}

func (r *avatarRenderer) MinSize() fyne.Size { return fyne.NewSquareSize(r.avatar.size) }

func (r *avatarRenderer) Refresh() {
	r.apply()
	r.Layout(r.avatar.Size())
	canvas.Refresh(r.avatar)
}

func (r *avatarRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.disc, r.text} }
func (r *avatarRenderer) Destroy()                     {}

// Line is a thin line that divides, with words in its middle if there are any.
type Line struct {
	widget.BaseWidget
	words string
}

// NewLine returns a dividing line.
func NewLine(words string) *Line {
	l := &Line{words: words}
	l.ExtendBaseWidget(l)
	return l
}

// CreateRenderer implements fyne.Widget.
func (l *Line) CreateRenderer() fyne.WidgetRenderer {
	r := &lineRenderer{
		line: l, left: canvas.NewRectangle(color.Transparent), right: canvas.NewRectangle(color.Transparent),
		text: canvas.NewText(l.words, color.Transparent),
	}
	r.text.TextSize = look.Small
	r.apply()
	return r
}

type lineRenderer struct {
	line        *Line
	left, right *canvas.Rectangle
	text        *canvas.Text
}

func (r *lineRenderer) apply() {
	p := look.Now()
	r.left.FillColor, r.right.FillColor, r.text.Color = p.Hair, p.Hair, p.Soft
}

func (r *lineRenderer) Layout(size fyne.Size) {
	if r.line.words == "" {
		r.left.Resize(fyne.NewSize(size.Width, 1))
		return
	}
	own := r.text.MinSize()
	arm := (size.Width - own.Width - 24) / 2
	middle := float32(int(size.Height / 2))
	r.left.Move(fyne.NewPos(0, middle))
	r.left.Resize(fyne.NewSize(arm, 1))
	r.text.Move(fyne.NewPos(arm+12, (size.Height-own.Height)/2))
	r.right.Move(fyne.NewPos(size.Width-arm, middle))
	r.right.Resize(fyne.NewSize(arm, 1))
}

func (r *lineRenderer) MinSize() fyne.Size {
	if r.line.words == "" {
		return fyne.NewSize(1, 1)
	}
	return fyne.NewSize(r.text.MinSize().Width+24, 20)
}

func (r *lineRenderer) Refresh() {
	r.apply()
	canvas.Refresh(r.line)
}

func (r *lineRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.left, r.right, r.text}
}
func (r *lineRenderer) Destroy() {}
