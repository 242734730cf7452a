package update_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/transport"
	"latchkey/internal/update"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// place serves a manifest and its signature.
type place struct {
	public    ed25519.PublicKey
	private   ed25519.PrivateKey
	manifest  []byte
	signature []byte // nil: made from the manifest
	status    int
	asked     atomic.Int32
	options   update.Options
	clock     *clocktest.Clock
}

func newPlace(t *testing.T, said map[string]any) *place {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	p := &place{public: public, private: private, clock: clocktest.At(noon)}
	p.say(said)
	web := httptest.NewServer(p)
	client := transport.New(transport.Options{})
	t.Cleanup(func() { client.Close(); web.Close() })
	p.options = update.Options{HTTP: client, Clock: p.clock, Updates: config.Updates{URL: web.URL + "/latchkey.json", Key: public, Check: true, Every: 24 * time.Hour}}
	return p
}

// say signs a manifest, made of a good one and what is different.
func (p *place) say(different map[string]any) {
	m := map[string]any{
		"program": "latchkey", "version": "0.2.0", "released": noon.Add(-time.Hour), "expires": noon.Add(90 * 24 * time.Hour),
		"notes": []string{"Codes by SMS.", "line\x1b[2J"}, "urls": map[string]string{"linux": "https://downloads.acme.example/latchkey"},
	}
	for name, value := range different {
		m[name] = value
	}
	p.manifest, _ = json.Marshal(m)
	p.signature = nil
}

func (p *place) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.asked.Add(1)
	switch {
	case p.status == http.StatusFound:
		http.Redirect(w, r, "/elsewhere", p.status)
	case p.status != 0:
		w.WriteHeader(p.status)
	case r.URL.RawQuery != "" || r.Header.Get("Cookie") != "" || r.Header.Get("Authorization") != "":
		w.WriteHeader(http.StatusTeapot)
	case strings.HasSuffix(r.URL.Path, ".sig"):
		s := p.signature
		if s == nil {
			s = ed25519.Sign(p.private, p.manifest)
		}
		_, _ = w.Write([]byte(base64.StdEncoding.EncodeToString(s) + "\n"))
	default:
		_, _ = w.Write(p.manifest)
	}
}

func TestS22SignedManifestIsTold(t *testing.T) {
	p := newPlace(t, nil)
	r, err := update.Check(t.Context(), p.options)
	if err != nil {
		t.Fatal(err)
	}
	if r.Version != "0.2.0" || !r.Newer("0.1.0") || r.Newer("0.2.0") || r.Newer("1.0.0") || len(r.Notes) != 2 || strings.ContainsRune(r.Notes[1], 0x1b) {
		t.Errorf("%+v", r)
	}
}

func TestS22ManipulatedManifestIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(*place){
		"changed after signing": func(p *place) {
			p.signature = ed25519.Sign(p.private, p.manifest)
			p.manifest = bytes.Replace(p.manifest, []byte("0.2.0"), []byte("9.9.9"), 1)
		},
		"another key": func(p *place) {
			_, other, _ := ed25519.GenerateKey(nil)
			p.signature = ed25519.Sign(other, p.manifest)
		},
		"no signature":    func(p *place) { p.signature = []byte{} },
		"half of one":     func(p *place) { p.signature = ed25519.Sign(p.private, p.manifest)[:32] },
		"not JSON":        func(p *place) { p.manifest = []byte("<html>") },
		"another program": func(p *place) { p.say(map[string]any{"program": "other"}) },
		"no version":      func(p *place) { p.say(map[string]any{"version": "newest"}) },
		"run out":         func(p *place) { p.say(map[string]any{"expires": noon}) },
		"never runs out":  func(p *place) { p.say(map[string]any{"expires": nil}) },
		"from the future": func(p *place) { p.say(map[string]any{"released": noon.Add(48 * time.Hour)}) },
		"old news":        func(p *place) { p.options.Seen = &update.Release{Version: "0.2.0", Released: noon.Add(-time.Minute)} },
		"an older version": func(p *place) {
			p.options.Seen = &update.Release{Version: "0.2.1", Released: noon.Add(-2 * time.Hour)}
		},
		"unsafe address": func(p *place) { p.say(map[string]any{"urls": map[string]string{"linux": "http://evil.example"}}) },
		"too large":      func(p *place) { p.say(map[string]any{"more": strings.Repeat("x", 70<<10)}) },
		"elsewhere":      func(p *place) { p.status = http.StatusFound },
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, nil)
			spoil(p)
			if r, err := update.Check(t.Context(), p.options); !problem.Has(err, problem.UpdateRefused) || r != nil {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
}

func TestNoAnswerIsNoRefusal(t *testing.T) {
	p := newPlace(t, nil)
	p.status = http.StatusNotFound
	if _, err := update.Check(t.Context(), p.options); !problem.Has(err, problem.ServerAnswer) {
		t.Error(err)
	}
}

func TestKeeperAsksOnceADay(t *testing.T) {
	p := newPlace(t, nil)
	folder := t.TempDir() + "/state"
	start := func() *update.Keeper { return update.NewKeeper(p.options, folder, "0.1.0") }
	if r := start().Known(); r != nil {
		t.Errorf("knows of %+v before it asked", r)
	}
	for range 3 {
		if r, err := start().Ask(t.Context()); err != nil || r == nil || r.Version != "0.2.0" {
			t.Fatalf("%+v, %v", r, err)
		}
	}
	if n := p.asked.Load(); n != 2 {
		t.Errorf("%d requests, want manifest and signature once", n)
	}
	p.clock.Advance(24 * time.Hour)
	p.say(map[string]any{"version": "0.1.5", "released": noon.Add(-2 * time.Hour)}) // put out again
	if _, err := start().Ask(t.Context()); !problem.Has(err, problem.UpdateRefused) {
		t.Errorf("old news: %v", err)
	}
	if r := start().Known(); r == nil || r.Version != "0.2.0" {
		t.Errorf("knows of %+v", r)
	}
	if r := update.NewKeeper(p.options, folder, "0.2.0").Known(); r != nil {
		t.Errorf("this very version is news: %+v", r)
	}
}

// What was told is told as long as the same key vouches for it at the same address, and until it runs out. Nothing older that
// the same key vouches for takes its place.
func TestKeeperForgets(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*place)
		code   problem.Code // of the next answer
	}{
		"another address": {change: func(p *place) { p.options.Updates.URL = strings.Replace(p.options.Updates.URL, "latchkey", "other", 1) },
			code: problem.UpdateRefused},
		"another key": {change: func(p *place) {
			p.public, p.private, _ = ed25519.GenerateKey(nil)
			p.options.Updates.Key = p.public
		}},
		"run out": {change: func(p *place) { p.clock.Advance(91 * 24 * time.Hour) }, code: problem.UpdateRefused},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, nil)
			folder := t.TempDir()
			if r, err := update.NewKeeper(p.options, folder, "0.1.0").Ask(t.Context()); err != nil || r == nil {
				t.Fatalf("%+v, %v", r, err)
			}
			c.change(p)
			after := update.NewKeeper(p.options, folder, "0.1.0")
			if r := after.Known(); r != nil {
				t.Errorf("still knows of %+v", r)
			}
			p.say(map[string]any{"version": "0.1.5", "expires": p.clock.Now().Add(time.Hour)})
			r, err := after.Ask(t.Context())
			if known := after.Known(); c.code != "" && known != nil {
				t.Errorf("knows of %+v", known)
			}
			if c.code == "" && (err != nil || r == nil || r.Version != "0.1.5") || c.code != "" && (!problem.Has(err, c.code) || r != nil) {
				t.Errorf("%+v, %v", r, err)
			}
			p.clock.Advance(24 * time.Hour)
			p.say(map[string]any{"version": "0.3.0", "expires": p.clock.Now().Add(time.Hour)})
			if r, err := after.Ask(t.Context()); err != nil || r == nil || after.Known() == nil || after.Known().Version != "0.3.0" {
				t.Errorf("then %+v, %v", r, err)
			}
		})
	}
}

// The settings say how often.
func TestKeeperAsksAsOftenAsTheSettingsSay(t *testing.T) {
	p := newPlace(t, map[string]any{"version": "0.1.0"})
	p.options.Updates.Every = time.Minute
	k := update.NewKeeper(p.options, t.TempDir(), "0.1.0")
	if r, err := k.Ask(t.Context()); err != nil || r != nil {
		t.Fatalf("%+v, %v", r, err)
	}
	p.say(nil)
	if r, err := k.Ask(t.Context()); err != nil || r != nil {
		t.Errorf("too early: %+v, %v", r, err)
	}
	p.clock.Advance(time.Minute)
	if r, err := k.Ask(t.Context()); err != nil || r == nil || r.Version != "0.2.0" {
		t.Errorf("%+v, %v", r, err)
	}
}

// What fails is not asked again at once.
func TestKeeperIsPatient(t *testing.T) {
	p := newPlace(t, nil)
	p.status = http.StatusNotFound
	k := update.NewKeeper(p.options, t.TempDir(), "0.1.0")
	_, first := k.Ask(t.Context())
	asked := p.asked.Load()
	if _, second := k.Ask(t.Context()); first == nil || second != nil || p.asked.Load() != asked {
		t.Errorf("%v, %v, %d requests", first, second, p.asked.Load())
	}
}

func TestSwitchedOffAsksNothing(t *testing.T) {
	p := newPlace(t, nil)
	p.options.Updates.Check = false
	k := update.NewKeeper(p.options, t.TempDir(), "0.1.0")
	r, err := k.Ask(t.Context())
	other, otherErr := update.Check(t.Context(), p.options)
	if errors.Join(err, otherErr) != nil || r != nil || other != nil || p.asked.Load() != 0 {
		t.Errorf("%+v, %v, %d requests", r, err, p.asked.Load())
	}
}

// A program that ends before the answer came asks again at its next start.
func TestKeeperThatIsInterruptedAsksAgain(t *testing.T) {
	p := newPlace(t, nil)
	k := update.NewKeeper(p.options, t.TempDir(), "0.1.0")
	ended, end := context.WithCancel(t.Context())
	end()
	if r, err := k.Ask(ended); err == nil || r != nil {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err := k.Ask(t.Context()); err != nil || r == nil {
		t.Errorf("%+v, %v", r, err)
	}
}
