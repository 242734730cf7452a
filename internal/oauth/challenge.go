package oauth

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/transport"
)

// Challenge is one conversation with the authorization challenge endpoint (OAuth 2.0 for First-Party Applications). Not
// safe for concurrent use.
type Challenge struct {
	client  *Client
	flow    Flow
	session secret.Text      // auth_session: always the newest
	begun   bool             // the server knows what the first request says
	otp     string           // the name of the code that was asked for last
	last    *ChallengeAnswer // the last question
	factors []Factor         // the newest list of them, whether they can be chosen now or not
	sent    sentCodes
	rounds  int
}

var _ Interview = (*Challenge)(nil)

// maxRounds ends a conversation that leads nowhere: it goes on in the browser.
const maxRounds = 20

// NewChallenge starts a conversation; nothing is sent yet. The code challenge goes out with the first request, so
// that the browser can take over with the same verifier.
func (c *Client) NewChallenge(f Flow) *Challenge { return &Challenge{client: c, flow: f} }

// ResumeChallenge goes on with the step that a server wants before it renews a session, and takes over what is needed for that. Its
// first question was [StepUp.Asked]; nothing is sent yet. The code it ends with is redeemed in place of the refresh token.
func (c *Client) ResumeChallenge(f Flow, s *StepUp) *Challenge {
	ch := &Challenge{client: c, flow: f, session: s.session, otp: s.otp, factors: s.factors}
	s.session = secret.Text{}
	asked := s.Asked
	ch.last = &asked
	ch.sent.add(&asked, ch.otp, secret.Text{})
	return ch
}

// Send sends these fields with the newest auth_session and never repeats them. The secrets are wiped afterwards. With
// a problem that ends the attempt there is an answer too where the server told until when. After sign-in-timed-out the
// server has forgotten the conversation: begin a new one with a new flow. Any other problem that can be answered again
// leaves it as it was.
func (ch *Challenge) Send(ctx context.Context, fields map[Field]secret.Text) (*ChallengeAnswer, error) {
	if _, first := fields[FieldPassword]; first {
		ch.sent.wipe() // it may be somebody else
	}
	ch.rounds++
	answer, err := ch.send(ctx, fields)
	if err == nil && ch.rounds >= maxRounds && len(answer.Need) > 0 {
		return inBrowser(), nil
	}
	return answer, err
}

// Choose takes another method.
func (ch *Challenge) Choose(ctx context.Context, method string) (*ChallengeAnswer, error) {
	return ch.Send(ctx, map[Field]secret.Text{FieldMethod: secret.New(method)})
}

// Resend has the code, or the question for an approval, sent again.
func (ch *Challenge) Resend(ctx context.Context) (*ChallengeAnswer, error) {
	return ch.Send(ctx, map[Field]secret.Text{fieldResend: secret.New("true")})
}

// Wait implements [Interview].
func (ch *Challenge) Wait(ctx context.Context) (*ChallengeAnswer, error) {
	return ch.client.awaitApproval(ctx, ch.last, ch.factors, func(ctx context.Context) (*ChallengeAnswer, error) {
		return ch.send(ctx, nil)
	})
}

// Close wipes the conversation's auth_session.
func (ch *Challenge) Close() {
	ch.session.Wipe()
	ch.sent.wipe()
}

func (ch *Challenge) send(ctx context.Context, fields map[Field]secret.Text) (*ChallengeAnswer, error) {
	defer secret.WipeAll(fields)
	c := ch.client
	if c.Server.AuthorizationChallengeEndpoint == "" {
		return nil, problem.New(problem.MethodNotAvailable)
	}
	form := ch.form(fields)
	r, err := c.post(ctx, c.Server.AuthorizationChallengeEndpoint, form)
	if err != nil {
		return nil, err
	}
	return ch.read(r, form, fields)
}

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
	_, first := fields[FieldPassword]
	for field, value := range fields {
		if field == FieldMethod && first && !p.preference {
			continue
		}
		name := string(field)
		if field == FieldOTP {
			name = p.codeField(ch.otp)
		}
		form.Set(name, value.Reveal())
	}
	if _, code := fields[FieldOTP]; code && ch.last.asks(FieldOTP) && Kind(ch.last.Method) != ch.last.Method {
		form.Set(string(FieldMethod), ch.last.Method) // the name of the code does not say whose it is
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
	if known, ok := said.factors(); ok {
		ch.factors = known
	}
	q := question{
		client: c, said: said, status: r.Status, hadSession: hadSession, hasSession: !ch.session.Empty(),
		retryAt: c.retryAt(r), form: form, fields: fields, last: ch.last, factors: ch.factors,
	}
	answer, err := q.answer()
	if q.sessionDead {
		ch.session.Wipe()
		ch.sent.wipe()
		ch.session, ch.begun, ch.otp, ch.last, ch.factors = secret.Text{}, false, "", nil, nil
	}
	if q.code != "" {
		ch.otp = q.code
	}
	if err == nil && len(answer.Need) > 0 && answer.pace == nil {
		ch.last = answer
		ch.sent.add(answer, ch.otp, secret.Text{})
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
	return &ChallengeAnswer{Code: secret.New(code), RecoveryCode: said.recoveryCode(), AttemptsLeft: -1}, nil
}
