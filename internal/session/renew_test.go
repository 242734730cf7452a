package session_test

import (
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/vault/vaulttest"
)

func TestRF01WrittenBeforeHandedOut(t *testing.T) {
	w := newWorld(t)
	m := w.process()
	s := w.signIn(m, true)
	old := w.kept(s.Account)
	w.expire()
	written := ""
	m.OnReached(func(point string) {
		if point == "after write" {
			written = w.kept(s.Account).Access.Reveal()
		}
	})
	access := token(t, m)
	if access != written {
		t.Error("the access token was handed out before it was kept")
	}
	if r := w.kept(s.Account); r.Refresh.Equal(old.Refresh) || r.Generation != old.Generation+1 {
		t.Errorf("generation %d after %d, same refresh token %v", r.Generation, old.Generation, r.Refresh.Equal(old.Refresh))
	}
}

func TestRF02RF04OldTokenStaysWithoutANewOne(t *testing.T) {
	for name, spoil := range map[string]func(map[string]any){
		"none":  func(a map[string]any) { delete(a, "refresh_token") },
		"empty": func(a map[string]any) { a["refresh_token"] = "" },
		"null":  func(a map[string]any) { a["refresh_token"] = nil },
		"same":  nil,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			s := w.signIn(w.process(), true)
			old := w.kept(s.Account).Refresh
			w.as.NoRotate = true
			w.as.SpoilTokens = spoil
			if name == "same" {
				w.as.SpoilTokens = func(a map[string]any) { a["refresh_token"] = old.Reveal() }
			}
			for range 3 {
				w.expire()
				token(t, w.process())
			}
			if !w.kept(s.Account).Refresh.Equal(old) {
				t.Error("the refresh token was replaced")
			}
			w.wantPosts(3)
		})
	}
}

func TestRF03RotatedTwice(t *testing.T) {
	w := newWorld(t)
	w.signIn(w.process(), true)
	seen := map[string]bool{}
	for range 4 {
		w.expire()
		seen[token(t, w.process())] = true
	}
	if len(seen) != 4 {
		t.Errorf("%d different tokens, want 4", len(seen))
	}
	w.wantPosts(4)
}

func TestRF05OtherIssuerRejected(t *testing.T) {
	for name, spoil := range map[string]func(map[string]any){
		"RF05 issuer":  func(c map[string]any) { c["iss"] = "https://evil.example" },
		"RF07 subject": func(c map[string]any) { c["sub"] = "user-2" },
		"RF07 client":  func(c map[string]any) { c["aud"] = "other" },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			s := w.signIn(w.process(), true)
			old := w.kept(s.Account)
			w.expire()
			w.as.SpoilClaims = spoil
			asked := w.as.Count(oauthtest.UserInfoPath)
			if _, err := w.process().Token(t.Context(), "", 0); err == nil {
				t.Fatal("the answer was taken")
			}
			if n := w.as.Count(oauthtest.UserInfoPath); n != asked {
				t.Error("userinfo was asked")
			}
			if r := w.kept(s.Account); !r.Refresh.Equal(old.Refresh) || r.Generation != old.Generation {
				t.Error("something of the answer was kept")
			}
		})
	}
}

func TestRF08RefreshWithoutIDToken(t *testing.T) {
	w := newWorld(t)
	w.signIn(w.process(), true)
	w.expire()
	w.as.SpoilTokens = func(a map[string]any) { delete(a, "id_token") }
	token(t, w.process())
}

func TestRF10RF34EndedOnceThenSignInAgain(t *testing.T) {
	w := newWorld(t)
	w.signIn(w.process(), true)
	w.expire()
	w.as.EndSessions() // the password was changed elsewhere
	m := w.process()
	_, err := m.Token(t.Context(), "", 0)
	wantProblem(t, err, problem.SessionEnded)
	for range 3 {
		_, err = m.Token(t.Context(), "", 0)
		wantProblem(t, err, problem.NotSignedIn)
	}
	w.wantPosts(1)
	if name := w.process().LastUsername("acme"); name != "amy@acme.example" {
		t.Errorf("LastUsername %q", name)
	}
	w.signIn(m, true)
	token(t, w.process())
}

// A program without the lock (an older one) renewed while our request was under way.
func TestRF11NewerTokenIsAdopted(t *testing.T) {
	for _, good := range []bool{true, false} {
		name := map[bool]string{true: "with a good access token", false: "to be refreshed"}[good]
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			s := w.signIn(w.process(), true)
			w.expire()
			newer := w.kept(s.Account)
			_, fresh, _ := w.grant()
			newer.Refresh, newer.Access, newer.Issued, newer.Expires = fresh.Refresh, fresh.Access, w.clock.Now(), fresh.Expires
			if !good {
				newer.Expires = w.clock.Now()
			}
			w.as.Handle(oauthtest.TokenPath, func(rw http.ResponseWriter, r *http.Request) {
				if !secretOf(r.PostFormValue("refresh_token")).Equal(newer.Refresh) {
					_, v := w.processAndVault()
					if _, err := v.Save(t.Context(), copyOf(newer), true); err != nil {
						t.Error(err)
					}
					rw.Header().Set("Content-Type", "application/json")
					rw.WriteHeader(http.StatusBadRequest)
					_, _ = rw.Write([]byte(`{"error":"invalid_grant"}`))
					return
				}
				rw.Header().Set("Content-Type", "application/json")
				_, _ = rw.Write([]byte(`{"access_token":"third","token_type":"Bearer","expires_in":60,"refresh_token":"next"}`))
			})
			want, posts := fresh.Access.Reveal(), 1
			if !good {
				want, posts = "third", 2
			}
			if got := token(t, w.process()); got != want {
				t.Errorf("got %q, want the newer session's %q", got, want)
			}
			w.wantPosts(posts)
			w.kept(s.Account)
		})
	}
}

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
	token(t, m)
	w.wantPosts(1)
}

// The server acts, and its answer is lost: aborting where the answer is made does that.
func loseAnswers(n int) func(map[string]any) {
	return func(map[string]any) {
		if n--; n >= 0 {
			panic(http.ErrAbortHandler)
		}
	}
}

func TestRF19AnswerLost(t *testing.T) {
	t.Run("strict server", func(t *testing.T) {
		w := newWorld(t)
		w.signIn(w.process(), true)
		w.expire()
		w.as.SpoilTokens = loseAnswers(1)
		_, err := w.process().Token(t.Context(), "", 0)
		wantProblem(t, err, problem.SessionEnded)
		w.wantPosts(2)
		_, err = w.process().Token(t.Context(), "", 0)
		wantProblem(t, err, problem.NotSignedIn)
	})
	t.Run("server with a grace window", func(t *testing.T) {
		w := newWorld(t)
		w.signIn(w.process(), true)
		w.expire()
		w.as.NoRotate = true // the same token again, as within the window
		w.as.SpoilTokens = loseAnswers(1)
		token(t, w.process())
		w.wantPosts(2)
	})
	t.Run("lost twice", func(t *testing.T) {
		w := newWorld(t)
		s := w.signIn(w.process(), true)
		w.expire()
		w.as.NoRotate = true
		w.as.SpoilTokens = loseAnswers(2)
		_, err := w.process().Token(t.Context(), "", 0)
		wantProblem(t, err, problem.ConnectionBroken)
		w.wantPosts(2)
		w.kept(s.Account) // nothing is deleted
		token(t, w.process())
		w.wantPosts(3)
	})
}

func TestOtherTroubleLeavesEverything(t *testing.T) {
	for name, c := range map[string]struct {
		answer oauthtest.Answer
		code   problem.Code
	}{
		"server is down": {oauthtest.Answer{Status: 503, Body: "<html>"}, problem.ServerUnavailable},
		"too many":       {oauthtest.Refused(429, "slow_down"), problem.TooManyTries},
		"app unknown":    {oauthtest.Refused(401, "invalid_client"), problem.AppUnknown},
		"RF23 step-up":   {oauthtest.Refused(400, "insufficient_authorization", "auth_session", "x"), problem.SessionEnded},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			s := w.signIn(w.process(), true)
			w.expire()
			before := w.store.Items()
			w.as.Next(oauthtest.TokenPath, c.answer)
			_, err := w.process().Token(t.Context(), "", 0)
			wantProblem(t, err, c.code)
			w.wantPosts(1)
			for name, value := range before {
				if string(w.store.Items()[name]) != string(value) {
					t.Error("the keychain has changed")
				}
			}
			w.kept(s.Account)
			token(t, w.process())
		})
	}
}

func TestR17OfflineNeverSignsOut(t *testing.T) {
	w := newWorld(t)
	s := w.signIn(w.process(), true)
	w.expire()
	w.as.Handle(oauthtest.MetadataPath, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	_, err := w.process().Restore(t.Context(), "")
	wantProblem(t, err, problem.ConnectionBroken)
	w.kept(s.Account)
	listed, err := w.process().List(t.Context())
	if err != nil || len(listed) != 1 || listed[0].State != session.SignedIn {
		t.Errorf("List: %+v, %v", listed, err)
	}
}

func TestRF21StaleTokenIsNotSent(t *testing.T) {
	w := newWorld(t)
	w.signIn(w.process(), true)
	old := w.store.Items()
	w.expire()
	token(t, w.process())
	for name, value := range old {
		w.store.Put(name, value) // an older program, or a backup, brings it back
	}
	w.expire()
	_, err := w.process().Token(t.Context(), "", 0)
	wantProblem(t, err, problem.KeychainNotSaved)
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
		before := w.posts()
		w.clock.Advance(step)
		for range 4 {
			token(t, w.process())
		}
		if more := w.posts() - before; more > 1 {
			t.Errorf("step %d (%v) took %d refreshes, want at most 1", n, step, more)
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

func TestR11KeychainFailsDuringRotation(t *testing.T) {
	for name, f := range map[string]vaulttest.Faults{
		"fails":          {FailEvery: 1},
		"KC03 dismissed": {Dismissed: true},
		"KC29 torn":      {Torn: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			m := w.process()
			s := w.signIn(m, true)
			w.expire()
			m.OnReached(func(point string) {
				if point == "before write" {
					w.store.Fail(f)
				}
			})
			first, err := m.Token(t.Context(), "", 0)
			if err != nil {
				t.Fatal(err)
			}
			if first.NotKept == nil {
				t.Error("nobody is told that the session is not kept")
			}
			if token(t, m) != first.Access.Reveal() {
				t.Error("the token in memory is lost")
			}
			// Another process must not use the refresh token that has been replaced.
			w.store.Fail(vaulttest.Faults{})
			if _, err := w.process().Token(t.Context(), "", 0); err == nil {
				t.Error("another process got a token from a stale session")
			}
			w.wantPosts(1)
			// The next renewal keeps it again.
			m.OnReached(func(string) {})
			w.expire()
			if tok, err := m.Token(t.Context(), "", 0); err != nil || tok.NotKept != nil {
				t.Errorf("after the keychain is back: %v, not kept: %v", err, tok.NotKept)
			}
			w.wantPosts(2)
			if where := w.kept(s.Account).Generation; where < 3 {
				t.Errorf("generation %d", where)
			}
			token(t, w.process())
			w.wantPosts(2)
		})
	}
}

// A write that nobody waited for any more lands after all, and another process goes on from there.
func TestKC29LateWrite(t *testing.T) {
	w := newWorld(t)
	m, v := w.processAndVault()
	s := w.signIn(m, true)
	w.expire()
	m.OnReached(func(point string) {
		if point == "before write" {
			w.store.Fail(vaulttest.Faults{Silent: true})
		}
	})
	first, err := m.Token(t.Context(), "", 0)
	if err != nil {
		t.Fatal(err)
	}
	wantProblem(t, first.NotKept, problem.KeychainTimeout)
	m.OnReached(func(string) {})
	w.store.Fail(vaulttest.Faults{})
	if err := v.Probe(t.Context()); err != nil { // its turn comes after the late write
		t.Fatal(err)
	}
	token(t, w.process())
	w.wantPosts(2) // the sealed file was not written, so the other process has to ask
	w.expire()
	if tok, err := m.Token(t.Context(), "", 0); err != nil || tok.NotKept != nil {
		t.Errorf("the first process: %v, not kept: %v", err, tok.NotKept)
	}
	w.wantPosts(3)
	w.kept(s.Account)
}

func TestR11HalfOfTheCallsFail(t *testing.T) {
	w := newWorld(t)
	m := w.process()
	w.signIn(m, true)
	w.store.Fail(vaulttest.Faults{FailEvery: 2})
	ended := 0
	for range 20 {
		w.expire()
		_, err := m.Token(t.Context(), "", 0)
		if problem.Has(err, problem.NotSignedIn) || problem.Has(err, problem.SessionEnded) {
			ended++
		}
	}
	if ended > 0 {
		t.Errorf("signed out %d times", ended)
	}
	w.store.Fail(vaulttest.Faults{})
	w.expire()
	token(t, m)
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
