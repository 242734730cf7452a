package pac

import (
	"errors"
	"strings"
	"testing"

	"latchkey/internal/proxy"
)

// Nothing a script does keeps anybody waiting, or takes the computer's memory: in a single call, either.
func TestScriptsThatDoHarm(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want []proxy.Fault
	}{
		"an endless loop":         {"for (;;) {}", []proxy.Fault{proxy.TooSlow}},
		"an endless expression":   {`/^(?=(a+)+$)b/.test(Array(60).join("a") + "c"); for (;;) {}`, []proxy.Fault{proxy.TooSlow}},
		"endless calls":           {"function f() { return f() + 1 }; return f()", []proxy.Fault{proxy.Broken, proxy.TooHungry, proxy.TooSlow}},
		"a text that doubles":     {`var s = "x"; for (;;) s += s`, []proxy.Fault{proxy.TooHungry, proxy.Broken}},
		"a huge text at once":     {`return "x".repeat(1 << 30)`, []proxy.Fault{proxy.TooHungry, proxy.Broken}},
		"a huge list":             {`var a = []; for (;;) a.push(a.concat([1]))`, []proxy.Fault{proxy.TooHungry, proxy.TooSlow}},
		"a huge list at once":     {`return new Array(1 << 30).join("xx")`, []proxy.Fault{proxy.TooHungry, proxy.Broken, proxy.TooSlow}},
		"a huge buffer":           {`return new ArrayBuffer(4e9).byteLength + ""`, []proxy.Fault{proxy.TooHungry, proxy.Broken}},
		"a mistake":               {"return proxy.acme", []proxy.Fault{proxy.Broken}},
		"a throw":                 {`throw "canary"`, []proxy.Fault{proxy.Broken}},
		"not even a script":       {"}} <html>", []proxy.Fault{proxy.Broken}},
		"something else":          {"return 42", []proxy.Fault{proxy.Unclear}},
		"more than anybody reads": {`return Array(20000).join("x")`, []proxy.Fault{proxy.Unclear}},
		"what is not there":       {`return require("fs").readFileSync("/etc/passwd")`, []proxy.Fault{proxy.Broken}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said, err := Run(t.Context(), "function FindProxyForURL(url, host) {"+c.body+"}", "https://login.acme.example/", "login.acme.example")
			fault, ok := errors.AsType[*proxy.ScriptError](err)
			if !ok || said != "" {
				t.Fatalf("got %q, %v", said, err)
			}
			for _, want := range c.want {
				if fault.Fault == want {
					return
				}
			}
			t.Errorf("got %s, want one of %v", fault.Fault, c.want)
			if strings.Contains(err.Error(), "canary") {
				t.Error("what the script says is told")
			}
		})
	}
}

func TestAScriptInAProcessOfItsOwn(t *testing.T) {
	said, err := Run(t.Context(), `function FindProxyForURL(url, host) { return "PROXY " + host + ":1; " + url + typeof process + typeof XMLHttpRequest }`,
		"https://login.acme.example/", "login.acme.example")
	if err != nil || said != "PROXY login.acme.example:1; https://login.acme.example/undefinedundefined" {
		t.Errorf("got %q, %v", said, err)
	}
}
