//go:build e2e

package e2e

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// window is Latchkey's real window on a desk's screen, with somebody at the keyboard.
type window struct {
	*process
	desk *desk
	id   string
}

// openWindow starts latchkey-desktop and waits until its window can be typed into.
func (d *desk) openWindow(t *testing.T, args ...string) *window {
	t.Helper()
	w := &window{desk: d, process: start(t, d.env, nil, parts.desktop, append(args, "--print-ready")...)}
	eventually(t, "the window is on the screen", func() bool {
		if !w.alive() {
			t.Fatalf("latchkey-desktop has ended (%v):\n%s", w.status, w.said.String())
		}
		out, err := d.command("xdotool", "search", "--onlyvisible", "--pid", strconv.Itoa(w.Process.Pid)).Output()
		w.id, _, _ = strings.Cut(strings.TrimSpace(string(out)), "\n")
		return err == nil && w.id != ""
	})
	t.Cleanup(func() {
		if t.Failed() {
			d.picture(t, "failed")
		}
	})
	w.waitFor(t, "ready")
	eventually(t, "the window has the focus", func() bool { return d.command("xdotool", "windowfocus", "--sync", w.id).Run() == nil })
	return w
}

func (w *window) xdotool(t *testing.T, args ...string) {
	t.Helper()
	if out, err := w.desk.command("xdotool", args...).CombinedOutput(); err != nil {
		t.Fatalf("xdotool %v: %v\n%s", args, err, out)
	}
}

// types types text, a key every few milliseconds, as a quick typist would.
func (w *window) types(t *testing.T, text string) {
	t.Helper()
	c := w.desk.command("xdotool", "type", "--delay", "15", "--file", "-")
	c.Stdin = strings.NewReader(text) // not in the arguments, which everybody can read
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("xdotool type: %v\n%s", err, out)
	}
}

// presses presses keys by their names: Tab, Return, Escape, ctrl+a.
func (w *window) presses(t *testing.T, keys ...string) {
	t.Helper()
	w.xdotool(t, append([]string{"key", "--delay", "40"}, keys...)...)
}

// tabs moves the focus on n times and presses what has it then.
func (w *window) tabs(t *testing.T, n int) {
	t.Helper()
	w.presses(t, append(slices.Repeat([]string{"Tab"}, n), "Return")...)
}

// until does something again and again, as somebody who looks at the window would, until it has had its effect.
func (w *window) until(t *testing.T, what string, do func(), had func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * patience); time.Now().Before(end); {
		if had() {
			return
		}
		if !w.alive() {
			t.Fatalf("latchkey-desktop has ended (%v):\n%s", w.status, w.said.String())
		}
		do()
		if soon(patience/4, had) {
			return
		}
	}
	w.desk.picture(t, "gave-up")
	t.Fatalf("after %s still not: %s", 2*patience, what)
}

// close closes the window as its user would when the desktop's close button is missing: by ending the program.
func (w *window) close(t *testing.T) {
	t.Helper()
	w.end(t)
}
