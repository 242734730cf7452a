package demo_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"latchkey/internal/demo"
	"latchkey/internal/version"
)

// The place for new versions tells the version there is, a newer one, and one that somebody else signed.
func TestNewVersionsAreTold(t *testing.T) {
	w, _ := start(t)
	fetch := func(address string) []byte {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := newApp(t).http.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = answer.Body.Close() }()
		body, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatal(answer.StatusCode, err)
		}
		return body
	}
	told := func() (version string, genuine bool) {
		manifest := fetch(w.Updates + "/latchkey.json")
		signature, err := base64.StdEncoding.DecodeString(string(fetch(w.Updates + "/latchkey.json.sig")))
		if err != nil {
			t.Fatal(err)
		}
		var m struct{ Program, Version string }
		if err := json.Unmarshal(manifest, &m); err != nil || m.Program != "latchkey" {
			t.Fatal(m, err)
		}
		return m.Version, ed25519.Verify(w.UpdateKey(), manifest, signature)
	}
	if v, genuine := told(); v != version.Version || !genuine {
		t.Errorf("%s, genuine %v", v, genuine)
	}
	act(t, w, "update")
	if v, genuine := told(); v != demo.NewVersion || !genuine {
		t.Errorf("%s, genuine %v", v, genuine)
	}
	act(t, w, "update-forged")
	if v, genuine := told(); v != demo.NewVersion || genuine {
		t.Errorf("%s, genuine %v", v, genuine)
	}
}
