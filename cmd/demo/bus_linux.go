package main

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// keyringScript starts the Secret Service in a session bus of its own, waits until it is there, prints the bus's
// address, and ends both when its input does.
const keyringScript = `
printf %s demo | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 || exit 1
for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets 2>/dev/null | grep -q true && break
	sleep 0.1
done
printf '%s\n' "$DBUS_SESSION_BUS_ADDRESS"
exec cat
`

// privateBus starts a keychain that is nobody's real one, where the tools for it are installed.
func privateBus(ctx context.Context, folder string) (string, func()) {
	for _, tool := range []string{"dbus-run-session", "dbus-send", "gnome-keyring-daemon", "sh", "grep"} {
		if _, err := exec.LookPath(tool); err != nil {
			return "", func() {}
		}
	}
	run := filepath.Join(folder, "run")
	if err := os.MkdirAll(run, 0o700); err != nil {
		return "", func() {}
	}
	c := exec.CommandContext(ctx, "dbus-run-session", "--", "sh", "-c", keyringScript)
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "XDG_RUNTIME_DIR=" + run}
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = 5 * time.Second
	in, err := c.StdinPipe()
	if err != nil {
		return "", func() {}
	}
	out, err := c.StdoutPipe()
	if err != nil || c.Start() != nil {
		return "", func() {}
	}
	end := func() {
		_ = in.Close()
		_ = c.Wait()
	}
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		end()
		return "", func() {}
	}
	return strings.TrimSpace(address), end
}
