// Command minimal is the least that a Fyne window with one entry can be: what Latchkey's window is measured against.
package main

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/widget"
)

func main() {
	program := app.NewWithID("org.latchkey.minimal")
	window := program.NewWindow("Minimal")
	entry := widget.NewEntry()
	window.SetContent(entry)
	window.Resize(fyne.NewSize(440, 640))
	window.Canvas().Focus(entry)
	program.Lifecycle().SetOnStarted(func() { fmt.Println("ready") })
	window.ShowAndRun()
}
