package diagnose

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"latchkey/internal/config"
	"latchkey/internal/problem"
)

func (e Env) checkSettings() Check {
	return Check{ID: "settings", Title: "Settings", Blocks: true, Run: e.settings}
}

// settings tells whether the settings can be used, and whether what they say can be right.
func (e Env) settings(context.Context) Finding {
	facts := e.settingsFacts()
	if e.SettingsErr != nil {
		return e.mistaken(problem.From(e.SettingsErr), facts)
	}
	if e.Org.ID == "" && e.Org.ClientID == "" {
		return Found(Problem, problem.New(problem.OrgMissing), facts...)
	}
	if state, p := doubt(e.Org); p != nil {
		return Found(state, p, facts...)
	}
	return Good(e.whoseSettings(), facts...)
}

// mistaken is the finding of settings that cannot be loaded.
func (e Env) mistaken(p *problem.Problem, facts []Fact) Finding {
	at, ok := errors.AsType[*config.Mistake](e.SettingsErr)
	if !ok {
		return Found(Problem, p, facts...)
	}
	policy := e.Settings != nil && at.File == e.Settings.Paths.Policy
	facts = append(facts, Fact{"mistake_line", at.Line, true}, Fact{"mistake_in_policy", policy, true},
		Fact{"mistake_key", at.Key, false}, Fact{"mistake_file", at.File, false})
	f := Found(Problem, p, facts...)
	switch {
	case policy:
		f.Fix = "Tell IT: the file is your administrator's. " + f.Fix
	case e.Settings != nil && at.File != "" && filepath.Clean(at.File) == filepath.Clean(e.Settings.Paths.Settings):
		f.Repairs = []Repair{e.resetSettings()}
	}
	return f
}

// whoseSettings says which of the files decides.
func (e Env) whoseSettings() string {
	locked := 0
	if e.Settings != nil {
		locked = len(e.Settings.LockedKeys())
	}
	switch locked {
	case 0:
		return "The settings can be used."
	case 1:
		return "The settings can be used. Your administrator fixes one of them."
	default:
		return fmt.Sprintf("The settings can be used. Your administrator fixes %d of them.", locked)
	}
}

func (e Env) settingsFacts() []Fact {
	var facts []Fact
	if e.Settings != nil {
		locked := []string{} // without the organisation's name
		for _, key := range e.Settings.LockedKeys() {
			locked = append(locked, key[strings.LastIndexByte(key, '.')+1:])
		}
		facts = append(facts, Fact{"organizations", len(e.Settings.Organizations), true}, Fact{"locked", locked, true},
			Fact{"file", e.Settings.Paths.Settings, false}, Fact{"policy_file", e.Settings.Paths.Policy, false})
	}
	if e.Org.Genesys() {
		facts = append(facts, Fact{"region", e.Org.Region, true}, Fact{"stand_in", e.standIn(), true})
	}
	return facts
}
