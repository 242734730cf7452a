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

// Tokens that nobody keeps are gone when the sign-in ends.
func TestTokensThatNobodyKeepsAreGone(t *testing.T) {
	for name, fail := range map[string]error{"kept": nil, "not kept": errors.New("full")} {
		t.Run(name, func(t *testing.T) {
			server := oauthtest.New(t)
			k, h := newTalk(t, server), &holding{fail: fail}
			k.deps.Keeper, k.opts.With = h, signin.WithBrowser
			k.start()
			for step := k.next(); step != nil; step = k.next() {
			}
			if h.tokens == nil {
				t.Fatal("there were no tokens")
			}
			if gone := h.tokens.Access.Empty() && h.tokens.Refresh.Empty() && h.tokens.ProofKey.Empty(); gone != (fail != nil) {
				t.Errorf("the tokens are gone: %v", gone)
			}
		})
	}
}
