package signin_test

import (
	"slices"
	"testing"

	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/signin"
)

// From the moment in which it is granted, whoever was asked elsewhere is told that there is nothing left to choose.
func TestGrantedIsTold(t *testing.T) {
	for name, grants := range map[string]func(*testing.T) *talk{
		"on the device": func(t *testing.T) *talk {
			server := oauthtest.New(t)
			k := newTalk(t, server)
			k.deps.Clock = fastClock{}
			k.opts.With = signin.WithDevice
			k.start()
			expect[signin.Device](k)
			server.DecideDevice(true)
			return k
		},
		"on the phone, with a code": func(t *testing.T) *talk { return approvedWith(t, "code") },
		"on the phone, with tokens": func(t *testing.T) *talk { return approvedWith(t, "tokens") },
	} {
		t.Run(name, func(t *testing.T) {
			k := grants(t)
			k.signsIn()
			if !slices.Contains(k.said, signin.Step(signin.Working{What: signin.FinishingSignIn})) {
				t.Errorf("said %v", k.said)
			}
		})
	}
}

func approvedWith(t *testing.T, grant string) *talk {
	k, f := newInterview(t, says{answer: needApproval("totp")})
	k.start()
	k.password()
	k.approval(f)
	f.decided <- says{grant: grant}
	return k
}
