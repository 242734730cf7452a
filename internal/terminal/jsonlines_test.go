package terminal_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/signin"
)

const (
	credentialsLine = `{"step":"credentials","id":"1","org":"acme","host":"login.acme.example","username":"amy@acme.example",` +
		`"forgot_password":"https://login.acme.example/forgot","others":["browser","company","device"]}` + "\n"
	codeLine     = `{"step":"code","id":"2","method":"totp","digits":6,"sent_to":"","others":["browser"]}` + "\n"
	doneLine     = `{"step":"done","username":"amy@acme.example","name":"Amy Agent","org":"acme","expires_at":"2026-11-03T18:40:00Z"}` + "\n"
	givenUpLine  = `{"step":"problem","code":"given-up","title":"The sign-in was cancelled.","why":"","fix":"Start again when you are ready.","again":false}` + "\n"
	notUnderLine = `{"step":"problem","code":"wrong-usage","title":"This line was not understood.","why":"","fix":"Send one JSON object a line. latchkey help login tells more.","again":true}` + "\n"
	unfitLine    = `{"step":"problem","code":"wrong-usage","title":"This answer does not fit the question.","why":"","fix":"Answer the step that is shown, with its id.","again":true}` + "\n"
)

// signInWithCode asks for everything and signs in.
func signInWithCode(t *testing.T) func(*fakeAttempt) {
	return func(a *fakeAttempt) {
		a.say(signin.Working{What: signin.FindingServer})
		ans, ok := a.ask("1", askCredentials)
		if !ok {
			return
		}
		if ans.Username != "amy@acme.example" || !ans.Password.EqualString("p\nw ") {
			t.Errorf("got %q %q", ans.Username, ans.Password.Reveal())
		}
		a.say(signin.Working{What: signin.CheckingPass})
		ans, ok = a.ask("2", askCode)
		if !ok {
			return
		}
		if !ans.Code.EqualString("123456") {
			t.Errorf("got the code %q", ans.Code.Reveal())
		}
		a.succeed()
	}
}

const (
	answer1 = `{"id":"1","username":"amy@acme.example","password":"p\nw ","unknown":true}` + "\n"
	answer2 = `{"id":"2","code":"123456"}` + "\n"
)

func TestJSONLines(t *testing.T) {
	for _, c := range []struct {
		name  string
		typed string
		code  int
		out   string
	}{
		{"step by step, or all at once", answer1 + answer2, 0, credentialsLine + codeLine + doneLine},
		{"CRLF and empty lines", "\r\n" + strings.ReplaceAll(answer1, "\n", "\r\n") + "\n" + answer2, 0, credentialsLine + codeLine + doneLine},
		{"no end of the last line", answer1 + strings.TrimSpace(answer2), 0, credentialsLine + codeLine + doneLine},
		{"end of the input", "", 4, credentialsLine + givenUpLine},
		{"end of the input at the code", answer1, 4, credentialsLine + codeLine + givenUpLine},
		{"answer to another step", `{"id":"7","password":"x"}` + "\n" + answer1 + answer2, 0, credentialsLine + unfitLine + credentialsLine + codeLine + doneLine},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &world{t: t, stdin: strings.NewReader(c.typed), attempt: signInWithCode(t)}
			got := w.run("login", "--json")
			if diff := cmp.Diff(result{c.code, c.out, ""}, got, cmp.AllowUnexported(result{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A line that is no answer changes nothing; the step to answer again follows.
func TestJSONLinesMalformed(t *testing.T) {
	for _, bad := range []string{
		"nonsense", "{", "[]", "null 1", `"x"`, `{"id":"1","password":5}`, `{"id":"1","id":"2"}`, "{}{}", "\x00", "\xff\xfe{\x00",
		`{"id":"1","password":"CANARY"`, strings.Repeat("x", 70_000),
	} {
		stdin, typed := typing(t)
		out, lines := listening()
		w := &world{t: t, stdin: stdin, stdout: out, attempt: signInWithCode(t)}
		go func() {
			for _, want := range []string{credentialsLine, notUnderLine, credentialsLine, codeLine} {
				switch line := <-lines; line {
				case want:
				default:
					t.Errorf("%.20q: got %s", bad, line)
				}
				switch want {
				case credentialsLine:
					typed(bad)
					bad = strings.TrimSpace(answer1)
				case codeLine:
					typed(strings.TrimSpace(answer2))
				}
			}
		}()
		if got := w.run("login", "--json"); got.code != 0 || strings.Contains(out.String()+got.stderr, "CANARY") {
			t.Errorf("%.20q: %+v, %s", bad, got, out.String())
		}
	}
}

func TestJSONLinesCancelAtAnyTime(t *testing.T) {
	w := &world{t: t, stdin: strings.NewReader(`{"cancel":true}` + "\n")}
	w.attempt = func(a *fakeAttempt) {
		<-a.cancelled // nothing has been asked yet
		a.fail(problem.New(problem.GivenUp))
	}
	if got := w.run("login", "--json"); got != (result{4, givenUpLine, ""}) {
		t.Errorf("got %+v", got)
	}
}

func TestJSONLinesInterrupted(t *testing.T) {
	stdin, _ := typing(t)
	ctx, interrupt := context.WithCancel(t.Context())
	w := &world{t: t, stdin: stdin, ctx: ctx, attempt: func(a *fakeAttempt) {
		interrupt()
		a.ask("1", askCredentials)
	}}
	if got := w.run("login", "--json"); got.code != 4 || !strings.HasSuffix(got.stdout, givenUpLine) {
		t.Errorf("got %+v", got)
	}
}

// The browser and another device need no input: its end does not end the wait.
func TestJSONLinesEndOfInputWhileWaiting(t *testing.T) {
	for _, step := range []signin.Step{inBrowser, onDevice} {
		w := &world{t: t, attempt: func(a *fakeAttempt) {
			a.say(step)
			a.succeed()
		}}
		if got := w.run("login", "--json"); got.code != 0 || !strings.HasSuffix(got.stdout, doneLine) {
			t.Errorf("got %+v", got)
		}
	}
	// Should an answer be needed after all, none can come.
	w := &world{t: t, attempt: func(a *fakeAttempt) {
		a.say(inBrowser)
		a.ask("1", signin.Confirm{ID: "1", Username: "eve", Expected: "amy"})
	}}
	if got := w.run("login", "--json"); got.code != 4 {
		t.Errorf("got %+v", got)
	}
}

func TestJSONLinesCallback(t *testing.T) {
	w := &world{t: t, stdin: strings.NewReader(`{"callback":"http://127.0.0.1:4711/callback?code=c&state=s"}` + "\n")}
	w.attempt = func(a *fakeAttempt) {
		if ans, _ := a.ask("-", inBrowser); ans.Callback != "http://127.0.0.1:4711/callback?code=c&state=s" {
			t.Errorf("got %+v", ans)
		}
		a.succeed()
	}
	got := w.run("login", "--json", "--with", "browser")
	want := `{"step":"browser","url":"http://127.0.0.1:4711/go/abc","stage":"opening","deadline":"2026-11-03T12:10:00Z","host":"login.acme.example","others":["password","device"]}` + "\n" + doneLine
	if diff := cmp.Diff(result{0, want, ""}, got, cmp.AllowUnexported(result{})); diff != "" {
		t.Error(diff)
	}
}

// A problem that ends the attempt is the last line, and its kind the exit code.
func TestJSONLinesExitCodes(t *testing.T) {
	for code, exit := range map[problem.Code]int{problem.CredentialsRefused: 4, problem.TimedOut: 5, problem.KeychainLocked: 6, problem.SettingsBadValue: 7} {
		w := &world{t: t, attempt: func(a *fakeAttempt) { a.fail(problem.New(code)) }}
		got := w.run("login", "--json")
		if got.code != exit || !strings.Contains(got.stdout, `"code":"`+string(code)+`"`) || !strings.HasSuffix(got.stdout, `"again":false}`+"\n") {
			t.Errorf("%s: %+v", code, got)
		}
	}
	if got := (&world{t: t, settings: "nonsense"}).run("login", "--json"); got.code != 7 || !strings.HasPrefix(got.stdout, `{"step":"problem","code":"settings-`) || got.stderr != "" {
		t.Errorf("broken settings: %+v", got)
	}
	if got := (&world{t: t}).run("login", "--json", "--org", "initech"); got.code != 7 || !strings.HasPrefix(got.stdout, `{"step":"problem","code":"organization-unknown"`) {
		t.Errorf("unknown organisation: %+v", got)
	}
}

// Answers that nobody asked for are taken in, up to a point.
func TestJSONLinesTooManyAhead(t *testing.T) {
	w := &world{t: t, stdin: strings.NewReader(strings.Repeat(answer2, 17))}
	w.attempt = func(a *fakeAttempt) {
		<-a.cancelled
		a.fail(problem.New(problem.GivenUp))
	}
	out, lines := listening()
	w.stdout = out
	ctx, stop := context.WithCancel(t.Context())
	w.ctx = ctx
	go func() {
		if line := <-lines; !strings.Contains(line, "Too many answers") {
			t.Errorf("got %s", line)
		}
		stop()
	}()
	if got := w.run("login", "--json"); got.code != 4 {
		t.Errorf("got %+v", got)
	}
}

// Nobody listens: the attempt is over.
func TestJSONLinesBrokenPipe(t *testing.T) {
	stdin, _ := typing(t)
	w := &world{t: t, stdin: stdin, stdout: brokenPipe{}, attempt: func(a *fakeAttempt) { a.ask("1", askCredentials) }}
	if got := w.run("login", "--json"); got.code != 4 {
		t.Errorf("got %+v", got)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

// listening returns a writer that hands every line on as well.
func listening() (*tee, <-chan string) {
	lines := make(chan string, 100)
	return &tee{lines: lines}, lines
}

type tee struct {
	buffer
	lines chan string
}

var _ io.Writer = (*tee)(nil)

func (t *tee) Write(p []byte) (int, error) {
	n, err := t.buffer.Write(p)
	t.lines <- string(p)
	return n, err
}

// Steps that wait are answered in their turn; an approval takes answers without an id.
func TestJSONStepsOfMoreFactors(t *testing.T) {
	w := &world{t: t, stdin: strings.NewReader(`{"use":"totp"}` + "\n" + `{"id":"3","new_password":" p "}` + "\n" + `{"id":"4"}` + "\n")}
	w.attempt = func(a *fakeAttempt) {
		if ans, _ := a.ask("-", signin.Approve{Number: "95", Deadline: noon}); ans.Use != "totp" {
			t.Errorf("got %+v", ans)
		}
		if ans, _ := a.ask("3", signin.NewPassword{ID: "3"}); !ans.NewPassword.EqualString(" p ") {
			t.Errorf("got %+v", ans)
		}
		if ans, ok := a.ask("4", signin.NewRecoveryCode{ID: "4", Code: secret.New("NEW-CODE")}); !ok || ans.ID != "4" {
			t.Errorf("got %+v", ans)
		}
		a.succeed()
	}
	got := w.run("login", "--json")
	want := `{"step":"approve","number":"95","deadline":"2026-11-03T12:00:00Z"}` + "\n" +
		`{"step":"new-password","id":"3","username":"","rules":{}}` + "\n" +
		`{"step":"new-recovery-code","id":"4","recovery_code":"NEW-CODE"}` + "\n"
	if !strings.HasPrefix(got.stdout, want) || got.code != 0 {
		t.Errorf("got %+v", got)
	}
}
