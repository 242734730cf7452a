package diagnose

import (
	"context"
	"time"

	"latchkey/internal/problem"
)

// Keychain is the system's keychain as sessions are kept in it. *vault.Vault is one.
type Keychain interface {
	// Look finds out whether the keychain is there and unlocked. It asks the agent nothing and changes nothing.
	// Where that cannot be told without asking, unlocked is false and err nil.
	Look(ctx context.Context) (unlocked bool, err error)
	// Probe writes, reads and deletes an item of its own. A locked keychain may ask the agent for its password.
	Probe(ctx context.Context) error
	// Limit returns the most bytes of an item.
	Limit() int
}

// slowKeychain is how long writing, reading and deleting an item may take before it is worth a word.
const slowKeychain = time.Second

func (e Env) checkKeychain() Check {
	return Check{ID: "keychain", Title: "Keychain", Run: e.keychain}
}

// keychain writes only to one that is known to be unlocked: nobody is asked for a password by a diagnosis.
func (e Env) keychain(ctx context.Context) Finding {
	if e.Keychain == nil {
		return Found(Warning, problem.New(problem.KeychainMissing))
	}
	if e.asking() {
		return Finding{State: Skipped, What: "Left alone while you are asked for a password."}
	}
	facts := []Fact{{"limit_bytes", e.Keychain.Limit(), true}}
	unlocked, err := e.Keychain.Look(ctx)
	switch {
	case err != nil:
		return e.keychainTrouble(ctx, err, facts)
	case !unlocked:
		return Good("There is a keychain. It was not written to, as it might ask for its password.", append(facts, Fact{"probe", "look", true})...)
	case e.asking(): // since then
		return Finding{State: Skipped, What: "Left alone while you are asked for a password."}
	}
	began := time.Now()
	if err := e.Keychain.Probe(ctx); err != nil {
		return e.keychainTrouble(ctx, err, facts)
	}
	took := time.Since(began)
	facts = append(facts, Fact{"probe", "write-read-delete", true}, Fact{"probe_ms", took.Milliseconds(), true})
	if took > slowKeychain {
		return Found(Warning, problem.New(problem.KeychainSlow, problem.Because("It took %s.", seconds(took))), facts...)
	}
	return Good("The keychain is unlocked and keeps what it is given.", facts...)
}

// keychainTrouble words what is wrong. Signing in works all the same; one that is not there or locked is how some computers are.
func (e Env) keychainTrouble(ctx context.Context, err error, facts []Fact) Finding {
	p := problem.From(err)
	if ctx.Err() != nil && p.Kind != problem.Keychain {
		return Finding{State: Unknown, What: "This could not be found out in time.", Facts: facts}
	}
	state := Problem
	if p.Code == problem.KeychainMissing || p.Code == problem.KeychainLocked {
		state = Warning
	}
	f := Found(state, p, facts...)
	if p.Code == problem.KeychainLocked {
		f.Repairs = []Repair{e.unlockKeychain()}
		if e.unixDesktop() {
			f.Fix = "Unlock it in the desktop's password manager, or sign out of the desktop and in again. Then try again."
		}
	}
	return f
}

// asking reports whether an agent is being asked for a password right now.
func (e Env) asking() bool { return e.Asking != nil && e.Asking() }
