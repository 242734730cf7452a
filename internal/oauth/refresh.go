package oauth

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"latchkey/internal/problem"
	"latchkey/internal/secret"
)

// Refresh redeems a refresh token, exactly once. Tokens.Refresh of the answer is the one to keep: the new one, or
// the old one when the server sent none. A new ID token must name the same issuer and subject. A refusal that is
// final is the problem session-ended; with any other problem the refresh token is worth keeping. Behind step-wanted is a [*StepUp].
func (c *Client) Refresh(ctx context.Context, refresh secret.Text, who Identity) (*Tokens, error) {
	// No scope: the same as before (RFC 6749, section 6).
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh.Reveal()}}
	tokens, idToken, refused, err := c.grant(ctx, form)
	if c.keyUseless(err, host(c.Server.TokenEndpoint)) {
		// Asking again would bring the same answer for ever: the session is of no use without its key.
		return nil, problem.New(problem.SessionEnded, problem.Because("The server does not know the key of this session."), problem.Caused(err))
	}
	if err != nil {
		return nil, err
	}
	if refused != nil {
		return nil, c.refreshRefused(refused)
	}
	if idToken != "" {
		// OpenID Connect Core, section 12.2: an ID token need not come again, but if it does, it is of the same person.
		same := expectation{subject: who.Subject, nonce: secret.New(who.Nonce), nonceOptional: true}
		err := c.acceptIDToken(ctx, tokens, idToken, same)
		if _, ok := errors.AsType[*keysAway](err); ok {
			err = nil // the old refresh token is used up: losing the new one for want of keys would end the session
		}
		if err != nil {
			tokens.Wipe()
			return nil, err
		}
	}
	if tokens.Refresh.Empty() {
		tokens.Refresh = secret.New(refresh.Reveal())
	}
	return tokens, nil
}

// refreshRefused tells a refusal that is final from one that is not.
func (c *Client) refreshRefused(r *refusal) error {
	switch r.Code {
	case "invalid_dpop_proof", wantsNonce: // it is bound, and the key is not there
		return r.problem(problem.SessionEnded, plain)
	case "invalid_grant", "interaction_required", "login_required", "consent_required":
		return r.problem(problem.SessionEnded)
	case "insufficient_authorization", "redirect_to_web":
		return problem.New(problem.StepWanted, problem.Caused(c.stepUp(r)))
	case "invalid_request":
		// dex says so of a token that is used up or revoked, where RFC 6749 has invalid_grant.
		if strings.Contains(r.words, "Refresh token is invalid") {
			return r.problem(problem.SessionEnded)
		}
	}
	if c.Server.Genesys && r.Status < 500 {
		// Whether the region renews for an app without a secret is its choice: any refusal means a new sign-in.
		return r.problem(problem.SessionEnded)
	}
	return r.general()
}
