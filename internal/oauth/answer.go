package oauth

import (
	"slices"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/secret"
)

// Field is what the server can ask for.
type Field string

// The fields a conversation can ask for. Any other goes on in the browser.
const (
	FieldUsername    Field = "username"
	FieldPassword    Field = "password"
	FieldOTP         Field = "otp"          // a one-time or recovery code; ChallengeAnswer.Method tells of what kind
	FieldNewPassword Field = "new_password" // the old one was right and is to be replaced; ChallengeAnswer.Rules
	FieldMethod      Field = "factor"       // one of ChallengeAnswer.Methods is to be chosen; beside a password: the one that is preferred
	FieldApproval    Field = "approval"     // nothing to send: the agent approves on another device

	fieldResend Field = "resend" // asks for nothing; sent to have a code sent again
)

// Factor is a way to prove who one is beside the password.
type Factor struct {
	Method string // "totp", "sms", "email", "voice", "push" or "recovery"; a further one of its kind is "sms-2" and so on (see [Kind])
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
	Method       string           // of the code that is asked for: "totp", "sms", "email", "voice" or "recovery"; or "push"
	SentTo       string           // where the code, or the question, went, as the server shows it; may be empty
	Digits       int              // of the code that is asked for; 0 when the server does not say
	AttemptsLeft int              // -1 when the server does not say
	Unlocked     time.Time        // with an account-locked or too-many-tries problem: until when; zero when not known

	Tokens       *Tokens       // set instead of Code by servers that grant tokens at once
	Methods      []Factor      // the methods that can be chosen instead of this one, or, with FieldMethod, at all
	ResendAt     time.Time     // from when on it can be sent again; zero: it cannot
	Until        time.Time     // when the code, or the wait for the approval, ends; zero when not known
	Number       string        // with FieldApproval: to find on the device; may be empty
	Rules        PasswordRules // with FieldNewPassword
	Expired      bool          // with FieldNewPassword: the old one ran out
	RecoveryCode secret.Text   // with Code or Tokens: takes the place of the one that was used, to be shown once

	every time.Duration // with FieldApproval: between two polls
	pace  *pace         // the approval is not decided yet
}

// asks reports whether a asks for this. nil asks for nothing.
func (a *ChallengeAnswer) asks(f Field) bool { return a != nil && slices.Contains(a.Need, f) }

// inherit fills in what the server said when it asked for the same thing before and does not repeat now that it
// refuses what was sent.
func (a *ChallengeAnswer) inherit(last *ChallengeAnswer) {
	if last == nil || a.Refused == nil || a.Method != last.Method || !slices.Equal(a.Need, last.Need) {
		return
	}
	if a.SentTo == "" {
		a.SentTo = last.SentTo
	}
	if a.Digits == 0 {
		a.Digits = last.Digits
	}
	if a.ResendAt.IsZero() {
		a.ResendAt = last.ResendAt
	}
	if a.Until.IsZero() {
		a.Until = last.Until
	}
	if a.Number == "" {
		a.Number = last.Number
	}
	if a.every == 0 {
		a.every = last.every
	}
}

// inBrowser is the answer that goes on there, in a new flow.
func inBrowser() *ChallengeAnswer { return &ChallengeAnswer{Web: true, AttemptsLeft: -1} }
