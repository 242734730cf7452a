// Package config reads and writes the settings: which organisations there are, and what the machine's policy fixes.
//
// The settings are TOML. An unknown key, a wrong type or a hostile value is an error that names file, line and key
// and says what to write instead; nothing falls back to a default in silence. The machine's policy file is read
// first, and what it sets wins.
package config

// Paths says where the settings and the program's own files are.
type Paths struct {
	Settings string // the user's settings file
	Policy   string // the machine's own file; may not exist
	State    string // folder for files that are kept: accounts, sealed caches, locks (0700)
}

// Settings are the organisations on this machine.
type Settings struct {
	Paths         Paths
	Default       string         // ID of the organisation that is used when none is named; never empty if there is one
	Organizations []Organization // sorted by ID

	locked map[string]bool // "organizations.acme.client_id": set by the policy
}

// DefaultPaths returns the places of the contract: --config (explicit, may be empty), else LATCHKEY_CONFIG, else
// latchkey/config.toml in the user's configuration folder; the machine's policy file of this operating system.
func DefaultPaths(explicit string) (Paths, error) { panic("to do") }

// Load reads the policy and the settings. A settings file that does not exist is not an error: there is just
// nothing set up yet; one that was named explicitly must exist.
func Load(p Paths) (*Settings, error) { panic("to do") }

// Organization returns the one with this ID; an empty id means the default one. The error is a problem:
// organization-missing when there is none at all, organization-unknown otherwise.
func (s *Settings) Organization(id string) (Organization, error) { panic("to do") }

// Locked reports whether the policy fixes this key, for instance "organizations.acme.region".
func (s *Settings) Locked(key string) bool { return s.locked[key] }

// Add writes a new organisation to the user's file, atomically and without touching the rest of it.
func (s *Settings) Add(o Organization) error { panic("to do") }

// Remove takes an organisation out of the user's file.
func (s *Settings) Remove(id string) error { panic("to do") }

// Use makes an organisation the default.
func (s *Settings) Use(id string) error { panic("to do") }
