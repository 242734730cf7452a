//go:build faults && linux

package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"latchkey/internal/diagnose"
	"latchkey/internal/faults/lab"
)

// throughDoctor are scenarios that the program itself meets, as people run it.
var throughDoctor = []scenario{
	{
		name: "doctor: nothing wrong", fault: keyring(nil), act: doctor(0),
		want: diagnose.Fine, may: busy,
	}, {
		name: "doctor: name service dead", fault: both(keyring(nil), names(lab.NameFault{Silent: true})), act: doctor(8),
		want: diagnose.Blocked, may: busy, shown: []string{"dns problem name-service-dead"},
	}, {
		name: "doctor: portal", fault: both(keyring(nil), portal(302, true)), act: doctor(8),
		want: diagnose.Blocked, may: busy, shown: []string{"portal problem network-page"},
	}, {
		name: "doctor: proxy wants a password", fault: both(keyring(nil), proxied(lab.ProxyRules{User: "amy", Password: "right"}, "")), act: doctor(8),
		want: diagnose.Blocked, may: busy, shown: []string{"proxy problem proxy-password"},
	}, {
		name: "doctor: gateway without a server", fault: both(keyring(nil), acmeAnswers("/", lab.Page(502, "Bad Gateway"))), act: doctor(8),
		want: diagnose.Blocked, may: busy, shown: []string{"server problem server-unavailable"},
	}, {
		name: "doctor: settings broken", settings: "default = acme\n", fault: keyring(nil), act: doctor(8),
		want: diagnose.Blocked, may: busy, shown: []string{"settings problem settings-syntax"},
	}, {
		name: "doctor: keychain locked", fault: keyring((*lab.Keyring).Lock), act: doctor(0),
		want: diagnose.Degraded, may: busy, shown: []string{"keychain warning keychain-locked"},
	}, {
		name: "doctor: clock 4 min slow", fault: both(keyring(nil), ahead(4*time.Minute)), act: doctor(0),
		want: diagnose.Degraded, may: busy, shown: []string{"clock problem clock-wrong"},
	}, {
		name: "doctor: certificate of an unknown issuer", fault: both(keyring(nil), inspected("Zscaler Intermediate Root CA (zscalertwo.net)", false)), act: doctor(8),
		want: diagnose.Blocked, may: busy, shown: []string{"tls problem connection-read"}, says: []string{"Zscaler"},
	}, {
		name: "doctor: IPv6 black hole", fault: both(keyring(nil), world("meta nfproto ipv6 tcp dport { 80, 443 } drop")), act: doctor(0),
		want: diagnose.Degraded, may: busy, shown: []string{"network warning ipv6-broken"},
	}, {
		name: "doctor: outage", fault: both(keyring(nil), both(acmeAnswers("/", lab.Page(503, "no")), statusSays(signInDown))), act: doctor(8),
		want: diagnose.Blocked, may: busy, shown: []string{"status problem service-outage"},
	}, {
		name: "doctor: keychain fails half the time", fault: secrets(lab.SecretFault{On: lab.FailsEvery(2)}), act: doctor(0),
		want: diagnose.Degraded, shown: []string{"keychain problem keychain-failed"},
	}, {
		name: "doctor: keychain keeps nothing", fault: secrets(lab.SecretFault{Loses: true}), act: doctor(0),
		want: diagnose.Degraded, shown: []string{"keychain problem keychain-not-saved"},
	}, {
		name: "doctor: keychain hangs", fault: keyring((*lab.Keyring).Freeze), act: doctor(0),
		want: diagnose.Degraded, shown: []string{"keychain problem keychain-timeout"},
	}, {
		name: "doctor: keychain asks before it is written to, and nobody answers", fault: secrets(lab.SecretFault{Asks: true}), act: doctor(0),
		want: diagnose.Degraded, shown: []string{"keychain problem keychain-timeout"},
	},
}

// busy may be told where the real keychain answers, beside all the other tests.
var busy = []string{"keychain warning keychain-slow"}

// both breaks one thing after the other.
func both(faults ...func(*rig) error) func(*rig) error {
	return func(r *rig) error {
		for _, f := range faults {
			if err := f(r); err != nil {
				return err
			}
		}
		return nil
	}
}

// program names the file that `latchkey` was built into.
const program = "LATCHKEY_PROGRAM"

// build builds the program once for all tests, and returns where it is and how to remove it.
func build() (file string, remove func(), err error) {
	dir, err := os.MkdirTemp("", "faults")
	if err != nil {
		return "", nil, err
	}
	remove = func() { _ = os.RemoveAll(dir) }
	file = filepath.Join(dir, "latchkey")
	cmd := exec.Command("go", "build", "-o", file, "latchkey/cmd/latchkey")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := cmd.CombinedOutput(); err != nil {
		return "", remove, fmt.Errorf("go build: %w: %s", err, said)
	}
	return file, remove, nil
}

// doctor runs `latchkey doctor --json`, which must end with this exit code.
func doctor(code int, rights ...string) func(context.Context, *rig) (outcome, error) {
	return func(ctx context.Context, r *rig) (outcome, error) {
		began := time.Now()
		args := append(rights, os.Getenv(program), "doctor", "--json")
		cmd := exec.CommandContext(ctx, args[0], args[1:]...)
		cmd.Env = os.Environ()
		var said bytes.Buffer
		cmd.Stderr = &said
		text, err := cmd.Output()
		got := 0
		if ended, ok := errors.AsType[*exec.ExitError](err); ok {
			got = ended.ExitCode()
		} else if err != nil {
			return outcome{}, err
		}
		if got != code {
			return outcome{}, fmt.Errorf("latchkey doctor ended with %d, not %d: %s%s", got, code, said.String(), text)
		}
		return asJSON(text, time.Since(began), r.Notes)
	}
}

// asJSON reads what `doctor --json` prints.
func asJSON(text []byte, took time.Duration, notes map[string]string) (outcome, error) {
	var d struct {
		Verdict diagnose.Verdict `json:"verdict"`
		Summary string           `json:"summary"`
		TookMS  int64            `json:"took_ms"`
		Checks  []struct {
			ID      string         `json:"id"`
			Title   string         `json:"title"`
			State   diagnose.State `json:"state"`
			Code    string         `json:"code"`
			Why     string         `json:"why"`
			Fix     string         `json:"fix"`
			Because string         `json:"because"`
			TookMS  int64          `json:"took_ms"`
			Facts   map[string]any `json:"facts"`
		} `json:"checks"`
	}
	read := json.NewDecoder(bytes.NewReader(text))
	read.DisallowUnknownFields()
	if err := read.Decode(&d); err != nil {
		return outcome{}, fmt.Errorf("doctor --json: %w: %s", err, text)
	}
	o := outcome{Verdict: d.Verdict, Summary: d.Summary, Took: time.Duration(d.TookMS) * time.Millisecond, Notes: notes}
	notes["whole"] = strconv.FormatInt(took.Milliseconds(), 10)
	for _, c := range d.Checks {
		o.Checks = append(o.Checks, finding{
			ID: c.ID, State: c.State, Code: c.Code, Why: c.Why, Fix: c.Fix, Because: c.Because, Took: time.Duration(c.TookMS) * time.Millisecond, Facts: c.Facts,
		})
	}
	return o, nil
}

// The checks are the same in the program as in the tests of this package, in the same order.
func TestDoctorRunsEveryCheck(t *testing.T) {
	t.Parallel()
	inside, outside := inLab(t, "nothing wrong, Acme"), inLab(t, "doctor: nothing wrong")
	for i, c := range inside.Checks {
		if len(outside.Checks) != len(inside.Checks) || outside.Checks[i].ID != c.ID {
			t.Fatalf("doctor runs other checks:\n%s\n%s", inside, outside)
		}
	}
}
