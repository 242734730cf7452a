package demo

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"latchkey/internal/demo/grants"
	"latchkey/internal/demo/people"
)

// ConfigTOML returns the settings for this world.
func (w *World) ConfigTOML() string {
	return fmt.Sprintf(`# Settings for the demo world. They work as long as it runs.
default = "acme"

# The scenarios "update" and "update-forged" are seen at the next start, not on the next day.
[updates]
url = %q
key = %q
every = "1s"

[organizations.acme]
name = "Acme Contact Center"
issuer = %q
client_id = %q
company = "Acme"
contact = %q
two_step_url = %q
forgot_password = %q
forgot_return = true
workspace_url = %q
status_url = %q

# Stands in for Genesys Cloud in the region EMEA (London): the addresses override the region's own.
[organizations.globex]
name = "Globex"
region = "euw2"
client_id = %q
org = "globex"
company = "Globex"
provider = "okta"
contact = %q
workspace_url = %q
login_url = %q
authorization_endpoint = %q
token_endpoint = %q
api_url = %q
status_url = %q

# Another region, EMEA (Frankfurt), with accounts of its own.
[organizations.globex-frankfurt]
name = "Globex Frankfurt"
region = "euc1"
client_id = %q
org = "globex"
contact = %q
login_url = %q
authorization_endpoint = %q
token_endpoint = %q
api_url = %q
status_url = %q

# These three take e-mail and password at the token endpoint, each in its product's way.
[organizations.initech]
name = "Initech"
issuer = %q
client_id = %q
credentials = "auth0"
audience = %q
realm = %q
status_url = %q

[organizations.hooli]
name = "Hooli"
issuer = %q
client_id = %q
credentials = "okta"
status_url = %q

[organizations.umbrella]
name = "Umbrella"
issuer = %q
client_id = %q
credentials = "keycloak"
status_url = %q
`, w.Updates+"/latchkey.json", base64.StdEncoding.EncodeToString(w.releases.public),
		w.Acme, ClientID, contact, w.Acme+"/two-step", w.Acme+"/forgot", w.Acme+"/workspace", w.Status,
		GlobexClientID, contact, w.GlobexApps+"/directory", w.Globex, w.Globex+"/oauth/authorize", w.Globex+"/oauth/token", w.GlobexAPI, w.Status,
		GlobexClientID, contact, w.Frankfurt, w.Frankfurt+"/oauth/authorize", w.Frankfurt+"/oauth/token", w.FrankfurtAPI, w.Status,
		grants.Issuer(grants.Auth0, w.Initech), ClientID, initechAudience, initechRealm, w.Status,
		grants.Issuer(grants.Okta, w.Hooli), ClientID, w.Status,
		grants.Issuer(grants.Keycloak, w.Umbrella), ClientID, w.Status)
}

// contact is whom the demo world's agents ask for help.
const contact = "it@acme.example"

// Organization is one of the settings.
type Organization struct {
	ID   string
	Name string // with what it stands in for
}

// Organizations returns all, in the order of the settings.
func (w *World) Organizations() []Organization {
	all := []Organization{
		{acmeID, "Acme Contact Center"}, {globexID, "Globex (stands in for Genesys Cloud)"}, {frankfurtID, "Globex Frankfurt (another region of it)"},
	}
	for _, p := range w.products {
		all = append(all, Organization{p.id, p.name + " (" + p.look.Motto + ")"})
	}
	return all
}

// Users returns every account as it is now, in the order to show them.
func (w *World) Users() []User {
	type group struct {
		org string
		dir *people.Directory
	}
	groups := []group{{acmeID, w.acme}, {acmeID, w.corp}, {globexID, w.globex}, {globexID, w.globexCo}, {frankfurtID, w.frankfurt}}
	for _, p := range w.products {
		groups = append(groups, group{p.id, p.people})
	}
	var users []User
	for _, group := range groups {
		for _, p := range group.dir.People() {
			if p.Company && p.Password == "" {
				continue // listed with the password of the company's page
			}
			u := User{Org: group.org, Username: p.Username, Password: p.Password, TOTPSecret: p.TOTPSecret, Note: p.Note}
			if p.LostPhone {
				u.TOTPSecret = ""
			}
			users = append(users, u)
		}
	}
	return users
}

// User returns the account with this user name at an organisation of the settings; the zero User when there is none.
func (w *World) User(org, username string) User {
	users := w.Users()
	i := slices.IndexFunc(users, func(u User) bool { return u.Org == org && u.Username == username })
	if i < 0 {
		return User{}
	}
	return users[i]
}

// directories returns who knows whom, in the order of the settings.
func (w *World) directories() []*people.Directory {
	all := []*people.Directory{w.acme, w.corp, w.globex, w.globexCo, w.frankfurt}
	for _, p := range w.products {
		all = append(all, p.people)
	}
	return all
}

// TOTP returns a code that the server of this user has not accepted yet: the one the phone shows now or, when that was
// used, the next, which servers take for clocks that are a little off. Empty: this account has no authenticator app. After
// two sign-ins within 30 seconds there is no such code; see [World.ForgetUsedCodes].
func (w *World) TOTP(username string) string {
	for _, d := range w.directories() {
		p, ok := d.Find(username)
		if !ok || p.TOTPSecret == "" || p.LostPhone {
			continue
		}
		now := w.clock.Now()
		if d.UsedStep(username) >= people.Step(now) {
			now = now.Add(people.TOTPPeriod)
		}
		return people.CodeAt(p.TOTPSecret, now)
	}
	if secret := w.pending(username); secret != "" {
		return people.CodeAt(secret, w.clock.Now())
	}
	return ""
}

// ForgetUsedCodes lets codes of this user that were used be used again, for tests that sign in more than twice within 30 seconds.
func (w *World) ForgetUsedCodes(username string) {
	for _, d := range w.directories() {
		d.ForgetUsedCodes(username)
	}
}

// Count returns how often something was asked of a service, or done by it: Count("acme", "POST /oauth/token"),
// Count("acme", "grant refresh_token"). Services are acme, company, globex, globex-api, globex-apps and globex-idp.
func (w *World) Count(service, what string) int { return w.Board.Counts()[service+" "+what] }

// ResetCounts starts counting afresh.
func (w *World) ResetCounts() { w.Board.ResetCounts() }

// lock locks or unlocks one account of Acme.
func (w *World) lock(username string, on bool) {
	length := time.Duration(0)
	if on {
		length = people.LockTime
	}
	w.acme.Lock(strings.TrimSpace(username), length)
}
