package signin_test

import (
	"net/url"
	"testing"

	"latchkey/internal/config"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/signin"
)

// Where an account lives is told with the problem, by names of ours only: of a region there is, or of an organisation in the
// settings.
func TestS2TroubleSaysWhereTheAccountLives(t *testing.T) {
	const initech = "https://login.initech.example"
	settings := &config.Settings{Organizations: []config.Organization{{ID: "initech", Name: "Initech", Issuer: initech}}}
	for name, c := range map[string]struct {
		region, issuer string
		want           signin.Trouble
		why            string
	}{
		"a region":                       {"euc1", "", signin.Trouble{Region: "euc1"}, "It lives in EMEA (Frankfurt)."},
		"an organisation":                {"", initech, signin.Trouble{Org: "initech"}, "It lives at Initech."},
		"an issuer of the server's only": {"", "https://login.evil.example", signin.Trouble{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			is := func(got signin.Trouble) {
				t.Helper()
				if got.Region != c.want.Region || got.Org != c.want.Org || got.Problem.Why != c.why {
					t.Errorf("got %+v, %q", got, got.Problem.Why)
				}
			}
			server := oauthtest.New(t)
			k := newTalk(t, server)
			k.deps.AtIssuer = settings.AtIssuer
			k.start()
			step := expect[signin.Credentials](k)
			server.Next(oauthtest.ChallengePath, oauthtest.Refused(400, "account_elsewhere", "region", c.region, "issuer", c.issuer))
			k.answer(signin.Answer{ID: step.ID, Username: amy, Password: secret.New("pass phrase of amy")})
			is(k.trouble(problem.AccountElsewhere, "username"))
			if again := expect[signin.Credentials](k); again.Username != amy {
				t.Errorf("got %+v", again)
			}
			k.attempt.Cancel()

			page := withoutPassword(t)
			page.SpoilCallback = func(q url.Values) {
				q.Del("code")
				q.Set("error", "account_elsewhere")
				q.Set("region", c.region)
				q.Set("issuer", c.issuer)
			}
			b := newTalk(t, page)
			b.deps.AtIssuer = settings.AtIssuer
			is(b.start().ends(problem.AccountElsewhere))
		})
	}
}
