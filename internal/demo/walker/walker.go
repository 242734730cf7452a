// Package walker walks through sign-in pages as a browser without scripts would: it follows redirects, keeps cookies,
// fills in forms. It knows no server; tests of any part can use it in a browser's place.
package walker

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// Walker is one browser window. It is not safe for concurrent use.
type Walker struct {
	// StopAt ends a walk at the first redirect to an address that begins so; Answer holds it then, and it is not
	// asked for. Empty: every redirect is followed, up to the app's own socket.
	StopAt string

	Address *url.URL // of the page now
	Status  int
	Answer  *url.URL // where StopAt stopped
	Trail   []string // every address asked for or stopped at

	client *http.Client
	doc    *html.Node
}

const (
	maxRedirects = 20
	maxPage      = 1 << 20
)

// New returns a window of a browser that is signed in nowhere.
func New(stopAt string) *Walker {
	jar, _ := cookiejar.New(nil) // it has no way to fail
	return &Walker{StopAt: stopAt, client: &http.Client{
		Jar: jar, Timeout: 2 * time.Minute,
		Transport:     &http.Transport{DisableKeepAlives: true}, // leaves nothing behind
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Another returns a new window of the same browser: it has its cookies.
func (w *Walker) Another(stopAt string) *Walker { return &Walker{StopAt: stopAt, client: w.client} }

// Open opens an address and follows redirects.
func (w *Walker) Open(ctx context.Context, address string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	return w.walk(r)
}

// Submit sends the form whose button has this id, with these fields over what the page filled in.
func (w *Walker) Submit(ctx context.Context, button string, fields map[string]string) error {
	form := w.formOf(button)
	if form == nil {
		return fmt.Errorf("page %q has no button %q: %s", w.Title(), button, w.Text())
	}
	values := url.Values{}
	for n := range form.Descendants() {
		if n.Type == html.ElementNode && n.Data == "input" && attribute(n, "name") != "" {
			values.Set(attribute(n, "name"), attribute(n, "value"))
		}
	}
	for name, value := range fields {
		if !values.Has(name) {
			return fmt.Errorf("the form of button %q has no field %q", button, name)
		}
		values.Set(name, value)
	}
	target, err := w.Address.Parse(attribute(form, "action"))
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, target.String(), strings.NewReader(values.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", w.Address.Scheme+"://"+w.Address.Host)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return w.walk(r)
}

// walk asks, and follows where it is sent.
func (w *Walker) walk(r *http.Request) error {
	w.Answer = nil
	for range maxRedirects {
		w.Trail = append(w.Trail, r.URL.String())
		answer, err := w.client.Do(r)
		if err != nil {
			return err
		}
		body, err := io.ReadAll(io.LimitReader(answer.Body, maxPage))
		_ = answer.Body.Close()
		if err != nil {
			return err
		}
		w.Address, w.Status = r.URL, answer.StatusCode
		next, err := answer.Location()
		if errors.Is(err, http.ErrNoLocation) {
			w.doc, err = html.Parse(strings.NewReader(string(body)))
			return err
		}
		if err != nil {
			return err
		}
		if w.StopAt != "" && strings.HasPrefix(next.String(), w.StopAt) {
			w.Trail = append(w.Trail, next.String())
			w.Answer, w.doc = next, nil
			return nil
		}
		if r, err = http.NewRequestWithContext(r.Context(), http.MethodGet, next.String(), nil); err != nil {
			return err
		}
	}
	return errors.New("too many redirects")
}

// Has reports whether the page has a button or field with this id.
func (w *Walker) Has(id string) bool { return w.byID(id) != nil }

// Value returns what the page filled into the field with this id.
func (w *Walker) Value(id string) string {
	if n := w.byID(id); n != nil {
		return attribute(n, "value")
	}
	return ""
}

// Link returns where the last link of the page's main part leads; empty when there is none.
func (w *Walker) Link() string {
	last := ""
	main := w.find(func(n *html.Node) bool { return n.Data == "main" })
	if main == nil {
		return ""
	}
	for n := range main.Descendants() {
		if n.Type == html.ElementNode && n.Data == "a" {
			last = attribute(n, "href")
		}
	}
	return last
}

// Title returns the page's heading.
func (w *Walker) Title() string {
	return text(w.find(func(n *html.Node) bool { return n.Data == "h1" }))
}

// Text returns the page's words.
func (w *Walker) Text() string {
	return text(w.find(func(n *html.Node) bool { return n.Data == "body" }))
}

// TextOf returns the words of the part with this id; empty when there is none.
func (w *Walker) TextOf(id string) string { return text(w.byID(id)) }

// Picture returns the bytes of the first picture that is inside the page itself; nil when there is none.
func (w *Walker) Picture() []byte {
	img := w.find(func(n *html.Node) bool { return n.Data == "img" })
	if img == nil {
		return nil
	}
	_, encoded, _ := strings.Cut(attribute(img, "src"), ";base64,")
	bytes, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil
	}
	return bytes
}

func (w *Walker) byID(id string) *html.Node {
	return w.find(func(n *html.Node) bool { return attribute(n, "id") == id })
}

func (w *Walker) formOf(button string) *html.Node {
	n := w.byID(button)
	for n != nil && n.Data != "form" {
		n = n.Parent
	}
	return n
}

func (w *Walker) find(is func(*html.Node) bool) *html.Node {
	if w.doc == nil {
		return nil
	}
	for n := range w.doc.Descendants() {
		if n.Type == html.ElementNode && is(n) {
			return n
		}
	}
	return nil
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func text(n *html.Node) string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	for each := range n.Descendants() {
		if each.Type == html.TextNode {
			b.WriteString(each.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
