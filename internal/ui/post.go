package ui

import "fyne.io/fyne/v2"

// post runs a function on the window's goroutine, later and in order. It is the only place that reaches over.
func post(f func()) { fyne.Do(f) }
