package transport_test

import (
	"net/http"
	"strings"
	"testing"

	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/transport"
)

// tokens is an answer's shape as a caller declares it.
type tokens struct {
	AccessToken secret.Text    `json:"access_token"`
	Scope       string         `json:"scope"`
	Claims      map[string]any `json:"claims"`
}

func decode(status int, kind, body string) (tokens, error) {
	r := transport.Response{Status: status, Header: http.Header{"Content-Type": {kind}}, Body: []byte(body)}
	var v tokens
	err := r.DecodeJSON(&v)
	return v, err
}

func TestTK04NotOneObject(t *testing.T) {
	for _, body := range []string{
		``, ` `, `{`, `{"access_token":"x"`, `{"access_token":"x`, `{"access_token":"x"}{}`, `{"access_token":"x"} x`, `{"access_token":"x"},`,
		"\ufeff{\"access_token\":\"x\"}", `[]`, `[{"access_token":"x"}]`, `null`, `1`, `"x"`, `true`, `NaN`,
		`{"access_token":x}`, `{'access_token':'x'}`, `{"access_token":"x",}`, `{"access_token":"x"}/**/`, "{\"access_token\":\"a\xffb\"}", "{\"access_token\":\"a\nb\"}",
		`{"access_token":"\ud800"}`, `{"\udc00":1}`, `{"scope":"\ud83d\u0041"}`, `{"scope":"\ud83d \ude00"}`, `{"access_token":1}`, `{"access_token":{}}`, `{"access_token":["x"]}`, `{"scope":1}`, `{"scope":null,"claims":[]}`,
		`access_token=x&token_type=bearer`, // TK-07
	} {
		_, err := decode(200, "application/json", body)
		p := want(t, err, problem.ServerAnswer)
		if p.Unwrap() != nil {
			t.Errorf("%q: behind it: %v", body, p.Unwrap())
		}
	}
}

func TestTK05WebPageInsteadOfTheServer(t *testing.T) {
	const page = "<!DOCTYPE html><title>Welcome to Hotel Wi-Fi</title>"
	for _, c := range []struct {
		status     int
		kind, body string
		code       problem.Code
	}{
		{200, "text/html", page, problem.NetworkPage}, {200, "text/html; charset=utf-8", "Welcome", problem.NetworkPage},
		{200, "TEXT/HTML", "", problem.NetworkPage}, {200, "application/json", "\ufeff \r\n" + page, problem.NetworkPage}, {200, "", page, problem.NetworkPage},
		{404, "text/html", page, problem.NetworkPage}, {511, "text/html", page, problem.NetworkPage}, {200, "application/xhtml+xml", "x", problem.NetworkPage},
		{502, "text/html", page, problem.ServerUnavailable}, {500, "text/plain", "oops", problem.ServerUnavailable}, {503, "", "", problem.ServerUnavailable},
		{200, "text/plain", "oops", problem.ServerAnswer},
	} {
		_, err := decode(c.status, c.kind, c.body)
		if p := want(t, err, c.code); strings.Contains(p.Error(), "Hotel") {
			t.Errorf("the body is quoted: %v", p)
		}
	}
	// An object is an object, whatever the header calls it, and whatever the status is.
	for _, c := range []struct {
		status int
		kind   string
	}{{200, "text/html"}, {200, "text/plain"}, {500, "application/json"}, {400, ""}} {
		if v, err := decode(c.status, c.kind, `{"scope":"a"}`); err != nil || v.Scope != "a" {
			t.Errorf("%v: got %v", c, err)
		}
	}
}

func TestTK08DuplicateAndVariantNames(t *testing.T) {
	for _, body := range []string{
		`{"scope":"a","scope":"a"}`, `{"scope":"a","\u0073cope":"b"}`, `{"ACCESS_TOKEN":"evil","access_token":"good"}`, `{"x":1,"X":1}`,
		`{"claims":{"iss":"a","ISS":"b"}}`, `{"claims":{"iss":"a","iss":"b"}}`, `{"other":[{"a":1},{"b":1,"B":2}]}`,
		"{\"other\":{\"k\":1,\"\u212a\":2}}", // the Kelvin sign is a K
		`{"\u017fcope":"x","scope":"y"}`,     // a long s
	} {
		_, err := decode(200, "application/json", body)
		want(t, err, problem.ServerAnswer)
	}
	// The same name on different levels, and a variant as a value, are no trouble; a variant alone is unknown.
	v, err := decode(200, "application/json", `{"scope":"Scope","claims":{"scope":"SCOPE","a":[{"b":1},{"b":2}]}}`)
	if err != nil || v.Scope != "Scope" || v.Claims["scope"] != "SCOPE" {
		t.Errorf("got %v, %v", v, err)
	}
	if v, err := decode(200, "application/json", `{"ACCESS_TOKEN":"evil"}`); err != nil || !v.AccessToken.Empty() {
		t.Errorf("got %q, %v", v.AccessToken.Reveal(), err)
	}
}

func TestTK11Nesting(t *testing.T) {
	for _, body := range []string{
		`{"x":` + strings.Repeat("[", 100_000), `{"x":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`,
		strings.Repeat(`{"x":`, 100_000) + "1" + strings.Repeat("}", 100_000), `{"x":` + strings.Repeat("[", 64) + strings.Repeat("]", 64) + `}`,
	} {
		_, err := decode(200, "application/json", body)
		want(t, err, problem.ServerAnswer)
	}
	if _, err := decode(200, "application/json", `{"x":`+strings.Repeat("[", 63)+strings.Repeat("]", 63)+`}`); err != nil {
		t.Errorf("63 deep: %v", err)
	}
}

func TestTK38UnknownMembersAreIgnored(t *testing.T) {
	v, err := decode(200, "application/json", ` {"access_token":"t\u00e9","new":{"a":[1,null,"x"]},"scope":"a b"} `+"\r\n\t")
	if err != nil || v.AccessToken.Reveal() != "té" || v.Scope != "a b" {
		t.Errorf("got %v, %v", v, err)
	}
}

func TestTextAndNumbersOfAnySize(t *testing.T) {
	v, err := decode(200, "application/json", `{"scope":"\ud83d\ude00 \\ud800 \"\ufffd","other":1e400,"claims":{"n":[0,{"a":[]},1],"m":""}}`)
	if err != nil || v.Scope != "\U0001f600 \\ud800 \"\ufffd" {
		t.Errorf("got %q, %v", v.Scope, err)
	}
}

func FuzzDecodeJSON(f *testing.F) {
	for _, seed := range []string{`{"access_token":"x","claims":{"a":[1]}}`, `{"a":1,"A":2}`, `[`, `<html>`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if _, err := decode(200, "", body); err != nil && problem.From(err).Kind != problem.Unreachable {
			t.Errorf("%q: %v", body, err)
		}
	})
}
