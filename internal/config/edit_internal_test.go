package config

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"latchkey/internal/problem"
)

const two = "[organizations.a]\nissuer = \"https://a.example\"\nclient_id = \"x\"\n[organizations.b]\nissuer = \"https://b.example\"\nclient_id = \"x\"\n"

func TestAChangeThatHarmsSomethingElseIsRefused(t *testing.T) {
	for name, change := range map[string]func([]byte) []byte{
		"another organisation": func(text []byte) []byte {
			return bytes.Replace(text, []byte("https://b.example"), []byte("https://evil.example"), 1)
		},
		"the default":    func(text []byte) []byte { return append([]byte("default = \"b\"\n"), text...) },
		"does not parse": func(text []byte) []byte { return text[:len(text)-2] },
	} {
		_, _, err := edited(Paths{}, []byte(two), func(_ *Settings, text []byte) ([]byte, error) { return change(text), nil }, func(*Settings) {})
		if !problem.Has(err, problem.SettingsNotSaved) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestAChangeInTheSameMomentIsNotLost(t *testing.T) {
	p := Paths{Settings: filepath.Join(t.TempDir(), "config.toml")}
	if err := os.WriteFile(p.Settings, []byte(two), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Load(p)
	if err != nil {
		t.Fatal(err)
	}
	theirs := append([]byte("# theirs\n"), two...)
	change, want := using("b")
	err = s.edit(func(before *Settings, text []byte) ([]byte, error) {
		if err := os.WriteFile(p.Settings, theirs, 0o600); err != nil {
			t.Fatal(err)
		}
		return change(before, text)
	}, want)
	if !problem.Has(err, problem.SettingsNotSaved) {
		t.Errorf("got %v", err)
	}
	if got, err := os.ReadFile(p.Settings); err != nil || !bytes.Equal(got, theirs) {
		t.Errorf("the file holds %q, %v", got, err)
	}
}
