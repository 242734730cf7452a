package signin_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/signin"
)

type ctx = context.Context

// fastClock lets a waiting moment pass in a thousandth of its time.
type fastClock struct{}

func (fastClock) Now() time.Time { return time.Now() }

func (fastClock) Sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d / 1000):
		return nil
	}
}

// Wherever it is cancelled, an attempt says so and leaves nothing: TestMain looks for goroutines.
func TestCancelAnywhere(t *testing.T) {
	for _, c := range []struct {
		name string
		with signin.Door
		to   func(k *talk)
	}{
		{"at once", "", func(*talk) {}},
		{"at the form", "", func(k *talk) { expect[signin.Credentials](k) }},
		{"at the code", "", func(k *talk) {
			k.credentials(k.server.Users[0].Password)
			expect[signin.Code](k)
		}},
		{"in the browser", signin.WithBrowser, func(k *talk) { expect[signin.Browser](k) }},
		{"at the device", signin.WithDevice, func(k *talk) { expect[signin.Device](k) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := newTalk(t, oauthtest.New(t))
			k.opts.With, k.opts.NoOpen = c.with, true
			k.start()
			c.to(k)
			k.attempt.Cancel()
			k.ends(problem.GivenUp)
			if k.keeper.count() != 0 {
				t.Error("something was kept")
			}
			if err := k.attempt.Answer(signin.Answer{ID: "1"}); err == nil {
				t.Error("an ended attempt took an answer")
			}
		})
	}
}

func TestAnswerCancelIsCancel(t *testing.T) {
	k := newTalk(t, oauthtest.New(t)).start()
	step := expect[signin.Credentials](k)
	typed := secret.New("pass phrase of amy")
	k.answer(signin.Answer{ID: step.ID, Password: typed, Cancel: true})
	k.ends(problem.GivenUp)
	if !typed.Empty() {
		t.Error("the password was not wiped")
	}
}

func TestCancelWhileTheServerThinks(t *testing.T) {
	server := oauthtest.New(t)
	thinking, release := make(chan struct{}), make(chan struct{})
	server.Handle(oauthtest.ChallengePath, func(http.ResponseWriter, *http.Request) {
		close(thinking)
		<-release
	})
	k := newTalk(t, server).start()
	step := expect[signin.Credentials](k)
	typed := secret.New("pass phrase of amy")
	k.answer(signin.Answer{ID: step.ID, Username: amy, Password: typed})
	<-thinking
	k.attempt.Cancel()
	k.ends(problem.GivenUp)
	close(release)
	if !typed.Empty() {
		t.Error("the password was not wiped")
	}
}

func TestAFaceThatStopsReadingHoldsNothingUp(t *testing.T) {
	k := newTalk(t, oauthtest.New(t)).start()
	step := expect[signin.Credentials](k)
	k.answer(signin.Answer{ID: step.ID, Username: amy, Password: secret.New("wrong")})
	k.attempt.Cancel() // nobody reads from here on; TestMain looks for goroutines
}

func TestPanicEndsTheAttemptOnly(t *testing.T) {
	k := newTalk(t, withoutPassword(t))
	k.deps.Keeper = nil // calling it panics
	k.start()
	k.ends(problem.UnexpectedError)
}

// A keychain library that breaks while the agent types takes neither the sign-in nor the program along.
func TestBackgroundWorkThatPanicsEndsNothing(t *testing.T) {
	k := newTalk(t, withoutPassword(t))
	k.deps.Probe = func(context.Context) error { panic("canary-secret") }
	k.start()
	k.signsIn()
	if log := k.log.String(); !strings.Contains(log, "panicked") || strings.Contains(log, "canary-secret") {
		t.Errorf("logged %q", log)
	}
}
