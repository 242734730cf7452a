//go:build !darwin && !windows

package browser

import (
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// launchers open an address in the preferred browser of a desktop, best first.
var launchers = []string{"xdg-open", "x-www-browser", "wslview"}

// errNoLauncher says that there is nothing to open an address with.
var errNoLauncher = errors.New("no launcher found")

// launch starts the first launcher there is and returns when it is done.
func launch(e environment, address string) error {
	path, err := e.find()
	if err != nil {
		return err
	}
	command := exec.Command(path, address) // stdin, stdout and stderr are the null device, and nothing else is open
	command.Env = e.minimal()
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // Ctrl+C in the terminal is not for the browser
	return command.Run()
}

// find looks the launchers up in PATH. Only absolute folders count, so that none is taken from wherever the program
// happens to be started.
func (e environment) find() (string, error) {
	names := launchers
	if own := e.get("BROWSER"); filepath.IsAbs(own) && !strings.ContainsAny(own, " :%") {
		names = append(slices.Clone(names), own)
	}
	for _, name := range names {
		if filepath.IsAbs(name) {
			if path, err := exec.LookPath(name); err == nil {
				return path, nil
			}
			continue
		}
		for _, folder := range filepath.SplitList(e.get("PATH")) {
			if !filepath.IsAbs(folder) {
				continue
			}
			if path, err := exec.LookPath(filepath.Join(folder, name)); err == nil {
				return path, nil
			}
		}
	}
	return "", errNoLauncher
}

// preferred names the launcher.
func preferred(e environment) (string, error) {
	path, err := e.find()
	return filepath.Base(path), err
}

// obstacle tells why there is no point in trying; empty when there is one. A browser that somebody named, and Windows
// under Linux, need no screen here; a screen that SSH forwards is where the agent sits.
func (e environment) obstacle() string {
	screen := e.get("DISPLAY") != "" || e.get("WAYLAND_DISPLAY") != ""
	switch {
	case screen, e.get("BROWSER") != "", e.get("WSL_DISTRO_NAME") != "", e.get("WSL_INTEROP") != "":
		return ""
	case e.remote():
		return overSSH
	default:
		return "There is no desktop to open it on."
	}
}

// names and prefixes of what a launcher and the browser behind it need to find the desktop, the preferred browser,
// the language and the proxy. Anything else stays here: among it could be a token.
var (
	names = []string{"BROWSER", "DESKTOP_SESSION", "DISPLAY", "HOME", "ICEAUTHORITY", "LANG", "LANGUAGE", "LD_LIBRARY_PATH", "LOGNAME",
		"PATH", "SESSION_MANAGER", "SHELL", "TERM", "TMPDIR", "TZ", "USER", "VSCODE_IPC_HOOK_CLI", "WAYLAND_DISPLAY", "XAUTHORITY", "XMODIFIERS",
		"all_proxy", "ftp_proxy", "http_proxy", "https_proxy", "no_proxy", "ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"}
	prefixes = []string{"CHROM", "DBUS_", "DRI_", "FLATPAK_", "GDK_", "GIO_", "GNOME_", "GSETTINGS_", "GTK_", "KDE_", "LC_", "LIBGL_", "MESA_",
		"MOZ_", "NIX_", "QT_", "SNAP", "WSL", "XDG_", "__GL"}
)

func (e environment) minimal() []string {
	kept := []string{}
	for _, entry := range e {
		name, _, _ := strings.Cut(entry, "=")
		if slices.Contains(names, name) || slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(name, p) }) {
			kept = append(kept, entry)
		}
	}
	return kept
}

func whyNot(err error) string {
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		switch exit.ExitCode() { // as xdg-open says
		case 3:
			return "There is no browser on this computer, or none is set as the preferred one."
		case 4:
			return "The desktop could not start the preferred browser."
		}
		return "The desktop reports an error."
	}
	if errors.Is(err, errNoLauncher) {
		return "There is nothing on this computer that opens a browser."
	}
	return "The desktop's launcher could not be started."
}
