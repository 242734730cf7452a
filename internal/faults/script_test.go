//go:build faults && linux

package faults

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"latchkey/internal/diagnose"
	"latchkey/internal/faults/lab"
)

// scriptAt is where the lab's proxy script is served, on this computer itself.
const scriptAt = "127.0.0.1:8099"

// scripted are settings that name the script.
var scripted = "pac = \"http://" + scriptAt + "/proxy.pac\"\n" + settings[acme]

// theProxy is what a script says that names the lab's proxy.
const theProxy = `return "PROXY proxy.acme.example:` + lab.ProxyPort + `"`

var scriptFaults = []scenario{
	{
		name: "script names the proxy", settings: scripted, fault: both(lends(lab.ProxyRules{}), script(theProxy)), want: diagnose.Fine,
	}, {
		name: "script asks for names and addresses", settings: scripted,
		fault: both(lends(lab.ProxyRules{}), script(`if (isInNet(host, "198.51.100.0", "255.255.255.0") && isInNet(myIpAddress(), "192.168.77.0", "255.255.255.0")) `+theProxy)),
		want:  diagnose.Fine,
	}, {
		name: "script names a dead proxy first", settings: scripted,
		fault: both(lends(lab.ProxyRules{}), script(`return "PROXY 198.51.100.31:9; PROXY proxy.acme.example:`+lab.ProxyPort+`"`)), want: diagnose.Fine,
	}, {
		name: "script wants no proxy", settings: scripted, fault: script(`return "DIRECT"`), want: diagnose.Fine,
	}, {
		name: "proxy of the script wants a password", settings: scripted, fault: both(lends(lab.ProxyRules{User: "amy", Password: "right"}), script(theProxy)),
		want: diagnose.Blocked, shown: []string{"proxy problem proxy-password"}, says: []string{"named by the script in the settings"},
	}, {
		name: "proxy of the script blocks the sign-in server", settings: scripted, fault: both(lends(lab.ProxyRules{Blocks: []string{"login.acme.example"}}), script(theProxy)),
		want: diagnose.Blocked, shown: []string{"proxy problem proxy-failed"}, says: []string{"It forbids login.acme.example"},
	}, {
		name: "script has a mistake, and no proxy is needed", settings: scripted, fault: script("return proxies.best"),
		want: diagnose.Degraded, shown: []string{"proxy warning proxy-script-failed"}, says: []string{"It has a mistake in it."},
	}, {
		name: "script has a mistake, and a proxy is needed", settings: scripted, fault: both(lends(lab.ProxyRules{}), script("return proxies.best")),
		want: diagnose.Blocked, shown: []string{"proxy problem proxy-script-failed"}, says: []string{"Without a proxy the server is not reached."},
	}, {
		name: "script never ends", settings: scripted, fault: script("for (;;) {}"),
		want: diagnose.Degraded, shown: []string{"proxy warning proxy-script-failed"}, says: []string{"It does not come to an end."},
	}, {
		name: "script eats all memory", settings: scripted, fault: script(`var a = ["x"]; for (;;) a[0] += a[0]`),
		want: diagnose.Degraded, shown: []string{"proxy warning proxy-script-failed"},
	}, {
		name: "script is huge", settings: scripted, fault: script("/*" + strings.Repeat("x", 2<<20) + "*/ " + theProxy),
		want: diagnose.Degraded, shown: []string{"proxy warning proxy-script-failed"}, says: []string{"It is larger"},
	}, {
		name: "script comes too late", settings: scripted, fault: serves(func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
			case <-time.After(time.Minute):
			}
		}),
		want: diagnose.Degraded, shown: []string{"proxy warning proxy-script-failed"}, says: []string{"It cannot be fetched."},
	}, {
		name: "script is not there", settings: scripted,
		want: diagnose.Degraded, shown: []string{"proxy warning proxy-script-failed"}, says: []string{"It cannot be fetched."},
	}, {
		name: "script is a page", settings: scripted, fault: serves(func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, "<html>Sign in</html>") }),
		want: diagnose.Degraded, shown: []string{"proxy warning proxy-script-failed"}, says: []string{"It has a mistake in it."},
	}, {
		name: "settings name the proxy", settings: "proxy = \"http://proxy.acme.example:" + lab.ProxyPort + "\"\n" + settings[acme], fault: lends(lab.ProxyRules{}), want: diagnose.Fine,
	}, {
		name: "settings want no proxy, the environment a dead one", settings: "proxy = \"direct\"\n" + settings[acme],
		fault: func(*rig) error { return os.Setenv("HTTPS_PROXY", "http://198.51.100.31:9") }, want: diagnose.Fine,
	}, {
		name: "desktop names the proxy", fault: both(lends(lab.ProxyRules{}), gnome("mode", "manual", ".https:host", "proxy.acme.example", ".https:port", lab.ProxyPort)), want: diagnose.Fine,
	}, {
		name: "desktop names a dead proxy", fault: gnome("mode", "manual", ".https:host", "198.51.100.31", ".https:port", "9"),
		want: diagnose.Blocked, shown: []string{"proxy problem proxy-failed"}, says: []string{"named by the system's settings"},
	}, {
		name: "desktop names a script", fault: both(lends(lab.ProxyRules{}), both(script(theProxy), gnome("mode", "auto", "autoconfig-url", "http://"+scriptAt+"/proxy.pac"))), want: diagnose.Fine,
	},
}

// lends puts a proxy with these rules into the world, and closes every other way.
func lends(rules lab.ProxyRules) func(*rig) error {
	return func(r *rig) error {
		if _, err := r.ServeProxy(rules); err != nil {
			return err
		}
		return r.World.Filter(onlyProxies)
	}
}

// script serves a script whose function does this.
func script(body string) func(*rig) error {
	return serves(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, "function FindProxyForURL(url, host) { %s }", body)
	})
}

func serves(answer http.HandlerFunc) func(*rig) error {
	return func(*rig) error {
		listener, err := net.Listen("tcp", scriptAt)
		if err != nil {
			return err
		}
		go func() { _ = http.Serve(listener, answer) }()
		return nil
	}
}

// gnome sets what a desktop like GNOME has in its settings: pairs of key and value, "SCHEMA:KEY" below org.gnome.system.proxy.
func gnome(pairs ...string) func(*rig) error {
	return func(*rig) error {
		if err := os.Setenv("XDG_CURRENT_DESKTOP", "GNOME"); err != nil {
			return err
		}
		if err := os.Setenv("GSETTINGS_BACKEND", "keyfile"); err != nil {
			return err
		}
		for i := 0; i < len(pairs); i += 2 {
			schema, key, below := strings.Cut(pairs[i], ":")
			if !below {
				schema, key = "", pairs[i]
			}
			if said, err := exec.Command("gsettings", "set", "org.gnome.system.proxy"+schema, key, pairs[i+1]).CombinedOutput(); err != nil {
				return fmt.Errorf("gsettings: %w: %s", err, said)
			}
		}
		return nil
	}
}
