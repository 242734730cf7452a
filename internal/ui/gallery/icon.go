package main

import (
	"os"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/software"
)

// drawIcon draws the icon's source at this size.
func drawIcon(source, target string, size float32) error {
	svg, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	picture := canvas.NewImageFromResource(fyne.NewStaticResource("icon.svg", svg))
	picture.FillMode = canvas.ImageFillContain
	picture.SetMinSize(fyne.NewSquareSize(size))
	c := software.NewTransparentCanvas()
	c.SetPadded(false)
	c.SetContent(picture)
	c.Resize(fyne.NewSquareSize(size))
	return save(target, c.Capture())
}
