package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"latchkey/internal/oauth/oauthtest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"latchkey": main})
}

// The scripts run the whole program against a server of their own, on a computer without a keychain.
func TestScripts(t *testing.T) {
	server := oauthtest.New(t)
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			for name, value := range map[string]string{
				"HOME": env.WorkDir, "XDG_CONFIG_HOME": filepath.Join(env.WorkDir, "config"), "XDG_STATE_HOME": filepath.Join(env.WorkDir, "state"),
				"LANG": "C.UTF-8", "ISSUER": server.URL, "CLIENT_ID": server.ClientID,
				"DBUS_SESSION_BUS_ADDRESS": "unix:path=" + filepath.Join(env.WorkDir, "no-bus"),
			} {
				env.Setenv(name, value)
			}
			return nil
		},
	})
}

// People who sign in at a prompt have no graphics libraries, and the demo world is in no program but its own.
func TestNoGraphicsLibraries(t *testing.T) {
	for _, system := range []string{"linux", "windows", "darwin"} {
		list := exec.Command("go", "list", "-deps", ".")
		list.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system)
		out, err := list.Output()
		if err != nil {
			t.Fatalf("%s: %v", system, err)
		}
		for path := range strings.Lines(string(out)) {
			for _, unwanted := range []string{"fyne.io/", "go-gl/", "latchkey/internal/demo", "latchkey/internal/ui", "zitadel/", "oauthtest", "testing"} {
				if strings.Contains(path, unwanted) {
					t.Errorf("%s: imports %s", system, path)
				}
			}
		}
	}
}
