package oauth

import (
	"time"

	"latchkey/internal/secret"
	"latchkey/internal/transport"
)

// members are the members of an answer whose fields every server names for itself.
type members map[string]member

// string returns a member that is a string, and empty otherwise.
func (m members) string(name string) string {
	s, _ := m[name].string()
	return s
}

// count returns the first of these members that is a whole number within the bounds.
func (m members) count(low, high int, names ...string) (int, bool) {
	for _, name := range names {
		if n, ok := m[name].count(low, high); ok {
			return n, true
		}
	}
	return 0, false
}

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

// stepUp reads what a refused refresh asks for (OAuth 2.0 for First-Party Applications, section 6).
func (c *Client) stepUp(r *refusal) *StepUp {
	var said members
	if r.response.DecodeJSON(&said) != nil {
		return &StepUp{}
	}
	out := &StepUp{}
	if session := said.string("auth_session"); printable(session) {
		out.AuthSession = secret.New(session)
	}
	q := question{client: c, said: said, status: r.Status, hasSession: !out.AuthSession.Empty()}
	if a, err := q.answer(); err == nil {
		out.Need = a.Need
	}
	return out
}
