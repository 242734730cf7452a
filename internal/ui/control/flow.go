package control

import "fyne.io/fyne/v2"

// Flow lays things beside each other and goes on in the next line where one no longer fits its Width.
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
		x := float32(0)
		for _, o := range rest[:n] {
			min := o.MinSize()
			put(o, fyne.NewPos(x, y+(high-min.Height)/2))
			x += min.Width + f.Gap
		}
		y += high
		rest = rest[n:]
	}
	return y
}

// line returns how many of these things fit one line, at least one, and how high it is.
func (f Flow) line(objects []fyne.CanvasObject) (n int, high float32) {
	x := float32(0)
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
