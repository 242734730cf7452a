package transport_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/transport"
	"latchkey/internal/transport/transporttest"
)

func TestTK01FormGoesIntoTheBody(t *testing.T) {
	var got *http.Request
	var body string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got, body = r, string(b)
	}))
	defer server.Close()
	_, err := newClient(t, transport.Options{}).Do(t.Context(), transport.Request{
		URL: server.URL + "/token", Form: url.Values{"code": {"a b&c"}}, BasicUser: "id:1", BasicPassword: "p w",
	})
	if err != nil {
		t.Fatal(err)
	}
	user, password, _ := got.BasicAuth()
	if got.Method != "POST" || got.RequestURI != "/token" || body != "code=a+b%26c" ||
		got.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || got.Header.Get("Accept") != "application/json" ||
		user != "id%3A1" || password != "p+w" {
		t.Errorf("got %s %s %q %v", got.Method, got.RequestURI, body, got.Header)
	}
}

func TestTK03OnePOSTWhateverComesBack(t *testing.T) {
	for _, status := range []int{400, 401, 429, 500, 502, 503, 504} {
		var asked atomic.Int64
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(status)
		}))
		client := newClient(t, transport.Options{})
		got, err := client.Do(t.Context(), transport.Request{URL: server.URL, Form: url.Values{"refresh_token": {"r"}}})
		if err != nil || got.Status != status || asked.Load() != 1 {
			t.Errorf("%d: got %v, %v, asked %d times", status, got, err, asked.Load())
		}
		deleted, err := client.Do(t.Context(), transport.Request{Method: "DELETE", URL: server.URL})
		if err != nil || deleted.Status != status || asked.Load() != 2 {
			t.Errorf("DELETE %d: got %v, asked %d times", status, err, asked.Load())
		}
		server.Close()
	}
}

func TestTK43GETIsRepeatedTwiceAtMost(t *testing.T) {
	for _, c := range []struct{ status, fails, asked, want int }{
		{500, 9, 3, 500}, {502, 9, 3, 502}, {503, 9, 3, 503}, {504, 9, 3, 504}, {503, 1, 2, 200}, {503, 2, 3, 200},
		{501, 9, 1, 501}, {429, 9, 1, 429}, {404, 9, 1, 404},
	} {
		asked := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if asked++; asked <= c.fails {
				w.WriteHeader(c.status)
			}
		}))
		clock := &quick{}
		got, err := newClient(t, transport.Options{Clock: clock}).Do(t.Context(), transport.Request{URL: server.URL})
		server.Close()
		if err != nil || got.Status != c.want || asked != c.asked || len(clock.slept) != c.asked-1 {
			t.Errorf("%d, %d times: got %v, %v, asked %d times, slept %v", c.status, c.fails, got, err, asked, clock.slept)
		}
		for i, d := range clock.slept {
			if least := 250 * time.Millisecond << i; d < least || d >= 2*least {
				t.Errorf("pause %d is %v", i, d)
			}
		}
	}
}

func TestTK14OtherStatuses(t *testing.T) {
	for _, status := range []int{204, 206, 304, 418} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status) }))
		got, err := get(t, server.URL)
		server.Close()
		if err != nil || got.Status != status {
			t.Fatalf("got %v, %v", got, err)
		}
		var v struct{}
		want(t, got.DecodeJSON(&v), problem.ServerAnswer)
	}
}

func TestTK15TK16TK17TK19RedirectsAreNotFollowed(t *testing.T) {
	var strangers atomic.Int64
	stranger := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strangers.Add(1) }))
	defer stranger.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		for name, to := range map[string]string{
			"TK-16 another host": stranger.URL + "/?token=canary", "TK-17 without encryption": "http://login.acme.example/?token=canary",
			"same host": "/?token=canary", "nowhere": "", "damaged": "http://[canary",
		} {
			var asked atomic.Int64
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked.Add(1)
				w.Header()["Location"] = []string{to}
				w.WriteHeader(status)
			}))
			client := newClient(t, transport.Options{})
			_, err := client.Do(t.Context(), transport.Request{URL: server.URL, Form: url.Values{"password": {"p"}}})
			p := want(t, err, problem.RedirectRefused)
			if strings.Contains(p.Why, "canary") {
				t.Errorf("RD-07: %s", p.Why)
			}
			// TK-19: the bearer goes nowhere else.
			_, err = client.Do(t.Context(), transport.Request{URL: server.URL, Bearer: secret.New("t")})
			want(t, err, problem.RedirectRefused)
			_, err = client.HTTP().Get(server.URL)
			want(t, err, problem.RedirectRefused)
			if asked.Load() != 3 {
				t.Errorf("%s: asked %d times", name, asked.Load())
			}
			server.Close()
		}
	}
	if strangers.Load() != 0 {
		t.Errorf("the other host was asked %d times", strangers.Load())
	}
}

func TestTK20PlainHTTPIsRefusedAtUse(t *testing.T) {
	client := newClient(t, transport.Options{Proxy: func(*http.Request) (*url.URL, error) {
		t.Error("something was sent")
		return nil, errors.New("refused")
	}})
	for _, address := range []string{"http://login.acme.example/token", "http://10.0.0.1/", "ftp://login.acme.example", "", "/token"} {
		_, err := client.Do(t.Context(), transport.Request{URL: address, Form: url.Values{}})
		want(t, err, problem.EndpointUnsafe)
		if address != "" {
			_, err = client.HTTP().Get(address)
			if err == nil {
				t.Errorf("%s was sent", address)
			}
		}
	}
}

func TestTK45NoCookieComesBack(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c := r.Header.Get("Cookie"); c != "" {
			t.Errorf("got cookie %s", c)
		}
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "s"})
	}))
	defer server.Close()
	client := newClient(t, transport.Options{})
	for range 2 {
		if _, err := client.Do(t.Context(), transport.Request{URL: server.URL}); err != nil {
			t.Fatal(err)
		}
		r, err := client.HTTP().Get(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Body.Close()
	}
}

func TestTK46UpgradesAreIgnored(t *testing.T) {
	address := transporttest.Raw(t, answers("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"))
	_, err := get(t, "http://"+address)
	want(t, err, problem.ServerAnswer)

	// Alt-Svc names another place; the next request still goes to the same one.
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		w.Header().Set("Alt-Svc", `h2="`+address+`"; ma=86400; persist=1`)
	}))
	defer server.Close()
	client := newClient(t, transport.Options{})
	for range 2 {
		if _, err := client.Do(t.Context(), transport.Request{URL: server.URL}); err != nil {
			t.Fatal(err)
		}
	}
	if asked.Load() != 2 {
		t.Errorf("asked %d times", asked.Load())
	}
}

func TestTK47NothingAboutThePersonOrMachine(t *testing.T) {
	var headers []http.Header
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { headers = append(headers, r.Header) }))
	defer server.Close()
	for _, agent := range []string{"", "Latchkey/1.2 (linux)"} {
		client := newClient(t, transport.Options{UserAgent: agent})
		if _, err := client.Do(t.Context(), transport.Request{URL: server.URL, Form: url.Values{"a": {"b"}}}); err != nil {
			t.Fatal(err)
		}
		r, err := client.HTTP().Get(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Body.Close()
	}
	host, _ := os.Hostname()
	for i, h := range headers {
		for name, values := range h {
			switch name {
			case "User-Agent":
				if agent := []string{"Latchkey", "Latchkey/1.2 (linux)"}[i/2]; values[0] != agent {
					t.Errorf("User-Agent is %q", values)
				}
			case "Accept", "Accept-Encoding", "Content-Type", "Content-Length":
			default:
				t.Errorf("a header too many: %s: %q", name, values)
			}
			if host != "" && host != "localhost" && strings.Contains(strings.Join(values, " "), host) {
				t.Errorf("%s names this machine", name)
			}
		}
	}
}

func TestReservedHeadersAndMethods(t *testing.T) {
	client := newClient(t, transport.Options{})
	for _, r := range []transport.Request{
		{Header: http.Header{"authorization": {"Bearer x"}}}, {Header: http.Header{"Cookie": {"a=b"}}}, {Header: http.Header{"Idempotency-Key": {"x"}}},
		{Header: http.Header{"X-A": {"a\r\nb: c"}}}, {Bearer: secret.New("a\r\nX: y")}, {Method: "CONNECT"}, {Method: "GET", Form: url.Values{}}, {Method: "G T"},
	} {
		r.URL = "http://127.0.0.1:1/"
		_, err := client.Do(t.Context(), r)
		want(t, err, problem.UnexpectedError)
	}
}

func TestCancelLeavesNothingBehind(t *testing.T) {
	reached := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(reached)
		<-r.Context().Done()
	}))
	defer server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-reached
		cancel()
	}()
	_, err := newClient(t, transport.Options{}).Do(ctx, transport.Request{URL: server.URL, Form: url.Values{}})
	p := want(t, err, problem.GivenUp)
	if !errors.Is(p, context.Canceled) {
		t.Errorf("got %v", p.Unwrap())
	}
}

func TestHTTPReadsTheWholeAnswer(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked++; asked == 1 {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		if r.URL.RawQuery != "a=b" || r.Header.Get("Authorization") != "Bearer x" {
			t.Errorf("got %s %v", r.URL, r.Header)
		}
		_, _ = io.WriteString(w, "all of it")
	}))
	defer server.Close()
	request, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+"/?a=b", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer x")
	response, err := newClient(t, transport.Options{}).HTTP().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); err != nil || string(body) != "all of it" || response.ContentLength != int64(len(body)) {
		t.Errorf("got %q, %v", body, err)
	}
}
