package loopback_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"latchkey/internal/loopback"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
)

var another = secret.New("another-state-0123456789-0123456789-01234567")

func TestAnswersThatEndTheSignIn(t *testing.T) {
	t.Parallel()
	iss := "&iss=" + url.QueryEscape(issuer)
	for _, c := range []struct {
		name, query string
		want        problem.Code
	}{
		{"CB07 code and error", "code=c&error=access_denied&state=" + state + iss, problem.AnswerMalformed},
		{"CB07 neither", "state=" + state + iss, problem.AnswerMalformed},
		{"CB07 code empty", "code=&state=" + state + iss, problem.AnswerMalformed},
		{"CB07 error empty", "error=&state=" + state + iss, problem.AnswerMalformed},
		{"CB19 CR LF in code", "code=a%0d%0ab&state=" + state + iss, problem.AnswerMalformed},
		{"CB19 NUL in code", "code=a%00b&state=" + state + iss, problem.AnswerMalformed},
		{"CB19 not ASCII", "code=%C3%A9&state=" + state + iss, problem.AnswerMalformed},
		{"CB41 not UTF-8", "code=%ff%fe&state=" + state + iss, problem.AnswerMalformed},
		{"CB41 overlong", "code=%c0%80&state=" + state + iss, problem.AnswerMalformed},
		{"CB41 line separator", "code=a%E2%80%A8b&state=" + state + iss, problem.AnswerMalformed},
		{"CB41 error with NUL", "error=a%00&state=" + state + iss, problem.AnswerMalformed},
		{"CB20 iss missing", "code=c&state=" + state, problem.AnswerIssMissing},
		{"CB20 iss missing in an error", "error=access_denied&state=" + state, problem.AnswerIssMissing},
		{"CB21 iss of another", "code=c&state=" + state + "&iss=https://evil.example", problem.AnswerIssMismatch},
		{"CB22 trailing slash", "code=c&state=" + state + iss + "/", problem.AnswerIssMismatch},
		{"CB22 host case", "code=c&state=" + state + "&iss=https://Login.acme.example", problem.AnswerIssMismatch},
		{"CB22 escaped", "code=c&state=" + state + iss + "%252F", problem.AnswerIssMismatch},
		{"CB22 port", "code=c&state=" + state + iss + ":443", problem.AnswerIssMismatch},
		{"CB22 empty", "code=c&state=" + state + "&iss=", problem.AnswerIssMismatch},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := listen(t)
			if err := r.Submit(answer(r, c.query)); err != nil {
				t.Fatal(err)
			}
			_, err := wait(t, r)
			wantProblem(t, err, c.want)
		})
	}
}

func TestCB07TheSameByTheBrowser(t *testing.T) {
	t.Parallel()
	r := listen(t)
	if got := visit(t, r, answer(r, "code=c&error=access_denied&state="+state+"&iss="+url.QueryEscape(issuer))); got.status != http.StatusSeeOther {
		t.Errorf("status %d", got.status)
	}
	_, err := wait(t, r)
	wantProblem(t, err, problem.AnswerMalformed)
}

func TestCB23IssNotPromised(t *testing.T) {
	t.Parallel()
	notPromised := func(o *loopback.Options) { o.IssRequired = false }
	t.Run("absent is fine", func(t *testing.T) {
		r := listen(t, notPromised)
		visit(t, r, answer(r, "code=c&state="+state))
		wantCode(t, r, "c")
	})
	t.Run("another one is refused all the same", func(t *testing.T) {
		r := listen(t, notPromised)
		visit(t, r, answer(r, "code=c&state="+state+"&iss=https://evil.example"))
		_, err := wait(t, r)
		wantProblem(t, err, problem.AnswerIssMismatch)
	})
	t.Run("a server without issuer", func(t *testing.T) {
		r := listen(t, func(o *loopback.Options) { o.Issuer = "" })
		visit(t, r, answer(r, "code=c&state="+state+"&iss=https://any.example"))
		wantCode(t, r, "c")
	})
}

func TestCB19LongCode(t *testing.T) {
	t.Parallel()
	r := listen(t)
	code := strings.Repeat("x", 8<<10)
	visit(t, r, answer(r, "code="+code+"&state="+state+"&iss="+url.QueryEscape(issuer)))
	wantCode(t, r, code)
}

func TestCB25TokensAreNotRead(t *testing.T) {
	t.Parallel()
	r := listen(t)
	if err := r.Submit(answer(r, "access_token=canary&id_token=canary&state="+state+"&iss="+url.QueryEscape(issuer)) + "#access_token=canary"); err != nil {
		t.Fatal(err)
	}
	got, err := wait(t, r)
	wantProblem(t, err, problem.AnswerMalformed)
	if got != (loopback.Callback{}) {
		t.Errorf("got %+v", got)
	}
}

func TestSubmit(t *testing.T) {
	t.Parallel()
	query := "code=pasted&state=" + state + "&iss=" + url.QueryEscape(issuer)
	t.Run("taken", func(t *testing.T) {
		t.Parallel()
		for name, form := range map[string]func(r *loopback.Receiver) string{
			"as it is":         func(r *loopback.Receiver) string { return answer(r, query) },
			"spaces, newlines": func(r *loopback.Receiver) string { return "  " + answer(r, query[:20]+"\n"+query[20:]) + "\r\n" },
			"without scheme":   func(r *loopback.Receiver) string { return host(r) + "/callback?" + query },
			"upgraded":         func(r *loopback.Receiver) string { return "https://" + host(r) + "/callback?" + query },
			"with a fragment":  func(r *loopback.Receiver) string { return answer(r, query) + "#_=_" },
		} {
			t.Run(name, func(t *testing.T) {
				r := listen(t)
				if err := r.Submit(form(r)); err != nil {
					t.Fatal(err)
				}
				wantCode(t, r, "pasted")
				wantRefused(t, host(r))
				wantProblem(t, r.Submit(form(r)), problem.AddressNotOurs)
			})
		}
	})
	t.Run("refused", func(t *testing.T) {
		t.Parallel()
		r := listen(t)
		for _, address := range []string{
			"", "?", "code=pasted", r.RedirectURI(), r.RedirectURI() + "?", origin(r) + "/done",
			answer(r, "code=c&state=wrong"),
			answer(r, query+"&state="+state),
			"http://evil.example/callback?" + query,
			"http://" + host(r) + "/other?" + query,
			"http://user@" + host(r) + "/callback?" + query,
			"http://127.0.0.1:1/callback?" + query,
			"http://localhost:" + strings.Split(host(r), ":")[1] + "/callback?" + query,
			"ftp://" + host(r) + "/callback?" + query,
			r.RedirectURI() + "#" + query,
			answer(r, query+"&x="+strings.Repeat("x", 40<<10)),
		} {
			wantProblem(t, r.Submit(address), problem.AddressNotOurs)
		}
		wantAlive(t, r)
	})
	t.Run("no path", func(t *testing.T) {
		t.Parallel()
		for _, path := range []string{"", "/"} {
			for _, slash := range []string{"", "/"} {
				r := listen(t, func(o *loopback.Options) { o.Path = path })
				if err := r.Submit(origin(r) + slash + "?" + query); err != nil {
					t.Errorf("path %q, pasted with %q: %v", path, slash, err)
				}
			}
		}
	})
}

func TestCB17StatesOfAnyLength(t *testing.T) {
	t.Parallel()
	r := listen(t)
	for _, n := range []int{0, 1, len(state), 20_000, 1_000_000} {
		wantProblem(t, r.Submit(answer(r, "code=c&state="+strings.Repeat("s", n))), problem.AddressNotOurs)
	}
	wantAlive(t, r)
}
