// Package wiring puts the real parts together, the same way for the window and the terminal.
package wiring

import (
	"log/slog"

	"latchkey/internal/config"
	"latchkey/internal/session"
	"latchkey/internal/signin"
	"latchkey/internal/transport"
	"latchkey/internal/vault"
)

// Parts are the real parts of one running program.
type Parts struct {
	Settings *config.Settings
	HTTP     *transport.Client
	Vault    *vault.Vault
	Sessions *session.Manager
	SignIn   signin.Deps
}

// Options choose between real parts.
type Options struct {
	ConfigPath string // --config; empty for the default places
	UserAgent  string
	Log        *slog.Logger // nil: none
}

// New loads the settings and puts the parts together. The error is a problem of kind settings.
func New(o Options) (*Parts, error) { panic("to do") }

// Close releases connections.
func (p *Parts) Close() { panic("to do") }
