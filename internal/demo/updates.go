package demo

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/version"
)

// The scenarios of the place where new versions are told.
const (
	newVersion    = "update"
	forgedVersion = "update-forged"
)

// NewVersion is the version that is told while the scenario "update" is on.
const NewVersion = "9.1.0"

// releases tells about versions: a manifest, and beside it its signature.
type releases struct {
	clock  clock.Clock
	on     func(scenario string) bool
	public ed25519.PublicKey // that the settings name
	key    ed25519.PrivateKey
	forger ed25519.PrivateKey

	mu        sync.Mutex // guards the following field
	signature []byte     // of the manifest that was told last
}

func newReleases(clk clock.Clock, random io.Reader, on func(string) bool) (*releases, error) {
	public, key, err := ed25519.GenerateKey(random)
	if err != nil {
		return nil, err
	}
	_, forger, err := ed25519.GenerateKey(random)
	return &releases{clock: clk, on: on, public: public, key: key, forger: forger}, err
}

// ServeHTTP answers with the manifest at /latchkey.json and its signature at /latchkey.json.sig.
func (r *releases) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	w.Header().Set("Cache-Control", "no-store")
	switch req.URL.Path {
	case "/latchkey.json":
		manifest, err := json.MarshalIndent(r.manifest(), "", "  ")
		if err != nil {
			http.Error(w, "The manifest could not be written.", http.StatusInternalServerError)
			return
		}
		key := r.key
		if r.on(forgedVersion) {
			key = r.forger
		}
		r.signature = ed25519.Sign(key, manifest)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(manifest)
	case "/latchkey.json.sig":
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, base64.StdEncoding.EncodeToString(r.signature)+"\n")
	default:
		http.NotFound(w, req)
	}
}

// manifest names the version there is, or a newer one.
func (r *releases) manifest() map[string]any {
	now := r.clock.Now().UTC()
	m := map[string]any{
		"program": "latchkey", "version": version.Version, "released": now, "expires": now.Add(90 * 24 * time.Hour),
		"notes": []string{"The demo world begins."},
	}
	if r.on(newVersion) || r.on(forgedVersion) {
		m["version"] = NewVersion
		m["notes"] = []string{"Signs in before you have sat down.", "Says what is new."}
		address := "https://downloads.acme.example/latchkey-" + NewVersion
		m["urls"] = map[string]string{"linux": address + ".tar.gz", "windows": address + ".msi", "darwin": address + ".pkg"}
	}
	return m
}

// UpdateKey returns the public key that the settings name for new versions.
func (w *World) UpdateKey() ed25519.PublicKey { return w.releases.public }
