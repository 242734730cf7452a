// Command gallery draws every screen of the window in every state to a folder of PNG files, with Fyne's software
// renderer: no display is needed.
//
//	go run -tags ci,migrated_fynedo ./internal/ui/gallery docs/gallery
//	go run -tags ci,migrated_fynedo ./internal/ui/gallery -icon assets/icon.svg assets/icon.png
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"latchkey/internal/ui"
	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

func main() {
	fyne.SetCurrentApp(test.NewApp())
	var err error
	switch args := os.Args[1:]; {
	case len(args) == 1:
		err = drawAll(args[0], "")
	case len(args) == 2:
		err = drawAll(args[0], args[1])
	case len(args) == 3 && args[0] == "-icon":
		err = drawIcon(args[1], args[2], 256)
	default:
		fmt.Fprintln(os.Stderr, "usage: gallery FOLDER [NAME] | gallery -icon SVG PNG")
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gallery:", err)
		os.Exit(1)
	}
}

// drawing is one way to draw a screen.
type drawing struct {
	suffix string
	theme  look.Theme
	scale  float32
	size   fyne.Size
}

var window = fyne.NewSize(look.Width, look.Height)

func drawings(s shot) []drawing {
	list := []drawing{
		{"light", look.Theme{Variant: look.AlwaysLight}, 1, window},
		{"dark", look.Theme{Variant: look.AlwaysDark}, 1, window},
	}
	if s.main {
		list = append(list,
			drawing{"light-200", look.Theme{Variant: look.AlwaysLight}, 2, window},
			drawing{"light-contrast", look.Theme{Variant: look.AlwaysLight, HighContrast: true}, 1, window},
			drawing{"dark-contrast", look.Theme{Variant: look.AlwaysDark, HighContrast: true}, 1, window},
			drawing{"light-small", look.Theme{Variant: look.AlwaysLight}, 1, fyne.NewSize(look.MinWidth, 520)},
			drawing{"light-netbook", look.Theme{Variant: look.AlwaysLight}, 2, fyne.NewSize(512, 300)}, // 1024 × 600 at 200 %
		)
	}
	return list
}

// drawAll draws every screen, or only those whose name begins so.
func drawAll(folder, begins string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, s := range shots() {
		if !strings.HasPrefix(s.name, begins) {
			continue
		}
		for _, d := range drawings(s) {
			if err := draw(filepath.Join(folder, s.name+"-"+d.suffix+".png"), s, d); err != nil {
				return err
			}
		}
	}
	return nil
}

func draw(path string, s shot, d drawing) error {
	app := fyne.CurrentApp()
	app.Settings().SetTheme(d.theme)
	p := present.New(context.Background(), present.Options{Post: func(f func()) { f() }})
	defer p.Close()
	view := ui.NewView(p)
	w := test.NewWindow(view.Root())
	defer w.Close()
	w.SetPadded(false)
	w.Canvas().(interface{ SetScale(float32) }).SetScale(d.scale)
	w.Resize(d.size)
	frame := s.frame
	frame.Turn = p.Frame().Turn + 1
	view.Draw(frame, w.Canvas())
	if s.then != nil {
		s.then(w.Canvas(), view)
	}
	return save(path, w.Canvas().Capture())
}
