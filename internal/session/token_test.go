package session_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/session"
)

func TestRF13ThousandGoroutines(t *testing.T) {
	w := newWorld(t)
	m := w.process()
	w.signIn(m, true)
	w.expire()
	var wait sync.WaitGroup
	var mu sync.Mutex
	seen := map[string]int{}
	for range 1000 {
		wait.Go(func() {
			tok, err := m.Token(t.Context(), "", 0)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			seen[tok.Access.Reveal()]++
		})
	}
	wait.Wait()
	if len(seen) != 1 {
		t.Errorf("%d different tokens, want one", len(seen))
	}
	w.wantPosts(1)
}

func TestRF15HolderHangs(t *testing.T) {
	w := newWorld(t)
	s := w.signIn(w.process(), true)
	w.expire()
	_, holder := w.processAndVault()
	unlock, err := holder.Lock(t.Context(), s.Account)
	if err != nil {
		t.Fatal(err)
	}
	m := w.process()
	m.WaitForLock(50 * time.Millisecond)
	_, err = m.Token(t.Context(), "", 0)
	wantProblem(t, err, problem.RefreshBusy)
	w.wantPosts(0)
	unlock()
	m.Unhurried()
	token(t, m)
	w.wantPosts(1)
}

func TestRF22GarbledExpiry(t *testing.T) {
	w := newWorld(t)
	s := w.signIn(w.process(), true)
	_, v := w.processAndVault()
	r := w.kept(s.Account)
	r.Issued, r.Expires = time.Time{}, time.Time{}
	if _, err := v.Save(t.Context(), r, true); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		token(t, w.process())
	}
	w.wantPosts(1)
}

// A server whose access tokens are dead on arrival gets one request a call.
func TestRF25NoLoop(t *testing.T) {
	w := newWorld(t)
	w.signIn(w.process(), true)
	w.expire()
	w.as.SpoilTokens = func(a map[string]any) { a["expires_in"] = 0 }
	for n := range 3 {
		if _, err := w.process().Token(t.Context(), "", 0); err != nil {
			t.Fatal(err)
		}
		w.wantPosts(n + 1)
	}
}

func TestRF26Slept(t *testing.T) {
	w := newWorld(t)
	m := w.process()
	w.signIn(m, true)
	w.clock.Advance(72 * time.Hour)
	token(t, m)
	w.wantPosts(1)
}

func TestRF27ClockIsSet(t *testing.T) {
	w := newWorld(t)
	w.signIn(w.process(), true)
	w.as.Now = func() time.Time { return w.clock.Now() }
	for n, step := range []time.Duration{-24 * time.Hour, 24 * time.Hour, 24 * time.Hour, -24 * time.Hour} {
		before := w.posts() // set back, nobody can tell whether the token is still good: the server is asked
		w.clock.Advance(step)
		for range 4 {
			token(t, w.process())
		}
		if more := w.posts() - before; more != 1 {
			t.Errorf("step %d (%v) took %d refreshes, want 1", n, step, more)
		}
	}
}

func TestMinLife(t *testing.T) {
	w := newWorld(t)
	w.signIn(w.process(), true)
	w.clock.Advance(30 * time.Minute)
	m := w.process()
	for _, c := range []struct {
		life  time.Duration
		posts int
	}{{0, 0}, {29 * time.Minute, 0}, {31 * time.Minute, 1}, {59 * time.Minute, 1}, {24 * time.Hour, 2}} {
		if _, err := m.Token(t.Context(), "", c.life); err != nil {
			t.Fatal(err)
		}
		w.wantPosts(c.posts)
	}
	w.clock.Advance(w.as.Lifetime - session.Margin + time.Second)
	token(t, m)
	w.wantPosts(3)
}

func TestRF37TwoOrganizations(t *testing.T) {
	w := newWorld(t)
	first := w.signIn(w.process(), true)
	second := newWorld(t)
	second.dir, second.store, second.clock = w.dir, w.store, w.clock
	second.as.Now = w.clock.Now
	second.settings.Organizations[0].ID = "zenith"
	second.settings.Default = "zenith"
	second.signIn(second.process(), true)

	// The first one's lock does not keep the second one waiting.
	_, v := w.processAndVault()
	unlock, err := v.Lock(t.Context(), first.Account)
	if err != nil {
		t.Fatal(err)
	}
	w.expire()
	token(t, second.process())
	unlock()
	token(t, w.process())
	w.wantPosts(1)
	second.wantPosts(1)
}

func TestRF33SwitchAccount(t *testing.T) {
	w := newWorld(t)
	m := w.process()
	amy := w.signIn(m, true)
	w.as.Users[0], w.as.Users[1] = w.as.Users[1], w.as.Users[0]
	w.clock.Advance(time.Minute)
	ben := w.signIn(m, true)
	if amy.Account == ben.Account {
		t.Fatal("one account for two people")
	}
	s, err := w.process().Restore(t.Context(), "")
	if err != nil || s.Username != "ben@acme.example" {
		t.Errorf("restored %q, %v; want the one signed in last", s.Username, err)
	}
	if tok := token(t, w.process()); tok != w.kept(ben.Account).Access.Reveal() {
		t.Error("the token is not the current account's")
	}
	if err := m.SignOut(t.Context(), ben.Account, false); err != nil {
		t.Fatal(err)
	}
	if s, err := w.process().Restore(t.Context(), ""); err != nil || s.Username != "amy@acme.example" {
		t.Errorf("after signing out restored %q, %v", s.Username, err)
	}
}

func TestCancelledCallerLosesNothing(t *testing.T) {
	w := newWorld(t)
	m := w.process()
	s := w.signIn(m, true)
	w.expire()
	ctx, cancel := contextOf(t)
	m.OnReached(func(point string) {
		if point == "before write" {
			cancel()
		}
	})
	if _, err := m.Token(ctx, "", 0); err != nil && !errors.Is(err, ctx.Err()) {
		t.Errorf("cancelled: %v", err)
	}
	// The renewal goes on by itself; the lock tells when it has ended.
	_, v := w.processAndVault()
	unlock, err := v.Lock(t.Context(), s.Account)
	if err != nil {
		t.Fatal(err)
	}
	unlock()
	token(t, w.process())
	w.wantPosts(1)
}
