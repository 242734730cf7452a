//go:build e2e

package e2e

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"
)

// The desk itself: a browser that xdg-open starts can be watched and clicked in.
func TestDeskHasABrowser(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Path == "/next" {
			_, _ = w.Write([]byte("<h1>Hello " + r.FormValue("name") + "</h1>"))
			return
		}
		_, _ = w.Write([]byte(`<form action="/next"><input id="name" name="name"><button id="go">Go</button></form>`))
	}))
	defer site.Close()
	d := newDesk(t, "")
	if err := d.command("xdg-open", site.URL).Start(); err != nil {
		t.Fatal(err)
	}
	b := d.openedBrowser(t)
	b.fill(t, "#name", "Amy")
	b.press(t, "#go")
	if heading := get(t, b, chromedp.Text(chromedp.CSS("h1"))); heading != "Hello Amy" {
		t.Errorf("the page says %q", heading)
	}
}
