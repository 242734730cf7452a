//go:build !darwin && !windows

package browser_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/browser"
	"latchkey/internal/problem"
)

func TestInstalledBrowsersAreFound(t *testing.T) {
	d := newDesk(t)
	d.launcher("firefox-esr", ":")
	d.launcher("chromium", ":")
	if err := os.WriteFile(filepath.Join(d.folder, "opera"), nil, 0o600); err != nil { // not a program
		t.Fatal(err)
	}
	want := []browser.Installed{{ID: "firefox", Name: "Firefox", Private: true}, {ID: "chromium", Name: "Chromium", Private: true}}
	if diff := cmp.Diff(want, browser.Browser{Env: d.env}.Installed()); diff != "" {
		t.Error(diff)
	}
	if got := (browser.Browser{Env: []string{"PATH=.:bin"}}).Installed(); len(got) > 0 {
		t.Errorf("found %+v in folders of nowhere", got)
	}
}

func TestAnotherBrowserIsOpened(t *testing.T) {
	d := newDesk(t, "LATCHKEY_SECRET=x")
	d.launcher("firefox", `echo "$@ $LATCHKEY_SECRET" > $D/new && mv $D/new $D/firefox-ran`)
	d.launcher("chromium", `echo "$@" > $D/new && mv $D/new $D/chromium-ran`)
	d.launcher("xdg-open", `echo called > $D/xdg`)
	b := browser.Browser{Env: d.env, Patience: soon}
	if err := b.OpenIn(t.Context(), "firefox", true, address); err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(d.written("firefox-ran")); got != "--private-window "+address {
		t.Errorf("started with %q", got)
	}
	if err := b.OpenIn(t.Context(), "chromium", false, address); err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(d.written("chromium-ran")); got != address {
		t.Errorf("started with %q", got)
	}
	if d.exists("xdg") {
		t.Error("the preferred browser was opened too")
	}
}

func TestAnotherBrowserTakesCheckedAddressesOnly(t *testing.T) {
	d := newDesk(t)
	d.launcher("firefox", `echo called > $D/called`)
	b := browser.Browser{Env: d.env, Patience: soon}
	for _, hostile := range []string{"file:///etc/passwd", "--profile=/tmp", "javascript:alert(1)"} {
		if err := b.OpenIn(t.Context(), "firefox", false, hostile); !problem.Has(err, problem.EndpointUnsafe) {
			t.Errorf("%q: %v", hostile, err)
		}
	}
	wantNotOpened(t, b.OpenIn(t.Context(), "calc", false, address), "not on this computer")
	wantNotOpened(t, b.OpenIn(t.Context(), "edge", false, address), "no longer")
	wantNotOpened(t, browser.Browser{Env: append(d.env, "DISPLAY=", "WAYLAND_DISPLAY=")}.OpenIn(t.Context(), "firefox", false, address), "no desktop")
	if d.exists("called") {
		t.Error("it was started all the same")
	}
}
