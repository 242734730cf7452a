package config

import "fmt"

// Mistake says where in the settings something is wrong. It is behind the problems that Load returns: errors.As finds it.
type Mistake struct {
	File string // its path
	Line int    // from 1; 0 when the file as a whole is meant
	Key  string // for instance "organizations.acme.issuer"; empty when no key is meant

	err error // what is behind it, if anything
}

// Error names file, line and key.
func (m *Mistake) Error() string { return fmt.Sprintf("%s:%d: %s", m.File, m.Line, m.Key) }

// Unwrap returns the error behind the mistake, if any.
func (m *Mistake) Unwrap() error { return m.err }
