package diagnose_test

import (
	"crypto/rand"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/diagnose"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/signin"
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
			if got.Code != problem.CodeRefused || got.Title != "The code is not right: this computer's clock is 4 minutes behind." || !got.Again || got.Fix == p.Fix {
				t.Errorf("got %v, %s", got, got.Fix)
			}
		})
	}
}

// The codes come from the phone: its clock is suggested, and how far this computer's is off is shown. From the password to the
// refused code with the real attempt, and from there with the real checks.
func TestMF45RefusedCodeWithAClockThatIsHoursOff(t *testing.T) {
	for name, c := range map[string]struct {
		ahead time.Duration // the server's clock
		why   string
	}{
		"hours behind":             {3*time.Hour + 7*time.Minute, "3 hours 7 minutes behind"},
		"hours ahead":              {-2*time.Hour - 5*time.Minute, "2 hours 5 minutes ahead"},
		"exactly some hours ahead": {-3 * time.Hour, "3 hours ahead"},
		"right":                    {0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			server := oauthtest.New(t)
			server.Now = func() time.Time { return time.Now().Add(c.ahead) }
			server.DateNow = server.Now
			e := computer(t)
			e.Org, e.Clock = server.Organization(), clock.System{}
			e.Resolver, e.Dialer = net.DefaultResolver, &net.Dialer{}
			e.HTTP = transport.New(transport.Options{})
			defer e.HTTP.Close()
			p := refusedCode(t, e, server)
			got := diagnose.Explain(t.Context(), e, p)
			if got.Code != problem.CodeRefused || !got.Again || !strings.Contains(got.Title, c.why) || !strings.Contains(got.Fix, "let the phone set its time") {
				t.Errorf("got %v, %s", got, got.Fix)
			}
			if own := strings.Contains(got.Title+got.Why+got.Fix, "computer"); own != (c.ahead != 0) {
				t.Errorf("this computer is named: %v: %v, %s", own, got, got.Fix)
			}
		})
	}
}

// refusedCode signs in until the server refuses a code, and returns the problem.
func refusedCode(t *testing.T, e diagnose.Env, server *oauthtest.Server) *problem.Problem {
	t.Helper()
	attempt := signin.Start(t.Context(), signin.Deps{
		HTTP: e.HTTP, Clock: e.Clock, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler),
	}, signin.Options{Org: e.Org})
	defer attempt.Cancel()
	user := server.Users[0]
	for step := range attempt.Steps() {
		var err error
		switch s := step.(type) {
		case signin.Credentials:
			err = attempt.Answer(signin.Answer{ID: s.ID, Username: user.Username, Password: secret.New(user.Password)})
		case signin.Code:
			refusal := oauthtest.Refused(401, "insufficient_authorization", "otp_error", "wrong", "auth_session", "s2")
			body := refusal.Body.(map[string]any)
			body["otp_required"], body["otp_digits"] = true, 6
			server.Next(oauthtest.ChallengePath, refusal)
			err = attempt.Answer(signin.Answer{ID: s.ID, Code: secret.New(user.OTP)})
		case signin.Trouble:
			return s.Problem
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Fatal("no code was refused")
	return nil
}
