package signin_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// A client ID or a region that the sign-in page does not know never comes back: what may be wrong is said while the page
// still stands there, and again at the end.
func TestS2BrowserThatReachedThePageAndDidNotReturn(t *testing.T) {
	for kind, c := range map[string]struct {
		server *oauthtest.Server
		words  []string
	}{
		"Genesys Cloud": {oauthtest.NewGenesys(t), []string{"region", "Admin > Integrations > OAuth", "Authorized Applications", "http://localhost", "Globex: capital and small letters count"}},
		"OpenID":        {withoutPassword(t), []string{"may not know this app", "client ID"}},
	} {
		t.Run(kind, func(t *testing.T) {
			c.server.SpoilCallback = func(q url.Values) { q.Set("state", "somebody else's") } // nothing genuine comes back
			k := newTalk(t, c.server)
			if kind == "Genesys Cloud" {
				k.opts.Org.Org = "Globex"
			}
			turned := clocktest.At(time.Now())
			k.deps.Clock = turned
			k.start()
			step := expect[signin.Browser](k)
			for step.Stage != signin.Reached {
				step = until[signin.Browser](k)
			}
			if step.Problem != nil {
				t.Errorf("too early: %v", step.Problem)
			}
			told := func(p *problem.Problem) {
				t.Helper()
				for _, words := range append(c.words, k.opts.Org.ClientID) {
					if !strings.Contains(p.Why+p.Fix, words) {
						t.Errorf("%q is not in %q %q", words, p.Why, p.Fix)
					}
				}
			}
			turned.Advance(90 * time.Second)
			for step.Problem == nil {
				step = until[signin.Browser](k)
			}
			told(step.Problem)
			turned.Advance(10 * time.Minute)
			told(k.ends(problem.BrowserNotReturned).Problem)
		})
	}
}

func TestS9BrowserThatNeverOpened(t *testing.T) {
	k := newTalk(t, withoutPassword(t))
	turned := clocktest.At(time.Now())
	k.deps.Clock, k.opts.NoOpen = turned, true
	k.start()
	expect[signin.Browser](k)
	turned.Advance(10 * time.Minute)
	if p := k.ends(problem.BrowserNotReturned).Problem; !strings.Contains(p.Title, "has not opened") {
		t.Errorf("got %v", p)
	}
}

// What an administrator has to click is named, where the server is one whose clicks are known.
func TestAppThatIsNotApproved(t *testing.T) {
	server := oauthtest.NewGenesys(t)
	server.SpoilCallback = func(q url.Values) { q.Del("code"); q.Set("error", "unauthorized_client") }
	k := newTalk(t, server).start()
	p := k.ends(problem.AppNotAllowed).Problem
	if !strings.Contains(p.Fix, "Authorized Applications") || !strings.Contains(p.Fix, k.opts.Org.ClientID) {
		t.Errorf("got %q", p.Fix)
	}
}

func TestCompanyOnlyFromTheBrowser(t *testing.T) {
	server := withoutPassword(t)
	server.SpoilCallback = func(q url.Values) { q.Del("code"); q.Set("error", "sso_required") }
	k := newTalk(t, server)
	k.opts.Org.Company = "Acme"
	k.start()
	until[signin.Trouble](k)
	k.ends(problem.CompanyOnly) // the company's door says the same: that is the end
	if n := server.Count(oauthtest.AuthorizePath); n != 2 {
		t.Errorf("%d visits", n)
	}
}
