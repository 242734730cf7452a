package config

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"latchkey/internal/problem"
)

// Add writes a new organisation to the user's file, atomically and without touching the rest of it. The first one
// becomes the default. An organisation whose settings do not hold is refused with the problem that Load would report.
func (s *Settings) Add(o Organization) error {
	lines, err := o.lines()
	if err != nil {
		return err
	}
	return s.edit(adding(o, lines))
}

// Remove takes an organisation out of the user's file. When it was the default that the file names, the file names
// none afterwards. An organisation of the policy is the problem settings-locked.
func (s *Settings) Remove(id string) error { return s.edit(removing(id)) }

// Use makes an organisation the default.
func (s *Settings) Use(id string) error { return s.edit(using(id)) }

type (
	changeText     = func(before *Settings, text []byte) ([]byte, error)
	changeSettings = func(want *Settings)
)

func adding(o Organization, lines []string) (changeText, changeSettings) {
	return func(before *Settings, text []byte) ([]byte, error) {
			if before.find(o.ID) >= 0 {
				return nil, problem.New(problem.SettingsBadValue, problem.Because("There is already an organisation called %s.", quoted(o.ID)),
					problem.Do("Choose another name, or remove the old one first: latchkey orgs remove %s", o.ID))
			}
			text = appendTable(text, lines)
			if len(before.Organizations) == 0 {
				return setDefault(text, o.ID), nil
			}
			return text, nil
		}, func(want *Settings) {
			at, _ := slices.BinarySearchFunc(want.Organizations, o.ID, func(x Organization, id string) int { return strings.Compare(x.ID, id) })
			want.Organizations = slices.Insert(want.Organizations, at, o.complete())
			if !want.namesDefault {
				want.Default = want.Organizations[0].ID
			}
		}
}

func removing(id string) (changeText, changeSettings) {
	return func(before *Settings, text []byte) ([]byte, error) {
			if before.find(id) < 0 {
				return nil, before.unknown(id)
			}
			for _, k := range keys {
				if before.Locked("organizations." + id + "." + k.name) {
					return nil, problem.New(problem.SettingsLocked)
				}
			}
			if before.namesDefault && before.Default == id {
				if before.Locked("default") {
					return nil, problem.New(problem.SettingsLocked)
				}
				text = cut(text, []string{"default"})
			}
			return cut(text, []string{"organizations", id}), nil
		}, func(want *Settings) {
			want.Organizations = slices.Delete(want.Organizations, want.find(id), want.find(id)+1)
			if want.Default == id || !want.namesDefault {
				want.Default = ""
				if len(want.Organizations) > 0 {
					want.Default = want.Organizations[0].ID
				}
			}
		}
}

func using(id string) (changeText, changeSettings) {
	return func(before *Settings, text []byte) ([]byte, error) {
		switch {
		case before.find(id) < 0:
			return nil, before.unknown(id)
		case before.Locked("default"):
			return nil, problem.New(problem.SettingsLocked)
		}
		return setDefault(text, id), nil
	}, func(want *Settings) { want.Default = id }
}

// edit changes the text of the user's file as it is now, and puts the new one in place in one step.
func (s *Settings) edit(change changeText, want changeSettings) error {
	file, err := linkTarget(s.Paths.Settings)
	if err != nil {
		return notSaved("", err)
	}
	old, _, err := readFile(file)
	if err != nil {
		return err
	}
	after, text, err := edited(s.Paths, old, change, want)
	if err != nil {
		return err
	}
	if now, _, err := readFile(file); err != nil || !bytes.Equal(now, old) {
		return problem.New(problem.SettingsNotSaved, problem.Because("Another program has changed the file in the same moment."), problem.Do("Try again."))
	}
	if err := replaceFile(file, text); err != nil {
		return notSaved(file, err)
	}
	*s = *after
	return nil
}

// edited returns the settings and the text after a change, having proved that the new text means what was asked for
// and nothing else. change edits the text, want the settings that the old text meant.
func edited(p Paths, old []byte, change changeText, want changeSettings) (*Settings, []byte, error) {
	before, err := load(p, old)
	if err != nil {
		return nil, nil, err
	}
	body, marked := bytes.CutPrefix(old, bom)
	text, err := change(before, slices.Clone(body))
	if err != nil {
		return nil, nil, err
	}
	if marked {
		text = slices.Concat(bom, text)
	}
	after, err := load(p, text)
	want(before)
	if err != nil || after.Default != before.Default || !after.Proxy.Equal(before.Proxy) || !after.Updates.Equal(before.Updates) ||
		!slices.EqualFunc(after.Organizations, before.Organizations, same) {
		return nil, nil, problem.New(problem.SettingsNotSaved,
			problem.Because("The file is written in a way that cannot be changed without harm: %s.", p.Settings),
			problem.Do("Change it in a text editor."), problem.Caused(err))
	}
	return after, text, nil
}

func notSaved(file string, err error) error {
	why := "The old ones are still in place."
	if reason, ok := errors.AsType[*os.PathError](err); ok {
		why = fmt.Sprintf("%s cannot be written (%v). %s", file, reason.Err, why)
	}
	return problem.New(problem.SettingsNotSaved, problem.Because("%s", why), problem.Caused(err))
}

// linkTarget follows a link that somebody made of their settings file, so that the link stays one.
func linkTarget(path string) (string, error) {
	target, err := filepath.EvalSymlinks(path)
	if errors.Is(err, os.ErrNotExist) {
		return path, nil
	}
	return target, err
}

// lines writes an organisation the way it stands in a file; it fails when the organisation's settings do not hold.
func (o Organization) lines() ([]string, error) {
	lines := []string{"[organizations." + bareOrQuoted(o.ID) + "]"}
	implied := Organization{ID: o.ID, Region: o.Region}.complete()
	for _, k := range keys {
		if line := k.write(&o); line != "" && (line != k.write(&implied) || k.name == "region") {
			lines = append(lines, line)
		}
	}
	d, err := parse("", []byte(strings.Join(lines, "\n")))
	if err != nil {
		return nil, err
	}
	read, err := d.organizations[o.ID].build(o.ID)
	if err != nil {
		return nil, err
	}
	if !same(read, o.complete()) {
		return nil, problem.New(problem.SettingsBadValue, problem.Because("The organisation cannot be written down as it is."))
	}
	return lines, nil
}

func same(a, b Organization) bool { return reflect.DeepEqual(a, b) }
