package session_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"latchkey/internal/config"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/session"
	"latchkey/internal/vault"
	"latchkey/internal/vault/vaulttest"
)

func TestMain(m *testing.M) {
	if os.Getenv(helperVariable) != "" {
		helper()
		return
	}
	goleak.VerifyTestMain(m)
}

func secretOf(text string) secret.Text { return secret.New(text) }

func TestKeepAndRestore(t *testing.T) {
	w := newWorld(t)
	first := w.process()
	s := w.signIn(first, true)
	want := session.Session{
		Account: vault.Account{Org: "acme", Issuer: w.as.URL, ClientID: w.as.ClientID, Subject: "user-1"},
		OrgName: "Acme Contact Center", Host: w.as.URL[len("http://"):], Username: "amy@acme.example", Name: "Amy Agent",
		State: session.SignedIn, Expires: noon.Add(time.Hour), Renewed: noon, Renewable: true, Kept: vault.InKeychain, Default: true,
	}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	asked := len(w.as.Requests(""))
	second := w.process()
	restored, err := second.Restore(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, restored); diff != "" {
		t.Errorf("restored (-want +got):\n%s", diff)
	}
	listed, err := second.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]session.Session{want}, listed); diff != "" {
		t.Errorf("listed (-want +got):\n%s", diff)
	}
	if n := len(w.as.Requests("")); n != asked {
		t.Errorf("restoring a good token asked the server %d times", n-asked)
	}
}

func TestKC32OneReadOfTheKeychain(t *testing.T) {
	w := newWorld(t)
	w.signIn(w.process(), true)
	before := w.store.Calls()
	token(t, w.process())
	after := w.store.Calls()
	if reads, writes := after.Get-before.Get, after.Set-before.Set; reads != 1 || writes != 0 {
		t.Errorf("a good token took %d reads and %d writes of the keychain, want 1 and 0", reads, writes)
	}
	w.expire()
	before = w.store.Calls()
	token(t, w.process())
	after = w.store.Calls()
	// One to look, one inside the lock, one to read back.
	if reads, writes := after.Get-before.Get, after.Set-before.Set; reads != 3 || writes != 1 {
		t.Errorf("a renewal took %d reads and %d writes of the keychain, want 3 and 1", reads, writes)
	}
}

func TestNobodySignedIn(t *testing.T) {
	w := newWorld(t)
	m := w.process()
	_, err := m.Token(t.Context(), "", 0)
	wantProblem(t, err, problem.NotSignedIn)
	_, err = m.Restore(t.Context(), "acme")
	wantProblem(t, err, problem.NotSignedIn)
	_, err = m.Token(t.Context(), "nowhere", 0)
	wantProblem(t, err, problem.OrgUnknown)
	sessions, err := m.List(t.Context())
	if err != nil || len(sessions) != 0 {
		t.Errorf("List: %v, %v; want nothing", sessions, err)
	}
	if calls := w.store.Calls(); calls != (vaulttest.Calls{}) {
		t.Errorf("the keychain was asked: %+v", calls)
	}
}

func TestMemoryOnly(t *testing.T) {
	w := newWorld(t)
	m := w.process()
	s := w.signIn(m, false)
	if s.Kept != vault.InMemory || s.NotKept != nil {
		t.Errorf("kept %q, %v; want memory and no reason", s.Kept, s.NotKept)
	}
	w.expire()
	token(t, m)
	w.wantPosts(1)
	if n := len(w.store.Names()); n != 0 {
		t.Errorf("the keychain holds %d items", n)
	}
	if _, err := os.Stat(w.dir); !os.IsNotExist(err) {
		t.Errorf("there is something on the disk: %v", err)
	}
	_, err := w.process().Token(t.Context(), "", 0)
	wantProblem(t, err, problem.NotSignedIn)
	if name := m.LastUsername(""); name != "amy@acme.example" {
		t.Errorf("LastUsername %q", name)
	}
}

func TestKC05NoKeychain(t *testing.T) {
	w := newWorld(t)
	w.store.Fail(vaulttest.Faults{Missing: true})
	m := w.process()
	s := w.signIn(m, true)
	if s.Kept != vault.InMemory {
		t.Errorf("kept %q, want memory", s.Kept)
	}
	wantProblem(t, s.NotKept, problem.KeychainMissing)
	w.expire()
	tok, err := m.Token(t.Context(), "", 0)
	if err != nil {
		t.Fatal(err)
	}
	wantProblem(t, tok.NotKept, problem.KeychainMissing)
	listed, err := m.List(t.Context())
	if err != nil || len(listed) != 1 || listed[0].Kept != vault.InMemory {
		t.Errorf("List: %+v, %v", listed, err)
	}
	if err := m.SignOut(t.Context(), s.Account, false); err != nil {
		t.Errorf("SignOut: %v", err)
	}
}

func TestGenesysWithoutRefreshToken(t *testing.T) {
	as := oauthtest.NewGenesys(t)
	w := worldOf(t, as)
	as.SpoilTokens = func(answer map[string]any) { delete(answer, "refresh_token") }
	s := w.signIn(w.process(), true)
	if s.Renewable || s.State != session.SignedIn {
		t.Errorf("renewable %v, %s", s.Renewable, s.State)
	}
	if s, err := w.process().Restore(t.Context(), ""); err != nil || s.Username != "amy@globex.example" {
		t.Errorf("Restore: %+v, %v", s, err)
	}
	w.clock.Advance(as.Lifetime - time.Second)
	token(t, w.process()) // good to the last second: there is no better one
	w.clock.Advance(2 * time.Second)
	_, err := w.process().Restore(t.Context(), "")
	wantProblem(t, err, problem.SessionEnded)
	listed, _ := w.process().List(t.Context())
	if len(listed) != 1 || listed[0].State != session.Expired {
		t.Errorf("listed as %+v, want expired", listed)
	}
	w.wantPosts(0)
}

func TestGenesysRefusesToRenew(t *testing.T) {
	as := oauthtest.NewGenesys(t)
	w := worldOf(t, as)
	w.signIn(w.process(), true)
	w.clock.Advance(30 * time.Minute)
	as.Next(oauthtest.GenesysTokenPath, oauthtest.Refused(401, "invalid_client"))
	_, err := w.process().Token(t.Context(), "", 45*time.Minute)
	wantProblem(t, err, problem.SessionEnded)
	// What is left of the access token can still be used.
	token(t, w.process())
	w.clock.Advance(29 * time.Minute)
	token(t, w.process())
	w.wantPosts(1)
	w.clock.Advance(2 * time.Minute)
	_, err = w.process().Token(t.Context(), "", 0)
	wantProblem(t, err, problem.SessionEnded)
	w.wantPosts(1)
}

func TestDefaultFirst(t *testing.T) {
	w := newWorld(t)
	w.signIn(w.process(), true)
	w.clock.Advance(time.Minute)
	other := w.settings.Organizations[0]
	other.ID = "zenith"
	w.settings.Organizations = append([]config.Organization{other}, w.settings.Organizations...)
	w.signIn(w.process(), true)
	listed, err := w.process().List(t.Context())
	if err != nil || len(listed) != 2 {
		t.Fatalf("List: %v, %v", listed, err)
	}
	if listed[0].Account.Org != "acme" || !listed[0].Default || listed[1].Default {
		t.Errorf("order: %s, %s", listed[0].Account.Org, listed[1].Account.Org)
	}
}

func TestKC25SettingsNameAnotherServer(t *testing.T) {
	for name, change := range map[string]func(*config.Organization){
		"issuer":    func(o *config.Organization) { o.Issuer = "https://evil.example" },
		"client ID": func(o *config.Organization) { o.ClientID = "other" },
		"region":    func(o *config.Organization) { o.Region = "use1" },
		"endpoint":  func(o *config.Organization) { o.Endpoints.Token = "https://evil.example/token" },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			s := w.signIn(w.process(), true)
			w.expire()
			asked := len(w.as.Requests(""))
			was := w.settings.Organizations[0]
			change(&w.settings.Organizations[0])
			_, err := w.process().Token(t.Context(), "", 0)
			wantProblem(t, err, problem.NotSignedIn)
			err = w.process().SignOut(t.Context(), s.Account, false)
			wantProblem(t, err, problem.SignOutPartly)
			if n := len(w.as.Requests("")); n != asked {
				t.Errorf("something was sent")
			}
			w.settings.Organizations[0] = was
			_, err = w.process().Token(t.Context(), "", 0)
			wantProblem(t, err, problem.NotSignedIn)
		})
	}
}

// Who can write the index makes a session look as if it were made with these settings; the keychain's item knows better.
func TestKC25IndexIsForged(t *testing.T) {
	w := newWorld(t)
	s := w.signIn(w.process(), true)
	_, v := w.processAndVault()
	r := w.kept(s.Account)
	good := r.Server
	r.Server = "of other settings"
	if _, err := v.Save(t.Context(), r, true); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(w.dir, "accounts.json")
	index, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	forged := strings.Replace(string(index), "of other settings", good, 1)
	if err := os.WriteFile(path, []byte(forged), 0o600); err != nil {
		t.Fatal(err)
	}
	w.expire()
	_, err = w.process().Token(t.Context(), "", 0)
	wantProblem(t, err, problem.KeychainForeign)
	w.wantPosts(0)
}
