//go:build faults && linux

package faults

import (
	"errors"
	"net"
	"os"
	"path/filepath"

	"latchkey/internal/diagnose"
	"latchkey/internal/faults/lab"
)

var computerFaults = []scenario{
	{
		name: "no display", fault: func(*rig) error { return os.Unsetenv("WAYLAND_DISPLAY") },
		want: diagnose.Fine,
	}, {
		name: "no display, and the browser is needed", org: globex, fault: func(*rig) error { return os.Unsetenv("WAYLAND_DISPLAY") },
		want: diagnose.Degraded, shown: []string{"desktop warning no-desktop"},
	}, {
		name: "display that does not answer", fault: func(*rig) error {
			return errors.Join(os.Unsetenv("WAYLAND_DISPLAY"), os.Setenv("DISPLAY", ":7"))
		},
		want: diagnose.Degraded, shown: []string{"desktop warning no-desktop"}, says: []string{"Display :7 does not answer."},
	}, {
		name: "no OpenGL", fault: func(r *rig) error {
			var all []error
			folders, _ := filepath.Glob("/usr/lib/*-linux-gnu*")
			for _, folder := range append(folders, "/usr/lib64", "/usr/lib") {
				if found, _ := filepath.Glob(folder + "/lib*GL*.so.*"); len(found) > 0 {
					all = append(all, r.Hide(folder, "libGL.so.1", "libEGL.so.1", "libOpenGL.so.0"))
				}
			}
			return errors.Join(all...)
		},
		want: diagnose.Degraded, shown: []string{"desktop warning no-graphics"},
	}, {
		name: "no browser", org: globex, fault: func(*rig) error { return os.Setenv("PATH", "/nowhere") },
		want: diagnose.Degraded, shown: []string{"browser warning browser-not-opened"},
	}, {
		name: "port taken", settings: settings[acme] + "redirect_port = 8085\n", fault: func(*rig) error {
			_, err := net.Listen("tcp", "127.0.0.1:8085")
			return err
		},
		want: diagnose.Degraded, shown: []string{"browser problem port-unavailable"},
	}, {
		name: "every port taken", fault: func(*rig) error { return lab.TakePorts(20000, 20063) },
		want: diagnose.Blocked, shown: []string{"connect problem no-free-port"},
	}, {
		name: "a security product swallows what the browser sends", fault: func(*rig) error {
			return lab.FilterHere(`oif lo tcp flags & psh == psh drop`)
		},
		want: diagnose.Degraded, shown: []string{"browser problem loopback-blocked"},
	}, {
		name: "settings with a typing mistake", settings: settings[acme] + "client_id = unquoted\n",
		want: diagnose.Blocked, shown: []string{"settings problem settings-syntax"},
	}, {
		name: "settings with an unknown key", settings: settings[acme] + "cleint_id = \"x\"\n",
		want: diagnose.Blocked, shown: []string{"settings problem settings-unknown-key"},
	}, {
		name: "settings without an organisation", settings: "# nothing yet\n",
		want: diagnose.Blocked, shown: []string{"settings problem organization-missing"},
	}, {
		name: "list of sessions damaged", fault: stateFile("accounts.json", "{\"accounts\":[", 0o600),
		want: diagnose.Degraded, shown: []string{"kept problem accounts-damaged"},
	}, {
		name: "files open to everybody", fault: stateFile("cache", "x", 0o644),
		want: diagnose.Degraded, shown: []string{"program warning files-exposed"},
	}, {
		name: "disk full", fault: func(r *rig) error { return r.SmallDisk(stateFolder(), 1<<20) },
		want: diagnose.Degraded, shown: []string{"program problem disk-full"},
	}, {
		name: "folder cannot be written to", fault: func(r *rig) error { return r.ReadOnly(stateFolder()) },
		want: diagnose.Degraded, shown: []string{"program problem state-unwritable"},
	}, {
		name: "over SSH", fault: func(*rig) error {
			return errors.Join(os.Unsetenv("WAYLAND_DISPLAY"), os.Setenv("SSH_CONNECTION", "192.0.2.1 5000 192.0.2.2 22"))
		},
		want: diagnose.Fine,
	},
}

func stateFolder() string { return filepath.Join(os.Getenv("HOME"), ".local", "state", "latchkey") }

// stateFile writes a file of the program's own.
func stateFile(name, text string, mode os.FileMode) func(*rig) error {
	return func(*rig) error {
		file := filepath.Join(stateFolder(), name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return err
		}
		return errors.Join(os.WriteFile(file, []byte(text), mode), os.Chmod(file, mode))
	}
}
