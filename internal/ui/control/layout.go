package control

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// Column lays things below each other at full width, with Gap between them. What is hidden takes no place.
type Column struct{ Gap float32 }

// MinSize implements fyne.Layout.
func (c Column) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for i, o := range visible(objects) {
		min := o.MinSize()
		size.Width = max(size.Width, min.Width)
		size.Height += min.Height
		if i > 0 {
			size.Height += c.Gap
		}
	}
	return size
}

// Layout implements fyne.Layout.
func (c Column) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	for _, o := range visible(objects) {
		height := o.MinSize().Height
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, height))
		y += height + c.Gap
	}
}

// Row lays things beside each other, each at its own width or, with Equal, all at the same, centred in the height. With Center it
// stands in the middle.
type Row struct {
	Gap    float32
	Equal  bool
	Center bool
}

// MinSize implements fyne.Layout.
func (r Row) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	shown := visible(objects)
	for i, o := range shown {
		min := o.MinSize()
		size.Height = max(size.Height, min.Height)
		size.Width += min.Width
		if i > 0 {
			size.Width += r.Gap
		}
	}
	return size
}

// Layout implements fyne.Layout.
func (r Row) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	shown := visible(objects)
	x := float32(0)
	if r.Center {
		x = (size.Width - r.MinSize(objects).Width) / 2
	}
	for _, o := range shown {
		min := o.MinSize()
		if r.Equal {
			min.Width = (size.Width - r.Gap*float32(len(shown)-1)) / float32(len(shown))
		}
		o.Move(fyne.NewPos(x, (size.Height-min.Height)/2))
		o.Resize(min)
		x += min.Width + r.Gap
	}
}

// Ends puts the first thing at the left end, the second at the right.
type Ends struct{}

// MinSize implements fyne.Layout.
func (Ends) MinSize(objects []fyne.CanvasObject) fyne.Size { return Row{}.MinSize(objects) }

// Layout implements fyne.Layout.
func (Ends) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for i, o := range objects {
		min := o.MinSize()
		x := float32(0)
		if i > 0 {
			x = size.Width - min.Width
		}
		o.Move(fyne.NewPos(x, (size.Height-min.Height)/2))
		o.Resize(min)
	}
}

// Inset puts its one thing into a frame of empty space.
type Inset struct{ Top, Right, Bottom, Left float32 }

// All returns an inset of the same width on every side.
func All(width float32) Inset { return Inset{width, width, width, width} }

// MinSize implements fyne.Layout.
func (i Inset) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return objects[0].MinSize().Add(fyne.NewSize(i.Left+i.Right, i.Top+i.Bottom))
}

// Layout implements fyne.Layout.
func (i Inset) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Move(fyne.NewPos(i.Left, i.Top))
	objects[0].Resize(size.Subtract(fyne.NewSize(i.Left+i.Right, i.Top+i.Bottom)))
}

// Middle keeps its one thing at a fixed width in the middle.
type Middle struct{ Width float32 }

// MinSize implements fyne.Layout.
func (m Middle) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(m.Width, objects[0].MinSize().Height)
}

// Layout implements fyne.Layout.
func (m Middle) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	width := min(m.Width, size.Width)
	objects[0].Move(fyne.NewPos(float32(int((size.Width-width)/2)), 0))
	objects[0].Resize(fyne.NewSize(width, size.Height))
}

// Space is empty space of this height.
func Space(height float32) fyne.CanvasObject {
	s := canvas.NewRectangle(color.Transparent)
	s.SetMinSize(fyne.NewSize(1, height))
	return s
}

// Stack lays things below each other with a gap.
func Stack(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(Column{Gap: gap}, objects...)
}

func visible(objects []fyne.CanvasObject) []fyne.CanvasObject {
	shown := make([]fyne.CanvasObject, 0, len(objects))
	for _, o := range objects {
		if o.Visible() {
			shown = append(shown, o)
		}
	}
	return shown
}
