package config

import "latchkey/internal/problem"

// Add writes a new organisation to the user's file, atomically and without touching the rest of it.
func (s *Settings) Add(o Organization) error { return problem.New(problem.SettingsNotSaved) }

// Remove takes an organisation out of the user's file.
func (s *Settings) Remove(id string) error { return problem.New(problem.SettingsNotSaved) }

// Use makes an organisation the default.
func (s *Settings) Use(id string) error { return problem.New(problem.SettingsNotSaved) }
