package signin

import (
	"net/url"

	"latchkey/internal/config"
)

// ForgotPage returns the address to open for a forgotten password: that of Credentials.ForgotPassword. The user name goes along
// (login_hint) to the page that the settings name, so that nobody types it twice, and to no other. So does back (return), an address of
// this computer where the page may offer to go back to the app, if the settings say that it knows what to do with that: any other page
// may use the word for something of its own, or refuse an address of this computer. Both may be empty.
func ForgotPage(o config.Organization, page, username, back string) string {
	u, err := url.Parse(page)
	if err != nil || page != o.ForgotPassword {
		return page
	}
	if !o.ForgotReturn {
		back = ""
	}
	query := u.Query()
	for name, value := range map[string]string{"login_hint": username, "return": back} {
		if value != "" {
			query.Set(name, value)
			u.RawQuery = query.Encode()
		}
	}
	return u.String()
}
