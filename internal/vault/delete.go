package vault

import (
	"context"
	"errors"
	"slices"
)

// Delete forgets an account: item, what was set aside of it, file, and index entry. The user name stays for
// LastUsername. While the keychain does not let go of the item, the account stays listed as SignedOut. Call it with the account's lock held.
func (v *Vault) Delete(ctx context.Context, a Account) error {
	waiting := v.NotKept(a) != nil
	v.forget(a)
	if v.kc == nil {
		return nil
	}
	files, _ := v.sealedFiles(a)
	kept := v.known(a) || len(files) > 0
	if !kept && !waiting {
		return nil // never kept: the keychain need not be asked, and may not even be there
	}
	err := v.kc.Delete(ctx, a.item())
	if err == nil {
		err = v.kc.Delete(ctx, a.aside())
	}
	if !kept {
		return nil // a write that failed left something behind, or not
	}
	if err != nil {
		return errors.Join(err, v.changeIndex(ctx, func(x *index) bool {
			at := x.find(a)
			if at >= 0 {
				x.Accounts[at].SignedOut = true
			}
			return at >= 0
		}), unwritable(v.dropSealed(a, 0)))
	}
	listed := v.changeIndex(ctx, func(x *index) bool {
		before := len(x.Accounts)
		x.Accounts = slices.DeleteFunc(x.Accounts, func(e Entry) bool { return e.Account == a })
		return len(x.Accounts) != before
	})
	return errors.Join(listed, unwritable(v.dropSealed(a, 0)))
}

// Has reports whether the account is kept, as far as can be told without the keychain. A session that was signed out of meanwhile
// is not.
func (v *Vault) Has(a Account) bool {
	v.mu.Lock()
	_, ok := v.memory[a]
	v.mu.Unlock()
	if ok || v.kc == nil {
		return ok
	}
	x, err := v.readIndex()
	if err != nil || x.damaged {
		return true
	}
	at := x.find(a)
	return at >= 0 && !x.Accounts[at].SignedOut
}

// known reports whether the index lists the account, or cannot tell.
func (v *Vault) known(a Account) bool {
	x, err := v.readIndex()
	return err != nil || x.damaged || x.find(a) >= 0
}
