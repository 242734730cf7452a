package oauth

import (
	"context"
	"net/http"
	"net/url"

	"latchkey/internal/problem"
	"latchkey/internal/secret"
)

// Revoke ends the tokens at the server (RFC 7009; DELETE tokens/me for Genesys Cloud). told is false when the
// server has no way to do that. The refresh token goes first and takes its access tokens along; the access token is
// revoked only when there is no other, or the server does not revoke the other kind.
func (c *Client) Revoke(ctx context.Context, refresh, access secret.Text) (told bool, err error) {
	if c.Server.Genesys {
		if access.Empty() {
			return false, nil
		}
		err := c.deleteToken(ctx, &Tokens{Access: access})
		return err == nil, err
	}
	if c.Server.RevocationEndpoint == "" {
		return false, nil
	}
	for _, token := range []struct {
		value secret.Text
		hint  string
	}{{refresh, "refresh_token"}, {access, "access_token"}} {
		if token.value.Empty() {
			continue
		}
		supported, err := c.revoke(ctx, token.value, token.hint)
		if supported || err != nil {
			return err == nil, err
		}
	}
	return false, nil
}

// revoke ends one token. An unknown token is a success: it has ended (RFC 7009, section 2.2).
func (c *Client) revoke(ctx context.Context, token secret.Text, hint string) (supported bool, err error) {
	form := url.Values{"token": {token.Reveal()}, "token_type_hint": {hint}}
	r, err := c.HTTP.Do(ctx, c.identified(c.Server.RevocationEndpoint, form)) // RFC 7009 knows no proof
	if err != nil {
		return false, err
	}
	if r.Status == http.StatusOK || r.Status == http.StatusNoContent {
		return true, nil
	}
	refused, err := c.refused(r, form)
	if err != nil {
		return false, err
	}
	if refused.Code == "unsupported_token_type" {
		return false, nil
	}
	return false, refused.problem(problem.SignInRefused, problem.Titled("The server refused to end the session."))
}
