package people

import (
	"crypto/subtle"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

// TOTPPeriod is how long a code of an authenticator app lives (RFC 6238).
const TOTPPeriod = 30 * time.Second

// CodeAt returns the code of the authenticator app at this time; empty when the secret is none.
func CodeAt(secret string, at time.Time) string {
	code, err := totp.GenerateCodeCustom(secret, at, totp.ValidateOpts{Period: uint(TOTPPeriod / time.Second), Digits: otp.DigitsSix})
	if err != nil {
		return ""
	}
	return code
}

// Step returns the number of the time step at this time.
func Step(at time.Time) int64 { return at.Unix() / int64(TOTPPeriod/time.Second) }

// matchStep returns the step whose code this is: the one now, or one to either side for clocks that are a little off.
func matchStep(secret, code string, now time.Time) (int64, bool) {
	step, found := int64(0), 0
	for _, at := range []time.Time{now.Add(-TOTPPeriod), now, now.Add(TOTPPeriod)} {
		want := CodeAt(secret, at)
		if want != "" && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			step, found = Step(at), 1
		}
	}
	return step, found == 1
}
