package oauth_test

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
)

func accepts(t *testing.T, w *world) {
	t.Helper()
	if _, err := w.signIn(t); err != nil {
		t.Errorf("refused: %v", problemChain(err))
	}
}

func TestID37NoKeyID(t *testing.T) {
	// Policy: without a key ID every key of the right type is tried (oidcc kid-absent-single-jwks, -multiple-jwks).
	w := connect(t)
	noKid := func(h map[string]any) { delete(h, "kid") }
	w.SpoilHeader = noKid
	accepts(t, w)

	w = connect(t)
	w.SpoilHeader = noKid
	signer := w.Keys[0]
	w.Keys = []oauthtest.Key{signer, oauthtest.NewKey("rsa", "RS256"), oauthtest.NewKey("other", "ES256"), oauthtest.NewKey("ed", "EdDSA")}
	accepts(t, w)

	w = connect(t)
	w.SpoilHeader = noKid
	w.Keys[0].Hidden = true
	w.Keys = append(w.Keys, oauthtest.NewKey("other", "ES256"))
	refusesIDToken(t, w)
}

func TestID38ID39KeyRotation(t *testing.T) {
	w := connect(t)
	accepts(t, w)
	w.Keys = []oauthtest.Key{oauthtest.NewKey("key-2", "ES256")} // oidcc signing-key-rotation
	accepts(t, w)
	if n := w.Count(oauthtest.JWKSPath); n != 2 {
		t.Errorf("the keys were fetched %d times", n)
	}
	w = connect(t)
	w.Keys = []oauthtest.Key{oauthtest.NewKey("key-2", "ES256")} // just before signing
	accepts(t, w)

	unknown := connect(t)
	accepts(t, unknown)
	unknown.Keys = []oauthtest.Key{{ID: "gone", Alg: "ES256", Private: unknown.Keys[0].Private, Hidden: true}, unknown.Keys[0]}
	refusesIDToken(t, unknown)
	if n := unknown.Count(oauthtest.JWKSPath); n != 2 {
		t.Errorf("the keys were fetched %d times", n)
	}
}

func TestID40RandomKeyIDsDoNotMakeUsAsk(t *testing.T) {
	w := connect(t)
	accepts(t, w)
	n := 0
	w.SpoilHeader = func(h map[string]any) { n++; h["kid"] = fmt.Sprint("random-", n) }
	for range 1000 {
		_, err := w.signIn(t)
		wants(t, err, problem.IDTokenInvalid)
	}
	if got := w.Count(oauthtest.JWKSPath); got != 2 {
		t.Errorf("%d fetches", got)
	}
	w.clock.Advance(61 * time.Second)
	_, err := w.signIn(t)
	wants(t, err, problem.IDTokenInvalid)
	if got := w.Count(oauthtest.JWKSPath); got != 3 {
		t.Errorf("%d fetches after a minute", got)
	}
}

func TestBadSignatureOfAKnownKeyDoesNotMakeUsAsk(t *testing.T) {
	w := connect(t)
	accepts(t, w)
	w.SpoilIDToken = func(c string) string { return c[:strings.LastIndex(c, ".")] + "." + strings.Repeat("A", 86) }
	refusesIDToken(t, w)
	if n := w.Count(oauthtest.JWKSPath); n != 1 {
		t.Errorf("%d fetches", n)
	}
}

func TestID41HostileKeySets(t *testing.T) {
	key := oauthtest.NewKey("key-1", "ES256")
	many := make([]any, 100_000)
	for i := range many {
		many[i] = struct{}{}
	}
	real := make([]jose.JSONWebKey, 300)
	for i := range real {
		real[i] = key.JWK()
	}
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	private, err := jose.JSONWebKey{Key: []byte("symmetric"), KeyID: "key-1", Algorithm: "HS256"}.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	html := map[string]string{"Content-Type": "text/html"}
	for name, c := range map[string]struct {
		answer oauthtest.Answer
		want   problem.Code
	}{
		"too large":       {oauthtest.Answer{Body: `{"keys":["` + strings.Repeat("x", 2<<20) + `"]}`}, problem.AnswerTooLarge},
		"10^5 keys":       {oauthtest.Answer{Body: map[string]any{"keys": many}}, problem.ServerAnswer},
		"300 good keys":   {oauthtest.Answer{Body: jose.JSONWebKeySet{Keys: real}}, problem.ServerAnswer},
		"RSA of 1024":     {oauthtest.Answer{Body: jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: small.Public(), KeyID: "key-1"}}}}, problem.ServerAnswer},
		"a page":          {oauthtest.Answer{Header: html, Body: "<html>"}, problem.NetworkPage},
		"out of order":    {oauthtest.Answer{Status: 500, Body: "x"}, problem.ServerUnavailable},
		"not found":       {oauthtest.Answer{Status: 404, Body: "{}"}, problem.ServerAnswer},
		"redirect":        {oauthtest.Answer{Status: 302, Header: map[string]string{"Location": "https://evil.example/"}, Body: ""}, problem.RedirectRefused},
		"no keys":         {oauthtest.Answer{Body: `{"keys":[]}`}, problem.ServerAnswer},
		"keys is a text":  {oauthtest.Answer{Body: `{"keys":"x"}`}, problem.ServerAnswer},
		"keys twice":      {oauthtest.Answer{Body: `{"keys":[],"keys":[]}`}, problem.ServerAnswer},
		"only symmetric":  {oauthtest.Answer{Body: fmt.Sprintf(`{"keys":[%s]}`, private)}, problem.ServerAnswer},
		"nonsense keys":   {oauthtest.Answer{Body: `{"keys":[7,null,{},{"kty":"RSA"},{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}`}, problem.ServerAnswer},
		"for encryption":  {oauthtest.Answer{Body: jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Private.Public(), KeyID: "key-1", Use: "enc"}}}}, problem.ServerAnswer},
		"wrong algorithm": {oauthtest.Answer{Body: jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Private.Public(), KeyID: "key-1", Algorithm: "ES384"}}}}, problem.IDTokenInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			w := connect(t)
			w.Keys = []oauthtest.Key{key}
			// The description was good; what follows is not: nothing is signed in, and the kind of trouble is named.
			w.Handle(oauthtest.JWKSPath, nil)
			for range 6 {
				w.Next(oauthtest.JWKSPath, c.answer)
			}
			_, err := w.signIn(t)
			wants(t, err, c.want)
		})
	}
}

func TestID41ID44OldKeysStayWhenTheServerFails(t *testing.T) {
	w := connect(t)
	accepts(t, w)
	w.Handle(oauthtest.JWKSPath, func(rw http.ResponseWriter, _ *http.Request) { http.Error(rw, "oops", http.StatusInternalServerError) })
	w.clock.Advance(2 * time.Hour) // the keys are not fresh any more
	accepts(t, w)
	w.clock.Advance(23 * time.Hour) // nor usable
	_, err := w.signIn(t)
	wants(t, err, problem.ServerUnavailable)
}

func TestID43TwoKeysWithOneID(t *testing.T) {
	w := connect(t)
	signer := w.Keys[0]
	w.Keys = []oauthtest.Key{signer, oauthtest.NewKey("key-1", "ES256"), oauthtest.NewKey("key-1", "RS256")}
	accepts(t, w)
	w = connect(t)
	impostor := oauthtest.NewKey("key-1", "ES256")
	w.Handle(oauthtest.JWKSPath, nil)
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{impostor.JWK(), oauthtest.NewKey("key-1", "RS256").JWK(), w.Keys[0].JWK()}}
	w.Next(oauthtest.JWKSPath, oauthtest.Answer{Body: set}) // the right one is the last
	accepts(t, w)
}

func TestKeysAreAskedForOnce(t *testing.T) {
	w := connect(t)
	for range 5 {
		accepts(t, w)
	}
	if n := w.Count(oauthtest.JWKSPath); n != 1 {
		t.Errorf("%d fetches", n)
	}
	w.clock.Advance(-3 * time.Hour) // a clock that is set back does not freeze the keys
	accepts(t, w)
	if n := w.Count(oauthtest.JWKSPath); n != 2 {
		t.Errorf("%d fetches", n)
	}
}

func TestKeysCannotBeHadIsNotTheTokensFault(t *testing.T) {
	w := connect(t)
	w.Handle(oauthtest.JWKSPath, func(rw http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) })
	_, err := w.signIn(t)
	wants(t, err, problem.ConnectionBroken)
}
