package loopback_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/internal/loopback"
	"latchkey/internal/problem"
)

func TestCB01GenuineAnswer(t *testing.T) {
	t.Parallel()
	r := listen(t)
	first := get(t, genuine(r))
	if first.status != http.StatusSeeOther || first.body != "" {
		t.Fatalf("got %d %q", first.status, first.body)
	}
	wantCode(t, r, "canary-code")
	wantPage(t, get(t, origin(r)+first.header.Get("Location")), http.StatusOK, pages.Done)
	wantRefused(t, host(r)) // by itself, without Close
}

func TestCB01PortIsFreeThoughThePageIsNeverFetched(t *testing.T) {
	t.Parallel()
	r := listen(t, func(o *loopback.Options) { o.Limits(patience, time.Second, patience) })
	get(t, genuine(r))
	wantRefused(t, host(r))
}

func TestCB37NoParameterStaysInTheAddress(t *testing.T) {
	t.Parallel()
	r := listen(t)
	got := visit(t, r, genuine(r))
	if to := got.header.Get("Location"); to != "/done" {
		t.Errorf("the browser is sent to %q", to)
	}
	for _, value := range got.header {
		if strings.Contains(strings.Join(value, " "), "canary") {
			t.Errorf("a header repeats the answer: %q", value)
		}
	}
	if got.header.Get("Referrer-Policy") != "no-referrer" || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers: %v", got.header)
	}
}

func TestCB35HeadersOfEveryPage(t *testing.T) {
	t.Parallel()
	r := listen(t)
	addresses := []string{answer(r, "state=x"), origin(r) + "/", origin(r) + "/favicon.ico", r.StartURL("https://login.acme.example/a"), genuine(r), origin(r) + "/done"}
	for _, address := range addresses {
		got := get(t, address)
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
			"X-Frame-Options": "DENY",
		} {
			if got.header.Get(name) != want {
				t.Errorf("%s: %s is %q", address, name, got.header.Get(name))
			}
		}
		policy := got.header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "style-src 'sha256-", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: the policy %q lacks %s", address, policy, want)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "script-src") {
			t.Errorf("the policy is soft: %q", policy)
		}
	}
}

func TestCB09DeniedWithTheRightState(t *testing.T) {
	t.Parallel()
	r := listen(t)
	visit(t, r, answer(r, url.Values{"error": {"access_denied"}, "error_description": {"No\r\nthanks \x1b[31m"}, "state": {state}, "iss": {issuer}}.Encode()))
	got, err := wait(t, r)
	if err != nil || got.Error != "access_denied" || !got.Code.Empty() {
		t.Fatalf("got %+v, %v", got, err)
	}
	if strings.ContainsAny(got.ErrorDescription, "\r\n\x1b") || !strings.HasPrefix(got.ErrorDescription, "No thanks") {
		t.Errorf("the description is %q", got.ErrorDescription)
	}
}

func TestCB10ErrorsAreHandedOnAsTheyAre(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"invalid_request", "unauthorized_client", "unsupported_response_type", "invalid_scope",
		"server_error", "temporarily_unavailable", "login_required", "consent_required", "interaction_required",
		"account_selection_required", "something_else"} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			r := listen(t)
			if err := r.Submit(answer(r, url.Values{"error": {code}, "state": {state}, "iss": {issuer}}.Encode())); err != nil {
				t.Fatal(err)
			}
			if got, err := wait(t, r); err != nil || got.Error != code {
				t.Fatalf("got %+v, %v", got, err)
			}
		})
	}
}

func TestCB13SameAnswerAgain(t *testing.T) {
	t.Parallel()
	r := listen(t)
	get(t, genuine(r))
	wantPage(t, get(t, genuine(r)), http.StatusGone, pages.Already)
	wantPage(t, get(t, r.StartURL("https://login.acme.example/a")), http.StatusGone, pages.Already)
	wantCode(t, r, "canary-code")
	wantNothing(t, r)
	get(t, origin(r)+"/done")
}

func TestCB65Reload(t *testing.T) {
	t.Parallel()
	r := listen(t)
	get(t, genuine(r))
	wantPage(t, get(t, genuine(r)), http.StatusGone, pages.Already) // a restored tab
	wantCode(t, r, "canary-code")
	wantNothing(t, r)
	get(t, origin(r)+"/done")
}

func TestCB14ParallelCallbacks(t *testing.T) {
	t.Parallel()
	r := listen(t)
	var (
		group sync.WaitGroup
		mu    sync.Mutex
		taken []string
		gone  int
	)
	for i := range 100 {
		group.Go(func() {
			code := fmt.Sprintf("code-%d", i)
			got := get(t, answer(r, url.Values{"code": {code}, "state": {state}, "iss": {issuer}}.Encode()))
			mu.Lock()
			defer mu.Unlock()
			switch got.status {
			case http.StatusSeeOther:
				taken = append(taken, code)
			case http.StatusGone:
				gone++
				if got.body != string(pages.Already) {
					t.Errorf("not the fixed page: %q", got.body)
				}
			default:
				t.Errorf("status %d", got.status)
			}
		})
	}
	group.Wait()
	if len(taken) != 1 || gone != 99 {
		t.Fatalf("taken %v, gone %d", taken, gone)
	}
	wantCode(t, r, taken[0])
	wantNothing(t, r)
	get(t, origin(r)+"/done")
}

func TestCB15StateOfAnotherSignIn(t *testing.T) {
	t.Parallel()
	one := listen(t)
	other := listen(t, func(o *loopback.Options) { o.State = another })
	wantPage(t, get(t, answer(other, "code=c&state="+state+"&iss="+url.QueryEscape(issuer))), http.StatusBadRequest, pages.NotOurs)
	wantPage(t, get(t, answer(one, "code=c&state="+another.Reveal()+"&iss="+url.QueryEscape(issuer))), http.StatusBadRequest, pages.NotOurs)
	wantNothing(t, other)
	wantAlive(t, one)
	visit(t, other, answer(other, "code=mine&state="+another.Reveal()+"&iss="+url.QueryEscape(issuer)))
	wantCode(t, other, "mine")
}

func TestCB58AnswersCrossed(t *testing.T) {
	t.Parallel()
	one := listen(t)
	other := listen(t, func(o *loopback.Options) { o.State = another })
	mine, theirs := genuine(one), answer(other, "code=theirs&state="+another.Reveal()+iss)
	crossed := func(address string, from, to *loopback.Receiver) string {
		return strings.Replace(address, host(from), host(to), 1)
	}
	wantPage(t, get(t, crossed(mine, one, other)), http.StatusBadRequest, pages.NotOurs)
	wantPage(t, get(t, crossed(theirs, other, one)), http.StatusBadRequest, pages.NotOurs)
	visit(t, other, theirs)
	wantCode(t, other, "theirs")
	wantAlive(t, one)
}

func TestCB67PagesRepeatNothing(t *testing.T) {
	t.Parallel()
	r := listen(t)
	for _, address := range []string{
		answer(r, "code=canary-code&state=canary-wrong"+iss), answer(r, "code=canary-code"), origin(r) + "/canary-path", genuine(r), genuine(r),
	} {
		if got := get(t, address); strings.Contains(got.body, "canary") {
			t.Errorf("%s: the page repeats it: %q", address, got.body)
		}
	}
	get(t, origin(r)+"/done")
}

func TestCB68PagesClaimNothing(t *testing.T) {
	t.Parallel()
	for name, html := range map[string][]byte{"done": pages.Done, "already": pages.Already, "expired": pages.Expired,
		"not ours": pages.NotOurs, "not found": pages.NotFound, "failed": pages.Failed} {
		text := strings.ToLower(string(html))
		for _, never := range []string{"signed in", "success", "<script", "javascript:", "http:", "https:", "src=", "href=", "@import", "url(", "{{"} {
			if strings.Contains(text, never) {
				t.Errorf("%s: the page contains %q", name, never)
			}
		}
		if !strings.Contains(text, "you can close this tab") && name != "not ours" {
			t.Errorf("%s: the page does not say that the tab can be closed", name)
		}
	}
}

func TestWaitAfterCloseIsGivenUp(t *testing.T) {
	t.Parallel()
	r := listen(t)
	r.Close()
	r.Close() // once more does no harm
	_, err := wait(t, r)
	wantProblem(t, err, problem.GivenUp)
}
