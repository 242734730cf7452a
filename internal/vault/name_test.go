package vault_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"latchkey/internal/vault"
	"latchkey/internal/vault/vaulttest"
)

// oddNames are names that break command lines, C strings and separators.
var oddNames = []string{
	"a:b", "a", "b:c", `a"b`, "a'b", "a\nb", "a\r\nb", "-w", "--", "a b", "a/b", "%", "%25", "~", "a~b", "ä", "a\u0308", "名前",
	"\x00", "a\x00b", "\xff\xfe", "", strings.Repeat("x", 600), strings.Repeat("x", 601), strings.Repeat("ü", 300), "$(id)", "`id`", "a\\b", "*", "A", "acme/0123",
}

func TestKC20KC26OddNames(t *testing.T) {
	safe := regexp.MustCompile(`^[A-Za-z0-9._/%~][A-Za-z0-9._/%~-]*$`)
	store := &vaulttest.Store{}
	kc := store.Keychain()
	for _, name := range oddNames {
		if e := vault.Escape(name); name != "" && !safe.MatchString(e) || len(e) > vault.LongestName {
			t.Errorf("%q becomes %q", name, e)
		}
		if err := kc.Set(t.Context(), name, []byte("value of "+name)); err != nil {
			t.Errorf("Set %q: %v", name, err)
		}
	}
	if n := len(store.Names()); n != len(oddNames) {
		t.Errorf("%d names became %d items", len(oddNames), n)
	}
	for _, name := range oddNames {
		if v, err := kc.Get(t.Context(), name); err != nil || string(v) != "value of "+name {
			t.Errorf("Get %q: %q, %v", name, v, err)
		}
		if err := kc.Delete(t.Context(), name); err != nil {
			t.Errorf("Delete %q: %v", name, err)
		}
		if _, err := kc.Get(t.Context(), name); !errors.Is(err, vault.ErrNotFound) {
			t.Errorf("Get %q after Delete: %v", name, err)
		}
	}
}

// The parts of two accounts that read the same when they are put together.
func TestKC20AccountsDoNotCollide(t *testing.T) {
	accounts := []vault.Account{
		{Org: "a", Issuer: "b:c", ClientID: "d", Subject: "e"},
		{Org: "a", Issuer: "b", ClientID: "c:d", Subject: "e"},
		{Org: "a", Issuer: "b", ClientID: "c", Subject: "d:e"},
		{Org: "a", Issuer: "b", ClientID: `c","d`, Subject: "e"},
		{Org: "a", Issuer: `b","c`, ClientID: "d", Subject: "e"},
		{Org: "a/b", Issuer: "c", ClientID: "d", Subject: "e"},
		{Org: "a", Issuer: "b/c", ClientID: "d", Subject: "e"},
		{Org: "A", Issuer: "b/c", ClientID: "d", Subject: "e"},
	}
	names := map[string]bool{}
	for _, a := range accounts {
		names[a.ItemName()] = true
		names[a.AsideName()] = true
	}
	if len(names) != 2*len(accounts) {
		t.Errorf("%d names for %d accounts, want two each", len(names), len(accounts))
	}
}

func FuzzNamesDoNotCollide(f *testing.F) {
	for _, name := range oddNames {
		f.Add(name, "a:b")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if a != b && vault.Escape(a) == vault.Escape(b) {
			t.Errorf("%q and %q are both %q", a, b, vault.Escape(a))
		}
	})
}
