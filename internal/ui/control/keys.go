package control

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// toWindow hands a key that a control has no use for to the window's own handler, so that Escape works wherever the
// focus is. (Fyne asks that handler only when nothing has the focus.)
func toWindow(o fyne.CanvasObject, key *fyne.KeyEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(o); c != nil {
		if handle := c.OnTypedKey(); handle != nil {
			handle(key)
		}
	}
}

// Reveal scrolls to a control that got the focus, so that it is never out of sight.
func Reveal(o fyne.CanvasObject) {
	driver := fyne.CurrentApp().Driver()
	c := driver.CanvasForObject(o)
	if c == nil {
		return
	}
	scroll := scrollAround(c.Content())
	if scroll == nil || scroll.Content == nil || scroll.Content.Size().Height <= scroll.Size().Height {
		return
	}
	const margin = 24
	top := driver.AbsolutePositionForObject(o).Y - driver.AbsolutePositionForObject(scroll).Y
	bottom := top + o.Size().Height
	switch {
	case top < margin:
		scroll.ScrollToOffset(fyne.NewPos(0, scroll.Offset.Y+top-margin))
	case bottom > scroll.Size().Height-margin:
		scroll.ScrollToOffset(fyne.NewPos(0, scroll.Offset.Y+min(bottom-scroll.Size().Height, top-2*margin)+margin))
	}
}

// scrollAround finds the window's one scroll container.
func scrollAround(o fyne.CanvasObject) *container.Scroll {
	switch o := o.(type) {
	case *container.Scroll:
		return o
	case *fyne.Container:
		for _, child := range o.Objects {
			if s := scrollAround(child); s != nil {
				return s
			}
		}
	}
	return nil
}
