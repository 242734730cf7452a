package loopback_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/loopback"
)

func TestCB11NothingIsReflected(t *testing.T) {
	t.Parallel()
	r := listen(t)
	for _, hostile := range []string{"<script>alert(1)</script>", `"><svg onload=alert(1)>`, "javascript:alert(1)"} {
		for _, name := range []string{"error", "error_description", "error_uri", "state", "code"} {
			got := get(t, answer(r, url.Values{name: {hostile}}.Encode()))
			wantPage(t, got, http.StatusBadRequest, pages.NotOurs)
			wantPage(t, get(t, origin(r)+"/"+url.PathEscape(hostile)), http.StatusNotFound, pages.NotFound)
		}
	}
	got := get(t, answer(r, url.Values{"error": {"<script>"}, "error_description": {"<script>"}, "state": {state}, "iss": {issuer}}.Encode()))
	wantPage(t, got, http.StatusSeeOther, nil)
	wantPage(t, get(t, origin(r)+got.header.Get("Location")), http.StatusOK, pages.Done)
}

// wantMethodRefused sends the genuine answer by each method.
func wantMethodRefused(t *testing.T, methods ...string) {
	t.Helper()
	t.Parallel()
	r := listen(t)
	target := strings.TrimPrefix(genuine(r), origin(r))
	for _, method := range methods {
		got := raw(t, r, method+" "+target+" HTTP/1.1\r\nHost: "+host(r)+"\r\nContent-Length: 0\r\n\r\n")
		if got.status != http.StatusMethodNotAllowed || got.header.Get("Allow") != http.MethodGet {
			t.Errorf("%s: status %d, Allow %q", method, got.status, got.header.Get("Allow"))
		}
	}
	wantAlive(t, r)
}

func TestCB26FormPost(t *testing.T) {
	wantMethodRefused(t, "POST")
	r := listen(t)
	form := "code=c&state=" + state + iss
	request := fmt.Sprintf("POST /callback HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", host(r), len(form), form)
	if got := raw(t, r, request); got.status != http.StatusMethodNotAllowed {
		t.Errorf("status %d", got.status)
	}
	wantAlive(t, r)
}

func TestCB27LinkScanner(t *testing.T) {
	wantMethodRefused(t, "HEAD")
}

func TestCB28OtherMethods(t *testing.T) {
	wantMethodRefused(t, "OPTIONS", "PUT", "TRACE", "DELETE", "PATCH", "get", "X")
	r := listen(t)
	for _, request := range []string{"CONNECT " + host(r) + " HTTP/1.1", "OPTIONS * HTTP/1.1"} {
		if got := raw(t, r, request+"\r\nHost: "+host(r)+"\r\n\r\n"); got.status < 400 {
			t.Errorf("%s: status %d", request, got.status)
		}
	}
	wantAlive(t, r)
}

func TestCB29NoCORS(t *testing.T) {
	t.Parallel()
	r := listen(t)
	for _, address := range []string{genuine(r), origin(r) + "/", r.StartURL("https://login.acme.example/")} {
		got := get(t, address, func(q *http.Request) {
			q.Method = http.MethodOptions
			q.Header.Set("Origin", "https://evil.example")
			q.Header.Set("Access-Control-Request-Method", "GET")
			q.Header.Set("Access-Control-Request-Private-Network", "true")
		})
		for name := range got.header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s: %s", address, name)
			}
		}
		if got.status < 400 {
			t.Errorf("%s: status %d", address, got.status)
		}
	}
	wantAlive(t, r)
}

func TestCB30PathsAreExact(t *testing.T) {
	t.Parallel()
	r := listen(t)
	start := strings.TrimPrefix(r.StartURL("https://login.acme.example/"), origin(r))
	query := "?code=c&state=" + state + "&iss=" + url.QueryEscape(issuer)
	for _, path := range []string{"/", "/callback/", "//callback", "/CALLBACK", "/%63allback", "/callback;x", "/callback/../callback",
		"/callback%3f", "/./callback", "/callback#", "callback", "/callback/x", "/go/", "/go", "/go/x", start + "x", start[:len(start)-1], "/x" + start, "/done/x"} {
		got := raw(t, r, "GET "+path+query+" HTTP/1.1\r\nHost: "+host(r)+"\r\n\r\n")
		if path == "callback" { // not a request at all
			if got.status != http.StatusBadRequest {
				t.Errorf("%s: status %d", path, got.status)
			}
			continue
		}
		if got.status != http.StatusNotFound || got.header.Get("Location") != "" {
			t.Errorf("%s: status %d, Location %q", path, got.status, got.header.Get("Location"))
		}
	}
	wantAlive(t, r)
}

func TestCB31WhatBrowsersAskForByThemselves(t *testing.T) {
	t.Parallel()
	r := listen(t)
	for _, path := range []string{"/favicon.ico", "/robots.txt", "/apple-touch-icon.png", "/apple-touch-icon-precomposed.png",
		"/.well-known/appspecific/com.chrome.devtools.json", "/done"} {
		wantPage(t, get(t, origin(r)+path), http.StatusNotFound, pages.NotFound)
	}
	if got := r.Strangers(); got != 0 {
		t.Errorf("%d strangers counted", got)
	}
	wantAlive(t, r)
}

func TestCB32HostIsOurs(t *testing.T) {
	t.Parallel()
	r := listen(t)
	_, port, _ := strings.Cut(host(r), ":")
	for _, h := range []string{"evil.example", "evil.example:" + port, "127.0.0.1", "127.0.0.1:1", "localhost:" + port, "[::1]:" + port,
		"127.0.0.1.evil.example:" + port, "127.0.0.2:" + port, "0.0.0.0:" + port, "2130706433:" + port, "127.1:" + port} {
		for _, address := range []string{genuine(r), r.StartURL("https://login.acme.example/"), origin(r) + "/favicon.ico"} {
			wantPage(t, get(t, address, func(q *http.Request) { q.Host = h }), http.StatusForbidden, pages.NotOurs)
		}
	}
	select {
	case <-r.Reached():
		t.Error("reached by a stranger")
	default:
	}
	wantAlive(t, r)
}

func TestCB33OddHosts(t *testing.T) {
	t.Parallel()
	r := listen(t)
	target := strings.TrimPrefix(genuine(r), origin(r))
	for name, request := range map[string]string{
		"HTTP/1.0 without Host": "GET " + target + " HTTP/1.0\r\n\r\n",
		"HTTP/1.1 without Host": "GET " + target + " HTTP/1.1\r\n\r\n",
		"absolute, foreign":     "GET http://evil.example" + target + " HTTP/1.1\r\nHost: " + host(r) + "\r\n\r\n",
		"absolute, ours":        "GET " + genuine(r) + " HTTP/1.1\r\nHost: " + host(r) + "\r\n\r\n",
		"two Hosts":             "GET " + target + " HTTP/1.1\r\nHost: " + host(r) + "\r\nHost: evil.example\r\n\r\n",
		"HTTP/0.9":              "GET " + target + "\r\n\r\n",
	} {
		if got := raw(t, r, request); got.status < 400 {
			t.Errorf("%s: status %d", name, got.status)
		}
	}
	wantAlive(t, r)
}

func TestCB34OnlyNavigationsOfATab(t *testing.T) {
	t.Parallel()
	type header = map[string]string
	for _, c := range []struct {
		name   string
		header header
		fine   bool
	}{
		{"says nothing", header{}, true},
		{"navigation", header{"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "cross-site"}, true},
		{"navigation after a form", header{"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Origin": "null"}, true},
		{"origin", header{"Origin": "https://evil.example"}, false},
		{"our own origin", header{"Origin": "OURS"}, false},
		{"no origin told", header{"Origin": "null"}, false},
		{"empty origin", header{"Origin": ""}, false},
		{"script", header{"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}, false},
		{"script without cors", header{"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "empty"}, false},
		{"image", header{"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, false},
		{"frame", header{"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}, false},
		{"frame, sandboxed", header{"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe", "Origin": "null"}, false},
		{"navigation with an origin", header{"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Origin": "https://evil.example"}, false},
		{"empty mode", header{"Sec-Fetch-Mode": ""}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := listen(t)
			alter := func(q *http.Request) {
				for name, value := range c.header {
					q.Header.Set(name, strings.Replace(value, "OURS", origin(r), 1))
				}
			}
			began := get(t, r.StartURL("https://login.acme.example/"), alter)
			got := visit(t, r, genuine(r), alter)
			if !c.fine {
				wantPage(t, got, http.StatusForbidden, pages.NotOurs)
				wantPage(t, began, http.StatusForbidden, pages.NotOurs)
				wantAlive(t, r)
				return
			}
			wantPage(t, got, http.StatusSeeOther, nil)
		})
	}
}

func TestCB38QuerySizes(t *testing.T) {
	// not parallel: it looks at the heap
	r := listen(t)
	wantPage(t, get(t, answer(r, "state=x&pad="+strings.Repeat("x", 8<<10))), http.StatusBadRequest, pages.NotOurs)
	for _, size := range []int{64 << 10, 2 << 20} {
		request := "GET /callback?state=" + strings.Repeat("x", size) + " HTTP/1.1\r\nHost: " + host(r) + "\r\n\r\n"
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		c := dial(t, r)
		go func() { _, _ = c.Write([]byte(request)[:len(request):len(request)]) }()
		got := make([]byte, 12)
		if _, err := c.Read(got); err != nil || string(got) != "HTTP/1.1 431" {
			t.Errorf("%d bytes: %q, %v", size, got, err)
		}
		runtime.ReadMemStats(&after)
		if grown := int64(after.TotalAlloc-before.TotalAlloc) - int64(size); grown > 1<<20 {
			t.Errorf("%d bytes: %d allocated", size, grown)
		}
	}
	wantAlive(t, r)
}

func TestCB43BodiesAreNotRead(t *testing.T) {
	t.Parallel()
	r := listen(t)
	head := "GET " + strings.TrimPrefix(genuine(r), origin(r)) + " HTTP/1.1\r\nHost: " + host(r) + "\r\n"
	for name, rest := range map[string]string{
		"chunked": "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
		"1 GiB":   "Content-Length: 1073741824\r\n\r\nhello",
		"Expect":  "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n",
	} {
		got := raw(t, r, head+rest)
		if got.status != http.StatusBadRequest || got.body != string(pages.NotOurs) {
			t.Errorf("%s: status %d", name, got.status)
		}
	}
	wantAlive(t, r)
}

func TestCB71FloodOfWrongStates(t *testing.T) {
	t.Parallel()
	r := listen(t)
	const flood = 100_000
	q := httptest.NewRequest(http.MethodGet, "/callback?code=c&state=wrong", nil)
	q.Host = host(r)
	for range flood {
		r.ServeHTTP(nobody{}, q)
	}
	if r.Strangers() != flood {
		t.Errorf("%d strangers counted", r.Strangers())
	}
	wantAlive(t, r)
}

// nobody takes an answer and looks at none of it.
type nobody struct{}

func (nobody) Header() http.Header         { return http.Header{} }
func (nobody) Write(b []byte) (int, error) { return len(b), nil }
func (nobody) WriteHeader(int)             {}

func TestCB64HandlerPanics(t *testing.T) {
	t.Parallel()
	r := listen(t, func(o *loopback.Options) { o.Clock = broken{clocktest.At(start)} })
	wantPage(t, get(t, genuine(r)), http.StatusInternalServerError, pages.Failed)
	_, err := wait(t, r)
	wantProblem(t, err, "unexpected")
	wantRefused(t, host(r))
}
