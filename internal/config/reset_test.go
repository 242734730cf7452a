package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/internal/config"
)

func TestMistakesKnowWhereTheyAre(t *testing.T) {
	folder := t.TempDir()
	file, policy := filepath.Join(folder, "config.toml"), filepath.Join(folder, "policy.toml")
	const good = "[organizations.acme]\nissuer = \"https://login.acme.example\"\nclient_id = \"latchkey\"\n"
	for name, c := range map[string]struct {
		user, policy string
		want         config.Mistake
	}{
		"a bad value":          {good + "status_url = \"ftp://x\"\n", "", config.Mistake{File: file, Line: 4, Key: "organizations.acme.status_url"}},
		"an unknown key":       {"colour = 1\n", "", config.Mistake{File: file, Line: 1, Key: "colour"}},
		"not TOML":             {good + "= =\n", "", config.Mistake{File: file, Line: 4}},
		"the policy's mistake": {good, "default = 1\n", config.Mistake{File: policy, Line: 1, Key: "default"}},
	} {
		t.Run(name, func(t *testing.T) {
			for path, text := range map[string]string{file: c.user, policy: c.policy} {
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			_, err := config.Load(config.Paths{Settings: file, Policy: policy})
			at, ok := errors.AsType[*config.Mistake](err)
			if !ok || at.File != c.want.File || at.Line != c.want.Line || at.Key != c.want.Key {
				t.Errorf("got %v, want %v", at, &c.want)
			}
		})
	}
	_, err := config.Load(config.Paths{Settings: folder})
	if at, ok := errors.AsType[*config.Mistake](err); !ok || at.File != folder || at.Line != 0 {
		t.Errorf("a folder: %v", err)
	}
}

func TestResetKeepsABackup(t *testing.T) {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	folder := t.TempDir()
	p := config.Paths{Settings: filepath.Join(folder, "config.toml"), Policy: filepath.Join(folder, "policy.toml")}
	if backup, err := config.Reset(p, noon); err != nil || backup != "" {
		t.Errorf("without a file: %q, %v", backup, err)
	}
	var backups []string
	for _, text := range []string{"first [", "second ["} { // in the same second
		for _, path := range []string{p.Settings, p.Policy} {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		backup, err := config.Reset(p, noon)
		if err != nil {
			t.Fatal(err)
		}
		if kept, err := os.ReadFile(backup); err != nil || string(kept) != text {
			t.Errorf("backup: %q, %v", kept, err)
		}
		if !strings.HasPrefix(backup, p.Settings+".broken-20261123-120000") || slices.Contains(backups, backup) {
			t.Errorf("backup is called %s", backup)
		}
		backups = append(backups, backup)
		if policy, err := os.ReadFile(p.Policy); err != nil || string(policy) != text {
			t.Errorf("the policy: %q, %v", policy, err)
		}
		s, err := config.Load(config.Paths{Settings: p.Settings})
		if err != nil || len(s.Organizations) != 0 {
			t.Errorf("afterwards: %+v, %v", s, err)
		}
	}
}

// The link that somebody made of their settings stays one, and one that leads nowhere goes.
func TestResetFollowsALink(t *testing.T) {
	folder := t.TempDir()
	real, link, loose := filepath.Join(folder, "real.toml"), filepath.Join(folder, "config.toml"), filepath.Join(folder, "loose.toml")
	if err := errors.Join(os.WriteFile(real, []byte("x"), 0o600), os.Symlink(real, link), os.Symlink(loose, loose)); err != nil {
		t.Fatal(err)
	}
	if backup, err := config.Reset(config.Paths{Settings: link}, time.Now()); err != nil || !strings.HasPrefix(filepath.Base(backup), "real.toml.broken-") {
		t.Errorf("got %q, %v", backup, err)
	}
	if to, err := os.Readlink(link); err != nil || to != real {
		t.Errorf("the link leads to %q, %v", to, err)
	}
	if backup, err := config.Reset(config.Paths{Settings: loose}, time.Now()); err != nil || backup == "" {
		t.Errorf("got %q, %v", backup, err)
	}
	if _, err := config.Load(config.Paths{Settings: loose}); err != nil {
		t.Error(err)
	}
}

func TestLockedKeysAreListed(t *testing.T) {
	folder := t.TempDir()
	policy := filepath.Join(folder, "policy.toml")
	if err := os.WriteFile(policy, []byte("default = \"acme\"\n[organizations.acme]\nregion = \"euw2\"\nclient_id = \"x\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := config.Load(config.Paths{Settings: filepath.Join(folder, "none"), Policy: policy})
	if err != nil {
		t.Fatal(err)
	}
	locked := s.LockedKeys()
	if !slices.IsSorted(locked) || !slices.Contains(locked, "default") || !slices.Contains(locked, "organizations.acme.client_id") {
		t.Errorf("got %v", locked)
	}
}
