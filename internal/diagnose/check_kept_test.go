package diagnose_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/config"
	"latchkey/internal/diagnose"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/session"
	"latchkey/internal/vault"
	"latchkey/internal/vault/vaulttest"
)

// sessions acts out what is kept.
type sessions struct {
	all       []session.Session
	listErr   error
	found     error // by Inspect
	damaged   bool
	inspected int
	forgotten []vault.Account
	aside     int
	ended     time.Time
	until     time.Time
	paused    problem.Code
}

func (s *sessions) List(context.Context) ([]session.Session, error) { return s.all, s.listErr }
func (s *sessions) Inspect(context.Context, vault.Account) (vault.Inspection, error) {
	s.inspected++
	return vault.Inspection{}, s.found
}
func (s *sessions) Forget(_ context.Context, a vault.Account) error {
	s.forgotten = append(s.forgotten, a)
	return nil
}
func (s *sessions) Ended(string) time.Time { return s.ended }
func (s *sessions) Paused(_ string, believed func(problem.Code, time.Duration) bool) (time.Time, problem.Code) {
	if !believed(s.paused, s.until.Sub(noon)) {
		return time.Time{}, ""
	}
	return s.until, s.paused
}
func (s *sessions) Damaged() bool                            { return s.damaged }
func (s *sessions) SetAside(context.Context) (string, error) { s.aside++; return "backup", nil }

var amysAccount = vault.Account{Org: "acme", Subject: "canary-subject"}

func amys() session.Session {
	return session.Session{Account: amysAccount, Username: "canary@acme.example", Name: "Canary Agent", State: session.SignedIn,
		Renewed: noon.Add(-12 * time.Minute), Expires: noon.Add(48 * time.Minute), Renewable: true, Kept: vault.InKeychain}
}

func TestKeptSession(t *testing.T) {
	with := func(change func(*session.Session)) []session.Session {
		s := amys()
		change(&s)
		return []session.Session{s}
	}
	elsewhere := amys()
	elsewhere.Account.Org = "globex"
	for name, c := range map[string]struct {
		all   []session.Session
		state diagnose.State
		code  problem.Code
		why   string
	}{
		"nobody":                     {nil, diagnose.OK, "", "Nobody is signed in."},
		"somewhere else":             {[]session.Session{elsewhere}, diagnose.OK, "", "Nobody is signed in."},
		"signed in":                  {[]session.Session{elsewhere, amys()}, diagnose.OK, "", "renewed 12 min ago. It is renewed when needed; whether the server still accepts it shows then."},
		"one more step":              {with(func(s *session.Session) { s.StepWanted = true }), diagnose.Warning, problem.StepWanted, "before it renews the session"},
		"just now":                   {with(func(s *session.Session) { s.Renewed = noon }), diagnose.OK, "", "renewed less than a minute ago"},
		"days ago":                   {with(func(s *session.Session) { s.Renewed = noon.AddDate(0, 0, -9) }), diagnose.OK, "", "renewed 9 days ago"},
		"not renewable":              {with(func(s *session.Session) { s.Renewable = false }), diagnose.OK, "", "It ends in 48 min and cannot be renewed."},
		"ended":                      {with(func(s *session.Session) { s.Renewable, s.State = false, session.Expired }), diagnose.OK, "", "has ended"},
		"in memory":                  {with(func(s *session.Session) { s.Kept = vault.InMemory }), diagnose.OK, "", "until you close Latchkey"},
		"could not be kept":          {with(func(s *session.Session) { s.Kept, s.NotKept = vault.InMemory, problem.New(problem.KeychainFailed) }), diagnose.Warning, problem.KeychainFailed, "The keychain reports an error."},
		"other settings since":       {with(func(s *session.Session) { s.State = session.Expired }), diagnose.Warning, problem.SessionEnded, "settings of this organisation have changed"},
		"clock was set back (DG-14)": {with(func(s *session.Session) { s.Renewed = noon.Add(time.Hour) }), diagnose.OK, "", "the clock was set back"},
	} {
		t.Run(name, func(t *testing.T) {
			e := computer(t)
			e.Sessions = &sessions{all: c.all}
			r := foundBy(t, e, "kept")
			wantFinding(t, r, c.state, c.code, c.why)
			for _, f := range r.Facts { // RD-14
				if text, ok := f.Value.(string); ok && strings.Contains(strings.ToLower(text), "canary") {
					t.Errorf("%s tells %s", f.Name, text)
				}
			}
			if strings.Contains(strings.ToLower(r.Line()+r.Fix), "canary") {
				t.Errorf("names the person: %s %s", r.Line(), r.Fix)
			}
		})
	}
}

// S8: whoever is locked out learns it here, too, and until when; who it is stays on this computer.
func TestLockedOutIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		sessions sessions
		state    diagnose.State
		code     problem.Code
		why      string
		verdict  diagnose.Verdict
	}{
		"locked":              {sessions{until: noon.Add(20 * time.Minute), paused: problem.AccountLocked}, diagnose.Warning, problem.AccountLocked, "is locked. Until 12:20.", diagnose.Degraded},
		"too many tries":      {sessions{until: noon.Add(2 * time.Minute), paused: problem.TooManyTries}, diagnose.Warning, problem.TooManyTries, "Until 12:02.", diagnose.Degraded},
		"somebody is in":      {sessions{until: noon.Add(20 * time.Minute), paused: problem.AccountLocked, all: []session.Session{amys()}}, diagnose.OK, "", "You are signed in", diagnose.Fine},
		"over":                {sessions{until: noon, paused: problem.AccountLocked}, diagnose.OK, "", "Nobody is signed in.", diagnose.Fine},
		"told by a bad clock": {sessions{until: noon.AddDate(1, 0, 0), paused: problem.AccountLocked}, diagnose.OK, "", "Nobody is signed in.", diagnose.Fine},
		"tries, for too long": {sessions{until: noon.Add(16 * time.Minute), paused: problem.TooManyTries}, diagnose.OK, "", "Nobody is signed in.", diagnose.Fine},
		"the server's fault":  {sessions{until: noon.Add(2 * time.Minute), paused: problem.ServerUnavailable}, diagnose.OK, "", "Nobody is signed in.", diagnose.Fine},
		"told by whatever":    {sessions{until: noon.Add(2 * time.Minute), paused: "whatever"}, diagnose.OK, "", "Nobody is signed in.", diagnose.Fine},
		"ended elsewhere":     {sessions{ended: noon.Add(-3 * time.Hour)}, diagnose.OK, "", "The server ended the last session at 09:00", diagnose.Fine},
		"ended long ago":      {sessions{ended: noon.AddDate(0, 0, -8)}, diagnose.OK, "", "Nobody is signed in.", diagnose.Fine},
	} {
		t.Run(name, func(t *testing.T) {
			e := computer(t)
			e.Sessions = &c.sessions
			r := foundBy(t, e, "kept")
			wantFinding(t, r, c.state, c.code, c.why)
			checks := diagnose.Checks(e)
			at := slices.IndexFunc(checks, func(c diagnose.Check) bool { return c.ID == "kept" })
			if got := diagnose.Run(t.Context(), checks[at:at+1], nil); got.Verdict != c.verdict {
				t.Errorf("verdict %s: %s", got.Verdict, got.Summary)
			}
		})
	}
}

func TestKeptSessionThatCannotBeUsed(t *testing.T) {
	for name, c := range map[string]struct {
		found  error
		state  diagnose.State
		code   problem.Code
		repair string
	}{
		"fine":                     {nil, diagnose.OK, "", ""},
		"gone from the keychain":   {vault.ErrNotFound, diagnose.Problem, problem.SessionEnded, "forget-session"},
		"damaged (KC-23)":          {problem.New(problem.KeychainDamaged), diagnose.Problem, problem.KeychainDamaged, "forget-session"},
		"somebody else's (KC-25)":  {problem.New(problem.KeychainForeign), diagnose.Problem, problem.KeychainForeign, "forget-session"},
		"a newer one's (KC-31)":    {problem.New(problem.KeychainForeign, problem.Caused(vault.ErrNewer)), diagnose.Problem, problem.KeychainForeign, ""},
		"an older one than before": {problem.New(problem.KeychainNotSaved), diagnose.Problem, problem.KeychainNotSaved, "forget-session"},
		"the keychain hangs":       {problem.New(problem.KeychainTimeout), diagnose.Unknown, "", ""},
		"the keychain fails":       {problem.New(problem.KeychainFailed), diagnose.Unknown, "", ""},
		"stopped":                  {context.Canceled, diagnose.Unknown, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			e := computer(t)
			kept := &sessions{all: []session.Session{amys()}, found: c.found}
			e.Sessions, e.Keychain = kept, vault.Open(t.TempDir(), (&vaulttest.Store{}).Keychain(), clocktest.At(noon))
			r := foundBy(t, e, "kept")
			wantFinding(t, r, c.state, c.code, "")
			if strings.Contains(r.Line(), "set aside") {
				t.Errorf("says what was not done: %s", r.Line())
			}
			if c.repair == "" {
				if len(r.Repairs) != 0 {
					t.Errorf("offers %v", r.Repairs)
				}
				return
			}
			if len(kept.forgotten) != 0 {
				t.Error("forgotten unasked")
			}
			repair(t, r, c.repair)
			if len(kept.forgotten) != 1 || kept.forgotten[0] != amysAccount || r.Repairs[0].Loses == "" {
				t.Errorf("forgot %v", kept.forgotten)
			}
		})
	}
}

// DG-23: reading a session never makes the keychain ask for its password.
func TestDG23KeptSessionIsReadOnlyWhenUnlocked(t *testing.T) {
	for name, c := range map[string]struct {
		faults vaulttest.Faults
		asking bool
		reads  int
	}{
		"unlocked":               {vaulttest.Faults{}, false, 1},
		"locked":                 {vaulttest.Faults{Locked: true}, false, 0},
		"may ask":                {vaulttest.Faults{Mute: true}, false, 0},
		"missing":                {vaulttest.Faults{Missing: true}, false, 0},
		"asked for the password": {vaulttest.Faults{}, true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			store := &vaulttest.Store{}
			store.Fail(c.faults)
			kept := &sessions{all: []session.Session{amys()}}
			e := computer(t)
			e.Sessions, e.Keychain = kept, vault.Open(t.TempDir(), store.Keychain(), clocktest.At(noon))
			e.Asking = func() bool { return c.asking }
			wantFinding(t, foundBy(t, e, "kept"), diagnose.OK, "", "You are signed in")
			if kept.inspected != c.reads || store.Calls().Ready != 0 {
				t.Errorf("%d reads, %+v; want %d", kept.inspected, store.Calls(), c.reads)
			}
		})
	}
}

func TestKeptListThatCannotBeRead(t *testing.T) {
	e := computer(t)
	e.Sessions = &sessions{listErr: problem.New(problem.StateUnwritable)}
	wantFinding(t, foundBy(t, e, "kept"), diagnose.Problem, problem.StateUnwritable, "")
	e.Sessions = &sessions{listErr: errors.New("anything")}
	wantFinding(t, foundBy(t, e, "kept"), diagnose.Problem, problem.UnexpectedError, "")
	e.Sessions = nil
	wantFinding(t, foundBy(t, e, "kept"), diagnose.Skipped, "", "")
}

// With the real parts: a session is kept, its list is damaged, found, set aside, and the way to sign in is free again.
func TestDamagedListIsSetAsideWithABackup(t *testing.T) {
	e := computer(t)
	store := &vaulttest.Store{}
	v := vault.Open(e.Settings.Paths.State, store.Keychain(), e.Clock)
	e.Keychain, e.Sessions = v, session.New(session.Options{Settings: e.Settings, Vault: v, Clock: e.Clock})
	account := vault.Account{Org: "acme", Issuer: "https://login.acme.example", ClientID: "latchkey", Subject: "amy"}
	record := &vault.Record{Account: account, Refresh: secret.New("CANARY-refresh"), Access: secret.New("CANARY-access"), Issued: noon, Expires: noon.Add(time.Hour)}
	if _, err := v.Save(t.Context(), record, true); err != nil {
		t.Fatal(err)
	}
	wantFinding(t, foundBy(t, e, "kept"), diagnose.Warning, problem.SessionEnded, "changed since") // kept with no settings at all
	list := filepath.Join(e.Settings.Paths.State, "accounts.json")
	if err := os.WriteFile(list, []byte("{half"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := foundBy(t, e, "kept")
	wantFinding(t, r, diagnose.Problem, problem.AccountsDamaged, "damaged")
	if r.Repairs[0].Loses == "" {
		t.Error("does not say what will be lost")
	}
	repair(t, r, "set-sessions-aside")
	wantFinding(t, foundBy(t, e, "kept"), diagnose.OK, "", "Nobody is signed in.")
	if old, err := os.ReadFile(list + ".broken-20261123-120000"); err != nil || string(old) != "{half" {
		t.Errorf("the backup: %q, %v", old, err)
	}
}

// With the real parts: a pause that nobody waits for, or that is not about an account, hides none that is.
func TestLongerPausesHideNoLock(t *testing.T) {
	e := computer(t)
	v := vault.Open(e.Settings.Paths.State, (&vaulttest.Store{}).Keychain(), e.Clock)
	e.Sessions = session.New(session.Options{Settings: e.Settings, Vault: v, Clock: e.Clock})
	v.Pause(t.Context(), "acme", "amy", noon.Add(5*time.Minute), problem.AccountLocked)
	v.Pause(t.Context(), "acme", "ben", noon.Add(10*time.Minute), problem.ServerUnavailable)
	v.Pause(t.Context(), "acme", "eve", noon.Add(20*time.Minute), problem.TooManyTries)
	v.Pause(t.Context(), "acme", "mia", noon.AddDate(0, 1, 0), problem.AccountLocked)
	wantFinding(t, foundBy(t, e, "kept"), diagnose.Warning, problem.AccountLocked, "is locked. Until 12:05.")
}

func TestKeptConcernsOnlyTheOrganisation(t *testing.T) {
	e := computer(t)
	e.Org = config.Organization{} // broken settings: whatever is kept
	e.Sessions = &sessions{all: []session.Session{amys()}}
	wantFinding(t, foundBy(t, e, "kept"), diagnose.OK, "", "You are signed in")
}
