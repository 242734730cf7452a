//go:build e2e

package e2e

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// freePort returns a port on loopback that nobody listened on a moment ago.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// script copies a Node script beside the modules that it imports.
func script(t *testing.T, name string) string {
	t.Helper()
	dir := t.TempDir()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name), text, 0o600)
	}
	if err == nil {
		err = os.Symlink(parts.modules, filepath.Join(dir, "node_modules"))
	}
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, name)
}

// startNode starts a server written for Node and returns its issuer.
func startNode(t *testing.T, name string, env ...string) (issuer string, server *process) {
	t.Helper()
	return startNodeAt(t, freePort(t), name, env...)
}

// startNodeAt is startNode for a server whose address others have to know before.
func startNodeAt(t *testing.T, port, name string, env ...string) (issuer string, server *process) {
	t.Helper()
	server = start(t, environment(append(env, "PORT="+port)...), nil, parts.node, "--preserve-symlinks-main", script(t, name))
	issuer = "http://127.0.0.1:" + port
	server.waitFor(t, "ready "+issuer)
	return issuer, server
}

// startDex starts dex and returns its issuer.
func startDex(t *testing.T) string {
	t.Helper()
	return startDexAt(t, freePort(t), "dex.yaml")
}

// startDexAt starts dex with one of the configurations. replace is as in strings.NewReplacer.
func startDexAt(t *testing.T, port, name string, replace ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(t.TempDir(), "dex.yaml")
	if err := os.WriteFile(config, []byte(strings.NewReplacer(append(replace, "PORT", port)...).Replace(string(text))), 0o600); err != nil {
		t.Fatal(err)
	}
	dex := start(t, environment(), nil, parts.dex, "serve", config)
	dex.waitFor(t, "listening on")
	return "http://127.0.0.1:" + port + "/dex"
}

// settingsFor returns the settings for one server.
func settingsFor(org, issuer string) string {
	return fmt.Sprintf("default = %q\n[organizations.%[1]s]\nname = %[1]q\nissuer = %[2]q\nclient_id = \"desktop\"\n", org, issuer)
}
