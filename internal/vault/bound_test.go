package vault_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/vault"
	"latchkey/internal/vault/vaulttest"
)

const proofKey = "CANARY-key-AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBA"

// The key lies in the item, also when the refresh token is too large for it, and is in no file in the clear.
func TestDV22ProofKeyIsInTheKeychainOnly(t *testing.T) {
	limits := vault.Limits{Read: vaulttest.Limits.Read, Write: vaulttest.Limits.Write, Size: 2560}
	for name, refresh := range map[string]string{"small": "refresh-1", "larger than the item": strings.Repeat("r", 4000)} {
		store := &vaulttest.Store{}
		dir := t.TempDir()
		r := record(amy)
		r.Refresh, r.ProofKey = secret.New(refresh), secret.New(proofKey)
		save(t, vault.Open(dir, store.KeychainOf(limits), clocktest.At(noon)), r)
		item := store.Items()[amy.ItemName()]
		if !bytes.Contains(item, []byte(proofKey)) || len(item) > limits.Size {
			t.Errorf("%s: the item of %d bytes does not hold the key", name, len(item))
		}
		grep(t, dir, proofKey)
		got := load(t, vault.Open(dir, store.KeychainOf(limits), clocktest.At(noon)), amy)
		if diff := cmp.Diff(r.ProofKey, got.ProofKey, compareSecrets); diff != "" || got.Refresh.Len() != len(refresh) {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// An older Latchkey, which knows version 1 only, leaves an item with a key alone; without a key nothing has changed for it.
func TestKC31ItemWithAKeyIsOfVersion2(t *testing.T) {
	store, dir, plain := saved(t)
	if !bytes.HasPrefix(plain, []byte(`{"v":1,`)) || bytes.Contains(plain, []byte("proof_key")) {
		t.Errorf("an item without a key begins with %.10s", plain)
	}
	v := reopen(store, dir)
	r := load(t, v, amy)
	r.ProofKey = secret.New(proofKey)
	save(t, v, r)
	bound := store.Items()[amy.ItemName()]
	if !bytes.HasPrefix(bound, []byte(`{"v":2,`)) {
		t.Errorf("an item with a key begins with %.10s", bound)
	}
	for name, raw := range map[string][]byte{
		"key changed": bytes.Replace(bound, []byte("CANARY-key"), []byte("CANARY-kez"), 1),
		"key removed": bytes.Replace(bound, []byte(`"proof_key":"`+proofKey+`",`), nil, 1),
		"older":       bytes.Replace(bound, []byte(`"v":2`), []byte(`"v":1`), 1),
	} {
		if bytes.Equal(raw, bound) {
			t.Fatalf("%s: nothing was changed", name)
		}
		store.Put(amy.ItemName(), raw)
		_, err := reopen(store, dir).Load(t.Context(), amy)
		wantProblem(t, err, problem.KeychainDamaged)
	}
}

// What is in memory is a copy that is wiped on its own.
func TestProofKeyInMemory(t *testing.T) {
	v := vault.Open(t.TempDir(), nil, clocktest.At(noon))
	r := record(amy)
	r.ProofKey = secret.New(proofKey)
	if _, err := v.Save(t.Context(), r, false); err != nil {
		t.Fatal(err)
	}
	r.ProofKey.Wipe()
	if got := load(t, v, amy); got.ProofKey.Reveal() != proofKey {
		t.Error("the key was wiped with the caller's copy")
	}
}
