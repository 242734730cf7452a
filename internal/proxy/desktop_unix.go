//go:build !windows

package proxy

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// SystemDesktop asks the desktop that the environment names: GNOME and whatever shares its settings, KDE, or macOS. Where there is none,
// as at the end of an SSH connection, nobody is asked: proxies come from the environment there.
func SystemDesktop(getenv func(string) string) Desktop {
	if runtime.GOOS == "darwin" {
		return func(ctx context.Context) (Configured, error) {
			text, err := says(ctx, getenv, "/usr/sbin/scutil", "--proxy")
			return readMacOS(text), err
		}
	}
	desktop := strings.ToUpper(getenv("XDG_CURRENT_DESKTOP"))
	switch {
	case strings.Contains(desktop, "KDE"):
		return func(context.Context) (Configured, error) {
			folder := getenv("XDG_CONFIG_HOME")
			if folder == "" {
				folder = filepath.Join(getenv("HOME"), ".config")
			}
			text, err := os.ReadFile(filepath.Join(folder, "kioslaverc"))
			return readKDE(string(text), getenv), err
		}
	case desktop != "":
		return func(ctx context.Context) (Configured, error) {
			text, err := says(ctx, getenv, "gsettings", "list-recursively", "org.gnome.system.proxy")
			return readGNOME(text), err
		}
	}
	return nil
}

// patience is how long a program of the system may take to answer.
const patience = 2 * time.Second

// handed are the variables that such a program needs.
var handed = []string{"PATH", "HOME", "LANG", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_DATA_HOME", "XDG_DATA_DIRS", "XDG_RUNTIME_DIR",
	"XDG_CURRENT_DESKTOP", "DBUS_SESSION_BUS_ADDRESS", "DCONF_PROFILE", "GSETTINGS_BACKEND", "GSETTINGS_SCHEMA_DIR"}

func says(ctx context.Context, getenv func(string) string, name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience) // others wait for the answer, too
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...) // #nosec G204 -- one of two programs of the system
	cmd.Env = []string{}
	for _, variable := range handed {
		if value := getenv(variable); value != "" {
			cmd.Env = append(cmd.Env, variable+"="+value)
		}
	}
	cmd.WaitDelay = patience / 4
	text, err := cmd.Output()
	return string(text), err
}
