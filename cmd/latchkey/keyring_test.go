//go:build keyring

package main

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"latchkey/internal/oauth/oauthtest"
)

// The scripts run the whole program with a real keychain: each command is a process of its own, as for a user.
func TestScriptsWithKeychain(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "keyring"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			server := oauthtest.New(t) // one a script, which counts its requests
			env.Values["server"] = server
			for name, value := range map[string]string{
				"HOME": env.WorkDir, "XDG_CONFIG_HOME": filepath.Join(env.WorkDir, "config"), "XDG_STATE_HOME": filepath.Join(env.WorkDir, "state"),
				"LANG": "C.UTF-8", "ISSUER": server.URL, "CLIENT_ID": server.ClientID,
				"DBUS_SESSION_BUS_ADDRESS": os.Getenv("DBUS_SESSION_BUS_ADDRESS"),
			} {
				env.Setenv(name, value)
			}
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			// requests PATH N: the server got N requests at PATH.
			"requests": func(ts *testscript.TestScript, _ bool, args []string) {
				want, err := strconv.Atoi(args[1])
				ts.Check(err)
				if got := ts.Value("server").(*oauthtest.Server).Count(args[0]); got != want {
					ts.Fatalf("%d requests at %s, want %d", got, args[0], want)
				}
			},
			// end-sessions: the server forgets everybody.
			"end-sessions": func(ts *testscript.TestScript, _ bool, _ []string) {
				ts.Value("server").(*oauthtest.Server).EndSessions()
			},
		},
	})
}
