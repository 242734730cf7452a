//go:build !darwin && !windows

package browser

import (
	"os/exec"
	"path/filepath"
	"syscall"
)

var (
	incognito = []string{"--incognito"}
	browsers  = []known{
		{"firefox", "Firefox", []string{"--private-window"}, []string{"firefox", "firefox-esr"}},
		{"chrome", "Chrome", incognito, []string{"google-chrome", "google-chrome-stable"}},
		{"chromium", "Chromium", incognito, []string{"chromium", "chromium-browser"}},
		{"edge", "Edge", []string{"--inprivate"}, []string{"microsoft-edge", "microsoft-edge-stable"}},
		{"brave", "Brave", incognito, []string{"brave-browser", "brave"}},
		{"vivaldi", "Vivaldi", incognito, []string{"vivaldi", "vivaldi-stable"}},
		{"opera", "Opera", []string{"--private"}, []string{"opera"}},
		{"epiphany", "Web", []string{"--incognito-mode"}, []string{"epiphany"}},
		{"falkon", "Falkon", []string{"--private-browsing"}, []string{"falkon"}},
	}
)

// locate finds a browser in PATH. Only absolute folders count.
func (e environment) locate(k known) (string, bool) {
	for _, name := range k.places {
		for _, folder := range filepath.SplitList(e.get("PATH")) {
			if !filepath.IsAbs(folder) {
				continue
			}
			if path, err := exec.LookPath(filepath.Join(folder, name)); err == nil {
				return path, true
			}
		}
	}
	return "", false
}

// run starts a program the way launchers are started, and returns when it is done.
func (e environment) run(path string, arguments []string) error {
	command := exec.Command(path, arguments...) // #nosec G204 -- a browser of the list above, and a checked address
	command.Env = e.minimal()
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // Ctrl+C in the terminal is not for the browser
	return command.Run()
}
