package terminal_test

import (
	"strings"
	"testing"

	"latchkey/internal/signin"
)

// With ten ways and more, their names still begin in one column.
func TestLoginChoosesAmongTen(t *testing.T) {
	w := &world{t: t, people: true, stdin: strings.NewReader("10\n")}
	w.attempt = func(a *fakeAttempt) {
		methods := []string{"push", "totp", "sms", "call", "email", "recovery", "password", "browser", "company", "device"}
		if ans, _ := a.ask("1", signin.Choose{ID: "1", Methods: methods}); ans.Use != "device" {
			t.Errorf("got %+v", ans)
		}
		a.succeed()
	}
	if got := w.run("login"); !strings.Contains(got.stderr, "\n   1  ") || !strings.Contains(got.stderr, "\n  10  a code on another device\n") {
		t.Errorf("got %+v", got)
	}
}
