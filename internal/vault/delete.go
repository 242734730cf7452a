package vault

import (
	"context"
	"errors"
	"slices"
)

// Delete forgets an account: item, what was set aside of it, file, and index entry. The user name stays for
// LastUsername. Everything is tried; the error joins the problems met. Call it with the account's lock held.
func (v *Vault) Delete(ctx context.Context, a Account) error {
	waiting := v.Waiting(a)
	v.forget(a)
	if v.kc == nil {
		return nil
	}
	kept := v.known(a)
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
	listed := v.changeIndex(ctx, func(x *index) bool {
		before := len(x.Accounts)
		x.Accounts = slices.DeleteFunc(x.Accounts, func(e Entry) bool { return e.Account == a })
		return len(x.Accounts) != before
	})
	return errors.Join(err, listed, unwritable(v.dropSealed(a, 0)))
}

// known reports whether anything on the disk tells of the account, or could.
func (v *Vault) known(a Account) bool {
	x, err := v.readIndex()
	if err != nil || x.damaged || x.find(a) >= 0 {
		return true
	}
	files, err := v.sealedFiles(a)
	return err != nil || len(files) > 0
}
