package session_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/vault"
)

// busy is an answer that asks to be left alone for so many seconds; none for an empty word.
func busy(status int, seconds string) oauthtest.Answer {
	a := oauthtest.Refused(status, "temporarily_unavailable")
	if seconds != "" {
		a.Header = map[string]string{"Retry-After": seconds}
	}
	return a
}

func TestR12RetryAfterIsObeyedAtRefresh(t *testing.T) {
	for name, c := range map[string]struct {
		answer oauthtest.Answer
		code   problem.Code
		rest   time.Duration // 0: none
	}{
		"out of order":    {busy(http.StatusServiceUnavailable, "90"), problem.ServerUnavailable, 90 * time.Second},
		"asked too often": {busy(http.StatusTooManyRequests, "90"), problem.TooManyTries, 90 * time.Second},
		"for a day":       {busy(http.StatusServiceUnavailable, "86400"), problem.ServerUnavailable, 15 * time.Minute},
		"until whenever":  {busy(http.StatusServiceUnavailable, ""), problem.ServerUnavailable, 0},
		"a refusal":       {oauthtest.Answer{Status: http.StatusUnauthorized, Header: map[string]string{"Retry-After": "90"}, Body: `{"error":"invalid_client"}`}, problem.AppUnknown, 0},
	} {
		for kept, keep := range map[string]bool{"kept": true, "in memory": false} {
			t.Run(name+" "+kept, func(t *testing.T) {
				w := newWorld(t)
				m := w.process()
				w.signIn(m, keep)
				other := m
				if keep {
					other = w.process()
				}
				w.expire()
				w.as.Next(oauthtest.TokenPath, c.answer)
				_, err := m.Token(t.Context(), "", 0)
				wantProblem(t, err, c.code)
				w.wantPosts(1)
				if c.rest == 0 {
					token(t, other)
					w.wantPosts(2)
					return
				}
				told := problem.From(err).Why
				over := w.clock.Now().Add(c.rest)
				if want := over.Truncate(time.Minute).Add(time.Minute).Local().Format("15:04"); !strings.Contains(told, want) {
					t.Errorf("told %q, want until %s", told, want)
				}
				w.clock.Set(over.Add(-time.Second))
				for _, m := range []*session.Manager{m, other} {
					_, err := m.Token(t.Context(), "", 0)
					wantProblem(t, err, c.code)
					if why := problem.From(err).Why; why != told {
						t.Errorf("then told %q, first %q", why, told)
					}
				}
				w.wantPosts(1)
				w.clock.Set(over)
				token(t, other)
				w.wantPosts(2)
			})
		}
	}
}

// The server's description is asked for first, by each process anew: a server that asks to be left alone there is, too.
func TestR12RetryAfterIsObeyedAtDiscovery(t *testing.T) {
	for status, code := range map[int]problem.Code{
		http.StatusServiceUnavailable: problem.ServerUnavailable,
		http.StatusTooManyRequests:    problem.TooManyTries,
	} {
		t.Run(string(code), func(t *testing.T) {
			w := newWorld(t)
			w.signIn(w.process(), true)
			w.expire()
			before := w.as.Count(oauthtest.MetadataPath)
			w.as.Next(oauthtest.MetadataPath, busy(status, "90"))
			for range 4 {
				_, err := w.process().Token(t.Context(), "", 0)
				wantProblem(t, err, code)
			}
			if n := w.as.Count(oauthtest.MetadataPath) - before; n != 1 {
				t.Errorf("asked %d times", n)
			}
			w.clock.Advance(90 * time.Second)
			token(t, w.process())
			w.wantPosts(1)
		})
	}
}

// What is still good serves until the server may be asked again, also where longer life is wished for.
func TestR12GoodTokenServesWhileTheServerRests(t *testing.T) {
	w := newWorld(t)
	m := w.process()
	s := w.signIn(m, true)
	first := token(t, m)
	w.clock.Set(s.Expires.Add(-90 * time.Second))
	w.as.Next(oauthtest.TokenPath, busy(http.StatusServiceUnavailable, "600"))
	for _, m := range []*session.Manager{m, m, w.process()} {
		tok, err := m.Token(t.Context(), "", 10*time.Minute)
		if err != nil || tok.Access.Reveal() != first {
			t.Fatalf("another token, or %v", err)
		}
		if _, err := m.Restore(t.Context(), ""); err != nil {
			t.Errorf("Restore: %v", err)
		}
	}
	w.wantPosts(1)
	w.clock.Set(s.Expires)
	_, err := m.Token(t.Context(), "", 0)
	wantProblem(t, err, problem.ServerUnavailable)
	w.wantPosts(1)
}

// Signing in is always free, and ends it.
func TestR12SigningInEndsTheRest(t *testing.T) {
	w := newWorld(t)
	m := w.process()
	w.signIn(m, true)
	w.expire()
	w.as.Next(oauthtest.TokenPath, busy(http.StatusServiceUnavailable, "900"))
	_, err := m.Token(t.Context(), "", 0)
	wantProblem(t, err, problem.ServerUnavailable)
	s := w.signIn(w.process(), true)
	w.clock.Set(s.Expires.Add(-time.Second))
	token(t, m)
	w.wantPosts(2)
}

// A clock that ran ahead for a while keeps nobody away.
func TestR12RestFarAheadIsNotBelieved(t *testing.T) {
	w := newWorld(t)
	s := w.signIn(w.process(), true)
	w.expire()
	_, v := w.processAndVault()
	v.Rest(t.Context(), s.Account, w.clock.Now().Add(16*time.Minute), problem.ServerUnavailable)
	token(t, w.process())
	w.wantPosts(1)
}

func TestR12RestTellsNobodysName(t *testing.T) {
	w := newWorld(t)
	s := w.signIn(w.process(), true)
	_, v := w.processAndVault()
	v.Rest(t.Context(), s.Account, w.clock.Now().Add(time.Minute), problem.ServerUnavailable)
	if err := v.Delete(t.Context(), s.Account); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(w.dir, "accounts.json"))
	if err != nil || !strings.Contains(string(raw), `"until"`) {
		t.Fatalf("nothing is remembered: %v", err)
	}
	if strings.Contains(string(raw), s.Account.Subject) {
		t.Error("the file names whose session it is")
	}
	if until, _ := v.RestsUntil(vault.Account{Org: s.Account.Org}); !until.IsZero() {
		t.Error("another session rests too")
	}
}
