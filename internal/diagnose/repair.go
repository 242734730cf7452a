package diagnose

import (
	"context"

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
	Do    func(ctx context.Context) error
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
		Loses: "You have to sign in again. The old list is kept beside the new one.",
		Do: func(ctx context.Context) error {
			_, err := e.Sessions.SetAside(ctx)
			return err
		},
	}
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
	return Repair{ID: "unlock-keychain", Title: "Unlock the keychain", Do: e.Keychain.Probe}
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
