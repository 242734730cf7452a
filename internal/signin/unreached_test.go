package signin_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// Nothing is asked of a Genesys Cloud region before the browser goes there: that this computer does not reach it is said beside the
// page, which stays empty.
func TestS10RegionThatIsNotReached(t *testing.T) {
	for name, noOpen := range map[string]bool{"in the browser": false, "the link is opened elsewhere": true} {
		t.Run(name, func(t *testing.T) {
			gone := httptest.NewServer(http.NotFoundHandler())
			gone.Close()
			server := oauthtest.NewGenesys(t)
			k := newTalk(t, server)
			k.opts.Org.Endpoints.Authorization = gone.URL + "/oauth/authorize"
			k.opts.With, k.opts.NoOpen = signin.WithBrowser, noOpen
			k.browser.visit = func(address string) { // the start page of this computer, and no further
				client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
				if r, err := client.Get(address); err == nil {
					_ = r.Body.Close()
				}
			}
			k.start()
			for {
				s := until[signin.Browser](k)
				if s.Problem == nil {
					continue
				}
				if !problem.Has(s.Problem, problem.ConnectionRefused) || (s.Stage == signin.Opening) != noOpen {
					t.Errorf("told %v while it is %s", s.Problem, s.Stage)
				}
				return
			}
		})
	}
}
