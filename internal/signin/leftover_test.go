package signin_test

import (
	"context"
	"errors"
	"testing"

	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/session"
	"latchkey/internal/signin"
)

// holding is a keeper that remembers what it was given, whether it keeps it or not.
type holding struct {
	tokens *oauth.Tokens
	fail   error
}

func (h *holding) Keep(_ context.Context, _ *oauth.Client, t *oauth.Tokens, who oauth.Identity, _ bool) (session.Session, error) {
	h.tokens = t
	return session.Session{Username: who.Username}, h.fail
}

// What came with tokens and is of no use beyond the sign-in is gone when it ends; where nobody keeps them, so are they.
func TestNothingOutlivesTheSignIn(t *testing.T) {
	for name, fail := range map[string]error{"kept": nil, "not kept": errors.New("full")} {
		t.Run(name, func(t *testing.T) {
			server := oauthtest.New(t)
			server.SpoilTokens = func(m map[string]any) { m["auth_session"] = "newest" }
			k, h := newTalk(t, server), &holding{fail: fail}
			k.deps.Keeper, k.opts.With = h, signin.WithBrowser
			k.start()
			for step := k.next(); step != nil; step = k.next() {
			}
			if h.tokens == nil {
				t.Fatal("there were no tokens")
			}
			if !h.tokens.AuthSession().Empty() {
				t.Error("auth_session is still there")
			}
			if gone := h.tokens.Access.Empty() && h.tokens.Refresh.Empty() && h.tokens.ProofKey.Empty(); gone != (fail != nil) {
				t.Errorf("the tokens are gone: %v", gone)
			}
		})
	}
}
