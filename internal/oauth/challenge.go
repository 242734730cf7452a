package oauth

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/transport"
)

// Field is what the server can ask for.
type Field string

// The fields a challenge can ask for. Any other goes on in the browser.
const (
	FieldUsername    Field = "username"
	FieldPassword    Field = "password"
	FieldOTP         Field = "otp"          // a one-time code; ChallengeAnswer.Method tells of what kind
	FieldNewPassword Field = "new_password" // the old one was right and is to be replaced; ChallengeAnswer.Rules
	FieldMethod      Field = "factor"       // one of ChallengeAnswer.Methods is to be chosen
	FieldApproval    Field = "approval"     // nothing to send: the agent approves on another device
)

// Factor is a way to prove who one is beside the password.
type Factor struct {
	Method string // "totp", "sms", "email", "voice", "push" or "recovery"
	SentTo string // where its code goes, as the server shows it; may be empty
	id     string // what the server calls it
}

// PasswordRules are what a server asks of a new password. The zero value asks nothing.
type PasswordRules struct {
	MinLength int      `json:"min_length,omitempty"` // code points
	MaxLength int      `json:"max_length,omitempty"`
	Upper     bool     `json:"upper,omitempty"` // at least one of these
	Lower     bool     `json:"lower,omitempty"`
	Digit     bool     `json:"digit,omitempty"`
	Special   bool     `json:"special,omitempty"`
	History   int      `json:"history,omitempty"` // so many of the last ones cannot be used again
	Words     []string `json:"words,omitempty"`   // what else the server asks, in its own words, cleaned
}

// ChallengeAnswer is what the server said to one request.
type ChallengeAnswer struct {
	Code         secret.Text      // set: done, redeem it
	Need         []Field          // set: ask for these
	Refused      *problem.Problem // with Need: what was wrong with what was sent; nil when nothing was
	Web          bool             // continue in the browser
	RequestURI   string           // with Web: continue this very sign-in (RFC 9126); empty: start a new flow
	RequestUntil time.Time        // with RequestURI
	Method       string           // of the code that is asked for: "totp", "email" or "sms"
	SentTo       string           // where the code went, as the server shows it; may be empty
	Digits       int              // of the code that is asked for; 0 when the server does not say
	AttemptsLeft int              // -1 when the server does not say
	Unlocked     time.Time        // with an account-locked or too-many-tries problem: until when; zero when not known

	Tokens       *Tokens       // set instead of Code by servers that grant tokens at once
	Methods      []Factor      // the methods that can be chosen instead of this one, or, with FieldMethod, at all
	ResendAt     time.Time     // from when on the code can be sent again; zero: it cannot
	Until        time.Time     // when the code, or the wait for the approval, ends; zero when not known
	Number       string        // with FieldApproval: to find on the device; may be empty
	Rules        PasswordRules // with FieldNewPassword
	Expired      bool          // with FieldNewPassword: the old one ran out
	RecoveryCode secret.Text   // with Code or Tokens: takes the place of the one that was used, to be shown once
}

// Challenge is one conversation with the authorization challenge endpoint (OAuth 2.0 for First-Party Applications). Not
// safe for concurrent use.
type Challenge struct {
	client  *Client
	flow    Flow
	session secret.Text // auth_session: always the newest
	begun   bool        // the server knows what the first request says
	otp     string      // the name of the code that was asked for last
	rounds  int
}

// maxRounds ends a conversation that leads nowhere: it goes on in the browser.
const maxRounds = 20

// NewChallenge starts a conversation; nothing is sent yet. The code challenge goes out with the first request, so
// that the browser can take over with the same verifier.
func (c *Client) NewChallenge(f Flow) *Challenge { return &Challenge{client: c, flow: f} }

// ResumeChallenge starts a conversation with an auth_session of an earlier one, which it takes over, for instance that
// of a [*StepUp]. Nothing is sent yet.
func (c *Client) ResumeChallenge(f Flow, session secret.Text) *Challenge {
	return &Challenge{client: c, flow: f, session: session}
}

// AuthSession returns a copy of the newest auth_session, to keep beyond the conversation.
func (ch *Challenge) AuthSession() secret.Text { return secret.New(ch.session.Reveal()) }

// Send sends these fields with the newest auth_session and never repeats them. The secrets are wiped afterwards. With
// the problem account-locked there is an answer too, for Unlocked. After sign-in-timed-out the server has forgotten the
// conversation: begin a new one with a new flow. Any other problem that can be answered again leaves it as it was.
func (ch *Challenge) Send(ctx context.Context, fields map[Field]secret.Text) (*ChallengeAnswer, error) {
	defer func() {
		for _, value := range fields {
			value.Wipe()
		}
	}()
	c := ch.client
	if c.Server.AuthorizationChallengeEndpoint == "" {
		return nil, problem.New(problem.MethodNotAvailable)
	}
	form := ch.form(fields)
	r, err := c.post(ctx, c.Server.AuthorizationChallengeEndpoint, form)
	if err != nil {
		return nil, err
	}
	ch.rounds++
	answer, err := ch.read(r, form, fields)
	if err == nil && ch.rounds >= maxRounds && answer.Code.Empty() && len(answer.Need) > 0 {
		return &ChallengeAnswer{Web: true, AttemptsLeft: -1}, nil
	}
	return answer, err
}

// Close wipes the conversation's auth_session.
func (ch *Challenge) Close() { ch.session.Wipe() }

// form builds a request. What the authorization endpoint would be told goes with the first one, and again whenever the
// server has no session that remembers it.
func (ch *Challenge) form(fields map[Field]secret.Text) url.Values {
	c, p := ch.client, ch.client.profile()
	form := url.Values{"client_id": {c.Org.ClientID}, "response_type": {"code"}}
	set := func(name, value string) {
		if value != "" {
			form.Set(name, value)
		}
	}
	set("auth_session", ch.session.Reveal())
	set("acr_values", c.Org.ACRValues) // chooses the script, at every step
	if !ch.begun || ch.session.Empty() {
		set("scope", strings.Join(c.Server.Scopes, " "))
		if p.askSession {
			form.Set("use_auth_session", "true")
		}
		if p.challenge {
			form.Set("code_challenge", oauth2.S256ChallengeFromVerifier(ch.flow.Verifier.Reveal()))
			form.Set("code_challenge_method", "S256")
		}
		if c.Server.openID() {
			set("nonce", ch.flow.Nonce.Reveal())
		}
	}
	for field, value := range fields {
		name := string(field)
		if field == FieldOTP {
			name = p.codeField(ch.otp)
		}
		form.Set(name, value.Reveal())
	}
	return form
}

// read makes sense of an answer.
func (ch *Challenge) read(r *transport.Response, form url.Values, fields map[Field]secret.Text) (*ChallengeAnswer, error) {
	c := ch.client
	var said members
	decodeErr := r.DecodeJSON(&said)
	switch {
	case r.Status >= 500, decodeErr != nil && r.Status != http.StatusTooManyRequests:
		// Out of order, or no answer of a challenge endpoint at all.
		if _, err := c.refused(r, form); err != nil && r.Status != http.StatusOK {
			return nil, err
		}
		return nil, asMalformed(decodeErr)
	case decodeErr == nil && !jsonType(r):
		return nil, problem.New(problem.TokenMalformed, problem.Because("Its answer is not of the type that was asked for."))
	}
	hadSession := !ch.session.Empty()
	if session := said.string("auth_session"); session != "" && printable(session) {
		ch.session.Wipe()
		ch.session = secret.New(session)
	}
	ch.begun = true
	if r.Status == http.StatusOK && said.string("error") == "" {
		return granting(said)
	}
	q := question{
		client: c, said: said, status: r.Status, hadSession: hadSession, hasSession: !ch.session.Empty(),
		retryAt: c.retryAt(r), form: form, fields: fields,
	}
	answer, err := q.answer()
	if q.sessionDead {
		ch.session.Wipe()
		ch.session, ch.begun, ch.otp = secret.Text{}, false, ""
	}
	if q.code != "" {
		ch.otp = q.code
	}
	return answer, err
}

// granting reads a success: a code and never a token (OAuth 2.0 for First-Party Applications, section 5.1).
func granting(said members) (*ChallengeAnswer, error) {
	code := said.string("authorization_code")
	if code == "" {
		code = said.string("code")
	}
	if _, token := said["access_token"]; token || code == "" || !printable(code) {
		return nil, problem.New(problem.TokenMalformed)
	}
	return &ChallengeAnswer{Code: secret.New(code), AttemptsLeft: -1}, nil
}
