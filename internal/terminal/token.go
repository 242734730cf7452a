package terminal

import (
	"context"
	"io"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/session"
)

// defaultMinLife is how long a token that is handed out has to be good for at least: long enough to be used.
const defaultMinLife = time.Minute

type tokenJSON struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresAt   string `json:"expires_at"`
	Org         string `json:"org"`
}

func runToken(ctx context.Context, c *call) error {
	flags := c.flags()
	minLife := flags.Duration("min-life", defaultMinLife, "")
	asJSON := flags.Bool("json", false, "")
	if _, err := c.parse(flags, c.args, 0); err != nil {
		return err
	}
	if *minLife < 0 {
		return c.wrong("--min-life cannot be negative.")
	}
	token, err := c.token(ctx, *minLife)
	if err != nil {
		return err
	}
	if *asJSON {
		return writeJSON(c.Stdout, tokenJSON{token.Access.Reveal(), token.Type, timestamp(token.Expires), token.Org})
	}
	_, err = io.WriteString(c.Stdout, token.Access.Reveal()+"\n")
	return err
}

// token returns a token of the organisation that is asked for.
func (c *call) token(ctx context.Context, minLife time.Duration) (session.Token, error) {
	org, err := c.organization()
	if err != nil {
		return session.Token{}, err
	}
	token, err := c.parts.Sessions.Token(ctx, org.ID, minLife)
	if err == nil && token.NotKept != nil {
		c.errors().problem(problem.From(token.NotKept))
	}
	if err == nil && token.Type == "DPoP" { // nothing went wrong, but who uses the token meets a refusal
		c.errors().line("This token is bound to this sign-in: servers refuse it from programs that only send it along.\n"+
			"For those, set dpop = \"off\" in the settings of %s and sign in again.", clean(org.ID))
	}
	return token, err
}
