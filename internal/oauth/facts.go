package oauth

import (
	"encoding/json"
	"strconv"
	"time"

	"latchkey/internal/secret"
	"latchkey/internal/transport"
)

func (q *question) attemptsLeft() int {
	if n, ok := q.said.count(0, 1000, "attempts_left", "remaining_attempts", "attempts_remaining"); ok {
		return n
	}
	return -1
}

func (q *question) digits() int {
	n, _ := q.said.count(4, 12, "otp_digits", "otp_length", "digits", "code_length")
	return n
}

func (q *question) sentTo() string {
	for _, name := range []string{"sent_to", "censored_email", "censored_phone"} {
		if s := transport.Clean(q.said.string(name), maxShown); s != "" {
			return s
		}
	}
	return ""
}

// unlocked reads until when an account is locked: locked_until as a date (RFC 3339) or seconds since 1970,
// retry_after in seconds, or the header Retry-After.
func (q *question) unlocked() time.Time {
	now := q.client.Clock.Now()
	if at, err := time.Parse(time.RFC3339, q.said.string("locked_until")); err == nil && at.After(now) {
		return at
	}
	var at timestamp
	if raw := q.said["locked_until"]; len(raw) > 0 && at.UnmarshalJSON(raw) == nil && at.After(now) {
		return at.Time
	}
	if seconds, ok := q.said.count(1, int(longestLifetime.Seconds()), "retry_after"); ok {
		return now.Add(time.Duration(seconds) * time.Second)
	}
	return q.retryAt
}

// after reads a time that is told in seconds from now; zero when it is not.
func (q *question) after(name string) time.Time {
	seconds, ok := q.said.count(0, int(longestLifetime.Seconds()), name)
	if !ok {
		return time.Time{}
	}
	return q.client.Clock.Now().Add(time.Duration(seconds) * time.Second)
}

// shownNumber reads a number to find on a device, which servers send as text or as a number.
func (m members) shownNumber(name string) string {
	shown := transport.Clean(m.string(name), maxNumber+1)
	if n, ok := m.count(0, 999_999, name); ok && shown == "" {
		shown = strconv.Itoa(n)
	}
	if len([]rune(shown)) > maxNumber {
		return ""
	}
	return shown
}

const (
	maxNumber = 12 // characters
	maxRules  = 10 // in words
)

// rules reads what a new password must be like; once told, it need not be repeated.
func (q *question) rules() PasswordRules {
	raw := q.said["password_rules"]
	var said members
	if len(raw) == 0 || raw[0] != '{' || json.Unmarshal(raw, &said) != nil {
		if q.last.asks(FieldNewPassword) {
			return q.last.Rules
		}
		return PasswordRules{}
	}
	rules := PasswordRules{
		Upper: said["upper"].isTrue(), Lower: said["lower"].isTrue(), Digit: said["digit"].isTrue(), Special: said["special"].isTrue(),
	}
	rules.MinLength, _ = said.count(1, 10_000, "min_length")
	rules.MaxLength, _ = said.count(1, 10_000, "max_length")
	rules.History, _ = said.count(1, 1000, "history")
	if rules.MaxLength > 0 && rules.MaxLength < rules.MinLength {
		rules.MaxLength = 0 // one of the two is a mistake: let the server decide
	}
	words, _ := said["words"].strings()
	for _, w := range words {
		if w = transport.Clean(w, 200); w != "" && len(rules.Words) < maxRules {
			rules.Words = append(rules.Words, w)
		}
	}
	return rules
}

// stepUp reads what a refused refresh asks for (OAuth 2.0 for First-Party Applications, section 6).
func (c *Client) stepUp(r *refusal) *StepUp {
	var said members
	out := &StepUp{Asked: *inBrowser()}
	if r.response.DecodeJSON(&said) != nil {
		return out
	}
	session := said.string("auth_session")
	if session == "" || !printable(session) || c.Server.AuthorizationChallengeEndpoint == "" {
		return out // nobody could go on with it
	}
	known, _ := said.factors()
	q := question{client: c, said: said, status: r.Status, hasSession: true, form: r.sent, factors: known}
	if a, err := q.answer(); err == nil && len(a.Need) > 0 {
		out.Asked, out.session, out.otp, out.factors = *a, secret.New(session), q.code, known
	}
	return out
}
