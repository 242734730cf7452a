package diagnose

import (
	"context"
	"path/filepath"
	"strings"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/vault"
)

// Repair is something that can be done about a finding with one click, after saying what will be lost. Files are put by under
// another name, never deleted.
type Repair struct {
	ID    string // lower-case, stable
	Title string // what it does, as a button says it
	Loses string // what will be lost, in one sentence; empty: nothing
	// Command does the same where there is no button, as it is typed in a terminal; empty: there is none.
	Command string
	Do      func(ctx context.Context) error
}

// resetSettings starts over with empty settings. The machine's policy stays as it is.
func (e Env) resetSettings() Repair {
	return Repair{
		ID: "reset-settings", Title: "Start with empty settings",
		Loses: "The organisations of your settings file have to be set up again. The old file is kept beside the new one.",
		Do: func(context.Context) error {
			_, err := config.Reset(e.Settings.Paths, e.now())
			return err
		},
	}
}

// setListAside starts over with an empty list of sessions.
func (e Env) setListAside() Repair {
	return Repair{
		ID: "set-sessions-aside", Title: "Set the damaged list aside",
		Loses:   "You have to sign in again. The old list is kept beside the new one.",
		Command: e.putByCommand(filepath.Join(e.Settings.Paths.State, "accounts.json")),
		Do: func(ctx context.Context) error {
			_, err := e.Sessions.SetAside(ctx)
			return err
		},
	}
}

// putByCommand is the command that puts a file by under another name.
func (e Env) putByCommand(file string) string {
	if e.system() == "windows" {
		return `ren "` + file + `" "` + filepath.Base(file) + `.old"`
	}
	return "mv " + e.typed(file) + " " + e.typed(file+".old")
}

// typed is a path as people type it in a terminal, the home folder as ~.
func (e Env) typed(path string) string {
	start := ""
	if home := strings.TrimRight(e.getenv("HOME"), "/"); home != "" && strings.HasPrefix(path, home+"/") {
		start, path = "~/", path[len(home)+1:]
	}
	plain := strings.TrimFunc(path, func(r rune) bool {
		return r == '/' || r == '.' || r == '-' || r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	}) == ""
	if plain {
		return start + path
	}
	return start + "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

// forget removes a session that cannot be used any more.
func (e Env) forget(a vault.Account) Repair {
	return Repair{
		ID: "forget-session", Title: "Forget this session",
		Loses: "You have to sign in again.",
		Do:    func(ctx context.Context) error { return e.Sessions.Forget(ctx, a) },
	}
}

// unlockKeychain has the keychain ask for its password: the agent wants it, so it may.
func (e Env) unlockKeychain() Repair {
	return Repair{ID: "unlock-keychain", Title: "Unlock the keychain", Command: map[string]string{"darwin": "security unlock-keychain"}[e.system()], Do: e.Keychain.Probe}
}

// openPage shows an address in the browser, which checks it before.
func (e Env) openPage(id, title, address string) Repair {
	return Repair{ID: id, Title: title, Do: func(ctx context.Context) error {
		if e.Browser == nil {
			return problem.New(problem.BrowserNotOpened)
		}
		return e.Browser.OpenPage(ctx, address)
	}}
}
