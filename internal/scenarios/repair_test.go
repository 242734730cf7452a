package scenarios

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"latchkey/internal/demo/trouble"
	"latchkey/internal/vault/vaulttest"
)

// S13: broken settings are named to the line, and mended outside, or by one press after it was said what is lost by it.
func TestS13BrokenSettings(t *testing.T) {
	const broken = "default = acme\n"
	t.Run("mended by hand", func(t *testing.T) {
		a := sitDown(t, nil)
		a.settings(broken)
		a.opens("").sees("settings-syntax", "config.toml:1")
		a.settings(a.world.ConfigTOML())
		a.presses("Read again").sees("Acme Contact Center", "Forgot password?")
	})
	t.Run("repaired", func(t *testing.T) {
		a := sitDown(t, nil)
		a.settings(broken)
		a.opens("").sees("settings-syntax").presses("Why?")
		a.sees("Run again", "Start with empty settings").presses("Start with empty settings")
		a.sees("have to be set up again. The old file is kept", "Leave it")
		a.presses("Leave it")
		if a.backup(a.config) != "" || a.reads(a.config) != broken {
			t.Fatal("it was done without being confirmed")
		}
		a.presses("Start with empty settings").presses("Start with empty settings")
		a.until("the old file is kept", func() bool { return a.backup(a.config) == broken })
		a.sees("Run again").presses("Back").sees("Where do you work?")
	})
}

// S13: the keychain is locked, or there is none: said beforehand, and the sign-in works all the same.
func TestS13Keychain(t *testing.T) {
	for name, c := range map[string]struct {
		fault vaulttest.Faults
		words string
	}{
		"missing": {vaulttest.Faults{Missing: true}, "There is no keychain on this computer."},
		"locked":  {vaulttest.Faults{Locked: true}, "The keychain is locked."},
	} {
		t.Run(name, func(t *testing.T) {
			a := sitDown(t, nil)
			a.store.Fail(c.fault)
			a.opens("").sees("Trouble?").presses("Trouble?").sees("Run again", "Nobody is signed in.", c.words).presses("Back")
			a.signsIn(ben, a.password("acme", ben)).sees("Ben Baker", "Not kept on this computer", c.words)
			a.store.Fail(vaulttest.Faults{})
			a.presses("Sign out").sees("Signed out")
			a.fills("Password", a.password("acme", ben)).key(fyne.KeyReturn).sees("Open workspace").doesNotSee("Not kept on this computer")
		})
	}
}

// S13: what an installation left behind is only half there: the list of kept sessions is torn, or another file stands where the folder
// belongs. It is found, told, and where it can be repaired, repaired by one press after it was said what is lost by it.
func TestS13HalfAnInstallation(t *testing.T) {
	t.Run("torn list", func(t *testing.T) {
		a := sitDown(t, nil).opens("")
		a.signsIn(ben, a.password("acme", ben)).sees("Ben Baker")
		a.closes()
		list := filepath.Join(a.state, "accounts.json")
		torn := a.reads(list)[:20]
		if err := os.WriteFile(list, []byte(torn), 0o600); err != nil {
			t.Fatal(err)
		}
		a.opens("").sees("Forgot password?", "The list of kept sessions is damaged.", "neither used nor ended") // and not just a form
		a.presses("Trouble?").sees("Run again", "The list of kept sessions is damaged.")
		a.presses("Set the damaged list aside").sees("You have to sign in again. The old list is kept")
		a.presses("Set the damaged list aside")
		a.until("the old list is kept", func() bool { return a.backup(list) == torn })
		a.sees("Run again").doesNotSee("is damaged").presses("Back")
		a.signsIn(ben, a.password("acme", ben)).sees("Ben Baker").doesNotSee("Not kept")
	})
	t.Run("no folder", func(t *testing.T) {
		a := sitDown(t, nil)
		if err := os.WriteFile(a.state, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		a.opens("").sees("Trouble?").presses("Trouble?").sees("Run again", "Latchkey cannot write to its folder.", "the folder is yours")
		a.presses("Back").signsIn(ben, a.password("acme", ben)).sees("Ben Baker")
	})
}

// reads returns what is in a file.
func (a *agent) reads(file string) string {
	a.t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		a.t.Fatal(err)
	}
	return string(text)
}

// backup returns what the one copy of a file that was set aside holds; empty when there is none.
func (a *agent) backup(file string) string {
	a.t.Helper()
	kept, err := filepath.Glob(file + ".broken-*")
	if err != nil || len(kept) != 1 {
		return ""
	}
	return a.reads(kept[0])
}

// S27: one button: what was checked and found, readable, ready to send, and nothing in it of who signed in, with what, and where.
func TestS27Report(t *testing.T) {
	home := filepath.Join(t.TempDir(), "amys-own-folder")
	if err := os.Mkdir(home, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	a := sitDown(t, nil).opens("")
	password, code := a.password("acme", amy), a.world.TOTP(amy)
	a.signsIn(amy, password).sees("Enter your code").reaches("Code").pastes(code).sees("Amy Agent")
	a.acts(trouble.Outage, true).presses("Diagnostics").sees("Run again").presses("Save report")
	a.sees("A report from Latchkey", "service-outage", "It explains: Sign-in server", "Verdict: **blocked**")
	a.presses("Copy")
	a.until("it is on the clipboard", func() bool { return strings.Contains(a.copied.Content(), "A report from Latchkey") })
	a.presses("Save").sees("Saved")
	path := a.shown(func(s string) bool { return strings.HasPrefix(s, "~") && strings.HasSuffix(s, ".md") })
	saved := a.reads(filepath.Join(home, path[1:]))
	if saved != a.copied.Content() {
		t.Error("what is saved is not what was copied")
	}
	for what, secret := range a.secrets(amy, password, code) {
		if secret == "" || strings.Contains(strings.ToLower(saved), strings.ToLower(secret)) {
			t.Errorf("the report holds the %s %q:\n%s", what, secret, saved)
		}
	}
}

// secrets are what nobody but the agent has to know: the tokens are those that are kept at this moment.
func (a *agent) secrets(username, password, code string) map[string]string {
	a.t.Helper()
	machine, err := os.Hostname()
	if err != nil {
		a.t.Fatal(err)
	}
	home, err := os.UserHomeDir()
	if err != nil {
		a.t.Fatal(err)
	}
	sessions, err := a.parts.Sessions.List(a.t.Context())
	if err != nil || len(sessions) != 1 {
		a.t.Fatalf("%v, %v", sessions, err)
	}
	kept, err := a.parts.Vault.Load(a.t.Context(), sessions[0].Account)
	if err != nil {
		a.t.Fatal(err)
	}
	name, _, _ := strings.Cut(username, "@")
	return map[string]string{
		"password": password, "code": code, "user name": username, "first part of the user name": name + "@", "name": "Amy Agent",
		"machine": machine, "home folder": home, "its name": filepath.Base(home), "folder": a.state, "access token": kept.Access.Reveal(), "refresh token": kept.Refresh.Reveal(),
	}
}
