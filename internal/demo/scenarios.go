package demo

import (
	"fmt"
	"slices"

	"latchkey/internal/demo/genesys"
	"latchkey/internal/demo/identity"
	"latchkey/internal/demo/panel"
	"latchkey/internal/demo/trouble"
)

// Scenario is a trouble that can be acted out.
type Scenario struct {
	Name  string `json:"name"`
	Words string `json:"words"` // what happens while it is on
	On    bool   `json:"on"`
}

// scenario is one row of the table. A new one needs a row here, and a place that asks the board whether it is on.
type scenario struct {
	name, words string
	turn        func(w *World, on bool) // more than the board; may be nil
}

var scenarios = []scenario{
	{trouble.Outage, "Acme and Globex are down: every request gets 503, and the status page says so", nil},
	{incident, "the status page reports that signing in is slow; nothing else happens", nil},
	{trouble.Slow, "every answer takes two seconds longer", nil},
	{trouble.HTML, "a gateway answers in the servers' place: 502 and a page of HTML", nil},
	{trouble.Portal, "a hotel network answers in the servers' place: 200 and a page of HTML", nil},
	{trouble.RateLimit, "too many requests: 429, try again in 30 seconds", nil},
	{trouble.Clock, "this computer's clock, and the phone's, are four minutes behind the servers'", nil},
	{"locked", "amy@acme.example is locked for five minutes", func(w *World, on bool) { w.lock("amy@acme.example", on) }},
	{undelivered, "codes do not get out: no text message, call or e-mail arrives", nil},
	{identity.RefuseRefresh, "kept sessions are over: every refresh is refused", nil},
	{identity.StepUp, "Acme asks for one more step before it renews a session", nil},
	{identity.NoRefreshToken, "sign-ins get no refresh token, so nothing can be kept", nil},
	{identity.ShortTokens, "access tokens are good for five seconds", nil},
	{identity.LargeTokens, "refresh tokens are larger than a keychain item may be", nil},
	{identity.BrokenDiscovery, "Acme's metadata names another issuer", nil},
	{identity.NoChallenge, "Acme's metadata has no challenge endpoint: no password in the app", nil},
	{identity.WebOnly, "Acme's challenge endpoint sends everybody to the browser", nil},
	{identity.IPRestriction, "nobody is let in from here, which the servers say is " + identity.SeenAddress, nil},
	{identity.ConditionalAccess, "computers that the company does not manage are not let in, whatever was proved", nil},
	{identity.SSOOnly, "Acme and Globex let people in through their company's page only", nil},
	{identity.Consent, "Acme asks, in the browser, whether the app may have access: allow it or not", nil},
	{identity.AppUnknown, "Acme and Globex do not know the app's client ID: the page in the browser never comes back", nil},
	{identity.OrgUnknown, "Acme finds no organisation of this name, in the app and in the browser", nil},
	{genesys.AppUnapproved, "Globex's administrator has not approved the app: the page in the browser never comes back", nil},
	{newVersion, "there is a newer version of Latchkey, " + NewVersion, nil},
	{forgedVersion, "somebody else tells about a newer version: the signature is not that of the key in the settings", nil},
	{identity.PushedRequests, "Acme takes sign-ins in the browser only when the app has announced them to it directly", nil},
	{identity.BoundTokens, "Acme binds tokens to a key of the app's: they are of no use to anybody else, curl included", nil},
	{identity.WrongIssuer, "Acme's answer in the browser names another issuer", nil},
}

// incident is acted out by the status page alone.
const incident = "incident"

// trouble tells the status page how things are.
func (w *World) trouble() panel.Trouble {
	switch {
	case w.Board.On(trouble.Outage):
		return panel.Down
	case w.Board.On(incident):
		return panel.Slowed
	default:
		return panel.Fine
	}
}

// Scenarios returns all scenarios and whether they are on.
func (w *World) Scenarios() []Scenario {
	list := make([]Scenario, len(scenarios))
	for i, s := range scenarios {
		list[i] = Scenario{Name: s.name, Words: s.words, On: w.Board.On(s.name)}
	}
	return list
}

// SetScenario turns a scenario on or off. An unknown name is an error.
func (w *World) SetScenario(name string, on bool) error {
	i := slices.IndexFunc(scenarios, func(s scenario) bool { return s.name == name })
	if i < 0 {
		return fmt.Errorf("there is no scenario %q", name)
	}
	w.Board.Set(name, on)
	if turn := scenarios[i].turn; turn != nil {
		turn(w, on)
	}
	return nil
}
