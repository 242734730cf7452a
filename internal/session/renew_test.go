package session_test

import (
	"net/http"
	"testing"
	"time"

	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/session"
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
		"RF07 nonce":   func(c map[string]any) { c["nonce"] = "another sign-in's" },
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

// Many servers repeat the sign-in's nonce in the ID token of a refresh; it must be the same one then.
func TestRF07SameNonce(t *testing.T) {
	w := newWorld(t)
	s := w.signIn(w.process(), true)
	nonce := w.kept(s.Account).Nonce
	if nonce == "" {
		t.Fatal("the sign-in's nonce is not kept")
	}
	w.as.SpoilClaims = func(c map[string]any) { c["nonce"] = nonce }
	for range 3 {
		w.expire()
		token(t, w.process())
	}
	w.wantPosts(3)
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
	if w.process().Ended("acme").IsZero() {
		t.Error("nobody can be told that the server ended the session")
	}
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
	if !m.Ended("acme").IsZero() {
		t.Error("signed in again, and still told to have ended")
	}
}

// It is the last session that is told to have ended: whoever signs in after it, and however, has another last one.
func TestRF10EndIsForgottenByAnySignIn(t *testing.T) {
	for name, keep := range map[string]bool{"kept": true, "in memory": false} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.signIn(w.process(), true)
			w.expire()
			w.as.EndSessions()
			_, err := w.process().Token(t.Context(), "", 0)
			wantProblem(t, err, problem.SessionEnded)
			m := w.process()
			s := w.signIn(m, keep)
			if err := m.SignOut(t.Context(), s.Account, false); err != nil {
				t.Fatal(err)
			}
			if at := w.process().Ended("acme"); !at.IsZero() {
				t.Errorf("the last session is told to have been ended by the server at %v", at)
			}
		})
	}
}

// A session that was to leave nothing behind leaves no word of its end, either.
func TestRF10EndOfASessionInMemoryIsNotRemembered(t *testing.T) {
	w := newWorld(t)
	m := w.process()
	w.signIn(m, false)
	w.expire()
	w.as.EndSessions()
	_, err := m.Token(t.Context(), "", 0)
	wantProblem(t, err, problem.SessionEnded)
	if at := m.Ended("acme"); !at.IsZero() {
		t.Errorf("this computer remembers that it ended at %v", at)
	}
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
		"RF23 step-up":   {oauthtest.Refused(400, "insufficient_authorization", "auth_session", "x"), problem.StepWanted},
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
			w.clock.Advance(16 * time.Minute) // a step that is wanted is not asked for again at once
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

// The keys to check a new ID token with cannot be had: the rotated refresh token must not be lost for it.
func TestRF01KeysAwayLosesNothing(t *testing.T) {
	for name, away := range map[string]http.HandlerFunc{
		"unavailable": func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusServiceUnavailable) },
		"broken":      func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			s := w.signIn(w.process(), true)
			old := w.kept(s.Account).Refresh
			w.expire()
			w.as.Handle(oauthtest.JWKSPath, away)
			token(t, w.process())
			if w.kept(s.Account).Refresh.Equal(old) {
				t.Error("the new refresh token was lost")
			}
			w.wantPosts(1)
			w.expire()
			token(t, w.process())
			w.wantPosts(2)
		})
	}
}
