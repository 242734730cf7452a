package loopback

import (
	"net/http"
	"strconv"
	"strings"
)

// navigates reports whether a browser that says what it is doing says that it is navigating a tab. A script, a frame or a form of
// another page never gets further. Browsers that say nothing are believed: the state decides.
func navigates(h http.Header) bool {
	mode, tellsMode := only(h, "Sec-Fetch-Mode")
	dest, tellsDest := only(h, "Sec-Fetch-Dest")
	if tellsMode && mode != "navigate" || tellsDest && dest != "document" {
		return false
	}
	origin, tellsOrigin := only(h, "Origin")
	// A browser may go on sending "Origin: null" when a form's answer was a redirect; then it has to say as well
	// that this is a navigation, which no script can make it say.
	return !tellsOrigin || origin == "null" && tellsMode && tellsDest
}

// only returns a header's value; one that stands there twice is as good as none that fits.
func only(h http.Header, name string) (value string, told bool) {
	switch values := h.Values(name); len(values) {
	case 0:
		return "", false
	case 1:
		return values[0], true
	default:
		return "", true
	}
}

// byBrowsers reports whether browsers ask for this path by themselves, so that nobody is a stranger for it.
func byBrowsers(path string) bool {
	return path == "/favicon.ico" || path == "/robots.txt" || path == donePath ||
		strings.HasPrefix(path, "/apple-touch-icon") ||
		path == "/.well-known/appspecific/com.chrome.devtools.json"
}

// refuse answers a request that changes nothing.
func (r *Receiver) refuse(w http.ResponseWriter, status int) {
	r.strangers.Add(1)
	r.page(w, status, r.pages.NotOurs)
}

func (r *Receiver) page(w http.ResponseWriter, status int, body []byte) {
	r.headers(w)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // who went away needs no page
}

func (r *Receiver) headers(w http.ResponseWriter) {
	for name, value := range map[string]string{
		"Cache-Control":                "no-store",
		"Connection":                   "close",
		"Content-Security-Policy":      r.pages.Policy,
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Referrer-Policy":              "no-referrer",
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY",
	} {
		w.Header().Set(name, value)
	}
}
