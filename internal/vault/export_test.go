package vault

import "github.com/gofrs/flock"

// Escape is the name as a backend gets it.
func Escape(name string) string { return escape(name) }

// ItemName and AsideName are the account's names in the keychain, as a backend gets them.
func (a Account) ItemName() string  { return escape(a.item()) }
func (a Account) AsideName() string { return escape(a.aside()) }

// LongestName is the most bytes of a name that a backend gets.
const LongestName = longestName

// Paths of the account's files.
func (v *Vault) LockPath(a Account) string { return v.dir + "/locks/" + a.hash() + ".lock" }
func (v *Vault) SealedPath(a Account, generation uint64) string {
	return v.sealedPath(a, generation)
}
func (v *Vault) IndexPath() string { return v.indexPath() }

// WritePrivate replaces a file in one step.
func WritePrivate(path string, content []byte) error { return writePrivate(path, content) }

// InPlace reports whether the locked file is still the one of that name.
func InPlace(lock *flock.Flock, path string) (bool, error) { return inPlace(lock, path) }

// SystemWith is the system's keychain with other limits.
func SystemWith(l Limits) Keychain { return Guard(&system{}, l) }
