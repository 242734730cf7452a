package signin_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

func TestStepsAsLines(t *testing.T) {
	at := time.Date(2026, 11, 2, 18, 40, 0, 0, time.FixedZone("", 3600))
	for _, c := range []struct {
		step signin.Step
		want string
	}{
		{signin.Credentials{ID: "1", Org: "acme", Host: "h", ForgotPassword: "http://f"},
			`{"step":"credentials","id":"1","org":"acme","host":"h","username":"","forgot_password":"http://f"}`},
		{signin.Code{ID: "2", Method: "totp", Digits: 6, Others: []string{"browser"}},
			`{"step":"code","id":"2","method":"totp","digits":6,"sent_to":"","others":["browser"]}`},
		{signin.Choose{ID: "3", Methods: []string{"browser", "device"}},
			`{"step":"choose","id":"3","methods":["browser","device"]}`},
		{signin.Browser{URL: "http://u", Stage: signin.Opening, Deadline: at, Host: "h"},
			`{"step":"browser","url":"http://u","stage":"opening","deadline":"2026-11-02T17:40:00Z","host":"h"}`},
		{signin.Device{UserCode: "WDJB-MJHT", VerificationURI: "http://v", Deadline: at},
			`{"step":"device","user_code":"WDJB-MJHT","verification_uri":"http://v","verification_uri_complete":"","deadline":"2026-11-02T17:40:00Z"}`},
		{signin.Confirm{ID: "4", Username: "eve", Expected: "amy"},
			`{"step":"confirm","id":"4","username":"eve","expected":"amy"}`},
		{signin.Done{Username: "amy", FullName: "Amy Agent", Org: "acme", ExpiresAt: at},
			`{"step":"done","username":"amy","name":"Amy Agent","org":"acme","expires_at":"2026-11-02T17:40:00Z"}`},
		{signin.Trouble{Problem: problem.New(problem.CredentialsRefused), AttemptsLeft: 4, Field: "password"},
			`{"step":"problem","code":"credentials-refused","title":"The e-mail or password is not right.","why":"",` +
				`"fix":"Check Caps Lock, the address, and what a password manager filled in, or set a new password.","again":true,"field":"password","attempts_left":4}`},
		{signin.Trouble{Problem: problem.New(problem.AccountElsewhere), AttemptsLeft: -1, Region: "euc1", Org: "globex"},
			`{"step":"problem","code":"account-elsewhere","title":"This account lives in another region.","why":"",` +
				`"fix":"Sign in there.","again":true,"region":"euc1","org":"globex"}`},
		{signin.Working{What: signin.FindingServer}, ""},
	} {
		got, err := signin.MarshalStep(c.step)
		if err != nil || string(got) != c.want {
			t.Errorf("%T:\n got %s\nwant %s\n(%v)", c.step, got, c.want, err)
		}
	}
	notice, err := signin.MarshalStep(signin.Notice{Problem: problem.New(problem.KeychainMissing)})
	if err != nil || !strings.HasPrefix(string(notice), `{"step":"notice","code":"keychain-missing","title":`) {
		t.Errorf("notice: %s %v", notice, err)
	}
}

func TestAnswersAsLines(t *testing.T) {
	ans, err := signin.ParseAnswer([]byte(`{"id":"1","username":"amy@acme.example","password":" pä\"ss ","new":[1]}` + "\n"))
	if err != nil || ans.ID != "1" || ans.Username != "amy@acme.example" || ans.Password.Reveal() != ` pä"ss ` {
		t.Errorf("got %+v %q, %v", ans, ans.Password.Reveal(), err)
	}
	for _, c := range []struct{ line, field string }{
		{`{"id":"2","code":"123456"}`, "code"}, {`{"id":"2","use":"recovery"}`, "use"}, {`{"id":"2","resend":true}`, "resend"},
		{`{"callback":"http://127.0.0.1:1/?code=x"}`, "callback"}, {`{"cancel":true}`, "cancel"}, {`{"open":true}`, "open"},
	} {
		ans, err := signin.ParseAnswer([]byte(c.line))
		set := map[string]bool{"code": !ans.Code.Empty(), "use": ans.Use != "", "resend": ans.Resend,
			"callback": ans.Callback != "", "cancel": ans.Cancel, "open": ans.Open}
		if err != nil || !set[c.field] {
			t.Errorf("%s: got %+v, %v", c.line, ans, err)
		}
	}
	for _, line := range []string{`{"PASSWORD":"x"}`, `{"Cancel":true}`, `{"paſſword":"x"}`, `{"New_Password":"x"}`, `{"ID":"1"}`} {
		ans, err := signin.ParseAnswer([]byte(line))
		if diff := cmp.Diff(signin.Answer{}, ans); err != nil || diff != "" {
			t.Errorf("%s is no member's name: %s%v", line, diff, err)
		}
	}
	for _, line := range []string{
		"", "null x", "[]", `"x"`, "12", "{", `{"id":1}`, `{"id":"1","id":"2"}`, `{"cancel":"yes"}`, `{"id":"1"}{"id":"2"}`,
		`{"password":["canary-secret"]}`, "{\"id\":\"\xff\"}", strings.Repeat(" ", 70<<10),
	} {
		_, err := signin.ParseAnswer([]byte(line))
		if err == nil {
			t.Errorf("%.40q was taken", line)
		} else if strings.Contains(err.Error(), "canary") {
			t.Errorf("the error quotes the line: %v", err)
		}
	}
}

func FuzzParseAnswer(f *testing.F) {
	f.Add([]byte(`{"id":"1","password":"x"}`))
	f.Add([]byte(`{"cancel":true,"use":"b"}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		if ans, err := signin.ParseAnswer(line); err != nil && !ans.Password.Empty() {
			t.Error("a refused line left a password behind")
		}
	})
}

// Who waits until the time that a line tells does not come too early.
func TestTimesToWaitForAreWholeSeconds(t *testing.T) {
	at := time.Date(2026, 11, 29, 0, 57, 3, 167_063_424, time.UTC)
	for _, step := range []signin.Step{
		signin.Trouble{Problem: problem.New(problem.ResendTooSoon), AttemptsLeft: -1, Until: at}, signin.Code{ID: "1", ResendAt: at}, signin.Approve{ResendAt: at},
	} {
		if got, err := signin.MarshalStep(step); err != nil || !strings.Contains(string(got), `"2026-11-29T00:57:04Z"`) {
			t.Errorf("got %s, %v", got, err)
		}
	}
}
