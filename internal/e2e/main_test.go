//go:build e2e

package e2e

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// parts are what stands on this machine before the tests start.
var parts struct {
	latchkey, desktop, demo string // the programs, built by `make build`
	node, dex, modules      string // the peers, brought by scripts/peers
	chromium                string
	out                     string // pictures and logs for people
}

func TestMain(m *testing.M) {
	if err := findParts(); err != nil {
		fmt.Fprintf(os.Stderr, "e2e: %v\n", err)
		os.Exit(1)
	}
	slog.SetDefault(slog.New(slog.DiscardHandler)) // the demo world's library logs there
	os.Exit(m.Run())
}

// findParts finds every real part, or says which one is missing: a missing part fails, it does not skip.
func findParts() error {
	top, err := filepath.Abs("../..")
	if err != nil {
		return err
	}
	peers := filepath.Join(top, ".work", "peers")
	parts.latchkey = filepath.Join(top, "bin", "latchkey")
	parts.desktop = filepath.Join(top, "bin", "latchkey-desktop")
	parts.demo = filepath.Join(top, "bin", "latchkey-demo")
	parts.dex = filepath.Join(peers, "dex", "dex")
	parts.modules = filepath.Join(peers, "node", "node_modules")
	parts.out = filepath.Join(top, ".work", "e2e")

	var missing []error
	for _, file := range []string{parts.latchkey, parts.desktop, parts.demo} {
		if _, err := os.Stat(file); err != nil {
			missing = append(missing, fmt.Errorf("%s is missing: make build", filepath.Base(file)))
		}
	}
	for _, file := range []string{parts.dex, filepath.Join(parts.modules, "oidc-provider")} {
		if _, err := os.Stat(file); err != nil {
			missing = append(missing, fmt.Errorf("%s is missing: scripts/peers", filepath.Base(file)))
		}
	}
	for _, program := range []string{"Xvfb", "dbus-daemon", "gnome-keyring-daemon", "secret-tool", "xdg-open", "xdotool", "import"} {
		if _, err := exec.LookPath(program); err != nil {
			missing = append(missing, fmt.Errorf("%s is missing: scripts/install test", program))
		}
	}
	parts.chromium = firstProgram("chromium", "chromium-browser")
	parts.node = firstProgram(filepath.Join(parts.modules, "node-linux-"+nodeArchitecture(), "bin", "node"), "node")
	for name, found := range map[string]string{"chromium": parts.chromium, "node": parts.node} {
		if found == "" {
			missing = append(missing, fmt.Errorf("%s is missing: scripts/install test", name))
		}
	}
	return errors.Join(append(missing, os.MkdirAll(parts.out, 0o755))...)
}

func firstProgram(names ...string) string {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

func nodeArchitecture() string {
	if runtime.GOARCH == "amd64" {
		return "x64"
	}
	return runtime.GOARCH
}
