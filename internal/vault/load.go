package vault

import (
	"context"
	"errors"

	"latchkey/internal/problem"
	"latchkey/internal/secret"
)

// Load returns what is kept: one read of the keychain. Not kept at all is ErrNotFound. What is damaged or belongs to another account
// is set aside and a problem (keychain-damaged, keychain-foreign); an older session than the newest one that the index knows of, too
// (keychain-not-saved): its refresh token has been used. What this process holds in memory comes first.
func (v *Vault) Load(ctx context.Context, a Account) (*Record, error) {
	if r := v.remembered(a); r != nil {
		return r, nil
	}
	if v.kc == nil {
		return nil, ErrNotFound
	}
	return v.read(ctx, a)
}

// Reload is Load for who holds the account's lock and is about to use the refresh token. A record that is in memory because
// the keychain failed gives way to a newer one in the keychain: a write that came late may have landed, and another process
// gone on from there.
func (v *Vault) Reload(ctx context.Context, a Account) (*Record, error) {
	if v.NotKept(a) == nil || v.kc == nil {
		return v.Load(ctx, a)
	}
	held := v.remembered(a)
	r, err := v.read(ctx, a)
	if err != nil || r.Generation <= held.Generation {
		return held, nil
	}
	held.wipe()
	v.forget(a)
	return r, nil
}

// read reads item, index and sealed file, and sets aside what is not ours.
func (v *Vault) read(ctx context.Context, a Account) (*Record, error) {
	r, foreign, err := v.peek(ctx, a)
	if foreign == nil {
		return r, err
	}
	defer clear(foreign)
	return nil, v.setAside(ctx, a, foreign, problem.From(err).Code)
}

// peek reads item, index and sealed file, and changes nothing. An item that is damaged or another account's is returned as it
// is, with the problem.
func (v *Vault) peek(ctx context.Context, a Account) (r *Record, foreign []byte, err error) {
	x, err := v.readIndex() // before the item, as it is written after it: so it is never ahead
	if err != nil {
		x = &index{}
	}
	raw, err := v.kc.Get(ctx, a.item())
	if err != nil {
		return nil, nil, err
	}
	it, err := decodeItem(raw)
	switch {
	case errors.Is(err, ErrNewer): // a newer Latchkey can still use it
		clear(raw)
		return nil, nil, problem.New(problem.KeychainForeign, problem.Because("A newer Latchkey wrote it."),
			problem.Do("Use the newest Latchkey on this computer."), problem.Caused(err))
	case err != nil:
		return nil, raw, problem.New(problem.KeychainDamaged)
	case it.Account != a:
		return nil, raw, problem.New(problem.KeychainForeign)
	}
	clear(raw)
	r = &Record{Account: a, Server: it.Server, Nonce: it.Nonce, Refresh: it.refresh(), ProofKey: secret.New(it.ProofKey), Generation: it.Generation}
	if i := x.find(a); i >= 0 {
		e := x.Accounts[i]
		if it.Generation < e.Generation {
			r.wipe()
			return nil, nil, problem.New(problem.KeychainNotSaved, problem.Because("It holds an older session than the last one."),
				problem.Do("Sign in again."))
		}
		r.Username, r.Name, r.Tenant, r.Host, r.WorkspaceURL = e.Username, e.Name, e.Tenant, e.Host, e.WorkspaceURL
	}
	_ = v.unseal(it, r) // lost without harm, unless the refresh token was in it: then there is none
	return r, nil, nil
}

// remembered returns the record this process holds in memory, or nil.
func (v *Vault) remembered(a Account) *Record {
	v.mu.Lock()
	defer v.mu.Unlock()
	if h, ok := v.memory[a]; ok {
		return h.record.clone()
	}
	return nil
}

// setAside copies what is not ours to an item of its own and returns the problem. The item itself stays until the next
// Save: another process may just be replacing it.
func (v *Vault) setAside(ctx context.Context, a Account, raw []byte, code problem.Code) error {
	if err := v.kc.Set(ctx, a.aside(), raw); err != nil {
		return problem.New(code, problem.Because("It was left where it is."), problem.Caused(err))
	}
	return problem.New(code)
}
