//go:build keyring && linux

package vault_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/problem"
	"latchkey/internal/vault"
)

var shortLimits = vault.Limits{Read: time.Second, Write: 3 * time.Second, Size: vault.Limit}

func TestServiceSetGetDelete(t *testing.T) {
	newFakeService(t)
	kc := vault.System()
	if err := kc.Set(t.Context(), "acme/x", []byte("value")); err != nil {
		t.Fatal(err)
	}
	if v, err := kc.Get(t.Context(), "acme/x"); err != nil || string(v) != "value" {
		t.Errorf("Get: %q, %v", v, err)
	}
	if err := kc.Delete(t.Context(), "acme/x"); err != nil {
		t.Error(err)
	}
	if _, err := kc.Get(t.Context(), "acme/x"); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("after Delete: %v", err)
	}
}

func TestDG23LookDoesNotAsk(t *testing.T) {
	f := newFakeService(t)
	v := vault.Open(t.TempDir(), vault.System(), clocktest.At(noon))
	if unlocked, err := v.Look(t.Context()); err != nil || !unlocked {
		t.Errorf("unlocked: %v, %v", unlocked, err)
	}
	f.with(func() { f.locked = true })
	unlocked, err := v.Look(t.Context())
	wantProblem(t, err, problem.KeychainLocked)
	if unlocked {
		t.Error("a locked one is called unlocked")
	}
	f.with(func() {
		if f.prompts != 0 || !f.locked {
			t.Error("the agent was asked")
		}
	})
}

func TestKC05NoServiceOnTheBus(t *testing.T) {
	startBus(t)
	kc := vault.System()
	_, err := kc.Get(t.Context(), "a")
	wantProblem(t, err, problem.KeychainMissing)
	wantProblem(t, kc.Set(t.Context(), "a", []byte("v")), problem.KeychainMissing)
	wantProblem(t, kc.Delete(t.Context(), "a"), problem.KeychainMissing)
}

func TestKC05NoBus(t *testing.T) {
	startBus(t)
	for _, address := range []string{"unix:path=/nonexistent/bus", "disabled:", "tcp:host=127.0.0.1,port=9", ";;"} {
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
		_, err := vault.System().Get(t.Context(), "a")
		wantProblem(t, err, problem.KeychainMissing)
	}
}

func TestKC05NoCollection(t *testing.T) {
	f := newFakeService(t)
	f.with(func() { f.collections = []dbus.ObjectPath{servicePath + "/collection/session"} })
	_, err := vault.System().Get(t.Context(), "a")
	wantProblem(t, err, problem.KeychainMissing)
}

func TestKC01AgentUnlocks(t *testing.T) {
	f := newFakeService(t)
	f.with(func() {
		f.put("a", []byte("value"))
		f.locked = true
		f.onPrompt = f.unlock
	})
	if v, err := vault.System().Get(t.Context(), "a"); err != nil || string(v) != "value" {
		t.Errorf("Get: %q, %v", v, err)
	}
	f.with(func() {
		if f.prompts != 1 {
			t.Errorf("KC33: %d prompts, want 1", f.prompts)
		}
	})
}

func TestKC02NobodyAnswersThePrompt(t *testing.T) {
	f := newFakeService(t)
	f.with(func() {
		f.put("a", []byte("value"))
		f.locked = true
	})
	kc := vault.SystemWith(vault.Limits{Read: 200 * time.Millisecond, Write: time.Minute, Size: vault.Limit})
	for range 3 {
		_, err := kc.Get(t.Context(), "a")
		wantProblem(t, err, problem.KeychainTimeout)
	}
	f.with(func() {
		if f.prompts != 1 {
			t.Errorf("KC33: %d prompts, want 1", f.prompts)
		}
	})
	f.unlock()
	until(t, "the item is readable", func() bool {
		v, err := kc.Get(t.Context(), "a")
		return err == nil && string(v) == "value"
	})
}

func TestKC02PromptIsDismissedOnCancel(t *testing.T) {
	f := newFakeService(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	f.with(func() { f.locked, f.onPrompt = true, cancel })
	if err := vault.System().Set(ctx, "a", []byte("v")); !errors.Is(err, context.Canceled) {
		t.Errorf("Set: %v", err)
	}
	until(t, "the prompt is taken away", func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		return f.dismissed
	})
	f.with(func() {
		if f.calls["CreateItem"] != 0 {
			t.Error("it was written nevertheless")
		}
	})
}

func TestKC02SilentService(t *testing.T) {
	f := newFakeService(t)
	hang := make(chan struct{})
	f.with(func() { f.hang = hang })
	kc := vault.SystemWith(vault.Limits{Read: 200 * time.Millisecond, Write: 300 * time.Millisecond, Size: vault.Limit})
	ctx := t.Context()
	_, err := kc.Get(ctx, "a")
	wantProblem(t, err, problem.KeychainTimeout)
	if n := f.count(); n != 1 {
		t.Errorf("%d calls reached the service, want 1", n)
	}
	close(hang)
	f.with(func() { f.hang = nil })
	until(t, "it works again", func() bool { return kc.Set(ctx, "a", []byte("v")) == nil })
}

func TestKC03DismissedOnWrite(t *testing.T) {
	f := newFakeService(t)
	f.with(func() {
		f.askToWrite = true
		f.onPrompt = func() { f.complete(true, dbus.MakeVariant("")) }
	})
	wantProblem(t, vault.System().Set(t.Context(), "a", []byte("v")), problem.KeychainNotSaved)
}

func TestKC04DismissedOnRead(t *testing.T) {
	f := newFakeService(t)
	f.with(func() {
		f.put("a", []byte("value"))
		f.locked = true
		f.onPrompt = func() { f.complete(true, dbus.MakeVariant([]dbus.ObjectPath{})) }
	})
	_, err := vault.System().Get(t.Context(), "a")
	wantProblem(t, err, problem.KeychainLocked)
	f.with(func() {
		if f.calls["SearchItems"] != 0 {
			t.Error("it was looked for all the same")
		}
	})
}

func TestKC07ForeignSignalsFirst(t *testing.T) {
	f := newFakeService(t)
	f.with(func() {
		f.put("a", []byte("value"))
		f.locked = true
	})
	shared, err := dbus.SessionBus() // somebody else in this process listens for other things
	if err != nil {
		t.Fatal(err)
	}
	const other = dbus.ObjectPath("/org/freedesktop/portal/desktop")
	if err := shared.AddMatchSignal(dbus.WithMatchObjectPath(other)); err != nil {
		t.Fatal(err)
	}
	if err := shared.AddMatchSignal(dbus.WithMatchInterface(promptName)); err != nil {
		t.Fatal(err)
	}
	prompted := func() {
		for range 100 {
			_ = f.conn.Emit(other, "org.freedesktop.portal.Settings.SettingChanged", "theme", "dark")
			_ = f.conn.Emit(promptPath+"x", promptName+".Completed", true, dbus.MakeVariant(""))
		}
		time.Sleep(50 * time.Millisecond)
		f.unlock()
	}
	f.with(func() { f.onPrompt = prompted })
	if v, err := vault.System().Get(t.Context(), "a"); err != nil || string(v) != "value" {
		t.Errorf("Get: %q, %v", v, err)
	}
}

func TestKC08Malformed(t *testing.T) {
	for name, spoil := range map[string]func(*fakeService){
		"Collections is a text":    func(f *fakeService) { f.collections = "none" },
		"Collections is a number":  func(f *fakeService) { f.collections = uint32(7) },
		"answer without a body":    func(f *fakeService) { f.onPrompt = func() { f.complete() } },
		"answer of the wrong type": func(f *fakeService) { f.onPrompt = func() { f.complete("no", "no") } },
	} {
		t.Run(name, func(t *testing.T) {
			f := newFakeService(t)
			f.with(func() {
				f.locked = true
				spoil(f)
			})
			_, err := vault.SystemWith(shortLimits).Get(t.Context(), "a")
			wantProblem(t, err, problem.KeychainFailed)
		})
	}
}

func TestServiceDies(t *testing.T) {
	f := newFakeService(t)
	hang := make(chan struct{})
	f.with(func() {
		f.put("a", []byte("value"))
		f.hang = hang
	})
	time.AfterFunc(100*time.Millisecond, func() { _ = f.conn.Close() })
	kc := vault.SystemWith(shortLimits)
	_, err := kc.Get(t.Context(), "a")
	if problem.From(err).Kind != problem.Keychain || errors.Is(err, vault.ErrNotFound) {
		t.Errorf("Get while it dies: %v", err)
	}
	close(hang)
	_, err = kc.Get(t.Context(), "a")
	wantProblem(t, err, problem.KeychainMissing)
}
