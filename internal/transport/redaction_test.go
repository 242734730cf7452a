package transport_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/transport"
)

func TestRD01OnlyTheOutsideOfARequestIsLogged(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Echo", "canary-header")
		_, _ = io.WriteString(w, "canary-body")
	}))
	defer server.Close()
	var log bytes.Buffer
	client := newClient(t, transport.Options{Log: slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	_, err := client.Do(t.Context(), transport.Request{URL: server.URL + "/token?q=canary-query", Form: url.Values{"p": {"canary-form"}},
		Bearer: secret.New("canary-bearer"), BasicUser: "canary-user", BasicPassword: "canary-password"})
	if err != nil {
		t.Fatal(err)
	}
	got := log.String()
	if strings.Contains(got, "canary") || !strings.Contains(got, `"path":"/token"`) || !strings.Contains(got, `"status":200`) {
		t.Errorf("got %s", got)
	}
}

func TestRD10LogIsOneLine(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	var log bytes.Buffer
	client := newClient(t, transport.Options{Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if _, err := client.Do(t.Context(), transport.Request{URL: server.URL + "/%0d%0aevil%1b[31m%e2%80%ae"}); err != nil {
		t.Fatal(err)
	}
	if got := log.String(); strings.Count(got, "\n") != 1 || strings.ContainsAny(got, "\x1b\r\u202e") {
		t.Errorf("got %q", got)
	}
}

func TestRD03NoQueryInErrors(t *testing.T) {
	client := newClient(t, transport.Options{})
	for name, address := range map[string]string{
		"refused":  "http://127.0.0.1:1/cb?code=canary&state=canary",
		"unsafe":   "http://login.acme.example/cb?code=canary",
		"redirect": "", "userinfo": "https://canary:canary@login.acme.example/?code=canary",
	} {
		if name == "redirect" {
			server := httptest.NewServer(http.RedirectHandler("/x?canary", http.StatusFound))
			defer server.Close()
			address = server.URL + "/?code=canary"
		}
		_, direct := client.Do(t.Context(), transport.Request{URL: address})
		_, library := client.HTTP().Get(address)
		for _, err := range []error{direct, library} {
			if err == nil {
				t.Fatalf("%s: no error", name)
			}
			if text := fmt.Sprintf("%v %+v %s", err, problem.From(err), problem.From(err).Why); strings.Contains(text, "canary") && name != "userinfo" {
				t.Errorf("%s: %s", name, text)
			}
		}
		if name == "userinfo" && strings.Contains(direct.Error(), "canary") {
			t.Errorf("%s: %v", name, direct)
		}
	}
}
