//go:build faults && linux

package faults

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/internal/diagnose"
	"latchkey/internal/faults/lab"
)

// keychainFaults are those of gnome-keyring, and of a keychain service that does what gnome-keyring cannot be made to do.
var keychainFaults = []scenario{
	{
		name: "keychain of the desktop, nothing wrong", fault: keyring(nil),
		want: diagnose.Fine,
	}, {
		name: "no desktop session", fault: func(r *rig) error { r.real = true; return nil },
		want: diagnose.Degraded, shown: []string{"keychain warning keychain-missing"},
	}, {
		name: "keychain service not there", fault: keyring((*lab.Keyring).Stop),
		want: diagnose.Degraded, shown: []string{"keychain warning keychain-missing"},
	}, {
		name: "keychain locked", fault: keyring((*lab.Keyring).Lock),
		want: diagnose.Degraded, shown: []string{"keychain warning keychain-locked"},
	}, {
		name: "keychain hangs", fault: keyring((*lab.Keyring).Freeze),
		want: diagnose.Degraded, shown: []string{"keychain problem keychain-timeout"},
	}, {
		name: "keychain service, nothing wrong", fault: secrets(lab.SecretFault{}),
		want: diagnose.Fine,
	}, {
		name: "keychain fails half the time", fault: secrets(lab.SecretFault{On: lab.FailsEvery(2)}),
		want: diagnose.Degraded, shown: []string{"keychain problem keychain-failed"},
	}, {
		name: "keychain cannot be written to", fault: secrets(lab.SecretFault{On: lab.FailsAt("CreateItem")}),
		want: diagnose.Degraded, shown: []string{"keychain problem keychain-failed"},
	}, {
		name: "keychain cannot be read", fault: secrets(lab.SecretFault{On: lab.FailsAt("GetSecret")}),
		want: diagnose.Degraded, shown: []string{"keychain problem keychain-failed"},
	}, {
		name: "keychain gives nothing up", fault: secrets(lab.SecretFault{On: lab.FailsAt("Delete")}),
		want: diagnose.Degraded, shown: []string{"keychain problem keychain-failed"},
	}, {
		name: "keychain keeps nothing", fault: secrets(lab.SecretFault{Loses: true}),
		want: diagnose.Degraded, shown: []string{"keychain problem keychain-not-saved"},
	}, {
		name: "keychain keeps half of it", fault: secrets(lab.SecretFault{Tears: true}),
		want: diagnose.Degraded, shown: []string{"keychain problem keychain-not-saved"},
	}, {
		name: "keychain says nothing of itself", fault: secrets(lab.SecretFault{On: lab.HangsAt("Locked")}),
		want: diagnose.Degraded, shown: []string{"keychain problem keychain-timeout"},
	}, {
		name: "keychain hangs when it is written to", fault: secrets(lab.SecretFault{On: lab.HangsAt("CreateItem")}),
		want: diagnose.Degraded, shown: []string{"keychain problem keychain-timeout"},
	}, {
		name: "keychain asks before it is written to, and nobody answers", fault: secrets(lab.SecretFault{Asks: true}),
		want: diagnose.Degraded, shown: []string{"keychain problem keychain-timeout"},
	}, {
		name: "keychain asks before it is written to, and is refused", fault: secrets(lab.SecretFault{Asks: true, Refuses: true}),
		want: diagnose.Degraded, shown: []string{"keychain problem keychain-not-saved"},
	}, {
		name: "keychain slow", fault: secrets(lab.SecretFault{On: lab.Takes(80 * time.Millisecond)}),
		want: diagnose.Degraded, shown: []string{"keychain warning keychain-slow"},
	}, {
		name: "keychain never set up", fault: secrets(lab.SecretFault{Empty: true}),
		want: diagnose.Degraded, shown: []string{"keychain warning keychain-missing"}, says: []string{"has not been set up"},
	}, {
		name: "keychain talks nonsense", fault: secrets(lab.SecretFault{Garbled: true}),
		want: diagnose.Degraded, shown: []string{"keychain problem keychain-failed"},
	}, {
		name: "keychain service crashes when it is written to", fault: crashing,
		want: diagnose.Degraded, shown: []string{"keychain problem keychain-failed"},
	}, {
		name: "keychain would ask for its password", apart: true, fault: secrets(lab.SecretFault{Locked: true}), act: called,
		want: diagnose.Degraded, shown: []string{"keychain warning keychain-locked"},
	},
}

// keyring brings a real keychain, and breaks it.
func keyring(how func(*lab.Keyring) error) func(*rig) error {
	return func(r *rig) error {
		r.real = true
		k, err := r.ServeKeyring()
		if err != nil || how == nil {
			return err
		}
		return how(k)
	}
}

// secrets brings a keychain service with this fault.
func secrets(f lab.SecretFault) func(*rig) error {
	return func(r *rig) (err error) {
		r.real = true
		r.Secrets, err = r.ServeSecrets(f)
		return err
	}
}

// crashing brings a keychain service that does not survive the first thing that it is to keep.
func crashing(r *rig) error {
	return secrets(lab.SecretFault{On: func(method string, _ int) error {
		if method == "CreateItem" {
			return r.Secrets.Leave()
		}
		return nil
	}})(r)
}

// called runs the checks and notes what the keychain service was asked.
func called(ctx context.Context, r *rig) (outcome, error) {
	o := r.run(ctx)
	r.Notes["called"] = strings.Join(r.Secrets.Calls(), " ")
	return o, nil
}

// A locked keychain is looked at, and neither opened nor written to: nobody is asked for a password by a diagnosis.
func TestDG23LockedKeychainIsLeftAlone(t *testing.T) {
	t.Parallel()
	if o := inLab(t, "keychain locked"); o.of("keychain").Code != "keychain-locked" || o.of("keychain").Took > 3*time.Second {
		t.Error(o)
	}
	const name = "keychain would ask for its password"
	o := inLab(t, name)
	s, _ := find(name)
	s.check(t, o)
	for _, unasked := range []string{"Unlock", "Prompt", "CreateItem", "GetSecret"} {
		if slices.Contains(strings.Fields(o.Notes["called"]), unasked) {
			t.Errorf("the keychain was asked: %s", o.Notes["called"])
		}
	}
	if o.Notes["called"] == "" {
		t.Error("the keychain was not looked at")
	}
}
