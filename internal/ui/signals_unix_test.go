//go:build unix

package ui

import (
	"context"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"latchkey/internal/signin"
	"latchkey/internal/ui/present"
)

// Whoever ends the program from outside closes the window first: what was lent to the clipboard is taken back.
func TestPR08EndedProgramLeavesNothingOnTheClipboard(t *testing.T) {
	for name, asked := range map[string]syscall.Signal{"SIGTERM": syscall.SIGTERM, "SIGINT": syscall.SIGINT, "SIGHUP": syscall.SIGHUP} {
		t.Run(name, func(t *testing.T) {
			app := test.NewTempApp(t)
			steps := make(chan signin.Step, 1)
			steps <- signin.Device{UserCode: "WDJB-MJHT", VerificationURI: "https://login.acme.example/device"}
			w := Open(app, Config{Load: func(context.Context) (*present.Parts, error) {
				return &present.Parts{Settings: acmeOnly, Sessions: acmeOnly, Begin: func(context.Context, signin.Options) present.Conversation { return mute{steps} }}, nil
			}})
			defer w.stop()
			defer w.presenter.Close()
			w.posts.settle(10*time.Second, func() bool { _, device := w.presenter.Frame().Screen.(present.Device); return device })
			w.presenter.CopyLink()
			if got := app.Clipboard().Content(); got == "" {
				t.Fatal("nothing was copied")
			}
			w.followSignals()
			if err := syscall.Kill(syscall.Getpid(), asked); err != nil {
				t.Fatal(err)
			}
			w.posts.settle(time.Minute, func() bool { return app.Clipboard().Content() == "" })
			if got := app.Clipboard().Content(); got != "" {
				t.Errorf("on the clipboard is still %q", got)
			}
		})
	}
}

// A program that was started to outlive its terminal, as nohup does, goes on without it.
func TestIgnoredHangUpStaysIgnored(t *testing.T) {
	signal.Ignore(syscall.SIGHUP)
	defer signal.Reset(syscall.SIGHUP)
	ended := make(chan struct{})
	defer close(ended)
	(&Window{ended: ended}).followSignals()
	if !signal.Ignored(syscall.SIGHUP) {
		t.Error("it ends the program now")
	}
}
