//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// desk is one agent's computer: a home folder, a session bus with an unlocked keychain, a screen, a browser. Nothing
// on it is shared with another desk or with the machine's own user.
type desk struct {
	dir     string // of everything, short enough for sockets
	env     []string
	display string
	config  string // LATCHKEY_CONFIG
	keyring *process
}

// newDesk sets a desk up with settings in TOML.
func newDesk(t *testing.T, settings string) *desk {
	t.Helper()
	dir, err := os.MkdirTemp("", "lk-desk-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { removeAll(t, dir) })
	d := &desk{dir: dir, config: filepath.Join(dir, "config.toml")}
	for _, folder := range []string{"home", "run", "browsers", "home/.config", "home/.local/share/applications"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	d.write(t, "config.toml", settings)
	d.env = environment("HOME="+filepath.Join(dir, "home"), "XDG_RUNTIME_DIR="+filepath.Join(dir, "run"),
		"LATCHKEY_CONFIG="+d.config, "LATCHKEY_STATE="+filepath.Join(dir, "state"))
	d.installBrowser(t)
	d.startBus(t)
	d.startKeyring(t)
	d.startScreen(t)
	return d
}

// removeAll removes a folder that programs may still be leaving.
func removeAll(t *testing.T, dir string) {
	t.Helper()
	var err error
	if !soon(patience, func() bool { err = os.RemoveAll(dir); return err == nil }) {
		t.Error(err)
	}
}

func (d *desk) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(d.dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// startBus starts a session bus that starts no services by itself.
func (d *desk) startBus(t *testing.T) {
	t.Helper()
	d.write(t, "bus.conf", fmt.Sprintf(`<busconfig><type>session</type><listen>unix:dir=%s</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>`, filepath.Join(d.dir, "run")))
	bus := start(t, d.env, nil, "dbus-daemon", "--config-file="+filepath.Join(d.dir, "bus.conf"), "--nofork", "--print-address")
	eventually(t, "the bus tells its address", func() bool {
		_, address, _ := strings.Cut(bus.said.String(), "unix:path=")
		address, _, whole := strings.Cut(address, "\n")
		if whole {
			d.env = append(d.env, "DBUS_SESSION_BUS_ADDRESS=unix:path="+address)
		}
		return whole
	})
}

// startKeyring starts the keychain and unlocks it. It has no screen, so it can ask nobody anything.
func (d *desk) startKeyring(t *testing.T) {
	t.Helper()
	d.keyring = start(t, d.env, strings.NewReader("secret"), "gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
	eventually(t, "the keychain answers", func() bool {
		store := d.command("secret-tool", "store", "--label=probe", "e2e", "probe")
		store.Stdin = strings.NewReader("ok")
		return store.Run() == nil
	})
}

// startScreen starts a screen that nobody sees. Its number is one of many, since the numbers of screens are everybody's: a
// low one may be in use where this test cannot see it. It is not reset when its last program leaves: one that comes at that
// moment would find nobody there. Keys do not repeat: on a busy machine nobody knows how long one is held.
func (d *desk) startScreen(t *testing.T) {
	t.Helper()
	d.display = fmt.Sprintf(":%d", 1000+rand.IntN(50000))
	screen := start(t, d.env, nil, "Xvfb", d.display, "-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp", "-noreset", "-r")
	screen.waitFor(t, d.display[1:]+"\n")
	d.env = append(d.env, "DISPLAY="+d.display, "LIBGL_ALWAYS_SOFTWARE=1")
}

// command returns a command on this desk.
func (d *desk) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	c.Env = d.env
	return c
}

// result is what a command said and how it ended.
type result struct {
	stdout, stderr string
	code           int
}

// latchkey runs `latchkey ARGS` to its end with nobody at the terminal.
func (d *desk) latchkey(t *testing.T, args ...string) result {
	t.Helper()
	c := d.command(parts.latchkey, args...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	err := c.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatalf("latchkey %v: %v", args, err)
	}
	return result{out.String(), errs.String(), c.ProcessState.ExitCode()}
}

// ok runs `latchkey ARGS` and fails the test when it does not succeed.
func (d *desk) ok(t *testing.T, args ...string) string {
	t.Helper()
	r := d.latchkey(t, args...)
	if r.code != 0 {
		t.Fatalf("latchkey %v: exit code %d\n%s%s", args, r.code, r.stdout, r.stderr)
	}
	return r.stdout
}

// session is one entry of `latchkey status --json`.
type session struct {
	Org, Username, Name, State, Kept string
	ExpiresAt                        time.Time `json:"expires_at"`
	Default                          bool
}

// sessions asks who is signed in.
func (d *desk) sessions(t *testing.T) []session {
	t.Helper()
	var status struct{ Sessions []session }
	if err := json.Unmarshal([]byte(d.ok(t, "status", "--json")), &status); err != nil {
		t.Fatal(err)
	}
	return status.Sessions
}

// signedIn reports whether this account is signed in here, kept in the keychain.
func (d *desk) signedIn(t *testing.T, org, username string) bool {
	t.Helper()
	for _, s := range d.sessions(t) {
		if s.Org == org && s.Username == username && s.State == "signed-in" && s.Kept == "keychain" {
			return true
		}
	}
	return false
}

// picture saves what is on the screen for people to look at.
func (d *desk) picture(t *testing.T, name string) {
	t.Helper()
	if err := d.command("import", "-window", "root", pictureFile(t, name)).Run(); err != nil {
		t.Logf("no picture %s: %v", name, err)
	}
}

func pictureFile(t *testing.T, name string) string {
	return filepath.Join(parts.out, strings.ReplaceAll(t.Name(), "/", "-")+"-"+name+".png")
}
