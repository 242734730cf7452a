// Package page draws the demo world's web pages: sign-in forms that need no script and load nothing from elsewhere.
package page

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed style.css
var style []byte

var parsed = template.Must(template.ParseFS(templates, "templates/*.html"))

// Look is how one organisation's pages appear.
type Look struct {
	Class string // of the body; style.css knows acme, corp, globex and demo
	Name  string // of the organisation
	Motto string // below the name
	Mark  string // one or two letters
}

// View is everything a page can show. Text is escaped; there is no way to pass markup.
type View struct {
	Look
	Page  string // the template to draw
	Title string
	Lead  string
	Error string // what was wrong with what was sent
	Note  string // something good to know

	Action   string // where the forms post to, without a slash at its end
	Username string
	Person   string // display name
	UserCode string
	App      string // the name of what asks to be let in
	Company  string // shows the button "Login with Company"
	More     bool   // Genesys Cloud's "More login options"
	Org      string
	Link     string // one more link, and
	LinkText string // its words

	Rules   []string     // of a new password; or recovery codes
	Picture template.URL // a QR code, drawn here
	Secret  string       // the same to type
	Back    string       // where an app waits, to take along

	Number  string   // to find on the phone
	Choices []Choice // other methods
	Key     string   // what the button for the security key says
	Resend  bool     // what was sent can be sent again
	Letters bool     // the code has letters too

	Auto bool // let the browser come again every few seconds, to Action where there is one
	Rows []Row
}

// Choice is a button that sends a method.
type Choice struct{ Value, Words string }

// Row is one line of a list.
type Row struct {
	Name, Value, Detail, Link string
	Good                      bool
	Choices                   []Choice // buttons; they post Name as "username" and their value as "number" to /answer
}

// Show draws a page. The headers keep it from being framed, stored, or made to load or run anything.
func Show(w http.ResponseWriter, status int, v View) {
	var b bytes.Buffer
	if err := parsed.ExecuteTemplate(&b, "layout", v); err != nil {
		http.Error(w, "The page could not be drawn.", http.StatusInternalServerError)
		return
	}
	Headers(w)
	switch {
	case v.Auto && v.Action != "":
		w.Header().Set("Refresh", "2; url="+v.Action)
	case v.Auto:
		w.Header().Set("Refresh", "2")
	}
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

// Headers sets what every page answers with. There is no form-action in the policy: Chromium applies it to the
// redirect that follows a form too, and would stop the way back to the app at http://127.0.0.1 or http://[::1].
func Headers(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
}

// Style serves the style sheet.
func Style(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "max-age=3600")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(style)
}

// Draw draws a template of the set below the caller's own policy; the panel, which needs a script, uses it.
func Draw(name string, v any) ([]byte, error) {
	var b bytes.Buffer
	err := parsed.ExecuteTemplate(&b, name, v)
	return b.Bytes(), err
}
