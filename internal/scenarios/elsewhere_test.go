package scenarios

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"fyne.io/fyne/v2"
)

// S21: the server's own description sends passwords to another host than the settings name. The window names that host, and a password
// that was typed before it was known goes there only when the agent enters it again.
func TestS21PasswordsGoElsewhere(t *testing.T) {
	const password = "correct horse battery staple"
	taken := &takings{}
	elsewhere := httptest.NewServer(taken)
	t.Cleanup(elsewhere.Close)
	described := make(chan struct{})
	var named *httptest.Server
	named = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/.well-known/openid-configuration" {
			http.NotFound(w, r)
			return
		}
		select {
		case <-described:
		case <-r.Context().Done():
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"issuer":%[1]q,"authorization_endpoint":"%[1]s/authorize","jwks_uri":"%[1]s/keys","token_endpoint":"%[2]s/token",
			"authorization_challenge_endpoint":"%[2]s/challenge"}`, named.URL, elsewhere.URL)
	}))
	t.Cleanup(named.Close)

	a := sitDown(t, nil)
	a.settings(fmt.Sprintf("default = \"moved\"\n[organizations.moved]\nname = \"Moved\"\nissuer = %q\nclient_id = \"latchkey\"\n", named.URL))
	a.opens("").sees("Moved", strings.TrimPrefix(named.URL, "http://"))
	a.signsIn(ben, password).sees("Signing in")
	close(described)
	a.sees("Your password was not sent.", strings.TrimPrefix(elsewhere.URL, "http://"), ben).doesNotSee(strings.TrimPrefix(named.URL, "http://"))
	if got := taken.read(); strings.Contains(got, "password") {
		t.Fatalf("it was sent: %s", got)
	}
	a.fills("Password", password).key(fyne.KeyReturn)
	a.until("it goes where the window says", func() bool { return strings.Contains(taken.read(), "password=") })
}

// takings are what a server is sent.
type takings struct {
	mu  sync.Mutex
	all strings.Builder
}

func (s *takings) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all.Write(body)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	_, _ = io.WriteString(w, `{"error":"access_denied"}`)
}

func (s *takings) read() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.String()
}
