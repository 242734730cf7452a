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

// wantEnd checks that each of the queries, with the right state, ends the sign-in with this problem.
func wantEnd(t *testing.T, want problem.Code, queries ...string) {
	t.Helper()
	t.Parallel()
	for _, query := range queries {
		r := listen(t)
		if err := r.Submit(answer(r, query+"&state="+state)); err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		_, err := wait(t, r)
		wantProblem(t, err, want)
	}
}

func TestCB07CodeAndErrorOrNeither(t *testing.T) {
	wantEnd(t, problem.AnswerMalformed, "code=c&error=access_denied"+iss, "x=1"+iss, "code="+iss, "error="+iss)
}

func TestCB19BadBytes(t *testing.T) {
	wantEnd(t, problem.AnswerMalformed, "code=a%0d%0ab"+iss, "code=a%00b"+iss, "code=%C3%A9"+iss, "error=a%00"+iss, "error=a%0a"+iss)
}

func TestCB41NotText(t *testing.T) {
	wantEnd(t, problem.AnswerMalformed, "code=%ff%fe"+iss, "code=%c0%80"+iss, "code=a%E2%80%A8b"+iss)
}

func TestCB20IssuerMissing(t *testing.T) {
	wantEnd(t, problem.AnswerIssMissing, "code=c", "error=access_denied")
}

func TestCB21IssuerOfAnother(t *testing.T) {
	wantEnd(t, problem.AnswerIssMismatch, "code=c&iss=https://evil.example", "error=access_denied&iss=https://evil.example")
}

func TestCB22IssuerIsComparedByItsCharacters(t *testing.T) {
	wantEnd(t, problem.AnswerIssMismatch, "code=c"+iss+"/", "code=c&iss=https://Login.acme.example", "code=c"+iss+"%252F", "code=c"+iss+":443", "code=c&iss=")
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
