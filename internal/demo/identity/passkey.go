package identity

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"latchkey/internal/demo/fresh"
	"latchkey/internal/demo/people"
)

// ceremonyLife is how long somebody may look for their key.
const ceremonyLife = 5 * time.Minute

// keyring holds the security keys and passkeys that were set up, and what is going on with them. Keys belong to a name
// and not to an address (Web Authentication, section 5.1.2), so they are used on a page at localhost.
type keyring struct {
	party *webauthn.WebAuthn

	mu         sync.Mutex // guards the following fields
	keys       map[string][]webauthn.Credential
	ceremonies map[string]*ceremony // by what the page's address holds
	proofs     map[string]*ceremony // done; by what goes back to the page it was begun on
}

// ceremony is one use of a key, or the set-up of one.
type ceremony struct {
	who     people.Person
	session *webauthn.SessionData
	options any // for the browser
	create  bool
	next    string // the page it was begun on: only there does the proof count
	ends    time.Time
	key     webauthn.Credential
}

// owner is somebody as the library wants to see them.
type owner struct {
	people.Person
	keys []webauthn.Credential
}

func (o owner) WebAuthnID() []byte                         { return []byte(o.Subject) }
func (o owner) WebAuthnName() string                       { return o.Username }
func (o owner) WebAuthnDisplayName() string                { return o.Name }
func (o owner) WebAuthnCredentials() []webauthn.Credential { return o.keys }

// newKeyring returns an empty one for the issuer's host.
func newKeyring(c Config) (*keyring, error) {
	origin, err := localhost(c.Issuer)
	if err != nil {
		return nil, err
	}
	party, err := webauthn.New(&webauthn.Config{RPID: "localhost", RPDisplayName: c.Look.Name, RPOrigins: []string{origin}})
	return &keyring{
		party: party, keys: make(map[string][]webauthn.Credential), ceremonies: make(map[string]*ceremony), proofs: make(map[string]*ceremony),
	}, err
}

// localhost returns the same server by the name that keys can belong to.
func localhost(issuer string) (string, error) {
	u, err := url.Parse(issuer)
	if err != nil {
		return "", err
	}
	return "http://localhost:" + u.Port(), nil
}

// has reports whether somebody has set up a key.
func (k *keyring) has(subject string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.keys[subject]) > 0
}

// beginKey begins a ceremony and returns the address of its page; next is the page to go back to.
func (s *Server) beginKey(who people.Person, create bool, next string) (string, error) {
	k := s.keyring
	k.mu.Lock()
	defer k.mu.Unlock()
	c := &ceremony{who: who, create: create, next: next, ends: s.Clock.Now().Add(ceremonyLife)}
	o := owner{who, k.keys[who.Subject]}
	var err error
	if create {
		c.options, c.session, err = k.party.BeginRegistration(o, webauthn.WithExclusions(webauthn.Credentials(o.keys).CredentialDescriptors()))
	} else {
		c.options, c.session, err = k.party.BeginLogin(o)
	}
	if err != nil {
		return "", err
	}
	origin, err := localhost(s.Issuer)
	id := fresh.Token(s.Rand)
	makeRoom(k.ceremonies, func(old *ceremony) bool { return s.Clock.Now().After(old.ends) })
	k.ceremonies[id] = c
	return origin + "/passkey/" + id, err
}

// find returns a ceremony that still goes on.
func (s *Server) findKey(id string) (*ceremony, bool) {
	s.keyring.mu.Lock()
	defer s.keyring.mu.Unlock()
	c, ok := s.keyring.ceremonies[id]
	return c, ok && s.Clock.Now().Before(c.ends)
}

// finishKey takes what the browser got from the key, once, and returns where the browser goes with the proof of it. Whoever
// did not begin the ceremony in that very browser gets nothing for it: a link to this page is no use for phishing.
func (s *Server) finishKey(id string, said []byte) (string, error) {
	k := s.keyring
	k.mu.Lock()
	defer k.mu.Unlock()
	c, ok := k.ceremonies[id]
	if delete(k.ceremonies, id); !ok || !s.Clock.Now().Before(c.ends) {
		return "", errors.New("the ceremony is over")
	}
	o := owner{c.who, k.keys[c.who.Subject]}
	var key *webauthn.Credential
	if c.create {
		answer, err := protocol.ParseCredentialCreationResponseBytes(said)
		if err != nil {
			return "", err
		}
		if key, err = k.party.CreateCredential(o, *c.session, answer); err != nil {
			return "", err
		}
	} else {
		answer, err := protocol.ParseCredentialRequestResponseBytes(said)
		if err != nil {
			return "", err
		}
		if key, err = k.party.ValidateLogin(o, *c.session, answer); err != nil {
			return "", err
		}
		if key.Authenticator.CloneWarning {
			return "", errors.New("the key was copied")
		}
	}
	c.key = *key
	proof := fresh.Token(s.Rand)
	makeRoom(k.proofs, func(old *ceremony) bool { return s.Clock.Now().After(old.ends) })
	k.proofs[proof] = c
	return s.address(c.next) + "?" + url.Values{"proof": {proof}}.Encode(), nil
}

// takeKey takes a proof, once, on the page that it was begun on, and keeps the key's new state.
func (s *Server) takeKey(proof, page, subject string) bool {
	k := s.keyring
	k.mu.Lock()
	defer k.mu.Unlock()
	c, ok := k.proofs[proof]
	if delete(k.proofs, proof); !ok || c.next != page || c.who.Subject != subject || !s.Clock.Now().Before(c.ends) {
		return false
	}
	keys := k.keys[subject]
	if c.create {
		k.keys[subject] = append(keys, c.key)
		return true
	}
	for i := range keys {
		if bytes.Equal(keys[i].ID, c.key.ID) {
			keys[i] = c.key
		}
	}
	return true
}

// json is what the page hands to the browser.
func (c *ceremony) json() ([]byte, error) { return json.Marshal(c.options) }

// keyAnswer takes what the script of the key's page sends.
func (s *Server) keyAnswer(w http.ResponseWriter, r *http.Request) {
	if err := http.NewCrossOriginProtection().Check(r); err != nil || r.Header.Get("Content-Type") != "application/json" {
		writeError(w, http.StatusForbidden, "invalid_request", "this did not come from our page")
		return
	}
	var said bytes.Buffer
	if _, err := said.ReadFrom(r.Body); err != nil {
		writeError(w, http.StatusBadRequest, "invalid_request", "")
		return
	}
	next, err := s.finishKey(r.PathValue("id"), said.Bytes())
	if err != nil {
		s.Count("key refused")
		writeError(w, http.StatusBadRequest, "access_denied", "the key was not accepted")
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"next": next})
}
