// Package signin is one attempt to sign in: a conversation of typed steps and answers.
//
// The attempt asks (steps), the agent answers; the window, the terminal and the JSON lines are three faces of the same
// conversation. It goes through one of its doors (password, browser, company, device) and can change the door on the
// way. It can be cancelled at any point and then leaves no listener, goroutine, browser wait or secret behind.
package signin

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/config"
	"latchkey/internal/oauth"
	"latchkey/internal/problem"
	"latchkey/internal/session"
	"latchkey/internal/transport"
)

// Keeper takes over what an attempt ends with. *session.Manager is one.
type Keeper interface {
	Keep(ctx context.Context, c *oauth.Client, t *oauth.Tokens, who oauth.Identity, keep bool) (session.Session, error)
}

// Opener opens an address in the system's browser. It returns when the browser was started, not when it ends.
type Opener interface {
	Open(ctx context.Context, address string) error
}

// Deps are what attempts need from outside.
type Deps struct {
	HTTP    *transport.Client
	Clock   clock.Clock
	Rand    io.Reader
	Browser Opener
	Keeper  Keeper
	// Probe finds out whether the keychain can keep the session; nil: not asked.
	Probe  func(ctx context.Context) error
	Memory Memory // nil: nothing is remembered
	// Changed tells that an organisation's server is another than at the last sign-in; nil: not asked.
	Changed func(config.Organization) (session.Change, bool)
	// PasswordsAt tells that an organisation's passwords would go to another host than at the last sign-in; nil: not asked.
	PasswordsAt func(ctx context.Context, o config.Organization, host string) (session.Change, bool)
	// StepUp hands over the step that the server wants before it renews an organisation's session; nil: not asked.
	StepUp func(ctx context.Context, org string) (*session.StepUp, bool)
	// AtIssuer returns the organisation of the settings that signs in at this issuer; nil: not asked.
	AtIssuer func(issuer string) (config.Organization, bool)
	Log      *slog.Logger // nil: none
}

// Options are what one attempt is asked for.
type Options struct {
	Org      config.Organization
	With     Door   // empty: the best there is: password where the server takes it, else the browser, else device
	Username string // suggested in the form, and as login_hint
	Guessed  bool   // Username is only a guess: whoever else signs in need not be confirmed
	NoOpen   bool   // do not open the browser, show the link
	NoKeep   bool   // keep the session in memory only
	Prompt   string // "login": ask again even when the browser is signed in
	// Unlocked: the agent knows that Username is not locked any more, so the server is asked about it although a lock that is
	// remembered is not over. What the server says from then on counts again.
	Unlocked bool
	// Renew: where the server wants no more than one step before it renews a session, it is asked for that alone.
	Renew bool
	// Ask makes an attempt that would start in the browser, or on another device, begin with Choose instead, so
	// that nothing opens before the agent said so. The window sets it.
	Ask bool
}

// Attempt is a running conversation. Its methods are safe for concurrent use.
type Attempt struct {
	deps   Deps
	opts   Options
	steps  chan Step
	cancel context.CancelFunc

	interview func(*oauth.Client, oauth.Flow) oauth.Interview

	// The following are for the attempt's goroutine only.
	client   *oauth.Client // set once discovery is done
	found    *oauth.Client // the same, without the key of a session that is to be renewed
	username string        // what was typed last
	through  Door          // the door that is gone through
	began    time.Time     // when the agent began to prove who they are: what happened since is this sign-in

	background sync.WaitGroup // what runs beside the conversation; it ends with it

	mu        sync.Mutex       // guards the following
	waiting   *question        // nil: nothing waits for an answer
	asked     int              // questions so far; the next one's id
	committed bool             // the session is being kept: too late to cancel
	pauses    map[spot]Trouble // the server is not asked there before their time
	ended     bool             // the last step was told
	session   session.Session
	done      bool
}

// Start begins an attempt. Discovery starts at once, so that it is done while the agent types. Attempts know nothing of
// each other: each has its own listener, state and proof key, and none takes what belongs to another.
func Start(ctx context.Context, d Deps, o Options) *Attempt {
	return start(ctx, d, o, (*oauth.Client).Interview)
}

func start(ctx context.Context, d Deps, o Options, interview func(*oauth.Client, oauth.Flow) oauth.Interview) *Attempt {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	ctx, cancel := context.WithCancel(ctx)
	a := &Attempt{
		deps: d, opts: o, steps: make(chan Step, 64), cancel: cancel,
		interview: interview, username: o.Username, pauses: map[spot]Trouble{},
	}
	go a.run(ctx)
	return a
}

// Steps yields the steps in order. It is closed after the last one, Done or a final Trouble, when nothing of the
// attempt is left.
func (a *Attempt) Steps() <-chan Step { return a.steps }

// Cancel ends the attempt; Steps still yields the final Trouble (given-up), at once. It does not wait. What a server may
// be granting at that moment is waited for, a few seconds at most, and ended there, before Steps is closed. Once the
// session is being kept it is too late: the attempt ends with Done.
func (a *Attempt) Cancel() { a.cancel() }

// Session returns who signed in, once Steps is closed after Done.
func (a *Attempt) Session() (session.Session, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.session, a.done
}

// run drives the conversation to its last step and leaves nothing behind.
func (a *Attempt) run(ctx context.Context) {
	a.beside(func() { a.probe(ctx) })

	stop := context.AfterFunc(ctx, a.giveUp)
	last := a.converse(ctx)
	a.deps.HTTP.Close() // what went over the wire last is a secret
	stop()
	a.tell(last)
	a.cancel() // the probe, if it still runs
	a.background.Wait()
	a.mu.Lock() // giveUp may just be looking
	defer a.mu.Unlock()
	close(a.steps)
}

// beside runs what the conversation can do without: what breaks there does not end the program.
func (a *Attempt) beside(work func()) {
	a.background.Go(func() {
		defer func() {
			if recover() != nil {
				a.deps.Log.Error("background work of the sign-in panicked")
			}
		}()
		work()
	})
}

// tell hands out the last step, unless it was told already.
func (a *Attempt) tell(last Step) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.ended {
		a.push(last)
		a.ended = true
	}
}

// giveUp tells that the attempt was cancelled, while it still cleans up.
func (a *Attempt) giveUp() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.ended && !a.committed {
		a.push(Trouble{Problem: problem.New(problem.GivenUp), AttemptsLeft: -1})
		a.ended = true
	}
}

// commit reports whether the attempt is still wanted. From then on it cannot be cancelled.
func (a *Attempt) commit() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.committed = !a.ended
	return a.committed
}

// converse returns the last step.
func (a *Attempt) converse(ctx context.Context) (last Step) {
	defer func() {
		if p := recover(); p != nil {
			// What was thrown may hold anything; only that it happened is told.
			a.deps.Log.Error("sign-in panicked")
			last = Trouble{Problem: problem.New(problem.UnexpectedError), AttemptsLeft: -1}
		}
	}()
	if err := a.familiar(); err != nil {
		return a.final(ctx, err)
	}
	a.emit(Working{FindingServer})
	client, err := oauth.Discover(ctx, a.deps.HTTP, a.deps.Clock, a.deps.Rand, a.opts.Org)
	if err != nil {
		return a.final(ctx, err)
	}
	a.client, a.found = client, client
	if err := a.familiarPasswords(ctx); err != nil {
		return a.final(ctx, err)
	}
	a.beside(func() { client.Prepare(ctx) }) // done while the agent types
	at, err := a.firstDoor(ctx)
	for err == nil {
		if at, err = a.throughDoors(ctx, at); err != nil {
			break
		}
		var step Step
		if step, err = a.finish(ctx, at); err == nil {
			return step
		}
		at, err = a.asSomebodyElse(err)
	}
	return a.final(ctx, err)
}

// final makes the last step of an attempt that failed. A cancelled attempt was given up, whatever else broke by it.
func (a *Attempt) final(ctx context.Context, err error) Step {
	if ctx.Err() != nil {
		err = problem.New(problem.GivenUp)
	}
	ended := *a.advise(problem.From(err))
	ended.Again = false
	trouble := Trouble{Problem: &ended, AttemptsLeft: -1, Until: a.restUntil(err, nil), Door: a.through}
	a.pauseUntil(ctx, spotAt(a.through, a.username), trouble.Until, ended.Code)
	if m, ok := errors.AsType[moved](err); ok {
		trouble.Was, trouble.Now, trouble.Passwords = m.change.Old, m.change.New, m.change.Passwords
	}
	a.whereTo(&trouble, err)
	a.deps.Log.Info("sign-in ended", "code", string(ended.Code))
	return trouble
}

// probe tells the agent before they type a password when the session will not outlive the program.
func (a *Attempt) probe(ctx context.Context) {
	if a.deps.Probe == nil || a.opts.NoKeep {
		return
	}
	if err := a.deps.Probe(ctx); err != nil && ctx.Err() == nil {
		a.emit(Notice{problem.From(err)})
	}
}
