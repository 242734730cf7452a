package signin

import (
	"context"
	"errors"
	"strings"
	"time"

	"latchkey/internal/clock"
	"latchkey/internal/oauth"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/session"
)

// familiar stops before anything is asked at a server that is not the one it was; an administrator's change is only told.
func (a *Attempt) familiar() error {
	if a.deps.Changed == nil {
		return nil
	}
	change, changed := a.deps.Changed(a.opts.Org)
	switch {
	case !changed:
	case change.Policy:
		a.emit(Notice{change.Problem()})
	default:
		return moved{change.Problem(), change}
	}
	return nil
}

// familiarPasswords stops before a password is asked for when it would go to another host than at the last sign-in.
func (a *Attempt) familiarPasswords(ctx context.Context) error {
	if a.deps.PasswordsAt == nil || !a.client.TakesPassword() {
		return nil
	}
	if change, changed := a.deps.PasswordsAt(ctx, a.opts.Org, a.client.Server.CredentialsHost()); changed {
		return moved{change.Problem(), change}
	}
	return nil
}

// moved is an error with the hosts it is about.
type moved struct {
	error
	change session.Change
}

func (m moved) Unwrap() error { return m.error }

// exchange redeems a code. Once it is on the wire the server may grant tokens whatever becomes of the attempt, and nobody else knows
// of them: a cancel waits a moment for them, so that they can be ended.
func (a *Attempt) exchange(ctx context.Context, flow oauth.Flow, code secret.Text, redirectURI string) (*oauth.Tokens, error) {
	defer code.Wipe()
	wire, cut := clock.Linger(ctx, oauth.Grace)
	defer cut()
	return a.client.Exchange(wire, flow, code, redirectURI)
}

// finish asks whose tokens these are, and has them kept. Tokens that nobody will use are ended at the server.
func (a *Attempt) finish(ctx context.Context, at passage) (Step, error) {
	step, err := a.keep(ctx, at)
	if err != nil {
		a.discard(ctx, at.tokens)
	}
	return step, err
}

func (a *Attempt) keep(ctx context.Context, at passage) (Step, error) {
	who, err := a.client.Identify(ctx, at.tokens)
	if err != nil {
		return nil, err
	}
	if !at.proven {
		if err := a.confirm(ctx, who); err != nil {
			return nil, err
		}
	}
	// From here on the sign-in is done: a late cancel does not tear apart what is being kept.
	if ctx.Err() != nil || !a.commit() {
		return nil, context.Canceled
	}
	who.How = string(at.through)
	if !who.Last.At.Before(a.client.ServerTime(a.began)) {
		who.Last = oauth.LastSignIn{} // the server tells of this very one
	}
	if at.through == WithCompany {
		who.OneStep = false // whatever else the company asks for is not known here, nor set up here
	}
	s, err := a.deps.Keeper.Keep(context.WithoutCancel(ctx), a.client, at.tokens, who, !a.opts.NoKeep)
	if err != nil {
		return nil, err
	}
	at.tokens.Kept()
	a.lift(context.WithoutCancel(ctx), who)
	if !a.opts.NoKeep {
		a.remember(context.WithoutCancel(ctx), at.method)
	}
	if s.NotKept != nil {
		a.emit(Notice{problem.From(s.NotKept)})
	}
	if at.tokens.Limited {
		a.emit(Notice{problem.New(problem.AccessLimited)})
	}
	a.mu.Lock()
	a.session, a.done = s, true
	a.mu.Unlock()
	return Done{Username: s.Username, FullName: s.Name, Org: a.opts.Org.ID, ExpiresAt: s.Expires}, nil
}

// begin notes when the agent begins to prove who they are. The monotonic clock
// has no part in it: it is compared with what a server says.
func (a *Attempt) begin() { a.began = a.deps.Clock.Now().Round(0) }

// errSomebodyElse: the agent wants to sign in with another account than the browser is signed in with.
var errSomebodyElse = errors.New("another account is wanted")

// confirm asks before going on as somebody else than the agent said they were.
func (a *Attempt) confirm(ctx context.Context, who oauth.Identity) error {
	guessed := a.opts.Guessed && a.username == a.opts.Username
	if a.username == "" || guessed || sameUser(a.username, who) {
		return nil
	}
	ans, err := a.ask(ctx, func(ans Answer) bool {
		return ans.Use == "continue" || Door(ans.Use) == WithBrowser
	}, func(id string) Step {
		return Confirm{ID: id, Username: who.Username, Expected: a.username}
	})
	ans.Wipe()
	if err == nil && Door(ans.Use) == WithBrowser {
		return errSomebodyElse
	}
	return err
}

// asSomebodyElse returns the way on when the account was the wrong one, and err when it failed for another reason. The
// browser would bring the same account again; so from here on the server is told to ask.
func (a *Attempt) asSomebodyElse(err error) (passage, error) {
	switch {
	case errors.Is(err, errSomebodyElse):
		a.opts.Prompt = promptLogin
		return passage{next: WithBrowser}, nil
	case problem.Has(err, problem.WrongOrganization):
		a.opts.Prompt = promptLogin
		a.trouble(err, nil, "")
		return passage{}, nil // choose
	}
	return passage{}, err
}

// sameUser reports whether what was typed names this user: the user name, or the e-mail that the server has verified.
func sameUser(typed string, who oauth.Identity) bool {
	return strings.EqualFold(typed, who.Username) || (who.Email != "" && strings.EqualFold(typed, who.Email))
}

// discard ends tokens at the server, also when the attempt was cancelled meanwhile.
func (a *Attempt) discard(ctx context.Context, t *oauth.Tokens) {
	defer t.Wipe()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	if _, err := a.client.Revoke(ctx, t.Refresh, t.Access); err != nil {
		a.deps.Log.Info("unused tokens could not be revoked", "code", string(problem.From(err).Code))
	}
}
