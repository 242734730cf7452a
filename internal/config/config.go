// Package config reads and writes the settings: which organisations there are, and what the machine's policy fixes.
//
// The settings are TOML. An unknown key, a wrong type or a hostile value is an error that names file, line and key
// and says what to write instead; nothing falls back to a default in silence. The machine's policy file is read
// first, and what it sets wins. Where the policy names an organisation's server, all of the server's addresses come
// from the policy: a user's file cannot send the organisation's passwords elsewhere.
//
// The environment has a say in two places only: LATCHKEY_CONFIG and LATCHKEY_STATE (and the XDG and home folders
// they default to) say where files are. No variable changes a setting.
package config

import (
	"fmt"
	"slices"
	"strings"

	"latchkey/internal/problem"
	"latchkey/internal/proxy"
)

// Settings are the organisations on this machine.
type Settings struct {
	Paths         Paths
	Default       string         // ID of the organisation that is used when none is named; never empty if there is one
	Updates       Updates        // where to learn of newer versions
	Organizations []Organization // sorted by ID
	Proxy         proxy.Choice   // for everything; the zero value leaves it to the environment and the system

	locked       map[string]bool // "organizations.acme.client_id": set by the policy
	namesDefault bool            // a file names the default
}

// Load reads the policy and the settings. A settings file that does not exist is not an error: there is just
// nothing set up yet; one that was named explicitly must exist.
func Load(p Paths) (*Settings, error) {
	text, found, err := readFile(p.Settings)
	if err != nil {
		return nil, err
	}
	if !found && p.named {
		return nil, problem.New(problem.SettingsUnreadable, problem.Because("There is no file %s.", p.Settings),
			problem.Do("Check the name of the file, or create it."))
	}
	return load(p, text)
}

// load makes the settings of the policy and the text of the user's file.
func load(p Paths, user []byte) (*Settings, error) {
	rules, _, err := readFile(p.Policy)
	if err != nil {
		return nil, err
	}
	policy, err := parse(p.Policy, rules)
	if err != nil {
		return nil, err
	}
	own, err := parse(p.Settings, user)
	if err != nil {
		return nil, err
	}
	both, locked := merge(policy, own)
	s := &Settings{Paths: p, locked: locked}
	if s.Proxy, err = both.choice(); err != nil {
		return nil, err
	}
	if s.Updates, err = both.buildUpdates(); err != nil {
		return nil, err
	}
	for _, id := range both.ids() {
		o, err := both.organizations[id].build(id)
		if err != nil {
			return nil, err
		}
		s.Organizations = append(s.Organizations, o)
	}
	return s, s.chooseDefault(both.fallback)
}

// chooseDefault takes the organisation that the settings name, or the first one.
func (s *Settings) chooseDefault(named *entry) error {
	if named == nil {
		if len(s.Organizations) > 0 {
			s.Default = s.Organizations[0].ID
		}
		return nil
	}
	id, ok := named.value.(string)
	if !ok {
		return named.wrongType("default", `default = "acme"`)
	}
	if s.find(id) < 0 {
		return named.at.problem(problem.SettingsBadValue, "default",
			fmt.Sprintf("names an organisation that is not there: %s", quoted(id)), s.suggest(id))
	}
	s.Default, s.namesDefault = id, true
	return nil
}

// Organization returns the one with this ID; an empty id means the default one. The error is a problem:
// organization-missing when there is none at all, organization-unknown otherwise.
func (s *Settings) Organization(id string) (Organization, error) {
	if len(s.Organizations) == 0 {
		return Organization{}, problem.New(problem.OrgMissing)
	}
	if id == "" {
		id = s.Default
	}
	if i := s.find(id); i >= 0 {
		return s.Organizations[i], nil
	}
	return Organization{}, s.unknown(id)
}

// AtIssuer returns the first organisation that signs in at this issuer, and false when there is none.
func (s *Settings) AtIssuer(issuer string) (Organization, bool) {
	i := slices.IndexFunc(s.Organizations, func(o Organization) bool { return issuer != "" && o.Issuer == issuer })
	if i < 0 {
		return Organization{}, false
	}
	return s.Organizations[i], true
}

// Locked reports whether the policy fixes this key, for instance "organizations.acme.region" or "default".
func (s *Settings) Locked(key string) bool { return s.locked[key] }

func (s *Settings) find(id string) int {
	return slices.IndexFunc(s.Organizations, func(o Organization) bool { return o.ID == id })
}

func (s *Settings) unknown(id string) error {
	return problem.New(problem.OrgUnknown, problem.Because("There is none called %s.", quoted(id)), problem.Do("%s", s.suggest(id)))
}

// suggest says which organisations there are, the likeliest first.
func (s *Settings) suggest(id string) string {
	ids := make([]string, 0, len(s.Organizations))
	for _, o := range s.Organizations {
		ids = append(ids, o.ID)
	}
	if like := nearest(id, ids); like != "" {
		return fmt.Sprintf("Did you mean %s?", like)
	}
	switch more := len(ids) - 10; {
	case len(ids) == 0:
		return "Add one with latchkey orgs add."
	case more > 0:
		return fmt.Sprintf("Use one of these: %s and %d more.", strings.Join(ids[:10], ", "), more)
	default:
		return fmt.Sprintf("Use one of these: %s.", strings.Join(ids, ", "))
	}
}
