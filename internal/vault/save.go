package vault

import (
	"context"
	"errors"

	"filippo.io/age"

	"latchkey/internal/problem"
)

// tries is how often a write is tried that the keychain says it failed at. One that waits for the agent is not
// repeated: that would ask them again.
const tries = 3

// Save keeps a record, in the keychain when keep is true and the keychain can, else in memory, and says where. When the
// keychain fails the record is in memory and the error says why (keychain-…, state-unwritable). The generation of r is raised. Call it
// with the account's lock held.
func (v *Vault) Save(ctx context.Context, r *Record, keep bool) (Kept, error) {
	r.Generation = max(r.Generation, v.newest(r.Account)) + 1
	r.Issued, r.Expires, r.SignedIn = r.Issued.Round(0), r.Expires.Round(0), r.SignedIn.Round(0)
	if !keep {
		v.remember(ctx, r, nil)
		return InMemory, nil
	}
	if err := v.save(ctx, r); err != nil {
		v.remember(ctx, r, err)
		return InMemory, err
	}
	v.forget(r.Account)
	return InKeychain, nil
}

// save writes item, sealed file and index. The item is the truth: it is written first, to keep the time short in which the
// server's newest refresh token is nowhere but here, unless the sealed file holds that token.
func (v *Vault) save(ctx context.Context, r *Record) error {
	if v.kc == nil {
		return problem.New(problem.KeychainMissing)
	}
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	it, raw, err := itemOf(r, key.String(), limitOf(v.kc))
	if err != nil {
		return err
	}
	defer clear(raw)
	if it.Sealed {
		if err := v.seal(r, key, true); err != nil {
			return unwritable(err)
		}
	}
	if err := v.write(ctx, r.Account.item(), raw); err != nil {
		return err
	}
	if !it.Sealed {
		_ = v.seal(r, key, false) // a cache: without it the access token is asked for again
	}
	if err := v.list(ctx, r); err != nil {
		return err
	}
	_ = v.dropSealed(r.Account, r.Generation)
	return nil
}

// write writes the item, more than once when the keychain reports an error.
func (v *Vault) write(ctx context.Context, name string, raw []byte) (err error) {
	for range tries {
		err = v.kc.Set(ctx, name, raw)
		if !problem.Has(err, problem.KeychainFailed) {
			return err
		}
	}
	return err
}

// list writes the record's line of the index. For a new account it must succeed, or nobody would find what is kept: then it
// is taken back. An old line that stays is only out of date.
func (v *Vault) list(ctx context.Context, r *Record) error {
	known := false
	err := v.changeIndex(ctx, func(x *index) bool {
		e := entryOf(r, InKeychain, v.clk.Now().Round(0))
		if i := x.find(r.Account); i >= 0 {
			known = true
			x.Accounts[i] = e
		} else {
			x.Accounts = append(x.Accounts, e)
		}
		x.remember(r.Account.Org, r.Username)
		return true
	})
	if err == nil || known {
		return nil
	}
	if x, readErr := v.readIndex(); readErr == nil && x.find(r.Account) >= 0 {
		return nil
	}
	return errors.Join(err, v.kc.Delete(ctx, r.Account.item()))
}

// newest returns the highest generation that is known of the account.
func (v *Vault) newest(a Account) uint64 {
	v.mu.Lock()
	generation := uint64(0)
	if h, ok := v.memory[a]; ok {
		generation = h.record.Generation
	}
	v.mu.Unlock()
	if v.kc == nil {
		return generation
	}
	if x, err := v.readIndex(); err == nil {
		if i := x.find(a); i >= 0 {
			generation = max(generation, x.Accounts[i].Generation)
		}
	}
	return generation
}

// remember holds a copy of the record in memory. One that was to be kept has a reason why it is not: the index is
// told, so that no other process uses the refresh token that this one has replaced.
func (v *Vault) remember(ctx context.Context, r *Record, why error) {
	v.mu.Lock()
	if old, ok := v.memory[r.Account]; ok {
		old.record.wipe()
	}
	v.memory[r.Account] = held{record: r.clone(), why: why, used: v.clk.Now().Round(0)}
	v.usernames[r.Account.Org] = r.Username
	v.mu.Unlock()
	if why == nil || v.kc == nil {
		return
	}
	_ = v.changeIndex(context.WithoutCancel(ctx), func(x *index) bool {
		changed := x.remember(r.Account.Org, r.Username)
		if i := x.find(r.Account); i >= 0 && !r.Fresh {
			x.Accounts[i].Generation = r.Generation
			changed = true
		}
		return changed
	})
}

// forget drops the record in memory.
func (v *Vault) forget(a Account) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if h, ok := v.memory[a]; ok {
		h.record.wipe()
		delete(v.memory, a)
	}
}

// NotKept returns why the account is only in memory although it was to be kept; nil when that is not so.
func (v *Vault) NotKept(a Account) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.memory[a].why
}

// Keeps reports whether the account's next Save should go to the keychain: it is there, or was to be.
func (v *Vault) Keeps(a Account) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	h, ok := v.memory[a]
	return v.kc != nil && (!ok || h.why != nil)
}

// Where returns where the account is kept, as this process sees it.
func (v *Vault) Where(a Account) Kept {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, ok := v.memory[a]; ok || v.kc == nil {
		return InMemory
	}
	return InKeychain
}
