package browser

import (
	"os"
	"os/exec"
	"path/filepath"
)

var (
	incognito = []string{"--incognito"}
	browsers  = []known{
		{"safari", "Safari", nil, []string{"Safari.app"}},
		{"firefox", "Firefox", []string{"-private-window"}, []string{"Firefox.app"}},
		{"chrome", "Chrome", incognito, []string{"Google Chrome.app"}},
		{"edge", "Edge", []string{"-inprivate"}, []string{"Microsoft Edge.app"}},
		{"brave", "Brave", incognito, []string{"Brave Browser.app"}},
		{"vivaldi", "Vivaldi", incognito, []string{"Vivaldi.app"}},
		{"opera", "Opera", []string{"--private"}, []string{"Opera.app"}},
	}
)

// locate finds an application where they are kept.
func (e environment) locate(k known) (string, bool) {
	for _, name := range k.places {
		for _, folder := range []string{"/Applications", filepath.Join(e.get("HOME"), "Applications")} {
			path := filepath.Join(folder, name)
			if info, err := os.Stat(path); err == nil && info.IsDir() && filepath.IsAbs(path) {
				return path, true
			}
		}
	}
	return "", false
}

// run opens an application. With arguments beside the address it has to be a new instance, which hands them to the one that runs.
func (e environment) run(path string, arguments []string) error {
	if len(arguments) == 1 {
		return exec.Command("/usr/bin/open", "-a", path, arguments[0]).Run() // #nosec G204 -- a browser of the list above, and a checked address
	}
	return exec.Command("/usr/bin/open", append([]string{"-n", "-a", path, "--args"}, arguments...)...).Run() // #nosec G204 -- as above
}
