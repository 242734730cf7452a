package signin

import (
	"time"

	"latchkey/internal/oauth"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
)

// Step is one thing an attempt says. The concrete types are the vocabulary of every face; their JSON form is the one
// of `login --json`. A step with an ID waits for an answer that repeats it.
type Step interface{ Name() string }

// Credentials asks for e-mail and password.
type Credentials struct {
	ID             string `json:"id"`
	Org            string `json:"org"`
	Host           string `json:"host"` // where the password goes
	Username       string `json:"username"`
	ForgotPassword string `json:"forgot_password"`
	Others         []Door `json:"others,omitempty"` // other doors to sign in by
	// Code: the server takes a one-time code together with the password, and does not say whether it wants one. It may be
	// left empty.
	Code bool `json:"code,omitempty"`
}

// The methods to prove who one is beside a password, as steps and answers name them.
const (
	TOTP     = "totp"     // a code of an authenticator app
	SMS      = "sms"      // a code by text message
	Email    = "email"    // a code by e-mail
	Voice    = "voice"    // a code by a call
	Push     = "push"     // approving on the phone
	Recovery = "recovery" // a recovery code: letters and digits, each good for once
)

// Kind returns what a method is: where there are several of a kind, further ones have a number, and of "sms-2" it is "sms".
func Kind(method string) string { return oauth.Kind(method) }

// Code asks for a one-time code.
type Code struct {
	ID     string   `json:"id"`
	Method string   `json:"method"`
	Digits int      `json:"digits"` // 0: the server does not say
	SentTo string   `json:"sent_to"`
	Others []string `json:"others"` // other methods and doors, for Answer.Use
	// Targets tell where the codes of Others go, where the server says it: "sms": "+49 ••• 42".
	Targets map[string]string `json:"targets,omitempty"`
	// ResendAt is from when on Answer.Resend is taken; zero: the code cannot be sent again.
	ResendAt time.Time `json:"resend_at,omitzero"`
	// Deadline is when the code, or the wait for it, ends; zero: not known.
	Deadline time.Time `json:"deadline,omitzero"`
}

// Approve asks the agent to approve the sign-in on another device, and waits until the server says that they did. It
// needs no answer; Use, Resend (from ResendAt on) and Cancel are understood.
type Approve struct {
	Number   string            `json:"number"` // to find on the device; empty: only approve
	Deadline time.Time         `json:"deadline"`
	SentTo   string            `json:"sent_to,omitempty"` // the device
	Others   []string          `json:"others,omitempty"`
	Targets  map[string]string `json:"targets,omitempty"`
	ResendAt time.Time         `json:"resend_at,omitzero"`
}

// Choose asks which of several methods or doors to use. The answer's Username, if any, becomes the hint that the
// browser takes along.
type Choose struct {
	ID       string            `json:"id"`
	Methods  []string          `json:"methods"`
	Targets  map[string]string `json:"targets,omitempty"` // as in Code
	Host     string            `json:"host,omitempty"`
	Username string            `json:"username,omitempty"`
}

// NewPassword asks for a new password: the old one was right, and the server wants it replaced now.
type NewPassword struct {
	ID       string              `json:"id"`
	Username string              `json:"username"`
	Expired  bool                `json:"expired,omitempty"` // the old one ran out; otherwise it is the first one of the account's own
	Rules    oauth.PasswordRules `json:"rules"`             // the server's own
	Others   []string            `json:"others,omitempty"`
}

// NewRecoveryCode shows, once, the recovery code that takes the place of the one that was just used. The answer says only
// that it was read.
type NewRecoveryCode struct {
	ID   string      `json:"id"`
	Code secret.Text `json:"-"` // MarshalStep writes it as "recovery_code"
}

// Stage tells how far the browser got.
type Stage string

// The stages of a browser sign-in.
const (
	Opening  Stage = "opening"  // the browser was asked to open; it has not shown up yet
	Reached  Stage = "reached"  // the browser opened on this computer and was sent to the sign-in page
	Returned Stage = "returned" // the answer is here; it is being checked
)

// Browser says that the sign-in goes on in the browser. It is repeated at every stage. It needs no answer; Open,
// Callback, Use and Cancel are understood.
type Browser struct {
	URL      string    `json:"url"` // to open or copy: the short start address
	Stage    Stage     `json:"stage"`
	Deadline time.Time `json:"deadline"`
	Host     string    `json:"host"`             // the server's, as shown
	Others   []Door    `json:"others,omitempty"` // other doors, for Answer.Use
	// SignInURL is the sign-in page's own address, where this computer's browser did not open: any browser opens it, on
	// any computer, and the address that it ends on can be pasted back (Answer.Callback). It is for the agent only.
	SignInURL string `json:"sign_in_url,omitempty"`
	// Problem tells why the browser did not open, when that is known. The link still works.
	Problem *problem.Problem `json:"-"`
}

// Device shows a code to enter on another device. It needs no answer; Use and Cancel are understood.
type Device struct {
	UserCode                string    `json:"user_code"`
	VerificationURI         string    `json:"verification_uri"`
	VerificationURIComplete string    `json:"verification_uri_complete"`
	Deadline                time.Time `json:"deadline"`
	Others                  []Door    `json:"others,omitempty"`
}

// Working says what is happening while there is nothing to do for the agent. Faces show it; `login --json` leaves it
// out.
type Working struct{ What Work }

// Work is what an attempt is busy with.
type Work string

// What an attempt can be busy with.
const (
	FindingServer   Work = "finding-server"
	CheckingPass    Work = "checking-password"
	CheckingCode    Work = "checking-code"
	SendingCode     Work = "sending-code"
	CheckingNew     Work = "checking-new-password"
	FinishingSignIn Work = "finishing"
)

// Trouble is a problem in the conversation. One that can be answered again is followed by the step to answer; any
// other is the last step.
type Trouble struct {
	Problem      *problem.Problem
	AttemptsLeft int       // -1: not known
	Until        time.Time // of a lock or a pause; zero: not known
	Field        string    // the field at fault: "username", "password", "code", "new-password" or empty
	Door         Door      // with Until, the one to wait with: other ways are free; empty: none was gone through

	// With account-elsewhere, where it lives, as far as that is known: the key of a Genesys Cloud region, and the ID of an
	// organisation of the settings.
	Region, Org string

	// With issuer-changed, the host of the last sign-in and the one that the settings name now; or, with Passwords, the one that the
	// server wants them sent to.
	Was, Now  string
	Passwords bool
}

// Notice says something the agent should know before going on; it needs no answer.
type Notice struct{ Problem *problem.Problem }

// Confirm asks whether to go on as Username, when that is not who was expected: whoever controls the browser could
// otherwise slip an account of their own under the agent. Use "continue" goes on, Use "browser" asks the server for another
// account; Cancel ends the attempt.
type Confirm struct {
	ID       string `json:"id"`
	Username string `json:"username"`
	Expected string `json:"expected"`
}

// Done is the last step of an attempt that succeeded.
type Done struct {
	Username  string    `json:"username"`
	FullName  string    `json:"name"`
	Org       string    `json:"org"`
	ExpiresAt time.Time `json:"expires_at"`
}

// Name returns "credentials".
func (Credentials) Name() string { return "credentials" }

// Name returns "code".
func (Code) Name() string { return "code" }

// Name returns "approve".
func (Approve) Name() string { return "approve" }

// Name returns "new-password".
func (NewPassword) Name() string { return "new-password" }

// Name returns "new-recovery-code".
func (NewRecoveryCode) Name() string { return "new-recovery-code" }

// Name returns "choose".
func (Choose) Name() string { return "choose" }

// Name returns "browser".
func (Browser) Name() string { return "browser" }

// Name returns "device".
func (Device) Name() string { return "device" }

// Name returns "working".
func (Working) Name() string { return "working" }

// Name returns "problem".
func (Trouble) Name() string { return "problem" }

// Name returns "notice".
func (Notice) Name() string { return "notice" }

// Name returns "confirm".
func (Confirm) Name() string { return "confirm" }

// Name returns "done".
func (Done) Name() string { return "done" }

// Answer is what an agent says. Its JSON form is the one of `login --json`.
type Answer struct {
	ID       string      `json:"id"` // of the step that is answered; empty where the step has none
	Username string      `json:"username"`
	Password secret.Text `json:"password"`
	Code     secret.Text `json:"code"`
	// NewPassword answers NewPassword. It is taken as it is.
	NewPassword secret.Text `json:"new_password"`

	Use      string `json:"use"`      // another method or door
	Resend   bool   `json:"resend"`   // send the code again
	Callback string `json:"callback"` // an address pasted back from the browser
	Open     bool   `json:"open"`     // open the browser again
	Cancel   bool   `json:"cancel"`
}

// Wipe wipes whatever secrets an answer holds. One that was given to [Attempt.Answer] belongs to the attempt.
func (a Answer) Wipe() {
	for _, s := range []secret.Text{a.Password, a.Code, a.NewPassword} {
		s.Wipe()
	}
}
