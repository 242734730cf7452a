package terminal_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/problem"
	"latchkey/internal/session"
)

func TestS23NotMe(t *testing.T) {
	message := session.Message{Subject: "A sign-in that was not me: amy@acme.example", Text: "Facts.\nMore.\n\n"}
	const printed = "Subject: A sign-in that was not me: amy@acme.example\n\nFacts.\nMore.\n"
	partly := problem.New(problem.SignOutPartly)
	withContact := acmeSettings + "\n[organizations.hooli]\nissuer = \"https://hooli.example\"\nclient_id = \"x\"\n"
	withContact = strings.Replace(withContact, "company = \"Acme\"", "contact = \"it@acme.example\"\nforgot_password = \"https://login.acme.example/forgot\"", 1)
	for name, c := range map[string]struct {
		settings string
		ended    []session.Ended
		want     result
	}{
		"ended": {withContact, []session.Ended{{OrgName: "Acme Contact Center", Host: "login.acme.example"}, {OrgName: "Acme Sales"}}, result{0, printed, "" +
			"Signed out Amy Agent <amy@acme.example> at Acme Contact Center.\n" +
			"Signed out Amy Agent <amy@acme.example> at Acme Sales.\n" +
			"Set a new password now: https://login.acme.example/forgot?login_hint=amy%40acme.example\n" +
			"Send this to it@acme.example:\n\n"}},
		"not all of it": {"", []session.Ended{{OrgName: "Acme", Err: partly}, {OrgName: "Acme Sales"}}, result{5, printed, "" +
			"Amy Agent <amy@acme.example> at Acme:\n" + partly.Title + "\n→ " + partly.Fix + " [sign-out-partly]\n" +
			"Signed out Amy Agent <amy@acme.example> at Acme Sales.\n" +
			"Set a new password now.\nSend this to IT:\n\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{t: t, settings: c.settings, sessions: &fakeSessions{list: []session.Session{amy, gus}, message: message, ended: c.ended}}
			if diff := cmp.Diff(c.want, w.run("logout", "--everywhere", "--not-me"), cmp.AllowUnexported(result{})); diff != "" {
				t.Error(diff)
			}
			if !slices.Equal(w.sessions.asked, []string{"not me: amy@acme.example"}) {
				t.Errorf("asked %q", w.sessions.asked)
			}
		})
	}
}

func TestNotMeRefused(t *testing.T) {
	w := &world{t: t, sessions: &fakeSessions{list: []session.Session{amy}}}
	if got := w.run("logout", "--not-me", "--all"); got.code != 2 || len(w.sessions.asked) > 0 {
		t.Errorf("got %+v", got)
	}
	damaged := &world{t: t, sessions: &fakeSessions{listErr: problem.New(problem.AccountsDamaged)}}
	for _, command := range [][]string{{"logout", "--not-me"}, {"logout"}, {"status"}, {"status", "--json"}} { // and not: nobody is signed in
		if got := damaged.run(command...); got.code != 6 || !strings.Contains(got.stderr, "[accounts-damaged]") || strings.Contains(got.stderr, "Nobody") ||
			strings.Contains(got.stderr, "tell IT what you saw") != (len(command) == 2 && command[1] == "--not-me") {
			t.Errorf("%v: got %+v", command, got)
		}
	}
	if got := w.run("--org", "globex", "logout", "--not-me"); got.code != 3 || got.stdout != "" || !strings.Contains(got.stderr, "tell IT") {
		t.Errorf("got %+v", got)
	}
}
