//go:build e2e

package e2e

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"latchkey/internal/demo"
)

// newWorld starts a demo world of its own for a test, and a desk with the settings for it.
func newWorld(t *testing.T) (*demo.World, *desk) {
	t.Helper()
	w, err := demo.Start(t.Context(), demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w, newDesk(t, w.ConfigTOML())
}

const (
	amy  = "amy@acme.example"
	ben  = "ben@acme.example"
	cora = "cora@corp.example"
)

// refused asks a token endpoint for a refresh and reports the error it answers with, "" when it gives tokens.
func refused(t *testing.T, endpoint, clientID, refreshToken string) string {
	t.Helper()
	answer, err := http.PostForm(endpoint, url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {refreshToken}, "client_id": {clientID},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var said struct{ Error string }
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil {
		t.Fatalf("status %d: %v", answer.StatusCode, err)
	}
	return said.Error
}

// tokenEndpoint returns the token endpoint that the server's metadata names.
func tokenEndpoint(t *testing.T, issuer string) string {
	t.Helper()
	answer, err := http.Get(issuer + "/.well-known/openid-configuration")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var metadata struct {
		TokenEndpoint string `json:"token_endpoint"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&metadata); err != nil {
		t.Fatal(err)
	}
	return metadata.TokenEndpoint
}
