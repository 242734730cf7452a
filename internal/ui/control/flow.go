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

// place returns the height of all lines.
func (f Flow) place(objects []fyne.CanvasObject, put func(fyne.CanvasObject, fyne.Position)) float32 {
	var x, y, high float32
	for _, o := range visible(objects) {
		min := o.MinSize()
		if x > 0 && x+min.Width > f.Width {
			x, y = 0, y+high
			high = 0
		}
		put(o, fyne.NewPos(x, y))
		x += min.Width + f.Gap
		high = max(high, min.Height)
	}
	return y + high
}
