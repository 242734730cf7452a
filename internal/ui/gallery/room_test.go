package main

import (
	"context"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"latchkey/internal/ui"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

// Nothing scrolls at the usual size but what is as long as what it lists, and what was unfolded.
func TestNothingScrollsButLists(t *testing.T) {
	lists := map[string]bool{"sign-in-details": true, "regions": true, "approve-refused": true, "suspicion-done": true, "report": true, "report-saved": true}
	test.NewTempApp(t).Settings().SetTheme(look.Theme{})
	for _, s := range shots() {
		if lists[s.name] || strings.HasPrefix(s.name, "diagnosis-") {
			continue
		}
		p := present.New(context.Background(), present.Options{Post: func(f func()) { f() }})
		view := ui.NewView(p)
		w := test.NewTempWindow(t, view.Root())
		w.SetPadded(false)
		w.Resize(window)
		frame := s.frame
		frame.Turn = p.Frame().Turn + 1
		view.Draw(frame, w.Canvas())
		if s.then != nil {
			s.then(w.Canvas(), view)
		}
		if over := overflow(view); over > 0 {
			t.Errorf("%s: %v do not fit", s.name, over)
		}
		p.Close()
	}
}

// overflow is by how much what scrolls is higher than its place.
func overflow(view *ui.View) float32 {
	for _, o := range view.Root().(*fyne.Container).Objects {
		if scroll, ok := o.(*container.Scroll); ok {
			return scroll.Content.MinSize().Height - scroll.Size().Height
		}
	}
	return 0
}
