package oauth

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// genesysServer returns a region's own endpoints. Genesys Cloud has no discovery, no ID token and no device flow, and
// takes no password from apps: the browser is the only door.
func genesysServer(org config.Organization) (*Server, error) {
	if _, ok := config.FindRegion(org.Region); !ok {
		return nil, problem.New(problem.SettingsBadValue,
			problem.Because("There is no region %q.", transport.Clean(org.Region, 60)))
	}
	e := org.GenesysEndpoints()
	return &Server{
		AuthorizationEndpoint: e.Authorization,
		TokenEndpoint:         e.Token,
		ForgotPasswordURL:     e.Login + "/", // the link is on the sign-in page; it has no address of its own
		APIURL:                e.API,
		Genesys:               true,
		Scopes:                org.Scopes,
	}, nil
}

// genesysLoginHint joins e-mail and organisation to the three forms Genesys Cloud knows: both, or either.
func genesysLoginHint(email, org string) string {
	if email != "" && org != "" {
		return email + ":" + org
	}
	return email + org
}

// usersMe asks the Genesys Cloud API whose token this is.
func (c *Client) usersMe(ctx context.Context, t *Tokens) (Identity, error) {
	var me struct {
		ID           string `json:"id"`
		Name         text   `json:"name"`
		Email        text   `json:"email"`
		Username     text   `json:"username"`
		LastLogin    text   `json:"dateLastLogin"` // with a password
		Organization struct {
			Name      text `json:"name"`
			ShortName text `json:"thirdPartyOrgName"`
		} `json:"organization"`
	}
	asked := make(chan bool, 1)
	asking, stop := context.WithCancel(ctx)
	go func() { asked <- c.noVerifiers(asking, t) }()
	err := c.who(ctx, c.Server.APIURL+"/api/v2/users/me?expand=organization,dateLastLogin", t, &me)
	if err != nil {
		stop()
	}
	oneStep := <-asked // not left behind: who called may wipe the tokens
	stop()
	if err != nil {
		return Identity{}, err
	}
	if !subjectOK(me.ID) {
		return Identity{}, problem.New(problem.WhoAmIFailed)
	}
	short := transport.Clean(string(me.Organization.ShortName), maxShown)
	name := transport.Clean(string(me.Organization.Name), maxShown)
	if want := c.Org.Org; want != "" && (short != "" || name != "") &&
		!strings.EqualFold(short, want) && !strings.EqualFold(name, want) {
		// A browser that is signed in elsewhere in the region goes there without asking.
		return Identity{}, problem.New(problem.WrongOrganization,
			problem.Because("You signed in to %s, not to %s. The browser may still be signed in there.", cmp.Or(name, short), want))
	}
	var last LastSignIn
	if at := pastTime(string(me.LastLogin), c.ServerTime(c.Clock.Now())); !at.IsZero() {
		last = LastSignIn{At: at, How: "password"}
	}
	return Identity{
		Issuer:       origin(c.Server.AuthorizationEndpoint),
		Subject:      me.ID,
		Username:     transport.Clean(cmp.Or(string(me.Username), string(me.Email)), maxShown),
		Email:        transport.Clean(string(me.Email), maxShown),
		Name:         transport.Clean(string(me.Name), maxShown),
		Organization: cmp.Or(name, short),
		Last:         last,
		OneStep:      oneStep,
	}, nil
}

// deleteToken ends an access token, and with it the session, at the Genesys Cloud API.
func (c *Client) deleteToken(ctx context.Context, t *Tokens) error {
	r, err := c.HTTP.Do(ctx, transport.Request{
		Method: http.MethodDelete, URL: c.Server.APIURL + "/api/v2/tokens/me", Bearer: t.Access,
	})
	if err != nil {
		return err
	}
	if r.Status/100 == 2 || r.Status == http.StatusUnauthorized || r.Status == http.StatusNotFound {
		return nil // ended, or it had ended before
	}
	return c.answered(r, problem.ServerAnswer)
}
