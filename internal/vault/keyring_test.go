//go:build keyring && linux

package vault_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/google/go-cmp/cmp"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/vault"
)

// These tests need a Secret Service with an unlocked collection "login" on the session bus, and start none:
// scripts/with-keyring gives them a gnome-keyring of their own.

func TestKC10RealKeychain(t *testing.T) {
	kc := vault.System()
	ctx := t.Context()
	for name, value := range map[string][]byte{
		"acme/short": []byte("v"),
		"acme/long":  bytes.Repeat([]byte("0123456789"), 500),
		"acme/odd":   {0, 1, 0xff, 0xfe, '\n', '"'},
		"acme/large": bytes.Repeat([]byte("x"), 200_000),
	} {
		for _, v := range [][]byte{value, []byte("over " + name)} {
			if err := kc.Set(ctx, name, v); err != nil {
				t.Errorf("%s: Set: %v", name, err)
			}
			if got, err := kc.Get(ctx, name); err != nil || !bytes.Equal(got, v) {
				t.Errorf("%s: Get: %d bytes, %v", name, len(got), err)
			}
		}
		if err := kc.Delete(ctx, name); err != nil {
			t.Errorf("%s: Delete: %v", name, err)
		}
		if _, err := kc.Get(ctx, name); !errors.Is(err, vault.ErrNotFound) {
			t.Errorf("%s: after Delete: %v", name, err)
		}
		if err := kc.Delete(ctx, name); err != nil {
			t.Errorf("%s: Delete twice: %v", name, err)
		}
	}
}

func TestKC26RealKeychainOddNames(t *testing.T) {
	kc := vault.System()
	for _, name := range oddNames {
		if err := kc.Set(t.Context(), name, []byte("value of "+name)); err != nil {
			t.Errorf("Set %q: %v", name, err)
		}
	}
	for _, name := range oddNames {
		if v, err := kc.Get(t.Context(), name); err != nil || string(v) != "value of "+name {
			t.Errorf("Get %q: %q, %v", name, v, err)
		}
		if err := kc.Delete(t.Context(), name); err != nil {
			t.Errorf("Delete %q: %v", name, err)
		}
	}
}

func TestKC35RealKeychainKeepsASession(t *testing.T) {
	dir := t.TempDir()
	v := vault.Open(dir, vault.System(), clocktest.At(noon))
	if err := v.Probe(t.Context()); err != nil {
		t.Fatalf("Probe: %v", err)
	}
	r := record(amy)
	r.Refresh = secret.New("CANARY" + strings.Repeat("r", 5000))
	save(t, v, r)
	other := vault.Open(dir, vault.System(), clocktest.At(noon))
	if diff := cmp.Diff(r, load(t, other, amy), compareSecrets); diff != "" {
		t.Errorf("(-saved +read):\n%s", diff)
	}
	// KC-35: who looks into the keychain, or is asked by it, sees whose it is.
	out, err := exec.CommandContext(t.Context(), "secret-tool", "search", "service", "Latchkey").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "on 'Latchkey'") {
		t.Errorf("secret-tool search: %v, %s", err, bytes.ReplaceAll(out, []byte("CANARY"), nil)[:min(len(out), 100)])
	}
	grep(t, dir, "CANARY")
	if err := v.Delete(t.Context(), amy); err != nil {
		t.Fatal(err)
	}
	if out, _ := exec.CommandContext(t.Context(), "secret-tool", "search", "service", "Latchkey").Output(); len(out) > 0 {
		t.Errorf("KC34: something is left in the keychain")
	}
}

// Somebody made a second item with the same attributes.
func TestKC27RealDuplicates(t *testing.T) {
	conn, err := dbus.SessionBus()
	if err != nil {
		t.Fatal(err)
	}
	kc := vault.System()
	if err := kc.Set(t.Context(), "acme/twice", []byte("ours")); err != nil {
		t.Fatal(err)
	}
	var discard dbus.Variant
	var session, item, prompt dbus.ObjectPath
	object := conn.Object("org.freedesktop.secrets", servicePath)
	if err := object.Call("org.freedesktop.Secret.Service.OpenSession", 0, "plain", dbus.MakeVariant("")).Store(&discard, &session); err != nil {
		t.Fatal(err)
	}
	err = conn.Object("org.freedesktop.secrets", collectionPath).Call("org.freedesktop.Secret.Collection.CreateItem", 0,
		map[string]dbus.Variant{
			"org.freedesktop.Secret.Item.Label":      dbus.MakeVariant("a second one"),
			"org.freedesktop.Secret.Item.Attributes": dbus.MakeVariant(map[string]string{"service": "Latchkey", "username": "acme/twice"}),
		}, secretValue{session, []byte{}, []byte("theirs"), "text/plain"}, false).Store(&item, &prompt)
	if err != nil {
		t.Fatal(err)
	}
	first, err := kc.Get(t.Context(), "acme/twice")
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if again, err := kc.Get(t.Context(), "acme/twice"); err != nil || !bytes.Equal(again, first) {
			t.Errorf("once %q, then %q, %v", first, again, err)
		}
	}
	// A write is kept, or nobody claims that it is.
	if err := kc.Set(t.Context(), "acme/twice", []byte("newer")); err == nil {
		if v, err := kc.Get(t.Context(), "acme/twice"); err != nil || string(v) != "newer" {
			t.Errorf("written, and read %q, %v", v, err)
		}
	} else {
		wantProblem(t, err, problem.KeychainNotSaved)
	}
	if err := kc.Delete(t.Context(), "acme/twice"); err != nil {
		t.Fatal(err)
	}
	if v, err := kc.Get(t.Context(), "acme/twice"); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("after Delete: %q, %v", v, err)
	}
}

// startKeyring starts a gnome-keyring on a bus of its own, with an empty home and no display.
func startKeyring(t *testing.T, password string, home string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
	cmd.Stdin = strings.NewReader(password)
	cmd.Env = []string{
		"HOME=" + home, "XDG_RUNTIME_DIR=" + home, "PATH=" + os.Getenv("PATH"),
		"DBUS_SESSION_BUS_ADDRESS=" + os.Getenv("DBUS_SESSION_BUS_ADDRESS"),
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	conn, err := dbus.SessionBus()
	if err != nil {
		t.Fatal(err)
	}
	until(t, "gnome-keyring is there", func() bool {
		var owned bool
		err := conn.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, "org.freedesktop.secrets").Store(&owned)
		return err == nil && owned
	})
	return cmd
}

// Locked, and nobody there to unlock it: no display, no prompter.
func TestKC02RealLocked(t *testing.T) {
	startBus(t)
	home := t.TempDir()
	kc := vault.System()
	daemon := startKeyring(t, "right", home)
	if err := kc.Set(t.Context(), "acme/locked", []byte("v")); err != nil {
		t.Fatal(err)
	}
	looked := vault.Open(t.TempDir(), kc, clocktest.At(noon))
	if unlocked, err := looked.Look(t.Context()); err != nil || !unlocked {
		t.Errorf("DG-23, unlocked: %v, %v", unlocked, err)
	}
	_ = daemon.Process.Kill()
	_ = daemon.Wait()
	_, err := kc.Get(t.Context(), "acme/locked")
	wantProblem(t, err, problem.KeychainMissing) // it was killed

	daemon = startKeyring(t, "wrong", home)
	_, err = kc.Get(t.Context(), "acme/locked")
	wantProblem(t, err, problem.KeychainLocked)
	_, err = looked.Look(t.Context()) // DG-23
	wantProblem(t, err, problem.KeychainLocked)
	wantProblem(t, kc.Set(t.Context(), "acme/locked", []byte("w")), problem.KeychainLocked)
	wantProblem(t, kc.Delete(t.Context(), "acme/locked"), problem.KeychainLocked)
	_ = daemon.Process.Kill()
	_ = daemon.Wait()

	startKeyring(t, "right", home)
	until(t, "the keychain is open again", func() bool {
		v, err := kc.Get(t.Context(), "acme/locked")
		return err == nil && string(v) == "v"
	})
}
