package signin_test

import (
	"context"
	"testing"
	"time"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/oauth"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/signin"
)

// Who knows that the account was unlocked is not held up by what this computer remembers, and what the server says then counts.
func TestS8UnlockedBeforeItsTime(t *testing.T) {
	const lou = "lou@acme.example"
	m := &fakeMemory{}
	k, f := newInterview(t)
	now := k.deps.Clock.Now()
	for _, name := range []string{amy, lou} {
		m.Pause(t.Context(), k.opts.Org.ID, name, now.Add(time.Hour), problem.AccountLocked)
	}
	again := now.Add(5 * time.Minute)
	credentials := []oauth.Field{"username", "password"}
	f.script = []says{
		{answer: refusing(oauth.ChallengeAnswer{Need: credentials}, problem.CredentialsRefused)},
		{answer: oauth.ChallengeAnswer{Need: credentials, Unlocked: again, Refused: problem.New(problem.TooManyTries)}},
	}
	k.deps.Memory, k.opts.Username, k.opts.Unlocked = m, amy, true
	k.start()
	k.answer(signin.Answer{ID: expect[signin.Credentials](k).ID, Username: lou, Password: secret.New("pw")})
	if trouble := expect[signin.Trouble](k); trouble.Problem.Code != problem.AccountLocked {
		t.Errorf("somebody else's lock is lifted: %+v", trouble)
	}
	k.answer(signin.Answer{ID: expect[signin.Credentials](k).ID, Username: amy, Password: secret.New("pw")})
	if trouble := expect[signin.Trouble](k); trouble.Problem.Code != problem.CredentialsRefused {
		t.Errorf("got %+v", trouble)
	}
	if got, _ := m.PausedUntil(t.Context(), k.opts.Org.ID, amy); !got.IsZero() {
		t.Errorf("the server looked at it again, and the lock is remembered until %v", got)
	}
	for range 3 {
		k.password()
		if trouble := expect[signin.Trouble](k); trouble.Problem.Code != problem.TooManyTries || !trouble.Until.Equal(again) {
			t.Errorf("got %+v", trouble)
		}
	}
	f.wantAsked(sentPassword, sentPassword)
}

// A pause for asking too often is not one that somebody lifts.
func TestS8UnlockedIsAboutLocks(t *testing.T) {
	m := &fakeMemory{}
	k, f := newInterview(t)
	m.Pause(t.Context(), k.opts.Org.ID, amy, k.deps.Clock.Now().Add(10*time.Minute), problem.TooManyTries)
	k.deps.Memory, k.opts.Username, k.opts.Unlocked = m, amy, true
	k.start()
	k.trouble(problem.TooManyTries, "")
	k.password()
	k.trouble(problem.TooManyTries, "")
	f.wantAsked()
}

// A lock of many days is told with its true end, and waited for a day: also by the next start, and no longer.
func TestS8LongLockIsToldAsItIs(t *testing.T) {
	m := &fakeMemory{}
	k, f := newInterview(t)
	turned := k.deps.Clock.(*clocktest.Clock)
	until, aDay := turned.Now().Add(30*24*time.Hour), turned.Now().Add(24*time.Hour)
	f.script = []says{{answer: oauth.ChallengeAnswer{Unlocked: until}, err: problem.New(problem.AccountLocked)}}
	k.deps.Memory = m
	k.start()
	k.password()
	if trouble := k.ends(problem.AccountLocked); !trouble.Until.Equal(until) {
		t.Errorf("told until %v, want %v", trouble.Until, until)
	}
	for _, after := range []time.Duration{0, 24*time.Hour - time.Second} {
		turned.Set(aDay.Add(after - 24*time.Hour))
		again, f := newInterview(t, says{answer: needCode("totp")})
		again.deps.Clock, again.deps.Memory = turned, m
		again.start()
		again.password()
		if trouble := again.trouble(problem.AccountLocked, ""); !trouble.Until.Equal(aDay) {
			t.Errorf("told until %v, want %v", trouble.Until, aDay)
		}
		f.wantAsked()
	}
	turned.Set(aDay)
	again, f := newInterview(t, says{answer: needCode("totp")})
	again.deps.Clock, again.deps.Memory = turned, m
	again.start()
	again.password()
	expect[signin.Code](again)
	f.wantAsked(sentPassword)
}

// What a clock wrote that was years ahead is waited for a day from when it is seen, however often it is looked at.
func TestS8LockOfAWrongClockEnds(t *testing.T) {
	m := &fakeMemory{}
	k, f := newInterview(t, says{answer: needCode("totp")})
	turned := k.deps.Clock.(*clocktest.Clock)
	aDay := turned.Now().Add(24 * time.Hour)
	m.Pause(t.Context(), k.opts.Org.ID, amy, turned.Now().Add(10*365*24*time.Hour), problem.AccountLocked)
	k.deps.Memory = m
	k.start()
	for _, at := range []time.Time{turned.Now(), turned.Now().Add(12 * time.Hour), aDay.Add(-time.Second)} {
		turned.Set(at)
		k.password()
		if trouble := k.trouble(problem.AccountLocked, ""); !trouble.Until.Equal(aDay) {
			t.Errorf("told until %v, want %v", trouble.Until, aDay)
		}
	}
	f.wantAsked()
	turned.Set(aDay)
	k.password()
	expect[signin.Code](k)
}

// A face can ask, before it takes a password, whether an account has to wait. Nobody else is asked.
func TestS8LockIsKnownBeforeThePassword(t *testing.T) {
	const lou = "lou@acme.example"
	m := &fakeMemory{}
	k, f := newInterview(t)
	until := k.deps.Clock.Now().Add(time.Hour)
	m.Pause(t.Context(), k.opts.Org.ID, lou, until, problem.AccountLocked)
	f.script = []says{{answer: oauth.ChallengeAnswer{Unlocked: until}, err: problem.New(problem.AccountLocked)}}
	k.deps.Memory = m
	k.start()
	id := expect[signin.Credentials](k).ID
	for name, want := range map[string]bool{" Lou@acme.example ": true, amy: false, "": false} {
		trouble, paused := k.attempt.Paused(t.Context(), name)
		if paused != want || paused && (trouble.Problem.Code != problem.AccountLocked || !trouble.Until.Equal(until)) {
			t.Errorf("%q: %v, %+v", name, paused, trouble)
		}
	}
	k.answer(signin.Answer{ID: id, Username: amy, Password: secret.New("pw")})
	k.ends(problem.AccountLocked)
	if _, paused := k.attempt.Paused(t.Context(), amy); !paused {
		t.Error("what the server told just now is not known")
	}
	f.wantAsked(sentPassword)
}

// fullMemory remembers what was there before its disk was full.
type fullMemory struct{ *fakeMemory }

func (fullMemory) Pause(context.Context, string, string, time.Time, problem.Code) {}

// What a wrong clock wrote and nobody can write over would begin anew each time it is looked at: it holds up nobody.
func TestS8LockOfAWrongClockThatCannotBeShortened(t *testing.T) {
	for name, c := range map[string]struct {
		ahead  time.Duration
		paused bool
	}{
		"years ahead": {10 * 365 * 24 * time.Hour, false},
		"believable":  {time.Hour, true},
	} {
		t.Run(name, func(t *testing.T) {
			m := &fakeMemory{}
			k, f := newInterview(t, says{answer: needCode("totp")})
			m.Pause(t.Context(), k.opts.Org.ID, amy, k.deps.Clock.Now().Add(c.ahead), problem.AccountLocked)
			k.deps.Memory = fullMemory{m}
			k.start()
			k.password()
			if c.paused {
				k.trouble(problem.AccountLocked, "")
				f.wantAsked()
				return
			}
			expect[signin.Code](k)
			f.wantAsked(sentPassword)
		})
	}
}
