package version_test

import (
	"regexp"
	"testing"

	"latchkey/internal/version"
)

func TestVersionIsSemantic(t *testing.T) {
	if !regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`).MatchString(version.Version) {
		t.Errorf("%q is no version", version.Version)
	}
	if got := version.Read(); got.Version != version.Version || got.Go == "" {
		t.Errorf("got %+v", got)
	}
	if got, want := version.UserAgent(), "Latchkey/"+version.Version; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestString(t *testing.T) {
	for _, c := range []struct {
		name string
		in   version.Info
		want string
	}{
		{"bare", version.Info{Version: "1.2.3"}, "1.2.3"},
		{"built from a clean tree", version.Info{Version: "1.2.3", Revision: "0123456789abcdef"}, "1.2.3 (0123456789ab)"},
		{"built from a changed tree", version.Info{Version: "1.2.3", Revision: "0123456789abcdef", Modified: true}, "1.2.3 (0123456789ab, with changes)"},
		{"short revision", version.Info{Version: "1.2.3", Revision: "01"}, "1.2.3 (01)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.in.String(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
