package transport_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"latchkey/internal/transport"
)

func TestDoSendsAForm(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.PostFormValue("grant_type") != "x" {
			t.Errorf("got %s %v", r.Method, r.Form)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant"}`))
	}))
	defer server.Close()
	client := transport.New(transport.Options{})
	defer client.Close()
	got, err := client.Do(t.Context(), transport.Request{URL: server.URL + "/token", Form: url.Values{"grant_type": {"x"}}})
	if err != nil {
		t.Fatal(err)
	}
	var body struct {
		Error string `json:"error"`
	}
	if err := got.DecodeJSON(&body); err != nil || got.Status != 400 || body.Error != "invalid_grant" {
		t.Errorf("got %d %v, error %v", got.Status, body, err)
	}
	if seen := client.Observed(got.Request.Host); seen.At.IsZero() || seen.Uncertainty == 0 || seen.Offset.Abs() > seen.Uncertainty {
		t.Errorf("observed %+v", seen)
	}
}
