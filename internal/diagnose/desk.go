package diagnose

import (
	"cmp"
	"context"
	"io/fs"
	"os"
	"path"
	"runtime"
	"strings"
)

// desk is where the agent works, as far as this computer can tell.
type desk struct {
	place    string // "local", "remote-desktop", "ssh", "vscode"
	wsl      bool
	inside   bool // a container
	display  string
	silent   string // the sentence about a screen that is named, and does not answer
	browser  bool   // a browser of this computer, or of the one in front of the agent, can be seen
	graphics string
}

// The places, as a fact names them.
const (
	atLocal  = "local"
	atRemote = "remote-desktop"
	atSSH    = "ssh"
	atVSCode = "vscode"
)

func (e Env) getenv(name string) string {
	if e.Getenv == nil {
		return ""
	}
	return e.Getenv(name)
}

func (e Env) anyenv(names ...string) bool {
	for _, name := range names {
		if e.getenv(name) != "" {
			return true
		}
	}
	return false
}

func (e Env) files() fs.FS {
	if e.Files == nil {
		return os.DirFS("/")
	}
	return e.Files
}

func (e Env) system() string { return cmp.Or(e.System, runtime.GOOS) }

// unixDesktop reports whether a screen is found by DISPLAY and WAYLAND_DISPLAY here.
func (e Env) unixDesktop() bool {
	switch e.system() {
	case "windows", "darwin":
		return false
	}
	return true
}

// desk looks around.
func (e Env) desk(ctx context.Context) desk {
	d := desk{place: e.place(), wsl: e.wsl(), inside: e.container(), display: "own", graphics: "unknown"}
	if !e.unixDesktop() {
		d.browser = d.place != atSSH
		if d.place == atSSH {
			d.display = "none"
		}
		return d
	}
	shows := e.screen(ctx)
	d.display, d.silent = shows.kind, shows.silent()
	if d.silent != "" {
		d.display = "none"
	}
	d.browser = d.display != "none" || d.wsl || d.place == atVSCode || e.anyenv("BROWSER")
	if d.display != "none" {
		d.graphics = e.openGL()
	}
	return d
}

// place goes by what remote sessions leave in the environment.
func (e Env) place() string {
	session := strings.ToLower(e.getenv("SESSIONNAME"))
	switch {
	case e.anyenv("VSCODE_IPC_HOOK_CLI", "REMOTE_CONTAINERS", "CODESPACES"):
		return atVSCode
	case e.anyenv("SSH_CONNECTION", "SSH_TTY"):
		return atSSH
	case strings.HasPrefix(session, "rdp-"), strings.HasPrefix(session, "ica-"),
		e.anyenv("XRDP_SESSION", "XRDP_SOCKET_PATH", "VNCDESKTOP", "X2GO_SESSION", "NXSESSIONID", "CHROME_REMOTE_DESKTOP_SESSION"):
		return atRemote
	}
	return atLocal
}

// wsl reports Linux under Windows.
func (e Env) wsl() bool {
	if e.system() != "linux" {
		return false
	}
	return e.anyenv("WSL_DISTRO_NAME", "WSL_INTEROP") || strings.Contains(strings.ToLower(e.read("proc/version")), "microsoft")
}

// container goes by the marks that Docker, Podman, systemd-nspawn, LXC and Kubernetes leave.
func (e Env) container() bool {
	if e.system() != "linux" {
		return false
	}
	if e.exists(".dockerenv") || e.exists("run/.containerenv") || e.anyenv("REMOTE_CONTAINERS", "KUBERNETES_SERVICE_HOST") {
		return true
	}
	switch e.getenv("container") { // set by the container's manager
	case "", "flatpak", "snap":
	default:
		return true
	}
	groups := e.read("proc/1/cgroup")
	return strings.Contains(groups, "/docker") || strings.Contains(groups, "/kubepods") || strings.Contains(groups, "/lxc")
}

// openGL looks for the library that windows are drawn with: "present", "missing", or "unknown" where libraries are kept in a
// way that is not known here.
func (e Env) openGL() string {
	found := "unknown"
	for _, folder := range []string{"usr/lib/*-linux-gnu*", "usr/lib64", "usr/lib", "lib64", "lib", "run/opengl-driver/lib", "usr/local/lib"} {
		for _, library := range []string{"libGL.so.1", "libEGL.so.1", "libOpenGL.so.0"} {
			if e.matches(path.Join(folder, library)) {
				return "present"
			}
		}
		if e.matches(path.Join(folder, "libc.so.6")) || e.matches(path.Join(folder, "libc.musl-*")) {
			found = "missing"
		}
	}
	return found
}

func (e Env) exists(name string) bool {
	_, err := fs.Stat(e.files(), name)
	return err == nil
}

func (e Env) matches(pattern string) bool {
	all, err := fs.Glob(e.files(), pattern)
	return err == nil && len(all) > 0
}

func (e Env) read(name string) string {
	text, err := fs.ReadFile(e.files(), name)
	if err != nil {
		return ""
	}
	return string(text[:min(len(text), 4096)])
}
