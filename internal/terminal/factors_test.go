package terminal_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/oauth"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/signin"
)

// A text message is sent again from a time on that is said; asked for earlier, the pause is told.
func TestMF47CodeIsSentAgain(t *testing.T) {
	w := &world{t: t, people: true, stdin: strings.NewReader("/again\n/again\n/help\n654321\n")}
	w.attempt = func(a *fakeAttempt) {
		step := signin.Code{ID: "2", Method: "sms", Digits: 6, SentTo: "+49 ••• 42", Others: []string{"email", "browser"},
			Targets: map[string]string{"email": "a•••@acme.example"}, ResendAt: noon.Add(30 * time.Second), Deadline: noon.Add(10 * time.Minute)}
		if ans, _ := a.ask("2", step); !ans.Resend {
			t.Errorf("got %+v", ans)
		}
		a.say(signin.Trouble{Problem: problem.New(problem.ResendTooSoon), AttemptsLeft: -1, Until: step.ResendAt})
		step.ID = "3"
		if ans, _ := a.ask("3", step); !ans.Resend {
			t.Errorf("got %+v", ans)
		}
		a.say(signin.Working{What: signin.SendingCode})
		step.ID, step.ResendAt = "4", noon.Add(time.Minute)
		if ans, _ := a.ask("4", step); !ans.Code.EqualString("654321") {
			t.Errorf("got %+v", ans)
		}
		a.succeed()
	}
	p := problem.New(problem.ResendTooSoon)
	want := "Enter the code from the text message. It was sent to +49 ••• 42. It is good until 12:10.\n" +
		"Other ways: /email, /browser. /help says what they are.\n" +
		"Nothing there? You can have it sent again in 30 seconds: /again.\n" +
		"Code (6 digits): " + p.Title + "\n" + p.Why + "\n→ " + p.Fix + " [resend-too-soon]\nYou can try again in 30 seconds.\n" +
		"Code (6 digits): A new code is on its way.\nNothing there? You can have it sent again in 60 seconds: /again.\n" +
		"Code (6 digits):   /again     have it sent again\n  /email     a code by e-mail (a•••@acme.example)\n  /browser   the sign-in page in your browser\n  /cancel    give up\n" +
		"Code (6 digits): " + welcome
	if diff := cmp.Diff(result{0, "", want}, w.run("login"), cmp.AllowUnexported(result{})); diff != "" {
		t.Error(diff)
	}
}

// Of two phones, the second one is a command of its own.
func TestSecondPhone(t *testing.T) {
	w := &world{t: t, people: true, stdin: strings.NewReader("/help\n/sms-2\n654321\n")}
	w.attempt = func(a *fakeAttempt) {
		step := signin.Code{ID: "2", Method: "sms", SentTo: "+49 ••• 42", Others: []string{"sms-2"}, Targets: map[string]string{"sms-2": "+49 ••• 77"}}
		if ans, _ := a.ask("2", step); ans.Use != "sms-2" {
			t.Errorf("got %+v", ans)
		}
		a.ask("3", signin.Code{ID: "3", Method: "sms-2", SentTo: "+49 ••• 77", Others: []string{"sms"}})
		a.succeed()
	}
	got := w.run("login").stderr
	for _, want := range []string{"/sms-2     a code by text message (+49 ••• 77)\n", "Enter the code from the text message. It was sent to +49 ••• 77.\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not say %q:\n%s", want, got)
		}
	}
}

func TestCodeThatCannotBeSentAgain(t *testing.T) {
	w := &world{t: t, people: true, stdin: strings.NewReader("/again\n123456\n")}
	w.attempt = func(a *fakeAttempt) {
		if ans, _ := a.ask("2", askCode); ans.Resend {
			t.Error("it was asked for")
		}
		a.succeed()
	}
	if got := w.run("login"); !strings.Contains(got.stderr, "There is no /again here.") {
		t.Errorf("got %q", got.stderr)
	}
}

func TestRecoveryCodeAtThePrompt(t *testing.T) {
	w := &world{t: t, people: true, stdin: strings.NewReader("ABCD-1234\n\n")}
	w.attempt = func(a *fakeAttempt) {
		a.ask("2", signin.Code{ID: "2", Method: "recovery"})
		ans, ok := a.ask("3", signin.NewRecoveryCode{ID: "3", Code: secret.New("NEW1-\x1bCODE")})
		if !ok || ans.ID != "3" {
			t.Errorf("got %+v", ans)
		}
		a.succeed()
	}
	want := "Enter one of your recovery codes.\nRecovery code: " +
		"This is your new recovery code, in place of the one you just used. Write it down: it is shown only once.\n\n    NEW1-CODE\n\n" +
		"Press Return when you have written it down: " + welcome
	if diff := cmp.Diff(result{0, "", want}, w.run("login"), cmp.AllowUnexported(result{})); diff != "" {
		t.Error(diff)
	}
}

// The number stands alone; what was said is not said again after a slip.
func TestApprovalAtThePrompt(t *testing.T) {
	stdin, typed := typing(t)
	w := &world{t: t, people: true, stdin: stdin}
	stderr := w.captureStderr()
	w.attempt = func(a *fakeAttempt) {
		step := signin.Approve{Number: "95", SentTo: "Amy's phone", Deadline: noon.Add(5 * time.Minute), Others: []string{"totp", "browser"}, ResendAt: noon}
		go func() {
			until(stderr, "/again sends it again.\n")
			typed("/sms")
			until(stderr, "There is no /sms here.")
			typed("/again")
		}()
		if ans, _ := a.ask("-", step); !ans.Resend {
			t.Errorf("got %+v", ans)
		}
		a.say(signin.Trouble{Problem: problem.New(problem.ResendTooSoon), AttemptsLeft: -1})
		go func() {
			until(stderr, "[resend-too-soon]")
			typed("totp")
		}()
		if ans, _ := a.ask("-", step); ans.Use != "totp" {
			t.Errorf("got %+v", ans)
		}
		a.succeed()
	}
	got := w.run("login")
	want := "Approve the sign-in on Amy's phone.\nChoose or enter this number there:\n\n    95\n\n" +
		"It goes on here by itself, until 12:05. If you did not start this, refuse it there and tell IT.\n" +
		"Other ways: /totp, /browser. /help says what they are.\nNothing there? /again sends it again.\n" +
		"There is no /sms here.\n  /again     have it sent again\n  /totp      a code from your authenticator app\n"
	if !strings.HasPrefix(got.stderr, want) || strings.Count(got.stderr, "95") != 1 || got.code != 0 {
		t.Errorf("got %d %s", got.code, got.stderr)
	}
}

func TestNewPasswordAtThePrompt(t *testing.T) {
	const good = " /browser is Amys pass-phrase 密码 "
	w := &world{t: t, people: true, stdin: strings.NewReader("short\n\n" + good + "\nother\n\n/help\n\n" + good + "\n" + good + "\n")}
	w.attempt = func(a *fakeAttempt) {
		step := signin.NewPassword{ID: "3", Username: "amy@acme.example", Expired: true, Others: []string{"browser"},
			Rules: oauth.PasswordRules{MinLength: 12, Words: []string{"Not the \x1bname of the company."}}}
		if ans, _ := a.ask("3", step); !ans.NewPassword.EqualString(good) {
			t.Errorf("got %q", ans.NewPassword.Reveal())
		}
		a.say(signin.Trouble{Problem: problem.New(problem.PasswordReused), AttemptsLeft: -1, Field: "new-password"})
		step.ID = "4"
		a.ask("4", step) // the input is over
	}
	got := w.run("login")
	for _, words := range []string{
		"Your password has expired. Choose a new one.\n  - ", "Not the name of the company.\n", "<hidden>New password: \nNot yet: ",
		"<hidden>The same again, or Return alone to choose another: \n<hidden>New password: ", "The two are not the same.\n",
		"Other ways: /browser. /help says what they are.\nOther way, or Return to choose a password:   /browser ", "[password-reused]\n<hidden>New password: ",
	} {
		if !strings.Contains(got.stderr, words) {
			t.Errorf("%q is not in\n%s", words, got.stderr)
		}
	}
	if strings.Count(got.stderr, "has expired") != 1 || strings.Contains(got.stderr, "pass-phrase") || strings.Contains(got.stderr, "short\n") || w.hidden {
		t.Errorf("got %s", got.stderr)
	}
}

// Something that happens while the password is typed for the second time does not cost the first one.
func TestNoticeBetweenTwoPasswords(t *testing.T) {
	stdin, typed := typing(t)
	w := &world{t: t, people: true, stdin: stdin}
	stderr := w.captureStderr()
	w.attempt = func(a *fakeAttempt) {
		go func() {
			until(stderr, "New password: ")
			typed("a new pass phrase of amy")
			until(stderr, "The same again")
			a.say(signin.Notice{Problem: problem.New(problem.KeychainMissing)})
			until(stderr, "[keychain-missing]")
			typed("a new pass phrase of amy")
		}()
		if ans, _ := a.ask("3", signin.NewPassword{ID: "3"}); !ans.NewPassword.EqualString("a new pass phrase of amy") {
			t.Errorf("got %q", ans.NewPassword.Reveal())
		}
		a.succeed()
	}
	if got := w.run("login"); got.code != 0 || strings.Contains(got.stderr, "not the same") {
		t.Errorf("got %+v", got)
	}
}

// Whom to ask stands with what only others can solve, and with nothing else.
func TestWhomToAsk(t *testing.T) {
	for code, asked := range map[problem.Code]bool{
		problem.AccountLocked: true, problem.AccountDisabled: true, problem.AddressRefused: true, problem.AppNotAllowed: true,
		problem.GivenUp: false, problem.TimedOut: false,
	} {
		w := &world{t: t, settings: strings.Replace(acmeSettings, "company = \"Acme\"", "company = \"Acme\"\ncontact = \"it@acme.example\"", 1)}
		w.attempt = func(a *fakeAttempt) {
			a.say(signin.Trouble{Problem: problem.New(code, problem.Final()), AttemptsLeft: -1})
		}
		if got := w.run("login"); strings.Contains(got.stderr, "Whom to ask: it@acme.example\n") != asked {
			t.Errorf("%s: %s", code, got.stderr)
		}
	}
}

// Of a code that the server could not send, nothing says that it was.
func TestCodeThatWasNotSent(t *testing.T) {
	w := &world{t: t, people: true, stdin: strings.NewReader("/totp\n123456\n")}
	w.attempt = func(a *fakeAttempt) {
		a.say(signin.Trouble{Problem: problem.New(problem.CodeNotSent), AttemptsLeft: -1})
		a.ask("2", signin.Code{ID: "2", Method: "sms", Digits: 6, SentTo: "+49 ••• 42", Others: []string{"totp"}})
		a.ask("3", signin.Code{ID: "3", Method: "email", Digits: 6, SentTo: "a•••@acme.example", Others: []string{"totp"}})
		a.succeed()
	}
	got := w.run("login").stderr
	if !strings.Contains(got, "It is to be sent to +49 ••• 42.") || !strings.Contains(got, "It was sent to a•••@acme.example.") || strings.Contains(got, "It was sent to +49") {
		t.Errorf("got %q", got)
	}
}
