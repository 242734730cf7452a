package browser

import (
	"os"
	"os/exec"
	"path/filepath"
)

var (
	incognito = []string{"--incognito"}
	browsers  = []known{
		{"edge", "Edge", []string{"--inprivate"}, []string{`Microsoft\Edge\Application\msedge.exe`}},
		{"chrome", "Chrome", incognito, []string{`Google\Chrome\Application\chrome.exe`}},
		{"firefox", "Firefox", []string{"-private-window"}, []string{`Mozilla Firefox\firefox.exe`}},
		{"brave", "Brave", incognito, []string{`BraveSoftware\Brave-Browser\Application\brave.exe`}},
		{"vivaldi", "Vivaldi", incognito, []string{`Vivaldi\Application\vivaldi.exe`}},
		{"opera", "Opera", []string{"--private"}, []string{`Programs\Opera\opera.exe`}},
	}
)

// locate finds a program below the folders that programs are installed in.
func (e environment) locate(k known) (string, bool) {
	for _, name := range k.places {
		for _, folder := range []string{"ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"} {
			root := e.get(folder)
			if !filepath.IsAbs(root) {
				continue
			}
			if info, err := os.Stat(filepath.Join(root, name)); err == nil && info.Mode().IsRegular() {
				return filepath.Join(root, name), true
			}
		}
	}
	return "", false
}

// run starts a program and returns when it is done.
func (e environment) run(path string, arguments []string) error {
	return exec.Command(path, arguments...).Run() // #nosec G204 -- a browser of the list above, and a checked address
}
