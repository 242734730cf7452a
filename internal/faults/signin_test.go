//go:build faults && linux

package faults

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"latchkey/internal/faults/lab"
)

// S10: somebody signs in while the network is broken, and again when it is mended.
var signIns = []signInFault{
	{
		name: "the name service is dead", fault: names(lab.NameFault{Silent: true}), mend: names(lab.NameFault{}),
		code: "name-service-dead", exit: 5,
	}, {
		name: "the computer is offline", fault: here("link set lan0 down"),
		code: "offline", exit: 5,
	}, {
		name: "the proxy wants a password", fault: proxied(lab.ProxyRules{User: "amy", Password: "right"}, ""),
		mend: named("http://amy:right@proxy.acme.example:" + lab.ProxyPort), code: "proxy-password", exit: 5,
	}, {
		name: "the proxy blocks the server", fault: proxied(lab.ProxyRules{Blocks: []string{"login.acme.example"}}, ""),
		code: "proxy-failed", exit: 5, says: "login.acme.example",
	}, {
		name: "mitmproxy reads the connection", fault: intercepted(false), code: "connection-read", exit: 5, says: "mitmproxy",
	}, {
		name: "the hotel's page is in between", fault: portal(http.StatusFound, true), mend: (*rig).online, code: "network-page", exit: 5,
	}, {
		name: "a firewall drops what goes to the server", fault: world("ip daddr 198.51.100.10 drop", "ip6 daddr 2001:db8:100::10 drop"), mend: (*rig).online,
		code: "timed-out", exit: 5, says: "firewall",
	}, {
		name: "nobody has the name", fault: func(r *rig) error { r.Names.Set("login.acme.example"); return nil }, code: "name-not-found", exit: 5,
	}, {
		name: "nothing listens there", fault: world("ip daddr 198.51.100.10 tcp dport 443 reject with tcp reset", "ip6 daddr 2001:db8:100::10 tcp dport 443 reject with tcp reset"),
		mend: (*rig).online, code: "connection-refused", exit: 5,
	}, {
		name: "a gateway without a server", fault: acmeAnswers("/", lab.Page(http.StatusBadGateway, "Bad Gateway")), code: "server-unavailable", exit: 5,
	}, {
		name: "the hotel resets secure connections", fault: portal(http.StatusFound, false), code: "network-page", exit: 5,
	},
}

// signInFault is what one sign-in meets: what it is told, how the program ends, and what makes the next one get on.
type signInFault struct {
	name        string
	fault, mend func(*rig) error // mend is nil where this computer cannot do it
	code, says  string
	exit        int
}

// online takes away what is in the world's way.
func (r *rig) online() error { return r.World.Open() }

// signInFaults are the same as scenarios, for the process inside.
func signInFaults() (all []scenario) {
	for _, f := range signIns {
		all = append(all, scenario{name: "sign-in: " + f.name, apart: true, fault: both(keyring(nil), f.fault), act: f.act})
	}
	return all
}

// act signs in, in the terminal, as programs do that show the steps themselves.
func (f signInFault) act(ctx context.Context, r *rig) (outcome, error) {
	o := outcome{Notes: map[string]string{}}
	for _, when := range []string{"broken", "mended"} {
		if when == "mended" {
			if f.mend == nil {
				break
			}
			if err := f.mend(r); err != nil {
				return o, err
			}
		}
		steps, exit, err := signIn(ctx)
		if err != nil {
			return o, err
		}
		o.Notes[when], o.Notes[when+" exit"] = steps, fmt.Sprint(exit)
	}
	return o, nil
}

// signIn runs `latchkey login --json` until the browser's turn comes, and gives up there.
func signIn(ctx context.Context) (steps string, exit int, err error) {
	cmd := exec.CommandContext(ctx, os.Getenv(program), "login", "--with", "browser", "--no-open", "--no-keep", "--json")
	in, err := cmd.StdinPipe()
	if err != nil {
		return "", 0, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", 0, err
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return "", 0, err
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		steps += lines.Text() + "\n"
		if strings.Contains(lines.Text(), `"step":"browser"`) {
			_, _ = fmt.Fprintln(in, `{"cancel":true}`)
		}
	}
	_ = in.Close()
	err = cmd.Wait()
	if ended, ok := errors.AsType[*exec.ExitError](err); ok {
		return steps, ended.ExitCode(), nil
	}
	return steps, 0, err
}

func TestS10SignInNamesTheCause(t *testing.T) {
	for _, f := range signIns {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			o := inLab(t, "sign-in: "+f.name)
			var last struct{ Step, Code, Title, Why, Fix string }
			lines := strings.Split(strings.TrimSpace(o.Notes["broken"]), "\n")
			if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil {
				t.Fatalf("%v: %s", err, o.Notes["broken"])
			}
			if last.Step != "problem" || last.Code != f.code || last.Title == "" || last.Fix == "" || !strings.Contains(last.Title+last.Why, f.says) {
				t.Errorf("told %s, want %s (%q)", o.Notes["broken"], f.code, f.says)
			}
			if got := o.Notes["broken exit"]; got != fmt.Sprint(f.exit) {
				t.Errorf("ended with %s, want %d", got, f.exit)
			}
			if f.mend != nil && !strings.Contains(o.Notes["mended"], `"step":"browser"`) {
				t.Errorf("mended, and still: %s", o.Notes["mended"])
			}
		})
	}
}
