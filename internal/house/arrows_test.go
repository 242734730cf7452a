package house

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// floors are the storeys of the house, lowest first. A package may know packages on lower floors, its own
// sub-packages, and what roommates says of its own floor.
var floors = [][]string{
	{"internal/secret", "internal/problem", "internal/clock", "internal/version", "internal/hardening", "assets"},
	{"internal/proxy"},
	{"internal/transport"},
	{"internal/config"},
	{"internal/oauth", "internal/loopback", "internal/browser", "internal/vault", "internal/lookalike", "internal/update"},
	{"internal/session", "internal/strength"},
	{"internal/signin"},
	{"internal/diagnose"},
	{"internal/wiring"},
	{"internal/ui", "internal/terminal"},
	{"cmd/desktop", "cmd/latchkey"},
}

// aside are packages that stand beside the house: the demo world, the tests and what they lean on. Programs that
// people install know nothing of them.
var aside = []string{"internal/demo", "cmd/demo", "internal/house", "internal/e2e", "internal/scenarios", "internal/faults", "internal/bench"}

// floor returns the number of the storey that a package lives on, and false for one that stands aside.
func floor(t *testing.T, short string) (int, bool) {
	t.Helper()
	for _, a := range aside {
		if within(short, a) {
			return 0, false
		}
	}
	for n, rooms := range floors {
		for _, room := range rooms {
			if within(short, room) {
				return n, true
			}
		}
	}
	t.Errorf("%s lives on no floor: say in internal/house where it belongs", short)
	return 0, false
}

// within reports whether a package is dir or below it.
func within(short, dir string) bool { return short == dir || strings.HasPrefix(short, dir+"/") }

// room returns the package of the floors that short belongs to: "internal/ui" for "internal/ui/look".
func room(short string) string {
	parts := strings.SplitN(short, "/", 3)
	return strings.Join(parts[:min(2, len(parts))], "/")
}

// Who looks for a package finds it.
func TestListedPackagesAreThere(t *testing.T) {
	for _, short := range slices.Concat(slices.Concat(floors...), aside) {
		files, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(short), "*.go"))
		if err != nil || len(files) == 0 {
			t.Errorf("there is no package %s: %v", short, err)
		}
	}
}

func TestArrowsGoDown(t *testing.T) {
	for _, p := range packages(t, "") {
		from, inside := floor(t, p.short())
		if !inside {
			continue
		}
		for _, i := range ours(p.Imports) {
			to, ok := floor(t, i)
			switch {
			case room(i) == room(p.short()):
			case !ok:
				t.Errorf("%s knows %s, which stands beside the house", p.short(), i)
			case to >= from:
				t.Errorf("%s knows %s, which is not below it", p.short(), i)
			}
		}
	}
}

// Helpers for tests belong to tests.
func TestTestHelpersStayInTests(t *testing.T) {
	for _, p := range packages(t, "") {
		for _, i := range p.Imports {
			helper := strings.HasPrefix(i, module+"/") && strings.HasSuffix(i, "test")
			if helper && !strings.HasSuffix(p.ImportPath, "test") {
				t.Errorf("%s imports %s outside its tests", p.short(), i)
			}
			if i == "testing" && !strings.HasSuffix(p.ImportPath, "test") && !within(p.short(), "internal/e2e") {
				t.Errorf("%s imports testing outside its tests", p.short())
			}
		}
	}
}

// No identity server is inside the programs that people install, and the terminal has no window in it.
func TestProgramsHoldOnlyWhatTheyNeed(t *testing.T) {
	for program, unwanted := range map[string][]string{
		"cmd/latchkey": {"latchkey/internal/demo", "github.com/zitadel/oidc", "fyne.io/", "github.com/chromedp/", "testing"},
		"cmd/desktop":  {"latchkey/internal/demo", "github.com/zitadel/oidc", "github.com/chromedp/", "fyne.io/fyne/v2/test"},
		"cmd/demo":     {"fyne.io/", "github.com/chromedp/", "testing"},
	} {
		all := packages(t, "release,migrated_fynedo,no_metadata,no_emoji")
		at := slices.IndexFunc(all, func(p pkg) bool { return p.short() == program })
		if at < 0 {
			t.Errorf("there is no %s", program)
			continue
		}
		for _, d := range all[at].Deps {
			for _, u := range unwanted {
				if d == u || strings.HasPrefix(d, strings.TrimSuffix(u, "/")+"/") {
					t.Errorf("%s holds %s", program, d)
				}
			}
		}
	}
}

// Each of these libraries has one place that knows it, which closes the library's gaps for all others.
func TestLibrariesHaveOnePlace(t *testing.T) {
	places := map[string][]string{
		"golang.org/x/oauth2":             {"internal/oauth", "internal/demo"},
		"github.com/coreos/go-oidc/v3":    {"internal/oauth", "internal/demo"},
		"github.com/zalando/go-keyring":   {"internal/vault"},
		"github.com/godbus/dbus/v5":       {"internal/vault", "internal/faults"},
		"filippo.io/age":                  {"internal/vault"},
		"github.com/gofrs/flock":          {"internal/vault"},
		"github.com/pkg/browser":          {"internal/browser"},
		"modernc.org/quickjs":             {"internal/proxy"},
		"github.com/mattn/go-ieproxy":     {"internal/proxy"},
		"github.com/pelletier/go-toml/v2": {"internal/config"},
		"github.com/zitadel/oidc/v3":      {"internal/demo"},
		"fyne.io/fyne/v2":                 {"internal/ui", "cmd/desktop", "internal/bench", "internal/scenarios"},
		"fyne.io/systray":                 {},
		"rsc.io/qr":                       {"internal/ui", "internal/terminal", "internal/demo"},
		"github.com/stretchr/testify":     {},
	}
	for _, p := range packages(t, "") {
		imports := slices.Concat(p.Imports, p.TestImports, p.XTestImports)
		for library, owners := range places {
			known := slices.ContainsFunc(imports, func(i string) bool { return within(i, library) })
			owned := slices.ContainsFunc(owners, func(o string) bool { return within(p.short(), o) })
			if known && !owned {
				t.Errorf("%s knows %s, which is for %v", p.short(), library, owners)
			}
		}
	}
}

// The window's presenters are plain Go; only views draw.
func TestPresentersDoNotDraw(t *testing.T) {
	for _, p := range packages(t, "") {
		if p.short() == "internal/ui/present" && slices.ContainsFunc(p.Deps, func(d string) bool { return within(d, "fyne.io") }) {
			t.Error("internal/ui/present draws")
		}
	}
}
