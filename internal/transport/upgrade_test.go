package transport_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

func TestOnceIsNotRepeated(t *testing.T) {
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusBadGateway)
	}))
	defer server.Close()
	client := transport.New(transport.Options{})
	defer client.Close()
	r, err := client.Do(t.Context(), transport.Request{URL: server.URL, Once: true})
	if err != nil || r.Status != http.StatusBadGateway || asked.Load() != 1 {
		t.Errorf("got %v, %v after %d requests", r, err, asked.Load())
	}
}

// An upgrade that was asked for is an answer; one that was not is none.
func TestUpgrade(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = conn.Write([]byte("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Asked: " + r.Header.Get("Upgrade") + "\r\n\r\n"))
	}))
	defer server.Close()
	client := transport.New(transport.Options{})
	defer client.Close()
	r, err := client.Do(t.Context(), transport.Request{URL: server.URL, Upgrade: "websocket"})
	if err != nil || r.Status != http.StatusSwitchingProtocols || r.Header.Get("X-Asked") != "websocket" || len(r.Body) != 0 {
		t.Errorf("asked for: %v, %v", r, err)
	}
	if _, err := client.Do(t.Context(), transport.Request{URL: server.URL}); !problem.Has(err, problem.ServerAnswer) {
		t.Errorf("not asked for: %v", err)
	}
}

// Where a redirect leads can be asked, and is not printed: it may hold a code.
func TestRedirectError(t *testing.T) {
	server := httptest.NewServer(http.RedirectHandler("https://app.example/?code=canary", http.StatusFound))
	defer server.Close()
	client := transport.New(transport.Options{})
	defer client.Close()
	_, err := client.Do(t.Context(), transport.Request{URL: server.URL})
	to, ok := errors.AsType[*transport.RedirectError](err)
	if !ok || to.To.Query().Get("code") != "canary" {
		t.Fatalf("got %v", err)
	}
	if p := problem.From(err); strings.Contains(err.Error()+to.Error()+p.Title+p.Why+p.Fix, "canary") {
		t.Error("the address is printed")
	}
}
