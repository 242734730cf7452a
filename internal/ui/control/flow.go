package control

import (
	"fyne.io/fyne/v2"

	"latchkey/internal/ui/look"
)

// Flow lays things beside each other and goes on in the next line where one no longer fits its Width. Where a line begins with a button
// that is only its words, they stand below those of the other lines.
type Flow struct{ Width, Gap float32 }

// MinSize implements fyne.Layout.
func (f Flow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(f.Width, f.place(objects, func(fyne.CanvasObject, fyne.Position) {}))
}

// Layout implements fyne.Layout.
func (f Flow) Layout(objects []fyne.CanvasObject, _ fyne.Size) {
	f.place(objects, func(o fyne.CanvasObject, at fyne.Position) {
		o.Move(at)
		o.Resize(o.MinSize())
	})
}

// place puts everything, each line's things in the middle of its height, and returns the height of all lines.
func (f Flow) place(objects []fyne.CanvasObject, put func(fyne.CanvasObject, fyne.Position)) float32 {
	var y float32
	for rest := visible(objects); len(rest) > 0; {
		n, high := f.line(rest)
		x := start(rest[0])
		for _, o := range rest[:n] {
			min := o.MinSize()
			put(o, fyne.NewPos(x, y+(high-min.Height)/2))
			x += min.Width + f.Gap
		}
		y += high
		if rest = rest[n:]; len(rest) > 0 {
			y += apart(rest[0])
		}
	}
	return y
}

// line returns how many of these things fit one line, at least one, and how high it is.
func (f Flow) line(objects []fyne.CanvasObject) (n int, high float32) {
	x := start(objects[0])
	for _, o := range objects {
		min := o.MinSize()
		if n > 0 && x+min.Width > f.Width {
			break
		}
		x += min.Width + f.Gap
		high = max(high, min.Height)
		n++
	}
	return n, high
}

// start is where a line begins that begins with o.
func start(o fyne.CanvasObject) float32 {
	if b, ok := o.(*Button); ok && (b.kind == Inline || b.kind == Quiet) {
		return -inlinePadding
	}
	return 0
}

// apart is the room above a line that begins with o: focus rings do not touch.
func apart(o fyne.CanvasObject) float32 {
	if _, ok := o.(*Button); ok {
		return look.Grid
	}
	return 0
}
