package signin_test

import (
	"fmt"
	"strings"
	"testing"

	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/signin"
)

// The server's auth_session is nowhere in what faces and the log are given, also when the sign-in fails in the middle.
func TestMF35AuthSessionIsNowhere(t *testing.T) {
	server := oauthtest.New(t)
	k := newTalk(t, server).start()
	k.credentials(server.Users[0].Password)
	code := expect[signin.Code](k)
	k.answer(signin.Answer{ID: code.ID, Code: secret.New("999999")})
	k.trouble(problem.CodeRefused, "code")
	expect[signin.Code](k)
	requests := k.sent(oauthtest.ChallengePath)
	session := requests[len(requests)-1].Form.Get("auth_session")
	if session == "" {
		t.Fatal("the server was sent no auth_session")
	}
	k.attempt.Cancel()
	k.ends(problem.GivenUp)
	if shown := k.log.String() + fmt.Sprintf("%+v %#v", k.said, k.said); strings.Contains(shown, session) {
		t.Error("the auth_session is shown")
	}
}
