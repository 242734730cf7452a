package diagnose_test

import (
	"context"
	"net"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"latchkey/internal/config"
	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
)

type env map[string]string

func (e env) get(name string) string { return e[name] }

// screens are the sockets at which somebody answers.
type screens map[string]bool

func (s screens) DialContext(_ context.Context, network, address string) (net.Conn, error) {
	if !s[network+" "+address] {
		return nil, syscall.ENOENT
	}
	here, _ := wire()
	return here, nil
}

// everyScreen answers wherever one may be.
type everyScreen struct{}

func (everyScreen) DialContext(context.Context, string, string) (net.Conn, error) {
	here, _ := wire()
	return here, nil
}

func files(names ...string) fstest.MapFS {
	all := fstest.MapFS{}
	for _, name := range names {
		all[name] = &fstest.MapFile{}
	}
	return all
}

func TestDesktop(t *testing.T) {
	drawn := files("usr/lib/x86_64-linux-gnu/libGL.so.1", "usr/lib/x86_64-linux-gnu/libc.so.6")
	wslKernel := fstest.MapFS{"proc/version": {Data: []byte("Linux version 6.6.87-Microsoft-standard-WSL2 (gcc)")}}
	oldGroups := fstest.MapFS{"proc/1/cgroup": {Data: []byte("12:pids:/docker/0123456789abcdef\n")}}
	none := files()
	for name, c := range map[string]struct {
		system string
		env    env
		files  fstest.MapFS
		place  string
		facts  map[string]any
		why    string
	}{
		"local, X11":        {"linux", env{"DISPLAY": ":0"}, drawn, "local", map[string]any{"display": "x11", "opengl": "present"}, "own desktop"},
		"local, Wayland":    {"linux", env{"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": "/run/user/1", "DISPLAY": ":0"}, drawn, "local", map[string]any{"display": "wayland"}, "own desktop"},
		"local, Windows":    {"windows", env{"SESSIONNAME": "Console"}, none, "local", map[string]any{"display": "own"}, "own desktop"},
		"local, macOS":      {"darwin", env{}, none, "local", map[string]any{"display": "own"}, "own desktop"},
		"RDP":               {"windows", env{"SESSIONNAME": "RDP-Tcp#12"}, none, "remote-desktop", nil, "remote desktop"},
		"Citrix":            {"windows", env{"SESSIONNAME": "ICA-TCP#3"}, none, "remote-desktop", nil, "remote desktop"},
		"XRDP":              {"linux", env{"DISPLAY": ":10", "XRDP_SESSION": "1"}, drawn, "remote-desktop", nil, "remote desktop"},
		"VNC":               {"linux", env{"DISPLAY": ":1", "VNCDESKTOP": "desk:1 (amy)"}, drawn, "remote-desktop", nil, "remote desktop"},
		"SSH":               {"linux", env{"SSH_CONNECTION": "192.0.2.7 1 192.0.2.8 22"}, none, "ssh", map[string]any{"display": "none"}, "no browser opens in front of you. Sign in here"},
		"SSH by its tty":    {"linux", env{"SSH_TTY": "/dev/pts/1"}, none, "ssh", nil, "over SSH"},
		"SSH on Windows":    {"windows", env{"SSH_CONNECTION": "x"}, none, "ssh", map[string]any{"display": "none"}, "over SSH"},
		"SSH with X":        {"linux", env{"SSH_CONNECTION": "x", "DISPLAY": "localhost:10.0"}, drawn, "ssh", nil, "on your own screen"},
		"VS Code remote":    {"linux", env{"VSCODE_IPC_HOOK_CLI": "/run/x.sock", "SSH_CONNECTION": "x", "BROWSER": "/x/browser.sh"}, none, "vscode", nil, "VS Code"},
		"dev container":     {"linux", env{"REMOTE_CONTAINERS": "true"}, none, "vscode", map[string]any{"container": true}, "VS Code"},
		"WSL":               {"linux", env{"WSL_DISTRO_NAME": "Ubuntu"}, none, "local", map[string]any{"wsl": true}, "opens in Windows"},
		"WSL by its kernel": {"linux", env{"DISPLAY": ":0"}, wslKernel, "local", map[string]any{"wsl": true}, "opens in Windows"},
		"Docker":            {"linux", env{}, files(".dockerenv"), "local", map[string]any{"container": true}, "container, without a screen. Sign in here"},
		"Podman":            {"linux", env{"container": "podman", "DISPLAY": ":0"}, files("run/.containerenv"), "local", map[string]any{"container": true}, "container, with a screen"},
		"nspawn":            {"linux", env{"container": "systemd-nspawn"}, none, "local", map[string]any{"container": true}, "container"},
		"an old Docker":     {"linux", env{}, oldGroups, "local", map[string]any{"container": true}, "container"},
		"Flatpak is none":   {"linux", env{"container": "flatpak", "DISPLAY": ":0"}, none, "local", map[string]any{"container": false}, "own desktop"},
		"no display":        {"linux", env{}, none, "local", map[string]any{"display": "none"}, "no screen here. Sign in here"},
		"libraries unknown": {"linux", env{"DISPLAY": ":0"}, none, "local", map[string]any{"opengl": "unknown"}, "own desktop"},
	} {
		t.Run(name, func(t *testing.T) {
			e := computer(t)
			e.System, e.Getenv, e.Files, e.Dialer = c.system, c.env.get, c.files, everyScreen{}
			r := foundBy(t, e, "desktop")
			wantFinding(t, r, diagnose.OK, "", c.why)
			if got := fact(r, "place"); got != c.place {
				t.Errorf("place %v, want %s", got, c.place)
			}
			for name, want := range c.facts {
				if got := fact(r, name); got != want {
					t.Errorf("%s is %v, want %v", name, got, want)
				}
			}
		})
	}
}

func TestDesktopWithoutOpenGL(t *testing.T) {
	for name, libraries := range map[string]fstest.MapFS{
		"Debian": files("usr/lib/x86_64-linux-gnu/libc.so.6"), "Fedora": files("usr/lib64/libc.so.6"), "Alpine": files("lib/libc.musl-x86_64.so.1"),
	} {
		e := computer(t)
		e.System, e.Getenv, e.Files, e.Dialer = "linux", env{"DISPLAY": ":0"}.get, libraries, everyScreen{}
		t.Log(name)
		wantFinding(t, foundBy(t, e, "desktop"), diagnose.Warning, problem.NoGraphics, "cannot be drawn")
	}
}

// Who can only sign in with the browser is told what to do where there is none.
func TestDesktopWithoutABrowserToSee(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*config.Organization)
		fix    string
	}{
		"Genesys Cloud": {func(o *config.Organization) { o.Region, o.Issuer = "euw2", "" },
			"Run latchkey login --no-open, open its link on another device, and paste the address it ends on."},
		"no password, and who knows what else": {func(o *config.Organization) { o.Credentials = config.CredentialsOff },
			"Run latchkey login --no-open, open its link on another device, and paste the address it ends on."},
		"no password, but codes for another device": {func(o *config.Organization) {
			o.Credentials, o.Endpoints.DeviceAuthorization = config.CredentialsOff, "https://login.acme.example/device"
		},
			"Sign in with a code on another device: latchkey login --with device"},
	} {
		t.Run(name, func(t *testing.T) {
			e := computer(t)
			c.change(&e.Org)
			e.System, e.Getenv, e.Files, e.Dialer = "linux", env{"SSH_TTY": "/dev/pts/0"}.get, files(), everyScreen{}
			r := foundBy(t, e, "desktop")
			wantFinding(t, r, diagnose.Warning, problem.NoDesktop, "over SSH")
			if r.Fix != c.fix {
				t.Errorf("fix: %s", r.Fix)
			}
			e.Getenv = env{"SSH_TTY": "/dev/pts/0", "DISPLAY": "localhost:10"}.get
			wantFinding(t, foundBy(t, e, "desktop"), diagnose.OK, "", "own screen")
		})
	}
}

// A screen that is named and does not answer is none: the terminal outlived its desktop, or the connection it came over.
func TestAScreenHasToAnswer(t *testing.T) {
	drawn := files("usr/lib/x86_64-linux-gnu/libGL.so.1", "usr/lib/x86_64-linux-gnu/libc.so.6")
	for name, c := range map[string]struct {
		env    env
		there  screens
		silent string // empty: it answers
	}{
		"X, its file":           {env{"DISPLAY": ":7"}, screens{"unix /tmp/.X11-unix/X7": true}, ""},
		"X, without a file":     {env{"DISPLAY": "unix:7.0"}, screens{"unix @/tmp/.X11-unix/X7": true}, ""},
		"X over SSH":            {env{"DISPLAY": "localhost:10.0", "SSH_TTY": "/dev/pts/1"}, screens{"tcp localhost:6010": true}, ""},
		"X elsewhere":           {env{"DISPLAY": "[2001:db8::7]:1"}, screens{"tcp [2001:db8::7]:6001": true}, ""},
		"Wayland":               {env{"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": "/run/user/1"}, screens{"unix /run/user/1/wayland-0": true}, ""},
		"Wayland, a whole path": {env{"WAYLAND_DISPLAY": "/run/w"}, screens{"unix /run/w": true}, ""},
		"X beside dead Wayland": {env{"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": "/run/user/1", "DISPLAY": ":0"}, screens{"unix /tmp/.X11-unix/X0": true}, ""},
		"X that is gone":        {env{"DISPLAY": ":7"}, nil, "Display :7 does not answer."},
		"X over SSH, long gone": {env{"DISPLAY": "localhost:10.0", "SSH_TTY": "/dev/pts/1"}, nil, "You work over SSH. Display localhost:10.0 does not answer."},
		"Wayland that is gone":  {env{"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": "/run/user/1"}, nil, "Display wayland-0 does not answer."},
		"no display's name":     {env{"DISPLAY": "nonsense"}, nil, "Display nonsense does not answer."},
	} {
		t.Run(name, func(t *testing.T) {
			e := computer(t)
			e.System, e.Getenv, e.Files, e.Dialer = "linux", c.env.get, drawn, c.there
			r := foundBy(t, e, "desktop")
			if c.silent == "" {
				wantFinding(t, r, diagnose.OK, "", "")
				return
			}
			wantFinding(t, r, diagnose.Warning, problem.NoDesktop, c.silent)
			if r.Blocks || fact(r, "display") != "none" || !strings.Contains(r.Fix, "latchkey login") {
				t.Errorf("%+v", r)
			}
		})
	}
}
