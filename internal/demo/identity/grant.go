package identity

import (
	"context"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// Grant returns the tokens of a sign-in that was proved elsewhere than on this server's pages, as a password grant does
// it. The client must be known; amr says how it was proved (RFC 8176).
func (s *Server) Grant(ctx context.Context, clientID, subject string, scopes, amr []string) (*oidc.AccessTokenResponse, error) {
	app, err := s.store.GetClientByClientID(ctx, clientID)
	if err != nil {
		return nil, err
	}
	req := s.store.newRequest(request{clientID: clientID, scopes: scopes})
	s.store.complete(req, proof{subject: subject, amr: amr, how: "password"})
	return op.CreateTokenResponse(op.ContextWithIssuer(ctx, s.Issuer), req, app, s.provider, true, "", "")
}

// Known reports whether there is a public client with this identifier.
func (s *Server) Known(clientID string) bool { return s.knownPublic(clientID) }
