package oauth

import (
	"context"

	"latchkey/internal/config"
	"latchkey/internal/secret"
)

// Interview is one conversation with a server that takes e-mail, password and more from an app of its own, in whichever
// dialect. It is not safe for concurrent use. Its answers are read as [ChallengeAnswer] says; nothing that was sent is
// ever sent again by itself.
type Interview interface {
	// Send sends what was asked for. The secrets are wiped afterwards.
	Send(ctx context.Context, fields map[Field]secret.Text) (*ChallengeAnswer, error)
	// Choose takes another method, one of the last answer's Methods.
	Choose(ctx context.Context, method string) (*ChallengeAnswer, error)
	// Back asks once more, without a request, for the code of a method that was sent before in this conversation; false: there is
	// none that may still be good.
	Back(method string) (*ChallengeAnswer, bool)
	// Resend has the code, or the question for an approval, sent again.
	Resend(ctx context.Context) (*ChallengeAnswer, error)
	// Wait returns when the approval was given, refused, or has run out. It asks at the pace the server sets. A cancel
	// ends it at once between two requests; one that is on its way is waited for up to Grace, and what it brought is
	// returned without an error: the conversation is over then, and tokens can be revoked.
	Wait(ctx context.Context) (*ChallengeAnswer, error)
	// Close wipes what the conversation still holds.
	Close()
}

// TakesPassword reports whether this server takes e-mail and password from an app of its own, in the dialect of the
// settings.
func (c *Client) TakesPassword() bool { return c.Server.credentialsEndpoint() != "" }

// CodeWithPassword reports whether a one-time code goes with the password, in one request with FieldOTP, which may be
// left out: the server does not say whether it wants one, nor which of them was wrong.
func (c *Client) CodeWithPassword() bool {
	return c.TakesPassword() && c.Org.Credentials == config.CredentialsKeycloak
}

// Interview begins a conversation in the dialect of the settings; nothing is sent yet. nil: this server takes no password
// from an app.
func (c *Client) Interview(f Flow) Interview {
	switch {
	case !c.TakesPassword():
		return nil
	case !c.Server.passwordGrant:
		return c.NewChallenge(f)
	}
	return &passwordGrant{client: c, flow: f, second: c.secondStep()}
}
