package vault_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/vault"
	"latchkey/internal/vault/vaulttest"
)

// saved returns a store and folder that hold one session, and its item.
func saved(t *testing.T) (store *vaulttest.Store, dir string, item []byte) {
	t.Helper()
	store = &vaulttest.Store{}
	v, dir := open(t, store)
	save(t, v, record(amy))
	return store, dir, store.Items()[amy.ItemName()]
}

func reopen(store vault.Backend, dir string) *vault.Vault {
	return vault.Open(dir, vault.Guard(store, vaulttest.Limits), clocktest.At(noon))
}

func TestKC23DamagedItemIsSetAside(t *testing.T) {
	_, _, good := saved(t)
	for name, raw := range map[string][]byte{
		"empty":             {},
		"random bytes":      {0xff, 0x00, 0x12, 0x80, 0xfe},
		"UTF-16":            append([]byte{0xff, 0xfe}, bytes.Join(bytes.Split(good, nil), []byte{0})...),
		"other JSON":        []byte(`{"hello":"world"}`),
		"a JSON number":     []byte(`1`),
		"null":              []byte(`null`),
		"older version":     bytes.Replace(good, []byte(`"v":1`), []byte(`"v":0`), 1),
		"RF20 first half":   good[:len(good)/2],
		"RF20 second half":  good[len(good)/2:],
		"one byte changed":  bytes.Replace(good, []byte("CANARY-refresh"), []byte("CANARY-refresk"), 1),
		"generation raised": bytes.Replace(good, []byte(`"generation":1`), []byte(`"generation":7`), 1),
		"two items":         append(bytes.Clone(good), good...),
		"900 KB":            bytes.Repeat([]byte("x"), 900_000),
	} {
		t.Run(name, func(t *testing.T) {
			store, dir, _ := saved(t)
			store.Put(amy.ItemName(), raw)
			v := reopen(store, dir)
			_, err := v.Load(t.Context(), amy)
			wantProblem(t, err, problem.KeychainDamaged)
			if aside := store.Items()[amy.AsideName()]; !bytes.Equal(aside, raw) {
				t.Errorf("%d bytes were set aside, want all %d", len(aside), len(raw))
			}
			if strings.Contains(err.Error(), "CANARY") {
				t.Error("the error quotes the item")
			}
			// A new sign-in works; signing out leaves nothing.
			save(t, v, record(amy))
			load(t, reopen(store, dir), amy)
			if err := v.Delete(t.Context(), amy); err != nil {
				t.Error(err)
			}
			if names := store.Names(); len(names) != 0 {
				t.Errorf("KC34: after signing out the keychain holds %v", names)
			}
		})
	}
}

func TestKC23TenMegabytes(t *testing.T) {
	store, dir, _ := saved(t)
	store.Put(amy.ItemName(), bytes.Repeat([]byte("x"), 10<<20))
	_, err := reopen(store, dir).Load(t.Context(), amy)
	wantProblem(t, err, problem.KeychainDamaged)
	if len(store.Items()[amy.ItemName()]) != 10<<20 {
		t.Error("what could not be set aside is not where it was")
	}
}

func TestKC31NewerVersionIsLeftAlone(t *testing.T) {
	store, dir, good := saved(t)
	newer := bytes.Replace(good, []byte(`"v":1`), []byte(`"v":3`), 1)
	store.Put(amy.ItemName(), newer)
	_, err := reopen(store, dir).Load(t.Context(), amy)
	wantProblem(t, err, problem.KeychainForeign)
	if !bytes.Equal(store.Items()[amy.ItemName()], newer) || len(store.Names()) != 1 {
		t.Error("a newer version's item was touched")
	}
}

func TestKC25ItemOfAnotherAccount(t *testing.T) {
	for name, change := range map[string]func(*vault.Account){
		"issuer":       func(a *vault.Account) { a.Issuer = "https://evil.example" },
		"client ID":    func(a *vault.Account) { a.ClientID = "other" },
		"subject":      func(a *vault.Account) { a.Subject = "ben" },
		"organisation": func(a *vault.Account) { a.Org = "zenith" },
	} {
		t.Run(name, func(t *testing.T) {
			store, dir, good := saved(t)
			other := amy
			change(&other)
			store.Put(other.ItemName(), good)
			_, err := reopen(store, dir).Load(t.Context(), other)
			wantProblem(t, err, problem.KeychainForeign)
			load(t, reopen(store, dir), amy)
		})
	}
}

func TestKC22LargeRefreshToken(t *testing.T) {
	limits := vault.Limits{Read: vaulttest.Limits.Read, Write: vaulttest.Limits.Write, Size: 2560}
	for _, size := range []int{10, 1000, 2000, 2100, 2200, 2300, 2400, 2560, 5000, 100_000, 1 << 20} {
		store := &vaulttest.Store{}
		dir := filepath.Join(t.TempDir(), "state")
		v := vault.Open(dir, store.KeychainOf(limits), clocktest.At(noon))
		r := record(amy)
		r.Refresh = secret.New("CANARY" + strings.Repeat("r", size))
		save(t, v, r)
		other := vault.Open(dir, store.KeychainOf(limits), clocktest.At(noon))
		if diff := cmp.Diff(r, load(t, other, amy), compareSecrets); diff != "" {
			t.Errorf("%d bytes (-saved +read):\n%s", size, diff)
		}
		for name, item := range store.Items() {
			if len(item) > limits.Size {
				t.Errorf("%d bytes: item %s has %d", size, name, len(item))
			}
			if bytes.Contains(item, []byte("CANARY-access")) {
				t.Error("the access token is in the keychain")
			}
		}
		grep(t, dir, "CANARY")
	}
}

func TestLargeRefreshTokenWithoutItsFile(t *testing.T) {
	store := &vaulttest.Store{}
	limits := vault.Limits{Read: vaulttest.Limits.Read, Write: vaulttest.Limits.Write, Size: 2560}
	dir := filepath.Join(t.TempDir(), "state")
	v := vault.Open(dir, store.KeychainOf(limits), clocktest.At(noon))
	r := record(amy)
	r.Refresh = secret.New(strings.Repeat("r", 5000))
	save(t, v, r)
	if err := os.Remove(v.SealedPath(amy, 1)); err != nil {
		t.Fatal(err)
	}
	if r := load(t, v, amy); !r.Refresh.Empty() || !r.Access.Empty() {
		t.Error("tokens out of nowhere")
	}
}

// The new file is there, the item still names the old one: the program died in between.
func TestLargeRefreshTokenOldFileCounts(t *testing.T) {
	store := &vaulttest.Store{}
	limits := vault.Limits{Read: vaulttest.Limits.Read, Write: vaulttest.Limits.Write, Size: 2560}
	dir := filepath.Join(t.TempDir(), "state")
	v := vault.Open(dir, store.KeychainOf(limits), clocktest.At(noon))
	r := record(amy)
	r.Refresh = secret.New("old" + strings.Repeat("r", 5000))
	save(t, v, r)
	store.Fail(vaulttest.Faults{Locked: true})
	r.Refresh = secret.New("new" + strings.Repeat("r", 5000))
	if kept, err := v.Save(t.Context(), r, true); kept != vault.InMemory || err == nil {
		t.Fatalf("Save: %v, %v", kept, err)
	}
	if _, err := os.Stat(v.SealedPath(amy, 2)); err != nil {
		t.Fatal(err)
	}
	store.Fail(vaulttest.Faults{})
	if err := os.Remove(v.IndexPath()); err != nil { // as after a kill: nobody told the index
		t.Fatal(err)
	}
	got := load(t, vault.Open(dir, store.KeychainOf(limits), clocktest.At(noon)), amy)
	if !strings.HasPrefix(got.Refresh.Reveal(), "old") {
		t.Error("the old session is lost")
	}
}

func TestBinaryTokens(t *testing.T) {
	for _, token := range []string{"\xff\xfe\x00\x80", "\u2028", "\"\\\n", "<>&", "\x00", "{\"base64\":\"\"}", "ä名"} {
		store := &vaulttest.Store{}
		v, _ := open(t, store)
		r := record(amy)
		r.Refresh, r.Access = secret.New(token), secret.New(token)
		save(t, v, r)
		got := load(t, v, amy)
		if got.Refresh.Reveal() != token || got.Access.Reveal() != token {
			t.Errorf("%q became %q and %q", token, got.Refresh.Reveal(), got.Access.Reveal())
		}
	}
}

func TestCacheIsOnlyACache(t *testing.T) {
	for name, spoil := range map[string]func(path string) error{
		"lost":      os.Remove,
		"empty":     func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"garbled":   func(path string) error { return os.WriteFile(path, bytes.Repeat([]byte("age"), 300), 0o600) },
		"truncated": func(path string) error { return os.Truncate(path, 250) },
		"huge":      func(path string) error { return os.Truncate(path, 1<<30) },
		"CF07 a link": func(path string) error {
			return errors.Join(os.Rename(path, path+".real"), os.Symlink(path+".real", path))
		},
		"CF07 a hard link": func(path string) error { return os.Link(path, path+".other") },
		"CF07 a folder":    func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o700)) },
		"of another session": func(path string) error {
			store := &vaulttest.Store{}
			v := vault.Open(filepath.Dir(filepath.Dir(path)), store.Keychain(), clocktest.At(noon))
			_, err := v.Save(context.Background(), record(amy), true) // another key
			return errors.Join(err, os.Rename(v.SealedPath(amy, 2), path))
		},
	} {
		t.Run(name, func(t *testing.T) {
			store, dir, _ := saved(t)
			v := reopen(store, dir)
			if err := spoil(v.SealedPath(amy, 1)); err != nil {
				t.Fatal(err)
			}
			_ = os.Remove(v.IndexPath())
			r := load(t, v, amy)
			if !r.Access.Empty() {
				t.Error("an access token out of nowhere")
			}
			if r.Refresh.Reveal() != "CANARY-refresh-1" {
				t.Error("the refresh token is lost")
			}
		})
	}
}

func FuzzItem(f *testing.F) {
	f.Add([]byte(`{"v":1,"account":{"org":"acme"},"key":"AGE-SECRET-KEY-1","refresh":{"base64":"AA=="},"generation":1,"check":"00"}`))
	f.Add([]byte(`{"v":1e3}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		store := &vaulttest.Store{}
		store.Put(amy.ItemName(), raw)
		v := vault.Open(t.TempDir(), store.Keychain(), clocktest.At(noon))
		if _, err := v.Load(t.Context(), amy); !problem.Has(err, problem.KeychainDamaged) && !problem.Has(err, problem.KeychainForeign) {
			t.Errorf("%q: %v", raw, err)
		}
	})
}
