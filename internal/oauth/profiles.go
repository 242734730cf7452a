package oauth

import (
	"mime"
	"slices"
	"strconv"
	"strings"

	"latchkey/internal/transport"
)

// profile is a dialect of the authorization challenge endpoint. The draft lets every server define its own: which fields it
// asks for, and how. What they say is understood from all of them alike (see question); what is sent differs.
type profile struct {
	challenge  bool   // PKCE is spoken
	codeSuffix string // of a code's field
	askSession bool   // auth_session comes only when asked for
	preference bool   // a method can be named beside the password
}

// profile returns the dialect of the settings. The draft's own example is the default; Janssen has the same fields,
// and a script that acr_values choose; a12n names the fields of codes otherwise and knows no PKCE.
func (c *Client) profile() profile {
	switch c.Org.Profile {
	case "a12n":
		return profile{codeSuffix: "_code"}
	case "janssen":
		return profile{challenge: true, askSession: true}
	}
	return profile{challenge: true, preference: true}
}

// codeField returns the name of the field that carries the code which was asked for as asked ("otp_required" asks for otp).
func (p profile) codeField(asked string) string {
	if asked == "" {
		asked = "otp"
		if p.codeSuffix != "" {
			asked = "totp"
		}
	}
	if strings.HasSuffix(asked, p.codeSuffix) {
		return asked
	}
	return asked + p.codeSuffix
}

const (
	methodPush     = "push"
	methodRecovery = "recovery"
)

// codeMethods are the names servers have for one-time codes, and what kind of code each is.
var codeMethods = map[string]string{
	"otp": "totp", "totp": "totp", "email_otp": "email", "sms_otp": "sms", "phone_otp": "sms", "voice_otp": "voice",
	"recovery_code": methodRecovery,
}

// knownMethod reports whether this program can lead through a method itself.
func knownMethod(method string) bool {
	switch method {
	case "totp", "sms", "email", "voice", methodPush, methodRecovery:
		return true
	}
	return false
}

// Kind returns what a method is: of "sms-2", a second phone for text messages, it is "sms".
func Kind(method string) string {
	kind, number, _ := strings.Cut(method, "-")
	if n, err := strconv.Atoi(number); err != nil || n < 2 || !knownMethod(kind) {
		return method
	}
	return kind
}

func hasMethod(factors []Factor, method string) bool {
	return slices.ContainsFunc(factors, func(f Factor) bool { return f.Method == method })
}

// jsonType reports whether an answer is of the type application/json or application/…+json.
func jsonType(r *transport.Response) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	sub, ok := strings.CutPrefix(kind, "application/")
	return err == nil && ok && (sub == "json" || strings.HasSuffix(sub, "+json"))
}
