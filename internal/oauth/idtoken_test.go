package oauth_test

import (
	"crypto/sha512"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
)

// refusesIDToken signs in while the ID token is spoiled. The sign-in must end there: no request follows.
func refusesIDToken(t *testing.T, w *world) {
	t.Helper()
	before := w.Count(oauthtest.UserInfoPath)
	_, err := w.signIn(t)
	wants(t, err, problem.IDTokenInvalid)
	if w.Count(oauthtest.UserInfoPath) != before {
		t.Error("userinfo was asked")
	}
	hides(t, err, w.Users[0].Name)
}

type claims = map[string]any

// conformance is what the OpenID conformance suites spoil, one thing at a time, and what else can be wrong with claims. A
// row without want must be accepted.
var conformance = []struct {
	name  string // case id, what is spoiled, module of the suite
	spoil func(w *world, c claims)
	want  problem.Code
}{
	{"ID-13 iss with a suffix (oidcc invalid-iss)", func(w *world, c claims) { c["iss"] = w.URL + "1" }, problem.IDTokenInvalid},
	{"ID-14 iss missing (fapi2 invalid-missing-iss)", func(_ *world, c claims) { delete(c, "iss") }, problem.IDTokenInvalid},
	{"ID-14 iss with a slash", func(w *world, c claims) { c["iss"] = w.URL + "/" }, problem.IDTokenInvalid},
	{"ID-14 iss in another case", func(w *world, c claims) { c["iss"] = strings.ToUpper(w.URL) }, problem.IDTokenInvalid},
	{"ID-14 iss is a list", func(w *world, c claims) { c["iss"] = []string{w.URL} }, problem.IDTokenInvalid},
	{"ID-15 aud with a suffix (oidcc invalid-aud)", func(w *world, c claims) { c["aud"] = w.ClientID + "1" }, problem.IDTokenInvalid},
	{"ID-16 aud missing (oidcc missing-aud)", func(_ *world, c claims) { delete(c, "aud") }, problem.IDTokenInvalid},
	{"ID-16 aud is empty", func(_ *world, c claims) { c["aud"] = []string{} }, problem.IDTokenInvalid},
	{"ID-16 aud is a number", func(_ *world, c claims) { c["aud"] = 7 }, problem.IDTokenInvalid},
	{"ID-16 aud is null", func(_ *world, c claims) { c["aud"] = nil }, problem.IDTokenInvalid},
	{"ID-16 aud has a number", func(w *world, c claims) { c["aud"] = []any{w.ClientID, 7} }, problem.IDTokenInvalid},
	{"ID-17 aud is a list (fapi2 valid-aud-as-array)", func(w *world, c claims) { c["aud"] = []string{w.ClientID} }, ""},
	{"ID-18 secondary aud, no azp (fapi2 invalid-secondary-aud)", func(w *world, c claims) { c["aud"] = []string{w.ClientID, "other"} }, problem.IDTokenInvalid},
	{"ID-18 secondary aud, azp is ours", func(w *world, c claims) { c["aud"], c["azp"] = []string{w.ClientID, "other"}, w.ClientID }, ""},
	{"ID-19 azp is another", func(_ *world, c claims) { c["azp"] = "other" }, problem.IDTokenInvalid},
	{"ID-19 azp is empty", func(_ *world, c claims) { c["azp"] = "" }, problem.IDTokenInvalid},
	{"ID-19 azp is ours", func(w *world, c claims) { c["azp"] = w.ClientID }, ""},
	{"ID-20 sub missing (oidcc missing-sub)", func(_ *world, c claims) { delete(c, "sub") }, problem.IDTokenInvalid},
	{"ID-20 sub empty", func(_ *world, c claims) { c["sub"] = "" }, problem.IDTokenInvalid},
	{"ID-20 sub of 255 characters", func(_ *world, c claims) { c["sub"] = strings.Repeat("x", 255) }, ""},
	{"ID-20 sub of 256 characters", func(_ *world, c claims) { c["sub"] = strings.Repeat("x", 256) }, problem.IDTokenInvalid},
	{"ID-20 sub is a number", func(_ *world, c claims) { c["sub"] = 7 }, problem.IDTokenInvalid},
	{"ID-20 sub with a line end", func(_ *world, c claims) { c["sub"] = "a\nb" }, problem.IDTokenInvalid},
	{"ID-21 iat missing (oidcc missing-iat)", func(_ *world, c claims) { delete(c, "iat") }, problem.IDTokenInvalid},
	{"ID-21 iat is a string", func(_ *world, c claims) { c["iat"] = "now" }, problem.IDTokenInvalid},
	{"ID-22 iat a week old (fapi1 iat-is-week-in-past)", func(w *world, c claims) { c["iat"] = w.ago(7 * 24 * time.Hour) }, problem.IDTokenInvalid},
	{"ID-22 iat ten minutes ahead", func(w *world, c claims) { c["iat"] = w.ago(-10 * time.Minute) }, problem.IDTokenInvalid},
	{"ID-22 iat four minutes ahead", func(w *world, c claims) { c["iat"] = w.ago(-4 * time.Minute) }, ""},
	{"ID-23 exp missing (fapi2 invalid-missing-exp)", func(_ *world, c claims) { delete(c, "exp") }, problem.IDTokenInvalid},
	{"ID-24 exp six minutes ago (fapi2 invalid-expired-exp)", func(w *world, c claims) { c["exp"] = w.ago(6 * time.Minute) }, problem.IDTokenInvalid},
	{"ID-25 exp four minutes ago: clocks differ", func(w *world, c claims) { c["exp"] = w.ago(4 * time.Minute) }, ""},
	{"ID-26 exp -1", func(_ *world, c claims) { c["exp"] = -1 }, problem.IDTokenInvalid},
	{"ID-26 exp is a string", func(w *world, c claims) { c["exp"] = fmt.Sprint(w.ago(-time.Hour)) }, problem.IDTokenInvalid},
	{"ID-26 exp 1e400", func(_ *world, c claims) { c["exp"] = json.Number("1e400") }, problem.IDTokenInvalid},
	{"ID-26 exp 2^63", func(_ *world, c claims) { c["exp"] = json.Number("9223372036854775808") }, problem.IDTokenInvalid},
	{"ID-26 exp in another age", func(_ *world, c claims) { c["exp"] = json.Number("1000000000000000") }, problem.IDTokenInvalid},
	{"ID-26 iat -1", func(_ *world, c claims) { c["iat"] = -1 }, problem.IDTokenInvalid},
	{"ID-26 exp true", func(_ *world, c claims) { c["exp"] = true }, problem.IDTokenInvalid},
	{"ID-26 exp with a fraction", func(w *world, c claims) { c["exp"] = float64(w.ago(-time.Hour)) + 0.5 }, ""},
	{"ID-27 nbf in the future", func(w *world, c claims) { c["nbf"] = w.ago(-6 * time.Minute) }, problem.IDTokenInvalid},
	{"ID-27 nbf four minutes ahead", func(w *world, c claims) { c["nbf"] = w.ago(-4 * time.Minute) }, ""},
	{"ID-28 nonce with a suffix (oidcc nonce-invalid)", func(_ *world, c claims) { c["nonce"] = c["nonce"].(string) + "1" }, problem.IDTokenInvalid},
	{"ID-28 nonce empty", func(_ *world, c claims) { c["nonce"] = "" }, problem.IDTokenInvalid},
	{"ID-28 nonce is a list", func(_ *world, c claims) { c["nonce"] = []any{c["nonce"]} }, problem.IDTokenInvalid},
	{"ID-29 nonce missing (fapi2 invalid-missing-nonce)", func(_ *world, c claims) { delete(c, "nonce") }, problem.IDTokenInvalid},
	{"ID-32 at_hash with a suffix (oidcc invalid-athash)", func(_ *world, c claims) { c["at_hash"] = c["at_hash"].(string) + "1" }, problem.IDTokenInvalid},
	{"ID-32 at_hash empty", func(_ *world, c claims) { c["at_hash"] = "" }, problem.IDTokenInvalid},
	{"ID-33 at_hash missing", func(_ *world, c claims) { delete(c, "at_hash") }, ""},
	{"ID-34 ISS beside iss", func(_ *world, c claims) { c["ISS"] = "https://evil.example" }, problem.IDTokenInvalid},
	{"ID-34 Sub beside sub", func(_ *world, c claims) { c["Sub"] = "evil" }, problem.IDTokenInvalid},
	{"ID-35 a logout token", func(_ *world, c claims) {
		c["events"] = claims{"http://schemas.openid.net/event/backchannel-logout": claims{}}
	}, problem.IDTokenInvalid},
	{"aggregated claims are not followed", func(_ *world, c claims) {
		c["_claim_names"], c["_claim_sources"] = claims{"address": "src1"}, claims{"src1": claims{"endpoint": "https://evil.example/", "access_token": "x"}}
	}, ""},
	{"unknown claims are ignored", func(_ *world, c claims) { c["acr"], c["amr"], c["x"] = "0", []string{"pwd"}, claims{"iss": "x"} }, ""},
	{"name of another type", func(_ *world, c claims) { c["name"], c["email"] = 7, []string{"x"} }, ""},
}

func (w *world) ago(d time.Duration) int64 { return w.clock.Now().Add(-d).Unix() }

func problemChain(err error) string {
	p := problem.From(err)
	return fmt.Sprintf("%v (%v)", p, p.Unwrap())
}

func TestID01AlgorithmsThatAreAllowed(t *testing.T) {
	for _, alg := range []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"} {
		t.Run(alg, func(t *testing.T) {
			s := oauthtest.New(t)
			s.Keys = []oauthtest.Key{oauthtest.NewKey("k", alg)}
			s.SpoilMetadata = func(m map[string]any) { m["id_token_signing_alg_values_supported"] = []string{alg} }
			w := discover(t, s)
			if _, err := w.signIn(t); err != nil {
				t.Errorf("refused: %v", problemChain(err))
			}
		})
	}
}

func TestID02AlgorithmNone(t *testing.T) {
	for _, alg := range []string{"none", "None", "nOnE", "NONE", ""} {
		w := connect(t)
		w.SpoilIDToken = func(compact string) string {
			parts := strings.Split(compact, ".")
			return oauthtest.Segment([]byte(`{"alg":"`+alg+`","typ":"JWT"}`)) + "." + parts[1] + "."
		}
		refusesIDToken(t, w)
	}
	w := connect(t)
	w.SpoilIDToken = func(compact string) string { return compact[:strings.LastIndex(compact, ".")+1] } // no signature
	refusesIDToken(t, w)
	w.SpoilMetadata = func(m map[string]any) { m["id_token_signing_alg_values_supported"] = []string{"none"} }
	_, err := tryDiscover(t, w.Server)
	wants(t, err, problem.IDTokenInvalid)
}

func TestID03ID04SpoiledSignatures(t *testing.T) {
	for _, alg := range []string{"RS256", "ES256"} {
		s := oauthtest.New(t)
		s.Keys = []oauthtest.Key{oauthtest.NewKey("k", alg)}
		w := discover(t, s)
		for name, spoil := range map[string]func([]byte) []byte{
			"last byte": func(sig []byte) []byte { sig[len(sig)-1] ^= 1; return sig },
			"zero":      func(sig []byte) []byte { clear(sig); return sig },
			"short":     func(sig []byte) []byte { return sig[:len(sig)-1] },
			"long":      func(sig []byte) []byte { return append(sig, 0) },
		} {
			t.Run(alg+" "+name, func(t *testing.T) {
				s.SpoilIDToken = func(compact string) string {
					at := strings.LastIndex(compact, ".") + 1
					return compact[:at] + oauthtest.Segment(spoil(unsegment(t, compact[at:])))
				}
				refusesIDToken(t, w)
			})
		}
	}
}

func TestID03PayloadOfAnotherSignature(t *testing.T) {
	w := connect(t)
	w.SpoilIDToken = func(compact string) string {
		parts := strings.Split(compact, ".")
		payload := strings.Replace(string(unsegment(t, parts[1])), `"user-1"`, `"user-2"`, 1)
		return parts[0] + "." + oauthtest.Segment([]byte(payload)) + "." + parts[2]
	}
	refusesIDToken(t, w)
}

func TestID05ID06SymmetricAlgorithms(t *testing.T) {
	s := oauthtest.New(t)
	key := oauthtest.NewKey("k", "RS256")
	s.Keys = []oauthtest.Key{key}
	der, err := x509.MarshalPKIXPublicKey(key.Private.Public())
	if err != nil {
		t.Fatal(err)
	}
	jwk, err := key.JWK().MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	for _, advertised := range [][]string{{"RS256"}, {"RS256", "HS256"}} {
		s.SpoilMetadata = func(m map[string]any) { m["id_token_signing_alg_values_supported"] = advertised }
		w := discover(t, s)
		for name, shared := range map[string][]byte{
			"PEM": pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), "DER": der, "JWK": jwk, "client id": []byte(s.ClientID), "empty": {},
		} {
			t.Run(name, func(t *testing.T) {
				s.SpoilIDToken = func(compact string) string {
					payload := unsegment(t, strings.Split(compact, ".")[1])
					return oauthtest.SignWithSecret(shared, map[string]any{"alg": "HS256", "kid": "k"}, payload)
				}
				refusesIDToken(t, w)
			})
		}
	}
}

func TestID07AlgorithmTheServerDoesNotList(t *testing.T) {
	s := oauthtest.New(t)
	s.Keys = []oauthtest.Key{oauthtest.NewKey("k", "PS256")}
	s.SpoilMetadata = func(m map[string]any) { m["id_token_signing_alg_values_supported"] = []string{"RS256"} }
	refusesIDToken(t, discover(t, s))
}

func TestID08KeysInTheHeaderAreIgnored(t *testing.T) {
	w := connect(t)
	attacker := oauthtest.NewKey("evil", "ES256")
	header := map[string]any{"jku": w.URL + "/evil", "x5u": w.URL + "/evil", "x5c": []string{"AAAA"}, "jwk": attacker.JWK()}
	t.Run("signed by the attacker", func(t *testing.T) {
		w.SpoilIDToken = func(compact string) string {
			h := map[string]any{"alg": "ES256", "kid": "key-1"}
			for k, v := range header {
				h[k] = v
			}
			return attacker.Sign(h, unsegment(t, strings.Split(compact, ".")[1]))
		}
		refusesIDToken(t, w)
	})
	t.Run("signed by the server", func(t *testing.T) {
		w.SpoilIDToken = nil
		w.SpoilHeader = func(h map[string]any) { h["jku"], h["x5u"] = header["jku"], header["x5u"] }
		if _, err := w.signIn(t); err != nil {
			t.Errorf("refused: %v", problemChain(err))
		}
	})
	if n := w.Count("/evil"); n != 0 {
		t.Errorf("%d requests for a key of the header", n)
	}
}

func TestID09CriticalExtensions(t *testing.T) {
	for _, crit := range []any{[]string{"exp"}, []string{"b64"}, []string{}, "x"} {
		w := connect(t)
		w.SpoilHeader = func(h map[string]any) { h["crit"], h["b64"] = crit, true }
		refusesIDToken(t, w)
	}
}

func TestID10ID11OtherSerialisations(t *testing.T) {
	key := oauthtest.NewKey("enc", "RS256")
	encrypter, err := jose.NewEncrypter(jose.A128GCM, jose.Recipient{Algorithm: jose.RSA_OAEP, Key: key.Private.Public()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(string) string{
		"JSON, flattened": func(c string) string {
			p := strings.Split(c, ".")
			return fmt.Sprintf(`{"protected":%q,"payload":%q,"signature":%q}`, p[0], p[1], p[2])
		},
		"JSON, two signatures": func(c string) string {
			p := strings.Split(c, ".")
			return fmt.Sprintf(`{"payload":%q,"signatures":[{"protected":%q,"signature":%q},{"protected":%q,"signature":%q}]}`, p[1], p[0], p[2], p[0], p[2])
		},
		"encrypted": func(c string) string {
			object, err := encrypter.Encrypt([]byte(c))
			if err != nil {
				t.Error(err)
				return ""
			}
			compact, _ := object.CompactSerialize()
			return compact
		},
		"five parts":      func(c string) string { return c + ".." },
		"two parts":       func(c string) string { return c[:strings.LastIndex(c, ".")] },
		"dots":            func(string) string { return "..." },
		"two dots":        func(string) string { return ".." },
		"no base64":       func(string) string { return "a b.c.d" },
		"padded":          func(c string) string { return strings.Replace(c, ".", "=.", 1) },
		"header no JSON":  func(c string) string { return "AAAA" + c[strings.Index(c, "."):] },
		"space around":    func(c string) string { return " " + c + "\n" },
		"opaque":          func(string) string { return "opaque" },
		"alg is a number": func(c string) string { return oauthtest.Segment([]byte(`{"alg":7}`)) + c[strings.Index(c, "."):] },
		"alg twice": func(c string) string {
			return oauthtest.Segment([]byte(`{"alg":"ES256","alg":"none"}`)) + c[strings.Index(c, "."):]
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := connect(t)
			w.SpoilIDToken = spoil
			refusesIDToken(t, w)
		})
	}
}

func TestID32HashOfEveryAlgorithm(t *testing.T) {
	for _, alg := range []string{"RS512", "EdDSA"} {
		s := oauthtest.New(t)
		s.Keys = []oauthtest.Key{oauthtest.NewKey("k", alg)}
		s.SpoilMetadata = func(m map[string]any) { m["id_token_signing_alg_values_supported"] = []string{alg} }
		w := discover(t, s)
		access := "known-access-token"
		s.SpoilTokens = func(m map[string]any) { m["access_token"] = access }
		sum := sha512.Sum512([]byte(access))
		s.SpoilClaims = func(c map[string]any) { c["at_hash"] = oauthtest.Segment(sum[:32]) }
		if _, err := w.signIn(t); err != nil {
			t.Errorf("%s: %v", alg, problemChain(err))
		}
		s.SpoilClaims = func(c map[string]any) { c["at_hash"] = oauthtest.Segment(sum[:16]) }
		refusesIDToken(t, w)
	}
}

func TestID34DuplicateClaims(t *testing.T) {
	w := connect(t)
	w.SpoilIDToken = func(compact string) string {
		parts := strings.Split(compact, ".")
		payload := string(unsegment(t, parts[1]))
		payload = `{"sub":"someone-else",` + payload[1:]
		return w.Keys[0].Sign(map[string]any{"alg": "ES256", "kid": "key-1"}, []byte(payload))
	}
	refusesIDToken(t, w)
}

func TestID35OtherTypes(t *testing.T) {
	for typ, want := range map[string]problem.Code{
		"at+jwt": problem.IDTokenInvalid, "application/at+jwt": problem.IDTokenInvalid, "logout+jwt": problem.IDTokenInvalid, "dpop+jwt": problem.IDTokenInvalid,
		"JWT": "", "jwt": "", "": "",
	} {
		w := connect(t)
		w.SpoilHeader = func(h map[string]any) { h["typ"] = typ }
		_, err := w.signIn(t)
		wants(t, err, want)
	}
}

// The oracle of ID-50: what becomes of a token that is good for an hour when this computer's clock is stepped between issue and check.
func TestID50ClockSteps(t *testing.T) {
	for step, want := range map[time.Duration]problem.Code{
		-24 * time.Hour: problem.IDTokenInvalid, -time.Hour: problem.IDTokenInvalid, -6 * time.Minute: problem.IDTokenInvalid,
		-4 * time.Minute: "", 0: "", 4 * time.Minute: "", time.Hour: "", 64 * time.Minute: "", 66 * time.Minute: problem.IDTokenInvalid,
		25 * time.Hour: problem.IDTokenInvalid,
	} {
		t.Run(step.String(), func(t *testing.T) {
			w := connect(t)
			issued := w.clock.Now()
			w.Now = func() time.Time { return issued }
			f := newFlow(t)
			code := w.code(t, f, oauth.AuthorizeOptions{})
			w.clock.Advance(step)
			_, err := w.client.Exchange(t.Context(), f, code, redirectURI)
			wants(t, err, want)
		})
	}
}

func TestID25ClockIsNamedWhenItIsOff(t *testing.T) {
	// The server lives an hour ahead of this computer: its Date header shows it, and so does iat.
	s := oauthtest.New(t)
	w := discover(t, s)
	s.Now = func() time.Time { return w.clock.Now().Add(time.Hour) }
	s.DateNow = s.Now
	_, err := w.signIn(t)
	wants(t, err, problem.IDTokenInvalid)
	if p := problem.From(err); !strings.Contains(p.Why, "1h0m0s behind") || !strings.Contains(p.Fix, "clock") {
		t.Errorf("says %q, %q", p.Why, p.Fix)
	}
}

func TestID49NamesAreCleaned(t *testing.T) {
	w := connect(t)
	w.SpoilClaims = func(c map[string]any) {
		c["name"] = "<b>Amy\u202e\r\n\x1b[31m Agent" + strings.Repeat("x", 10_000)
		c["preferred_username"] = "amy\u200b@acme.example"
	}
	who, err := w.client.Identify(t.Context(), w.mustSignIn(t))
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(who.Name, "\u202e\r\n\x1b") || len([]rune(who.Name)) > 120 || !strings.HasPrefix(who.Name, "<b>Amy [31m Agent") {
		t.Errorf("name %q", who.Name)
	}
	if who.Username != "amy@acme.example" {
		t.Errorf("user name %q", who.Username)
	}
}
