package diagnose_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// With the real checks: a code is refused while this computer's clock is 4 min 12 s behind the server's.
func TestRefusedCodeAndSlowClockAreOneSentence(t *testing.T) {
	for name, ahead := range map[string]time.Duration{"slow": 4*time.Minute + 12*time.Second, "right": 0} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Date", time.Now().Add(ahead).UTC().Format(http.TimeFormat))
				w.Header().Set("Content-Type", "application/json")
				_, _ = w.Write([]byte("{}"))
			}))
			defer server.Close()
			e := computer(t)
			e.Org.Issuer, e.Clock = server.URL, clock.System{}
			e.Resolver, e.Dialer = net.DefaultResolver, &net.Dialer{}
			e.HTTP = transport.New(transport.Options{})
			defer e.HTTP.Close()
			p := problem.New(problem.CodeRefused)
			got := diagnose.Explain(t.Context(), e, p)
			if ahead == 0 {
				if got != p {
					t.Errorf("got %v, %s", got, got.Fix)
				}
				return
			}
			if got.Code != problem.CodeRefused || got.Title != p.Title || !got.Again || !strings.Contains(got.Why, "4 min") || got.Fix == p.Fix {
				t.Errorf("got %v, %s", got, got.Fix)
			}
			t.Log(got, got.Fix)
		})
	}
}
