package terminal_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/signin"
	"latchkey/internal/terminal"
	"latchkey/internal/vault/vaulttest"
	"latchkey/internal/wiring"
)

// heapChild is set for a child that signs in and leaves what it still holds in the file that it names.
const heapChild = "LATCHKEY_TEST_HEAP"

func TestMain(m *testing.M) {
	if dir := os.Getenv(heapChild); dir != "" {
		os.Exit(signInAndDump(dir, os.Args[1:]))
	}
	os.Exit(m.Run())
}

// signInAndDump runs a sign-in as the program does, but for the keychain, which other processes have, and writes the heap
// down: while somebody is signed in, once their session was renewed, and after they have signed out. Nothing that the test looks for came from anywhere but the wire.
func signInAndDump(dir string, args []string) int {
	parts, err := wiring.New(wiring.Options{ConfigPath: filepath.Join(dir, "config.toml"), Keychain: (&vaulttest.Store{}).Keychain()})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	p := terminal.Program{
		Args: args, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Clock: clock.System{},
		Console: &terminal.Console{Out: os.Stderr, People: true, Width: func() int { return 0 }},
		Parts: func(string, bool) (*terminal.Parts, error) {
			return &terminal.Parts{
				Settings: parts.Settings, Sessions: parts.Sessions, Env: parts.Diagnosis,
				Start: func(ctx context.Context, o signin.Options) terminal.Attempt {
					return signin.Start(ctx, parts.SignIn, o)
				},
			}, nil
		},
	}
	if code := p.Run(context.Background()); code != 0 {
		return code
	}
	if err := dump(filepath.Join(dir, "signed-in")); err != nil {
		return 1
	}
	if _, err := parts.Sessions.Token(context.Background(), "", 24*time.Hour); err != nil { // longer than any lives
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if err := dump(filepath.Join(dir, "renewed")); err != nil {
		return 1
	}
	sessions, err := parts.Sessions.List(context.Background())
	for _, s := range sessions {
		err = parts.Sessions.SignOut(context.Background(), s.Account, false)
	}
	if err != nil || len(sessions) != 1 {
		fmt.Fprintln(os.Stderr, len(sessions), err)
		return 1
	}
	if err := dump(filepath.Join(dir, "signed-out")); err != nil {
		return 1
	}
	runtime.KeepAlive(parts)
	return 0
}

// dump writes down every object that is still held, once those that are not are gone.
func dump(file string) error {
	for range 3 { // what a finalizer or a pool held goes with the second
		runtime.GC()
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	debug.WriteHeapDump(f.Fd())
	return f.Close()
}

// After a sign-in nothing in the program holds the password, or what led to the tokens; the tokens are held once, as long as somebody is
// signed in. SECURITY.md says so, and what it cannot say of memory that was given back. One-time codes are not looked for: what is that short shares its place in
// memory with whatever else is, and goes with the last of it.
func TestMF14NothingHoldsASecretAfterItsUse(t *testing.T) {
	for name, c := range map[string]struct {
		args  []string
		typed func(username, password, code string) string
	}{
		"prompts": {[]string{"login", "--no-keep"}, func(username, password, code string) string {
			return username + "\n" + password + "\n" + code + "\n"
		}},
		"json": {[]string{"login", "--no-keep", "--json"}, func(username, password, code string) string {
			return fmt.Sprintf(`{"id":"1","username":%q,"password":%q}`+"\n"+`{"id":"2","code":%q}`+"\n", username, password, code)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			server := oauthtest.New(t)
			amy := &server.Users[0]
			amy.Password = "password-" + rand.Text()
			secrets := map[string]string{"password": amy.Password}
			server.SpoilTokens = func(m map[string]any) {
				which := map[bool]string{false: "first ", true: "second "}[secrets["first access_token"] != ""]
				for _, kind := range []string{"access_token", "refresh_token", "id_token"} {
					secrets[which+kind], _ = m[kind].(string)
				}
			}
			dir := t.TempDir()
			settings := fmt.Sprintf("default = \"acme\"\n[organizations.acme]\nname = \"Acme\"\nissuer = %q\nclient_id = %q\n", server.URL, server.ClientID)
			if err := os.WriteFile(filepath.Join(dir, "config.toml"), []byte(settings), 0o600); err != nil {
				t.Fatal(err)
			}
			child := exec.Command(os.Args[0], c.args...)
			child.Env = append(os.Environ(), heapChild+"="+dir, "LATCHKEY_STATE="+filepath.Join(dir, "state"))
			child.Stdin = strings.NewReader(c.typed(amy.Username, amy.Password, amy.OTP))
			var said bytes.Buffer
			child.Stdout, child.Stderr = &said, &said
			if err := child.Run(); err != nil {
				t.Fatalf("%v\n%s", err, said.String())
			}
			for _, form := range server.Requests(oauthtest.ChallengePath) {
				if session := form.Form.Get("auth_session"); session != "" {
					secrets["auth_session"] = session
				}
			}
			redeemed := server.Requests(oauthtest.TokenPath)[0].Form
			secrets["authorization code"], secrets["verifier"] = redeemed.Get("code"), redeemed.Get("code_verifier")
			if len(secrets) != 10 {
				t.Fatalf("looking for %v", secrets)
			}
			for when, allowed := range map[string]map[string]int{
				"signed-in":  {"first access_token": 1, "first refresh_token": 1},
				"renewed":    {"second access_token": 1, "second refresh_token": 1},
				"signed-out": {},
			} {
				heap, err := os.ReadFile(filepath.Join(dir, when))
				if err != nil || !bytes.Contains(heap, []byte(server.ClientID)) {
					t.Fatalf("%s: %d bytes, %v", when, len(heap), err)
				}
				for what, secret := range secrets {
					if n := bytes.Count(heap, []byte(secret)); secret == "" || n != allowed[what] {
						t.Errorf("%s: the %s is held %d times, not %d", when, what, n, allowed[what])
					}
				}
			}
		})
	}
}
