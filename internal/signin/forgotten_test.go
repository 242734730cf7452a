package signin_test

import (
	"testing"

	"latchkey/internal/config"
	"latchkey/internal/signin"
)

func TestS14TheAddressGoesAlongToOnePageOnly(t *testing.T) {
	o := config.Organization{ForgotPassword: "https://login.acme.example/forgot?lang=de", ForgotReturn: true}
	for name, c := range map[string]struct{ page, username, back, want string }{
		"the settings' page": {o.ForgotPassword, "una.söderström+x@acme.example", "", "https://login.acme.example/forgot?lang=de&login_hint=una.s%C3%B6derstr%C3%B6m%2Bx%40acme.example"},
		"nobody yet":         {o.ForgotPassword, "", "", o.ForgotPassword},
		"another page":       {"https://login.euw2.pure.cloud/", "amy@acme.example", "http://127.0.0.1:4711/go/abc", "https://login.euw2.pure.cloud/"},
		"and the way back":   {o.ForgotPassword, "", "http://127.0.0.1:4711/go/abc", "https://login.acme.example/forgot?lang=de&return=http%3A%2F%2F127.0.0.1%3A4711%2Fgo%2Fabc"},
	} {
		if got := signin.ForgotPage(o, c.page, c.username, c.back); got != c.want {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

// A page is told a way back only if the settings say that it takes one.
func TestS14NoWayBackUnlessThePageTakesOne(t *testing.T) {
	o := config.Organization{ForgotPassword: "https://login.acme.example/forgot"}
	want := "https://login.acme.example/forgot?login_hint=amy%40acme.example"
	if got := signin.ForgotPage(o, o.ForgotPassword, "amy@acme.example", "http://127.0.0.1:4711/go/abc"); got != want {
		t.Errorf("got %s", got)
	}
}
