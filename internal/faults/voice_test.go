//go:build faults && linux

package faults

import (
	"bytes"
	"context"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"testing"

	"latchkey/internal/diagnose"
	"latchkey/internal/faults/lab"
)

// distant are settings that name the voice servers behind the router.
var distant = settings[acme] + "voice_servers = [\"" + strings.Join(addresses(lab.DistantVoiceServers), "\", \"") + "\"]\n"

var voiceFaults = []scenario{
	{
		name: "voice blocked", fault: world("udp dport 3478 drop"),
		want: diagnose.Degraded, shown: []string{"voice warning voice-blocked"},
	}, {
		name: "voice rejected", fault: world("udp dport 3478 reject"),
		want: diagnose.Degraded, shown: []string{"voice warning voice-blocked"},
	}, {
		name: "voice through a friendly NAT", settings: distant, fault: behind(lab.FriendlyNAT),
		want: diagnose.Fine,
	}, {
		name: "voice through a symmetric NAT", settings: distant, fault: behind(lab.SymmetricNAT),
		want: diagnose.Degraded, shown: []string{"voice warning voice-detour"},
	}, {
		name: "doctor: report, voice through a symmetric NAT", apart: true, settings: distant, fault: both(keyring(nil), behind(lab.SymmetricNAT)), act: reported,
	},
}

// behind puts a router between this computer and the voice servers.
func behind(n lab.NAT) func(*rig) error {
	return func(r *rig) error { return r.ServeVoiceBehind(n) }
}

func addresses(all []netip.AddrPort) []string {
	var texts []string
	for _, a := range all {
		texts = append(texts, a.String())
	}
	return texts
}

func TestNATIsSeen(t *testing.T) {
	t.Parallel()
	for name, nat := range map[string]string{"nothing wrong, Acme": "none", "voice through a friendly NAT": "friendly", "voice through a symmetric NAT": "symmetric"} {
		o := inLab(t, name)
		public := map[bool]any{true: lab.Desk.V4.String(), false: lab.PublicAddress.String()}[nat == "none"]
		if f := o.of("voice"); f.Facts["nat"] != nat || f.Facts["public_address"] != public {
			t.Errorf("%s: %s", name, o)
		}
	}
}

// reported notes what a report says, without addresses and with those that were chosen.
func reported(ctx context.Context, r *rig) (outcome, error) {
	for _, args := range [][]string{{"doctor", "--report", "-"}, {"doctor", "--report", "-", "--addresses"}} {
		cmd := exec.CommandContext(ctx, os.Getenv(program), args...)
		var said bytes.Buffer
		cmd.Stderr = &said
		text, err := cmd.Output()
		if err != nil {
			return outcome{}, fmt.Errorf("latchkey %s: %w: %s", strings.Join(args, " "), err, said.String())
		}
		r.Notes[args[len(args)-1]] = string(text)
	}
	return outcome{Notes: r.Notes}, nil
}

func TestPublicAddressIsToldWhenItIsChosen(t *testing.T) {
	t.Parallel()
	o := inLab(t, "doctor: report, voice through a symmetric NAT")
	unasked, chosen, public := o.Notes["-"], o.Notes["--addresses"], lab.PublicAddress.String()
	if !strings.Contains(unasked, "symmetric") || strings.Contains(unasked, public) {
		t.Errorf("the report tells the public address, or not the router:\n%s", unasked)
	}
	if !strings.Contains(chosen, public) {
		t.Errorf("the address that was chosen is not in the report:\n%s", chosen)
	}
}
