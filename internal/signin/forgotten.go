package signin

import (
	"net/url"

	"latchkey/internal/config"
)

// ForgotPage returns the address to open for a forgotten password: that of Credentials.ForgotPassword. The user name goes along
// (login_hint) to the page that the settings name, so that nobody types it twice, and to no other.
func ForgotPage(o config.Organization, page, username string) string {
	u, err := url.Parse(page)
	if err != nil || page != o.ForgotPassword || username == "" {
		return page
	}
	query := u.Query()
	query.Set("login_hint", username)
	u.RawQuery = query.Encode()
	return u.String()
}
