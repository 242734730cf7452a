package signin_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/signin"
)

func TestAnotherAccountIsAskedFor(t *testing.T) {
	server := withoutPassword(t)
	k := newTalk(t, server)
	k.opts.Username = "ben@acme.example"
	k.start()
	confirm := until[signin.Confirm](k)
	k.answer(signin.Answer{ID: confirm.ID, Use: "browser"})
	again := until[signin.Confirm](k) // this browser only ever is amy
	k.answer(signin.Answer{ID: again.ID, Use: "continue"})
	k.signsIn()
	asked := k.sent(oauthtest.AuthorizePath)
	if len(asked) != 2 || asked[0].Query.Get("prompt") != "" || asked[1].Query.Get("prompt") != "login" {
		t.Errorf("asked with %v", asked)
	}
	if server.Count(oauthtest.RevokePath) == 0 {
		t.Error("the first account's tokens live on")
	}
}

func TestTK39NarrowerScopeIsTold(t *testing.T) {
	server := withoutPassword(t)
	server.SpoilTokens = func(a map[string]any) { a["scope"] = "openid" }
	k := newTalk(t, server).start()
	if notice := until[signin.Notice](k); notice.Problem.Code != problem.AccessLimited {
		t.Errorf("got %v", notice.Problem)
	}
	k.signsIn()
}

func TestWrongOrganizationCanBeTriedAgain(t *testing.T) {
	server := oauthtest.NewGenesys(t)
	k := newTalk(t, server)
	k.opts.Org.Org = "another-org"
	k.start()
	trouble := until[signin.Trouble](k)
	if trouble.Problem.Code != problem.WrongOrganization || !trouble.Problem.Again {
		t.Fatalf("got %v", trouble.Problem)
	}
	choose := expect[signin.Choose](k)
	k.answer(signin.Answer{ID: choose.ID, Use: "browser"})
	until[signin.Trouble](k)
	if asked := k.sent(oauthtest.GenesysAuthorizePath); len(asked) != 2 || asked[1].Query.Get("prompt") != "login" {
		t.Errorf("asked with %v", asked)
	}
	if k.keeper.count() != 0 || server.Count(oauthtest.TokensMePath) != 2 {
		t.Errorf("kept %d; tokens ended: %d", k.keeper.count(), server.Count(oauthtest.TokensMePath))
	}
}

func TestWhoeverSignsInIsRightWhenTheNameWasAGuess(t *testing.T) {
	k := newTalk(t, withoutPassword(t))
	k.opts.Username, k.opts.Guessed = "ben@acme.example", true
	k.start()
	if done := k.signsIn(); done.Username != amy {
		t.Errorf("got %+v", done)
	}
	for _, s := range k.said {
		if _, ok := s.(signin.Confirm); ok {
			t.Error("somebody had to confirm a guess")
		}
	}
}

// Some servers tell of this very sign-in as the last one: it would hide the one before, and say nothing.
func TestS23ThisSignInIsNotTheOneBefore(t *testing.T) {
	for name, c := range map[string]struct {
		ago  time.Duration
		told bool
	}{"an hour ago": {time.Hour, true}, "just now": {0, false}} {
		for door, server := range map[string]*oauthtest.Server{"password": oauthtest.New(t), "browser": withoutPassword(t)} {
			t.Run(name+", "+door, func(t *testing.T) {
				server.SpoilClaims = func(claims map[string]any) {
					claims["last_login"] = time.Now().Add(-c.ago).UTC().Format(time.RFC3339)
				}
				server.Users[0].OTP = ""
				k := newTalk(t, server).start()
				if door == "password" {
					k.credentials(server.Users[0].Password)
				}
				k.signsIn()
				if s, _ := k.attempt.Session(); s.Last.At.IsZero() == c.told {
					t.Errorf("told: %v", s.Last)
				}
			})
		}
	}
}

// This computer's clock may be minutes off: which sign-in is meant is decided by the server's.
func TestS23ThisSignInIsToldByTheServersClock(t *testing.T) {
	for name, c := range map[string]struct {
		ahead, ago time.Duration // the server's clock; the sign-in that it tells of
		told       bool
	}{
		"behind, this one": {-4 * time.Minute, 0, false}, "behind, two minutes ago": {-4 * time.Minute, 2 * time.Minute, true},
		"ahead, this one": {4 * time.Minute, 0, false}, "ahead, two minutes ago": {4 * time.Minute, 2 * time.Minute, true},
		"a little behind, this one": {-3 * time.Second, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			server := oauthtest.New(t)
			server.Now = func() time.Time { return time.Now().Add(c.ahead) }
			server.DateNow = server.Now
			server.SpoilClaims = func(claims map[string]any) {
				claims["last_login"] = server.Now().Add(-c.ago).UTC().Format(time.RFC3339)
			}
			server.Users[0].OTP = ""
			k := newTalk(t, server).start()
			k.credentials(server.Users[0].Password)
			k.signsIn()
			if s, _ := k.attempt.Session(); s.Last.At.IsZero() == c.told {
				t.Errorf("told: %v", s.Last)
			}
		})
	}
}

// Nothing set up here says nothing about somebody who comes through the company.
func TestS20CompanyHasItsOwnSecondStep(t *testing.T) {
	for door, want := range map[signin.Door]bool{signin.WithBrowser: true, signin.WithCompany: false} {
		server := oauthtest.NewGenesys(t)
		server.Handle(oauthtest.VerifiersPath, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"entities":[]}`))
		})
		k := newTalk(t, server)
		k.opts.With, k.opts.Org.Company, k.opts.Org.TwoStepURL = door, "Globex", "https://apps.example/two-step"
		k.start().signsIn()
		if who := k.keeper.who[0]; who.OneStep != want || who.How != string(door) {
			t.Errorf("%s: got %+v", door, who)
		}
	}
}

// A server that is not the one it was is told with both hosts, before anything is asked there.
func TestS21ChangedServerIsToldWithBothHosts(t *testing.T) {
	server := withoutPassword(t)
	k := newTalk(t, server)
	k.deps.Changed = func(config.Organization) (session.Change, bool) {
		return session.Change{OrgName: "Acme", Old: "login.acme.example", New: "login.acrne.example"}, true
	}
	k.start()
	trouble := until[signin.Trouble](k)
	if trouble.Problem.Code != problem.IssuerChanged || trouble.Problem.Again || trouble.Was != "login.acme.example" || trouble.Now != "login.acrne.example" {
		t.Errorf("got %+v", trouble)
	}
	if server.Count(oauthtest.AuthorizePath) != 0 {
		t.Error("something was asked there")
	}
}

// Where passwords would go is known when the server has described itself; nothing is asked for then where that is not the one it was.
func TestS21PasswordsThatGoElsewhereAreNotAskedFor(t *testing.T) {
	server := oauthtest.New(t)
	k := newTalk(t, server)
	asked := ""
	k.deps.PasswordsAt = func(_ context.Context, _ config.Organization, host string) (session.Change, bool) {
		asked = host
		return session.Change{OrgName: "Acme", Old: "login.acme.example", New: "passwords.evil.example", Passwords: true}, true
	}
	k.start()
	trouble := until[signin.Trouble](k)
	if trouble.Problem.Code != problem.IssuerChanged || trouble.Problem.Again || !trouble.Passwords || trouble.Now != "passwords.evil.example" {
		t.Errorf("got %+v", trouble)
	}
	if asked == "" || !strings.HasSuffix(server.URL, asked) {
		t.Errorf("asked about %q", asked)
	}
	for _, s := range k.said {
		if _, credentials := s.(signin.Credentials); credentials {
			t.Error("the password was asked for")
		}
	}
}
