//go:build linux

package lab

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Keyring is a real keychain: gnome-keyring on a session bus of its own.
type Keyring struct {
	dir    string
	daemon *os.Process
}

// ServeKeyring starts a session bus and an unlocked keyring on it. $HOME must be the lab's own.
func (l *Lab) ServeKeyring() (*Keyring, error) {
	if _, err := l.bus(); err != nil {
		return nil, err
	}
	k := &Keyring{dir: l.Dir}
	return k, k.start("secret", "--unlock")
}

// Lock locks the keyring: its password is not known any more, and there is no screen to ask for it on.
func (k *Keyring) Lock() error {
	if err := k.Stop(); err != nil {
		return err
	}
	return k.start("")
}

// Stop ends the keychain service; the bus stays.
func (k *Keyring) Stop() error {
	if err := k.daemon.Kill(); err != nil {
		return err
	}
	return until("the end of the keyring", func() bool { return !owned() })
}

// Freeze stops it from answering.
func (k *Keyring) Freeze() error { return k.daemon.Signal(syscall.SIGSTOP) }

func (k *Keyring) start(password string, args ...string) error {
	cmd := exec.Command("gnome-keyring-daemon", append(args, "--components=secrets", "--foreground", "--control-directory="+filepath.Join(k.dir, "control"))...)
	cmd.Stdin = strings.NewReader(password)
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "DISPLAY=") && !strings.HasPrefix(variable, "WAYLAND_DISPLAY=") {
			cmd.Env = append(cmd.Env, variable)
		}
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	k.daemon = cmd.Process
	go func() { _ = cmd.Wait() }()
	return until("the keyring", owned)
}

// owned reports whether somebody offers a keychain on the bus.
func owned() bool {
	said, err := exec.Command("dbus-send", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus",
		"org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets").Output()
	return err == nil && strings.Contains(string(said), "boolean true")
}

func until(what string, there func() bool) error {
	for range 500 {
		if there() {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return errors.New(what + " does not come")
}
