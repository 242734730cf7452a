//go:build !darwin && !windows

package browser_test

import (
	"context"
	"errors"
	"testing"

	"latchkey/internal/browser"
)

func TestFindNamesTheLauncherAndOpensNothing(t *testing.T) {
	d := newDesk(t)
	find := func(env ...string) (string, error) {
		return browser.Browser{Env: append(d.env, env...)}.Find(t.Context())
	}
	_, err := find()
	wantNotOpened(t, err, "nothing on this computer that opens a browser")
	d.launcher("x-www-browser", "touch $D/opened")
	if name, err := find(); err != nil || name != "x-www-browser" {
		t.Errorf("got %q, %v", name, err)
	}
	d.launcher("xdg-open", "touch $D/opened")
	if name, err := find(); err != nil || name != "xdg-open" {
		t.Errorf("got %q, %v", name, err)
	}
	_, err = find("DISPLAY=", "SSH_TTY=/dev/pts/1")
	wantNotOpened(t, err, "over SSH")
	_, err = find("DISPLAY=")
	wantNotOpened(t, err, "no desktop")
	if d.exists("opened") {
		t.Error("a browser was opened")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (browser.Browser{Env: d.env}).Find(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
