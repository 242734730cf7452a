package session_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/vault/vaulttest"
)

func TestRF29RevokedAndForgotten(t *testing.T) {
	w := newWorld(t)
	s := w.signIn(w.process(), true)
	refresh := w.kept(s.Account).Refresh.Reveal()
	m := w.process()
	if err := m.SignOut(t.Context(), s.Account, false); err != nil {
		t.Fatal(err)
	}
	revoked := w.as.Requests(oauthtest.RevokePath)
	if len(revoked) != 1 || revoked[0].Form.Get("token") != refresh {
		t.Errorf("revoked %d times, or another token", len(revoked))
	}
	if names := w.store.Names(); len(names) != 0 {
		t.Errorf("KC34: the keychain still holds %v", names)
	}
	_, err := m.Token(t.Context(), "", 0)
	wantProblem(t, err, problem.NotSignedIn)
	if listed, err := m.List(t.Context()); err != nil || len(listed) != 0 {
		t.Errorf("List: %v, %v", listed, err)
	}
	if err := m.SignOut(t.Context(), s.Account, false); err != nil {
		t.Errorf("signing out twice: %v", err)
	}
	w.wantPosts(0)
}

func TestRF29ForgottenEvenIfRevokeFails(t *testing.T) {
	for name, spoil := range map[string]func(*world){
		"revocation fails": func(w *world) { w.as.Next(oauthtest.RevokePath, oauthtest.Answer{Status: 503}) },
		"answer lost": func(w *world) {
			w.as.Handle(oauthtest.RevokePath, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		},
		"no revocation": func(w *world) {
			w.as.SpoilMetadata = func(m map[string]any) { delete(m, "revocation_endpoint") }
		},
		"RF31 no kind of token": func(w *world) {
			w.as.Next(oauthtest.RevokePath, oauthtest.Refused(400, "unsupported_token_type"), oauthtest.Refused(400, "unsupported_token_type"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			s := w.signIn(w.process(), true)
			spoil(w)
			err := w.process().SignOut(t.Context(), s.Account, true)
			wantProblem(t, err, problem.SignOutPartly)
			if has := name == "revocation fails" || name == "answer lost"; errors.Is(err, session.ErrNoRevocation) == has {
				t.Errorf("a server that can be told and one that cannot are not told apart: %v", err)
			}
			if names := w.store.Names(); len(names) != 0 {
				t.Errorf("the keychain still holds %v", names)
			}
			_, err = w.process().Restore(t.Context(), "")
			wantProblem(t, err, problem.NotSignedIn)
		})
	}
}

func TestRF31UnknownTokenIsGone(t *testing.T) {
	w := newWorld(t)
	s := w.signIn(w.process(), true)
	w.as.EndSessions()
	if err := w.process().SignOut(t.Context(), s.Account, false); err != nil {
		t.Errorf("SignOut: %v", err)
	}
}

func TestKC28DeleteFails(t *testing.T) {
	w := newWorld(t)
	s := w.signIn(w.process(), true)
	m := w.process()
	m.OnReached(func(point string) {
		if point == "revoked" {
			w.store.Fail(vaulttest.Faults{FailEvery: 1})
		}
	})
	err := m.SignOut(t.Context(), s.Account, false)
	wantProblem(t, err, problem.KeychainFailed)
	if n := w.as.Count(oauthtest.RevokePath); n != 1 {
		t.Errorf("revoked %d times, want 1", n)
	}
	_, err = w.process().Token(t.Context(), "", 0)
	wantProblem(t, err, problem.NotSignedIn)
	w.store.Fail(vaulttest.Faults{})
	_, err = w.process().Token(t.Context(), "", 0)
	wantProblem(t, err, problem.NotSignedIn)
	listed, err := w.process().List(t.Context())
	if err != nil || len(listed) != 1 || listed[0].State != session.SignedOut {
		t.Fatalf("List: %+v, %v", listed, err)
	}
	if err := w.process().SignOut(t.Context(), s.Account, false); err != nil {
		t.Errorf("signing out again: %v", err)
	}
	if names := w.store.Names(); len(names) != 0 {
		t.Errorf("the keychain still holds %v", names)
	}
}

func TestRF32SignOutWhileAnotherRenews(t *testing.T) {
	t.Run("waits for the lock", func(t *testing.T) {
		w := newWorld(t)
		s := w.signIn(w.process(), true)
		w.expire()
		renewing := w.process()
		atServer, done := make(chan struct{}), make(chan error, 2)
		renewing.OnReached(func(point string) {
			if point == "before write" {
				close(atServer)
			}
		})
		go func() {
			_, err := renewing.Token(t.Context(), "", 0)
			done <- err
		}()
		<-atServer
		if err := w.process().SignOut(t.Context(), s.Account, false); err != nil {
			t.Errorf("SignOut: %v", err)
		}
		if err := <-done; err != nil {
			t.Errorf("Token: %v", err)
		}
		nobody(t, w)
	})
	t.Run("without the lock", func(t *testing.T) {
		w := newWorld(t)
		s := w.signIn(w.process(), true)
		w.expire()
		out := w.process()
		out.WaitForLock(10 * time.Millisecond)
		w.as.Handle(oauthtest.TokenPath, func(rw http.ResponseWriter, _ *http.Request) {
			if err := out.SignOut(t.Context(), s.Account, false); err != nil {
				t.Errorf("SignOut: %v", err)
			}
			rw.Header().Set("Content-Type", "application/json")
			_, _ = rw.Write([]byte(`{"access_token":"a","token_type":"Bearer","expires_in":60,"refresh_token":"too-late"}`))
		})
		_, err := w.process().Token(t.Context(), "", 0)
		wantProblem(t, err, problem.NotSignedIn)
		nobody(t, w)
		revoked := w.as.Requests(oauthtest.RevokePath)
		if len(revoked) != 2 || revoked[1].Form.Get("token") != "too-late" {
			t.Errorf("%d tokens revoked, want the kept one and the one that came too late", len(revoked))
		}
	})
}

func nobody(t *testing.T, w *world) {
	t.Helper()
	_, err := w.process().Token(t.Context(), "", 0)
	wantProblem(t, err, problem.NotSignedIn)
	if names := w.store.Names(); len(names) != 0 {
		t.Errorf("the keychain holds %v", names)
	}
}

func TestWaitWaitsForASignOutThatNobodyWaitsFor(t *testing.T) {
	w := newWorld(t)
	s := w.signIn(w.process(), true)
	m := w.process()
	revoking, goOn := make(chan struct{}), make(chan struct{})
	m.OnReached(func(point string) {
		if point == "revoked" {
			close(revoking)
			<-goOn
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- m.SignOut(ctx, s.Account, false) }()
	<-revoking
	cancel() // the window closes
	short, stop := context.WithTimeout(t.Context(), time.Millisecond)
	defer stop()
	if m.Wait(short) == nil {
		t.Error("Wait did not wait")
	}
	close(goOn)
	if err := m.Wait(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-done; err != nil {
		t.Errorf("SignOut: %v", err)
	}
	if names := w.store.Names(); len(names) != 0 {
		t.Errorf("the keychain still holds %v", names)
	}
}

// A sign-out that the keychain blocked is a sign-out all the same: a renewal that comes late does not undo it.
func TestRF32BlockedSignOutIsNotUndone(t *testing.T) {
	w := newWorld(t)
	s := w.signIn(w.process(), true)
	w.store.Fail(vaulttest.Faults{FailEvery: 1})
	if err := w.process().SignOut(t.Context(), s.Account, false); err == nil {
		t.Fatal("the keychain failed, and nobody said so")
	}
	w.store.Fail(vaulttest.Faults{})
	if _, v := w.processAndVault(); v.Has(s.Account) {
		t.Error("it still counts as kept")
	}
}
