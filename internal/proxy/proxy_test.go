package proxy

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTK27WhoNamesTheProxy(t *testing.T) {
	const server = "https://login.acme.example/token?code=canary"
	gnome := Configured{Named: "GNOME", Proxy: "proxy.gnome.example:3128", Except: exceptions{hosts: []string{"intranet.example"}, below: true}}
	says := func(text string) Evaluator {
		return func(_ context.Context, _, address, _ string) (string, error) {
			if strings.Contains(address, "canary") {
				t.Error("the script is told more than the host")
			}
			return text, nil
		}
	}
	broken := func(context.Context, string, string, string) (string, error) { return "", Fail(Broken, nil) }
	for _, c := range []struct {
		name        string
		choice      string
		pac         bool
		env         map[string]string
		desktop     Configured
		run         Evaluator
		ask         string
		want        string
		source      Source
		fault, fail bool
	}{
		{name: "nobody"},
		{name: "the settings go first", choice: "http://proxy.acme.example:3128", env: map[string]string{"HTTPS_PROXY": "http://other.example"}, desktop: gnome, want: "http://proxy.acme.example:3128", source: Settings},
		{name: "the settings want none", choice: "direct", env: map[string]string{"HTTPS_PROXY": "http://other.example"}, desktop: gnome, source: Settings},
		{name: "then the environment", choice: "system", env: map[string]string{"https_proxy": "http://other.example"}, desktop: gnome, want: "http://other.example", source: Environment},
		{name: "an exception of the environment is one", env: map[string]string{"https_proxy": "http://other.example", "NO_PROXY": "acme.example"}, desktop: gnome, source: Environment},
		{name: "then the system", desktop: gnome, want: "http://proxy.gnome.example:3128", source: System},
		{name: "an exception of the system", desktop: gnome, ask: "https://www.intranet.example", source: System},
		{name: "never this computer", choice: "http://proxy.acme.example:3128", ask: "https://127.0.0.1:4001"},
		{name: "cannot be read", env: map[string]string{"HTTPS_PROXY": "http://a b:%zz"}, source: Environment, fail: true},
		{name: "the system's cannot be read", desktop: Configured{Proxy: "proxy:port"}, source: System, fail: true},
		{name: "a script", choice: "https://acme.example/proxy.pac", pac: true, run: says("PROXY proxy.acme.example:8080"), want: "http://proxy.acme.example:8080", source: Settings},
		{name: "a script of the system", desktop: Configured{Script: "http://acme.example/proxy.pac"}, run: says("SOCKS5 proxy.acme.example:1080"), want: "socks5://proxy.acme.example:1080", source: System},
		{name: "a script that wants none", choice: "https://acme.example/proxy.pac", pac: true, run: says("DIRECT"), source: Settings},
		{name: "a script that says nothing", choice: "https://acme.example/proxy.pac", pac: true, run: says(" "), source: Settings},
		{name: "a script that names nonsense", choice: "https://acme.example/proxy.pac", pac: true, run: says("PROXY a b; CARRIER pigeon:1"), source: Settings, fault: true},
		{name: "a broken script", choice: "https://acme.example/proxy.pac", pac: true, run: broken, source: Settings, fault: true},
		{name: "a broken script, and a proxy beside it", desktop: Configured{Script: "https://acme.example/proxy.pac", Proxy: "second.example:1"}, run: broken, want: "http://second.example:1", source: System, fault: true},
		{name: "the first of the script's proxies is dead", choice: "https://acme.example/proxy.pac", pac: true, run: says("PROXY dead.example:1; PROXY alive.example:2; DIRECT"), want: "http://alive.example:2", source: Settings},
		{name: "all of the script's proxies are dead", choice: "https://acme.example/proxy.pac", pac: true, run: says("PROXY dead.example:1; PROXY dead.example:2"), want: "http://dead.example:1", source: Settings},
		{name: "a script without passwords", choice: "https://acme.example/proxy.pac", pac: true, run: says("PROXY amy:canary@proxy.acme.example:1"), want: "http://proxy.acme.example:1", source: Settings},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := Options{Getenv: func(name string) string { return c.env[name] }, Run: c.run}
			var err error
			if c.choice != "" {
				if o.Choice, err = map[bool]func(string) (Choice, error){true: ParseScript, false: ParseChoice}[c.pac](c.choice); err != nil {
					t.Fatal(err)
				}
			}
			o.Desktop = func(context.Context) (Configured, error) { return c.desktop, nil }
			o.Fetch = func(context.Context, string) (string, error) { return "script", nil }
			o.Dial = func(_ context.Context, _, address string) (net.Conn, error) {
				if strings.HasPrefix(address, "dead") {
					return nil, errors.New("refused")
				}
				here, there := net.Pipe()
				_ = there.Close()
				return here, nil
			}
			ask, _ := url.Parse(server)
			if c.ask != "" {
				ask, _ = url.Parse(c.ask)
			}
			got, err := New(o).For(t.Context(), ask)
			text := ""
			if got.URL != nil {
				text = got.URL.String()
			}
			if text != c.want || got.Source != c.source || (got.ScriptErr != nil) != c.fault || (err != nil) != c.fail {
				t.Errorf("got %q from %q (%v), %v", text, got.Source, got.ScriptErr, err)
			}
		})
	}
}

func TestWhatTheSettingsMaySay(t *testing.T) {
	for text, ok := range map[string]bool{
		"system": true, "direct": true, "http://proxy.acme.example:3128": true, "https://proxy.acme.example/": true, "socks5://127.0.0.1:1080": true,
		"proxy.acme.example:3128": false, "http://amy:secret@proxy.acme.example": false, "http://amy@proxy.acme.example": false, "http://proxy.acme.example:port": false,
		"http://proxy.acme.example:": false, "http://proxy.acme.example/proxy.pac": false, "ftp://proxy.acme.example": false, "none": false, "http://": false,
	} {
		if c, err := ParseChoice(text); (err == nil) != ok || ok && c.Scripted() {
			t.Errorf("proxy = %q: %v", text, err)
		} else if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("the password is told: %v", err)
		}
	}
	for text, ok := range map[string]bool{
		"https://acme.example/proxy.pac": true, "http://127.0.0.1:8080/proxy.pac": true, "file:///etc/proxy.pac": true,
		"http://acme.example/proxy.pac": false, "https://amy:secret@acme.example/proxy.pac": false, "data:,x": false, "proxy.pac": false, "file://server/proxy.pac": false,
	} {
		if c, err := ParseScript(text); (err == nil) != ok || ok && !c.Scripted() {
			t.Errorf("pac = %q: %v", text, err)
		}
	}
}

func TestScriptsAreFetched(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/proxy.pac", func(w http.ResponseWriter, r *http.Request) {
		if len(r.Cookies()) > 0 || r.Header.Get("Authorization") != "" || r.UserAgent() != "" {
			t.Errorf("it is told who asks: %v", r.Header)
		}
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
		_, _ = w.Write([]byte("\ufefffunction"))
	})
	mux.Handle("/moved", http.RedirectHandler("/proxy.pac", http.StatusFound))
	mux.Handle("/circle", http.RedirectHandler("/circle", http.StatusFound))
	mux.HandleFunc("/huge", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, mostScript+1)) })
	server := httptest.NewServer(mux)
	defer server.Close()
	file := filepath.Join(t.TempDir(), "proxy.pac")
	if err := os.WriteFile(file, []byte("function"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	for address, want := range map[string]Fault{
		server.URL + "/proxy.pac": "", server.URL + "/moved": "", server.URL + "/circle": Unreachable, server.URL + "/huge": TooLarge, server.URL + "/none": Unreachable,
		"http://127.0.0.1:1/": Unreachable, "ftp://127.0.0.1/": Unreachable, "file://" + file: "", "file://" + file + "x": Unreachable, "file://" + filepath.Dir(file): Unreachable,
	} {
		text, err := fetchScript(t.Context(), address)
		fault, _ := errors.AsType[*ScriptError](err)
		if want == "" && (err != nil || text != "function") || want != "" && (fault == nil || fault.Fault != want) {
			t.Errorf("%s: %q, %v", address, text, err)
		}
	}
}

func TestDesktops(t *testing.T) {
	const gnome = `org.gnome.system.proxy autoconfig-url 'http://acme.example/proxy.pac'
org.gnome.system.proxy ignore-hosts ['localhost', '127.0.0.0/8', '::1', '*.intra.example']
org.gnome.system.proxy mode '%MODE%'
org.gnome.system.proxy use-same-proxy true
org.gnome.system.proxy.http host 'web.acme.example'
org.gnome.system.proxy.http port 8080
org.gnome.system.proxy.https host '%HOST%'
org.gnome.system.proxy.https port 3128
org.gnome.system.proxy.socks host ''
org.gnome.system.proxy.socks port 0
`
	in := func(mode, host string) string {
		return strings.NewReplacer("%MODE%", mode, "%HOST%", host).Replace(gnome)
	}
	ignored := exceptions{hosts: []string{"localhost", "127.0.0.0/8", "::1", "*.intra.example"}, below: true}
	env := func(name string) string {
		return map[string]string{"MY_PROXY": "http://env.example:1", "MY_NO": "a.example,b.example"}[name]
	}
	const kde = "[Other]\nProxyType=1\n[Proxy Settings]\nNoProxyFor=intra.example, 10.0.0.0/8\nProxy Config Script=file:///etc/proxy.pac\n"
	for name, c := range map[string]struct{ got, want Configured }{
		"GNOME, none":          {readGNOME(in("none", "proxy.acme.example")), Configured{Named: "GNOME", Except: ignored}},
		"GNOME, manual":        {readGNOME(in("manual", "proxy.acme.example")), Configured{Named: "GNOME", Proxy: "http://proxy.acme.example:3128", Except: ignored}},
		"GNOME, one for all":   {readGNOME(in("manual", "")), Configured{Named: "GNOME", Proxy: "http://web.acme.example:8080", Except: ignored}},
		"GNOME, script":        {readGNOME(in("auto", "")), Configured{Named: "GNOME", Script: "http://acme.example/proxy.pac", Except: ignored}},
		"GNOME, no exceptions": {readGNOME("org.gnome.system.proxy ignore-hosts @as []\n"), Configured{Named: "GNOME", Except: exceptions{below: true}}},
		"GNOME, not there":     {readGNOME(""), Configured{Named: "GNOME", Except: exceptions{below: true}}},
		"KDE, manual":          {readKDE(kde+"ProxyType=1\nhttpsProxy[$e]=http://proxy.acme.example 3128\n", env), Configured{Named: "KDE", Proxy: "http://proxy.acme.example:3128", Except: exceptions{hosts: []string{"intra.example", "10.0.0.0/8"}, below: true}}},
		"KDE, script":          {readKDE(kde+"ProxyType=2\n", env), Configured{Named: "KDE", Script: "file:///etc/proxy.pac", Except: exceptions{hosts: []string{"intra.example", "10.0.0.0/8"}, below: true}}},
		"KDE, looks for one":   {readKDE("[Proxy Settings]\nProxyType=3\n", env), Configured{Named: "KDE", Detects: true, Except: exceptions{below: true}}},
		"KDE, variables":       {readKDE("[Proxy Settings]\nProxyType=4\nhttpsProxy=MY_PROXY\nNoProxyFor=MY_NO\n", env), Configured{Named: "KDE", Proxy: "http://env.example:1", Except: exceptions{hosts: []string{"a.example", "b.example"}, below: true}}},
		"macOS": {readMacOS("<dictionary> {\n  ExceptionsList : <array> {\n    0 : *.local\n    1 : 169.254/16\n  }\n  ExcludeSimpleHostnames : 1\n  HTTPSEnable : 1\n  HTTPSPort : 3128\n  HTTPSProxy : proxy.acme.example\n  ProxyAutoConfigEnable : 1\n  ProxyAutoConfigURLString : https://acme.example/proxy.pac\n}\n"),
			Configured{Named: "macOS", Proxy: "http://proxy.acme.example:3128", Script: "https://acme.example/proxy.pac", Except: exceptions{hosts: []string{"*.local", "169.254/16"}, simple: true}}},
		"macOS, off": {readMacOS("<dictionary> {\n  HTTPSEnable : 0\n  HTTPSPort : 3128\n  HTTPSProxy : proxy.acme.example\n}\n"), Configured{Named: "macOS"}},
		"Windows":    {Configured{Proxy: windowsProxy(map[string]string{"http": "a:1", "https": "b:2"})}, Configured{Proxy: "b:2"}},
	} {
		if diff := cmp.Diff(c.want, c.got, cmp.AllowUnexported(exceptions{}), cmp.Transformer("empty", func(s []string) []string { return append([]string{}, s...) })); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestExceptions(t *testing.T) {
	for _, c := range []struct {
		e    exceptions
		host string
		want bool
	}{
		{exceptions{hosts: []string{"acme.example"}}, "login.acme.example", false},
		{exceptions{hosts: []string{"acme.example"}, below: true}, "login.acme.example", true},
		{exceptions{hosts: []string{"acme.example"}, below: true}, "notacme.example", false},
		{exceptions{hosts: []string{"*.acme.example"}}, "login.acme.example", true},
		{exceptions{hosts: []string{"*.acme.example"}}, "acme.example", false},
		{exceptions{hosts: []string{"10.*"}}, "10.1.2.3", true},
		{exceptions{hosts: []string{"10.0.0.0/8"}}, "10.1.2.3", true},
		{exceptions{hosts: []string{"[::1]"}}, "::1", true},
		{exceptions{hosts: []string{"LOGIN.acme.example"}}, "login.ACME.example.", true},
		{exceptions{simple: true}, "intranet", true},
		{exceptions{simple: true}, "login.acme.example", false},
		{exceptions{hosts: []string{"*"}}, "login.acme.example", true},
		{exceptions{hosts: []string{"", "*", "."}, below: true}, "x", true},
		{exceptions{hosts: []string{"", "."}, below: true}, "login.acme.example", false},
		{exceptions{hosts: []string{"acme.example"}, below: true, others: true}, "login.acme.example", false},
		{exceptions{hosts: []string{"acme.example"}, below: true, others: true}, "globex.example", true},
	} {
		if got := c.e.match(c.host); got != c.want {
			t.Errorf("%+v, %s: %v", c.e, c.host, got)
		}
	}
}
