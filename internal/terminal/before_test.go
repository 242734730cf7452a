package terminal_test

import (
	"slices"
	"strings"
	"testing"

	"latchkey/internal/session"
	"latchkey/internal/vault"
)

func TestS20S23AfterASignIn(t *testing.T) {
	for name, c := range map[string]struct {
		session session.Session
		args    []string
		said    string // after "Signed in"
		asked   []vault.Account
	}{
		"nothing is known": {amy, nil, "", nil},
		"the sign-in before": {seen(amy, away), nil, "Last sign-in: 28 Oct 03:10, by password, from 203.0.113.9.\n" +
			"If that was not you: latchkey --org acme logout --everywhere --not-me\n", nil},
		"no second step": {func() session.Session { s := amy; s.TwoStep = "https://acme.example/2\x1bstep"; return s }(), nil,
			"Your password alone opens this account. Set up two-step verification, so that it does not:\n  https://acme.example/2step\n",
			[]vault.Account{amy.Account}},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{t: t, people: true, attempt: func(a *fakeAttempt) { a.succeedAs(c.session) }}
			got := w.run("login")
			if _, said, _ := strings.Cut(got.stderr, "renewed by itself.\n"); got.code != 0 || said != c.said {
				t.Errorf("got %+v", got)
			}
			if !slices.Equal(w.sessions.suggested, c.asked) {
				t.Errorf("suggested to %v", w.sessions.suggested)
			}
		})
	}
}
