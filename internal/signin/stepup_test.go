package signin_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/session"
	"latchkey/internal/signin"
)

// refuses renews the session that was kept last, and returns the step that the server wants before it does so; nil: it was renewed.
func (r *resident) refuses() *oauth.StepUp {
	r.t.Helper()
	tokens, who := r.keeper.kept[len(r.keeper.kept)-1], r.keeper.who[len(r.keeper.who)-1]
	c, err := oauth.Discover(r.t.Context(), r.deps.HTTP, r.clock, r.deps.Rand, r.opts.Org)
	if err != nil {
		r.t.Fatal(err)
	}
	renewed, err := c.Refresh(r.t.Context(), tokens.Refresh, who)
	if err == nil {
		r.keeper.kept[len(r.keeper.kept)-1] = renewed
		return nil
	}
	step, ok := errors.AsType[*oauth.StepUp](err)
	if !ok {
		r.t.Fatal(err)
	}
	return step
}

// One more step, whichever it is, and the session goes on; what it was is asked for, and nothing else.
func TestRF23MF37EverybodyTakesTheStepThatTheServerWants(t *testing.T) {
	for _, c := range []struct{ username, method, first, story string }{
		{"amy@acme.example", "", "password, totp, done", "step-wanted, totp, done"},
		{"rex@acme.example", "recovery", "password, another than totp, recovery, done", "step-wanted, another than totp, recovery, done"},
		{"mia@acme.example", "", "password, sms, done", "step-wanted, sms, done"},
		{"pat@acme.example", "", "password, approve ##, done", "step-wanted, approve ##, done"},
		{"ben@acme.example", "", "password, done", "step-wanted, password, done"},
	} {
		t.Run(c.username+" "+c.method, func(t *testing.T) {
			r := newResident(t, "acme", c.username)
			r.method = c.method
			if got := r.signIn(); got != c.first {
				t.Fatal(got)
			}
			r.clock.Advance(2 * time.Hour)
			if err := r.world.SetScenario("step-up", true); err != nil {
				t.Fatal(err)
			}
			step := r.refuses()
			if step == nil {
				t.Fatal("it was renewed")
			}
			r.opts.Renew = true
			r.deps.StepUp = func(context.Context, string) (*session.StepUp, bool) {
				return &session.StepUp{Username: c.username, Step: step}, true
			}
			if got := r.signIn(); got != c.story {
				t.Fatalf("got  %s\nwant %s", got, c.story)
			}
			for range 2 {
				if r.refuses() != nil {
					t.Error("it is wanted again at once")
				}
			}
		})
	}
}

// stepWanted is a step of amy's that the test's server never told of: it has forgotten it.
func stepWanted(t *testing.T, k *talk, body map[string]any) *session.StepUp {
	t.Helper()
	c, err := oauth.Discover(t.Context(), k.deps.HTTP, k.deps.Clock, k.deps.Rand, k.opts.Org)
	if err != nil {
		t.Fatal(err)
	}
	body["error"], body["auth_session"] = "insufficient_authorization", "canary-step"
	k.server.Next(oauthtest.TokenPath, oauthtest.Answer{Status: 400, Body: body})
	_, err = c.Refresh(t.Context(), secret.New("r"), oauth.Identity{})
	step, ok := errors.AsType[*oauth.StepUp](err)
	if !ok {
		t.Fatal(err)
	}
	return &session.StepUp{Username: amy, Step: step}
}

// Where the step cannot be taken, or is not wanted, the sign-in begins at the beginning, and the step does not come back.
func TestRF23SignInWithoutTheStep(t *testing.T) {
	code := map[string]any{"otp_required": true}
	for name, c := range map[string]struct {
		body     map[string]any
		username string
		none     bool
		asked    bool // for the code
		told     problem.Code
	}{
		"forgotten":    {code, amy, false, true, problem.SignInTimedOut},
		"browser only": {map[string]any{"webauthn_required": true}, amy, false, false, problem.StepWanted},
		"another":      {code, "ben@acme.example", false, false, problem.StepWanted},
		"none":         {code, amy, true, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			k := newTalk(t, oauthtest.New(t))
			step := stepWanted(t, k, c.body)
			handed := 0
			k.deps.StepUp = func(context.Context, string) (*session.StepUp, bool) { handed++; return step, !c.none }
			k.opts.Renew, k.opts.Username = true, c.username
			k.start()
			if c.asked || c.told != "" {
				expect[signin.Notice](k)
			}
			if c.asked {
				s := expect[signin.Code](k)
				k.answer(signin.Answer{ID: s.ID, Code: secret.New("123456")})
				expect[signin.Trouble](k)
			}
			expect[signin.Credentials](k)
			var told problem.Code
			for _, s := range k.said {
				switch s := s.(type) {
				case signin.Notice:
					told = s.Problem.Code
				case signin.Trouble:
					told = s.Problem.Code
				}
			}
			if told != c.told || handed != 1 {
				t.Errorf("told %q, handed over %d times", told, handed)
			}
		})
	}
}

// A step that is put off, or that the server has forgotten, takes the key of its session along: the sign-in that follows binds its
// tokens to a key of its own, as any other, whether the session had one or not.
func TestDV23SignInAfterTheStepHasAKeyOfItsOwn(t *testing.T) {
	for _, c := range []struct {
		name          string
		bound, putOff bool
	}{{"session with a key, put off", true, true}, {"session with a key, forgotten", true, false}, {"session without one, put off", false, true}, {"session without one, forgotten", false, false}} {
		t.Run(c.name, func(t *testing.T) {
			server := oauthtest.New(t)
			server.BindTokens = true
			first := newTalk(t, server)
			first.start()
			first.entersAll(expect[signin.Credentials](first))
			old := first.keeper.kept[0].ProofKey.Reveal()

			k := newTalk(t, server)
			step := stepWanted(t, k, map[string]any{"otp_required": true})
			if c.bound {
				step.ProofKey = secret.New(old)
			}
			k.deps.StepUp = func(context.Context, string) (*session.StepUp, bool) { return step, true }
			k.opts.Renew = true
			k.start()
			expect[signin.Notice](k)
			code := expect[signin.Code](k)
			if c.putOff {
				k.answer(signin.Answer{ID: code.ID, Use: string(signin.WithPassword)})
			} else {
				k.answer(signin.Answer{ID: code.ID, Code: secret.New("123456")})
				expect[signin.Trouble](k)
			}
			k.entersAll(expect[signin.Credentials](k))
			if got := k.keeper.kept[0].ProofKey; got.Empty() || got.EqualString(old) {
				t.Errorf("the key has %d characters, and is the old one: %v", got.Len(), got.EqualString(old))
			}
		})
	}
}

// entersAll answers the form and everything after it, until it is done.
func (k *talk) entersAll(s signin.Credentials) {
	k.t.Helper()
	user := k.server.Users[0]
	k.answer(signin.Answer{ID: s.ID, Username: user.Username, Password: secret.New(user.Password)})
	for {
		switch s := k.next().(type) {
		case signin.Code:
			k.answer(signin.Answer{ID: s.ID, Code: secret.New(user.OTP)})
		case signin.Done:
			return
		default:
			k.t.Fatalf("got %T %+v", s, s)
		}
	}
}

// Whoever wants the form instead of the step has it.
func TestRF23PasswordInsteadOfTheStep(t *testing.T) {
	k := newTalk(t, oauthtest.New(t))
	step := stepWanted(t, k, map[string]any{"otp_required": true})
	k.deps.StepUp = func(context.Context, string) (*session.StepUp, bool) { return step, true }
	k.opts.Renew = true
	k.start()
	expect[signin.Notice](k)
	k.answer(signin.Answer{ID: expect[signin.Code](k).ID, Use: string(signin.WithPassword)})
	if s := expect[signin.Credentials](k); s.Username != amy {
		t.Errorf("got %+v", s)
	}
}
