// Package control holds the window's own widgets: what Fyne's lack for a sign-in that works without a mouse, with a
// visible focus, and without surprises at the clipboard.
//
// Everything that shows text shows it as it is: no markup, no links, no images from a text.
package control

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"latchkey/internal/ui/look"
)

// Tone is a role that a colour plays.
type Tone int

// The tones.
const (
	Ink Tone = iota
	Soft
	Accent
	OnAccent
	Good
	Attention
	Blocked
)

// Color returns the tone's colour in a palette.
func (t Tone) Color(p look.Palette) color.NRGBA {
	switch t {
	case Soft:
		return p.Soft
	case Accent:
		return p.Accent
	case OnAccent:
		return p.OnAccent
	case Good:
		return p.Good
	case Attention:
		return p.Attention
	case Blocked:
		return p.Blocked
	default:
		return p.Ink
	}
}

// Text is plain text on a fixed width: wrapped at words, with the house's line height, never narrower or wider than it
// was told.
type Text struct {
	widget.BaseWidget
	text  string
	size  float32
	width float32
	tone  Tone
	style fyne.TextStyle
	align fyne.TextAlign
	lines int // at most; 0 for any number
	tail  bool
	exact bool
}

// NewText returns a text of this type size, wrapped at width. A width of 0 keeps it on one line.
func NewText(text string, size, width float32) *Text {
	t := &Text{text: text, size: size, width: width}
	t.ExtendBaseWidget(t)
	return t
}

// Bold makes the text bold.
func (t *Text) Bold() *Text { t.style.Bold = true; return t }

// Mono sets it in the monospace font: codes and hosts.
func (t *Text) Mono() *Text { t.style.Monospace = true; return t }

// Tone gives it a colour.
func (t *Text) Tone(tone Tone) *Text { t.tone = tone; return t }

// Center puts its lines in the middle of the width.
func (t *Text) Center() *Text { t.align = fyne.TextAlignCenter; return t }

// Lines cuts it after n lines with an ellipsis.
func (t *Text) Lines(n int) *Text { t.lines = n; return t }

// Tail keeps the text on one line and, where it is too long, its end: of a host that is the part that says whose it is.
func (t *Text) Tail() *Text { t.tail = true; return t }

// Exact keeps every space as it is: for text that is shown as the bytes it is.
func (t *Text) Exact() *Text { t.exact = true; return t }

// Set replaces the text.
func (t *Text) Set(text string) {
	if t.text != text {
		t.text = text
		t.Refresh()
	}
}

// SetLines replaces the number of lines it is cut after; 0 for any number.
func (t *Text) SetLines(n int) {
	if t.lines != n {
		t.lines = n
		t.Refresh()
	}
}

// SetTone replaces the colour.
func (t *Text) SetTone(tone Tone) {
	if t.tone != tone {
		t.tone = tone
		t.Refresh()
	}
}

// SetWidth replaces the width to wrap at.
func (t *Text) SetWidth(width float32) {
	if t.width != width {
		t.width = width
		t.Refresh()
	}
}

// String returns the text as it was set.
func (t *Text) String() string { return t.text }

// AccessibilityLabel is the text.
func (t *Text) AccessibilityLabel() string { return t.text }

// AccessibilityRole is text.
func (t *Text) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer implements fyne.Widget.
func (t *Text) CreateRenderer() fyne.WidgetRenderer {
	r := &textRenderer{text: t}
	r.build()
	return r
}

func (t *Text) measure(s string) float32 { return fyne.MeasureText(s, t.size, t.style).Width }

// wrap breaks the text into lines that fit the width: at words where it can, anywhere where a word alone is too wide.
func (t *Text) wrap() []string {
	if t.text == "" {
		return nil
	}
	if t.width <= 0 {
		return []string{t.text}
	}
	if t.tail {
		return []string{t.end(t.text)}
	}
	var lines []string
	for paragraph := range strings.SplitSeq(t.text, "\n") {
		lines = append(lines, t.wrapParagraph(paragraph)...)
	}
	if t.lines > 0 && len(lines) > t.lines {
		lines = lines[:t.lines]
		lines[t.lines-1] = t.ellipsis(lines[t.lines-1])
	}
	return lines
}

func (t *Text) wrapParagraph(paragraph string) []string {
	var lines []string
	if t.exact {
		for t.measure(paragraph) > t.width {
			head, _ := t.split(paragraph)
			if space := strings.LastIndexByte(strings.TrimRight(head, " "), ' '); space > 0 && strings.TrimSpace(head[:space]) != "" {
				head = head[:space+1]
			}
			lines, paragraph = append(lines, head), paragraph[len(head):]
		}
		return append(lines, paragraph)
	}
	line := ""
	for word := range strings.FieldsSeq(paragraph) {
		candidate := word
		if line != "" {
			candidate = line + " " + word
		}
		if t.measure(candidate) <= t.width {
			line = candidate
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for t.measure(word) > t.width {
			head, tail := t.split(word)
			lines = append(lines, head)
			word = tail
		}
		line = word
	}
	if line == "" && len(lines) > 0 {
		return lines
	}
	return append(lines, line)
}

// split cuts a word that is wider than a line; at least one rune goes to the head.
func (t *Text) split(word string) (head, tail string) {
	runes := []rune(word)
	low, high := 1, len(runes)
	for low < high { // the longest head that fits
		middle := (low + high + 1) / 2
		if t.measure(string(runes[:middle])) <= t.width {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return string(runes[:low]), string(runes[low:])
}

// end cuts a line at its beginning until it fits.
func (t *Text) end(line string) string {
	if t.measure(line) <= t.width {
		return line
	}
	runes := []rune(line)
	for len(runes) > 0 && t.measure("…"+string(runes)) > t.width {
		runes = runes[1:]
	}
	return "…" + string(runes)
}

func (t *Text) ellipsis(line string) string {
	runes := []rune(line)
	for len(runes) > 0 && t.measure(string(runes)+"…") > t.width {
		runes = runes[:len(runes)-1]
	}
	return strings.TrimRight(string(runes), " .,;:") + "…"
}

type textRenderer struct {
	text    *Text
	lines   []*canvas.Text
	objects []fyne.CanvasObject
}

func (r *textRenderer) lineHeight() float32 {
	h := r.text.size * look.LineHeight
	return float32(int(h + 0.5))
}

func (r *textRenderer) build() {
	tint := r.text.tone.Color(look.Now())
	wrapped := r.text.wrap()
	r.lines = r.lines[:0]
	r.objects = r.objects[:0]
	for _, s := range wrapped {
		line := canvas.NewText(s, tint)
		line.TextSize, line.TextStyle, line.Alignment = r.text.size, r.text.style, r.text.align
		r.lines = append(r.lines, line)
		r.objects = append(r.objects, line)
	}
}

func (r *textRenderer) Layout(size fyne.Size) {
	h := r.lineHeight()
	for i, line := range r.lines {
		own := line.MinSize().Height
		line.Move(fyne.NewPos(0, float32(i)*h+(h-own)/2))
		line.Resize(fyne.NewSize(size.Width, own))
	}
}

func (r *textRenderer) MinSize() fyne.Size {
	width := r.text.width
	if width <= 0 {
		for _, line := range r.lines {
			width = max(width, line.MinSize().Width)
		}
	}
	return fyne.NewSize(width, float32(len(r.lines))*r.lineHeight())
}

func (r *textRenderer) Refresh() {
	r.build()
	r.Layout(r.text.Size())
	canvas.Refresh(r.text)
}

func (r *textRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *textRenderer) Destroy()                     {}
