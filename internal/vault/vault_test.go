package vault_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/secret"
	"latchkey/internal/vault"
	"latchkey/internal/vault/vaulttest"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

var amy = vault.Account{Org: "acme", Issuer: "https://login.acme.example", ClientID: "latchkey", Subject: "amy"}

func record(a vault.Account) *vault.Record {
	return &vault.Record{
		Account: a, Username: "amy@acme.example", Name: "Amy Agent", Tenant: "Acme", Host: "login.acme.example",
		WorkspaceURL: "https://work.acme.example", Server: "fingerprint", Nonce: "nonce-1",
		Refresh: secret.New("CANARY-refresh-1"), Access: secret.New("CANARY-access-1"),
		Issued: noon, Expires: noon.Add(time.Hour), Scope: "openid", SignedIn: noon,
	}
}

var compareSecrets = cmp.Comparer(func(a, b secret.Text) bool { return a.Equal(b) })

func open(t *testing.T, store vault.Backend) (*vault.Vault, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "state")
	return vault.Open(dir, vault.Guard(store, vaulttest.Limits), clocktest.At(noon)), dir
}

func save(t *testing.T, v *vault.Vault, r *vault.Record) {
	t.Helper()
	if kept, err := v.Save(t.Context(), r, true); err != nil || kept != vault.InKeychain {
		t.Fatalf("Save: %v, %v; want keychain", kept, err)
	}
}

func load(t *testing.T, v *vault.Vault, a vault.Account) *vault.Record {
	t.Helper()
	r, err := v.Load(t.Context(), a)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return r
}

// grep fails when a file below dir holds the text.
func grep(t *testing.T, dir, text string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if strings.Contains(string(b), text) {
			t.Errorf("%s holds %s", filepath.Base(path), text)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestKeptAcrossProcesses(t *testing.T) {
	store := &vaulttest.Store{}
	v, dir := open(t, store)
	r := record(amy)
	save(t, v, r)
	if r.Generation != 1 {
		t.Errorf("generation %d after the first Save, want 1", r.Generation)
	}
	leftover := []string{v.IndexPath(), v.SealedPath(amy, 1)} // of writers that were killed
	for i, path := range leftover {
		leftover[i] = filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".new-123")
		if err := os.WriteFile(leftover[i], []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	save(t, v, r)
	for _, path := range leftover {
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s is left", filepath.Base(path))
		}
	}
	if files, err := os.ReadDir(filepath.Join(dir, "sessions")); err != nil || len(files) != 1 {
		t.Errorf("%d files after two generations, want one sealed file, %v", len(files), err)
	}
	other := vault.Open(dir, store.Keychain(), clocktest.At(noon))
	if diff := cmp.Diff(r, load(t, other, amy), compareSecrets); diff != "" {
		t.Errorf("another process reads something else (-saved +read):\n%s", diff)
	}
	entries, err := other.Accounts()
	if err != nil || len(entries) != 1 {
		t.Fatalf("Accounts: %v, %v; want one", entries, err)
	}
	want := vault.Entry{
		Account: amy, Username: r.Username, Name: r.Name, Tenant: r.Tenant, Host: r.Host, WorkspaceURL: r.WorkspaceURL,
		Server: r.Server, Kept: vault.InKeychain, Renewable: true, Generation: 2, Expires: r.Expires, LastUsed: noon,
	}
	if diff := cmp.Diff(want, entries[0]); diff != "" {
		t.Errorf("index (-want +got):\n%s", diff)
	}
	grep(t, dir, "CANARY")
	if err := other.Delete(t.Context(), amy); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Load(t.Context(), amy); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("Load after Delete: %v, want ErrNotFound", err)
	}
	if names := store.Names(); len(names) != 0 {
		t.Errorf("the keychain still holds %v", names)
	}
	if name := other.LastUsername("acme"); name != r.Username {
		t.Errorf("LastUsername after Delete: %q", name)
	}
}
