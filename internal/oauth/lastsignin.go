package oauth

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"latchkey/internal/transport"
)

// LastSignIn is what the server tells of the sign-in before this one. The zero value: nothing.
type LastSignIn struct {
	At   time.Time
	How  string // "password", "browser", "company", "device", or the server's own word, cleaned; may be empty
	From string // an IP address; empty where the server tells none
}

// signInClaims are the claims about how people signed in, now and before. Those that cannot be understood read as absent:
// nobody is kept out over them.
type signInClaims struct {
	Methods member `json:"amr"` // RFC 8176
	At      text   `json:"last_login"`
	How     text   `json:"last_login_method"`
	From    text   `json:"last_login_ip"`
}

const (
	maxHow         = 40 // characters
	maxMethods     = 20
	passwordMethod = "pwd"
)

// last reads the sign-in before this one.
func (s *signInClaims) last(now time.Time) LastSignIn {
	last := LastSignIn{At: pastTime(string(s.At), now)}
	if last.At.IsZero() {
		return LastSignIn{}
	}
	last.How = transport.Clean(string(s.How), maxHow)
	last.From, _ = publicAddress(string(s.From))
	return last
}

// methods reads how this sign-in was proven.
func (s *signInClaims) methods() []string {
	list, _ := s.Methods.strings()
	return list[:min(len(list), maxMethods)]
}

// oneStep reports whether a sign-in is known to have been proven with a password and nothing else.
func oneStep(methods []string) bool { return slices.Equal(methods, []string{passwordMethod}) }

// learn takes over what the ID token did not say.
func (known *Claims) learn(s *signInClaims, now time.Time) {
	if len(known.Methods) == 0 {
		known.Methods = s.methods()
	}
	if known.Last.At.IsZero() {
		known.Last = s.last(now)
	}
}

// pastTime reads a time that was (RFC 3339), and nothing else. now is the server's: this computer's clock may be off.
func pastTime(s string, now time.Time) time.Time {
	at, err := time.Parse(time.RFC3339, s)
	if err != nil || at.Year() < 2000 || at.After(now.Add(ClockLeeway)) {
		return time.Time{}
	}
	return at
}

// verifiersPatience is how long a sign-in is held up to learn whether there is a second step.
const verifiersPatience = 3 * time.Second

// noVerifiers asks Genesys Cloud whether this person has nothing set up but the password. false: something is, or it is not
// known.
func (c *Client) noVerifiers(ctx context.Context, t *Tokens) bool {
	if cmp.Or(c.Org.TwoStepURL, c.Server.WorkspaceURL) == "" {
		return false // there would be no place to set it up
	}
	ctx, cancel := context.WithTimeout(ctx, verifiersPatience)
	defer cancel()
	r, err := c.resource(ctx, transport.Request{
		URL: c.Server.APIURL + "/api/v2/users/me/verifiers", Bearer: t.Access, Once: true,
	})
	if err != nil || r.Status != http.StatusOK {
		return false
	}
	var said members
	if r.DecodeJSON(&said) != nil {
		return false
	}
	list, ok := said.list("entities")
	return ok && len(list) == 0
}
