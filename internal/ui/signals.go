package ui

import (
	"os"
	"os/signal"
	"syscall"
)

// followSignals closes the window when the system or somebody asks the program to end, as its own button does. Fyne's handler, which this
// one takes the place of, ends the loop at once, and with it the clipboard, before what was lent to it can be taken back.
func (w *Window) followSignals() {
	asked := make(chan os.Signal, 1)
	signal.Reset(os.Interrupt, syscall.SIGTERM)
	signal.Notify(asked, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it: the program outlives its terminal
		signal.Notify(asked, syscall.SIGHUP)
	}
	go func() {
		select {
		case <-asked:
			w.posts.post(w.window.Close)
		case <-w.ended:
		}
		signal.Stop(asked) // a second one ends the program at once
	}()
}
