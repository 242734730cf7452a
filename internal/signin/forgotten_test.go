package signin_test

import (
	"testing"

	"latchkey/internal/config"
	"latchkey/internal/signin"
)

func TestS14TheAddressGoesAlongToOnePageOnly(t *testing.T) {
	o := config.Organization{ForgotPassword: "https://login.acme.example/forgot?lang=de"}
	for name, c := range map[string]struct{ page, username, want string }{
		"the settings' page": {o.ForgotPassword, "una.söderström+x@acme.example", "https://login.acme.example/forgot?lang=de&login_hint=una.s%C3%B6derstr%C3%B6m%2Bx%40acme.example"},
		"nobody yet":         {o.ForgotPassword, "", o.ForgotPassword},
		"another page":       {"https://login.euw2.pure.cloud/", "amy@acme.example", "https://login.euw2.pure.cloud/"},
	} {
		if got := signin.ForgotPage(o, c.page, c.username); got != c.want {
			t.Errorf("%s: got %s", name, got)
		}
	}
}
