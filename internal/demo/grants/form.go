package grants

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

const formType = "application/x-www-form-urlencoded"

// form reads what was sent, each parameter once, and from the body only: a form, and for Auth0 also an object of texts.
func (s *Server) form(w http.ResponseWriter, r *http.Request) (url.Values, bool) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	refuse := func() (url.Values, bool) {
		s.fail(w, http.StatusBadRequest, "invalid_request", "The body cannot be read")
		return nil, false
	}
	if err != nil || r.URL.RawQuery != "" {
		return refuse()
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return refuse()
	}
	switch {
	case kind == formType:
		values, err := url.ParseQuery(string(body))
		for _, each := range values {
			if len(each) > 1 {
				return refuse()
			}
		}
		if err != nil {
			return refuse()
		}
		return values, true
	case kind == "application/json" && s.Dialect == Auth0:
		var object map[string]string
		if json.Unmarshal(body, &object) != nil {
			return refuse()
		}
		values := url.Values{}
		for name, value := range object {
			values.Set(name, value)
		}
		return values, true
	}
	return refuse()
}

// reader makes a body of a form.
func reader(form string) io.ReadCloser { return io.NopCloser(strings.NewReader(form)) }
