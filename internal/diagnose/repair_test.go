package diagnose

import "testing"

// What a button does in the window is one line to type in a terminal, with the file in it.
func TestRepairsCanBeTyped(t *testing.T) {
	home := func(name string) string { return map[string]string{"HOME": "/home/amy/"}[name] }
	for path, want := range map[string]string{
		"/home/amy/.local/state/latchkey/accounts.json": "~/.local/state/latchkey/accounts.json",
		"/home/amy/My Files/a'b":                        `~/'My Files/a'\''b'`,
		"/home/amyx/state":                              "/home/amyx/state",
		"/var/lib/$(x)":                                 "'/var/lib/$(x)'",
	} {
		if got := (Env{Getenv: home}).typed(path); got != want {
			t.Errorf("%s: %s", path, got)
		}
	}
	e := Env{Getenv: home, System: "linux"}
	if got := e.putByCommand("/home/amy/s/accounts.json"); got != "mv ~/s/accounts.json ~/s/accounts.json.old" {
		t.Error(got)
	}
	if got := e.makePrivate("/home/amy/s").Command; got != "chmod -R go= ~/s" {
		t.Error(got)
	}
	if e.System = "windows"; e.putByCommand(`C:\s.json`) == "" {
		t.Error("nothing to type on Windows")
	}
}
