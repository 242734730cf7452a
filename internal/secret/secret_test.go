package secret_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"latchkey/internal/secret"
)

const canary = "canary-9f2c41"

func TestRD05NothingPrintsASecret(t *testing.T) {
	type holder struct {
		Plain   secret.Text
		Pointer *secret.Text
		private secret.Text
		List    []secret.Text
		Map     map[string]secret.Text
	}
	s := secret.New(canary)
	h := holder{s, &s, s, []secret.Text{s}, map[string]secret.Text{"k": s}}

	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%p", "%T"} {
		for _, value := range []any{s, &s, h, &h} {
			hides(t, verb, fmt.Sprintf(verb, value))
		}
	}
	encoded, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	hides(t, "json", string(encoded))

	var out bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewJSONHandler(&out, nil), slog.NewTextHandler(&out, nil)} {
		slog.New(handler).Info("x", "secret", s, "holder", h, "pointer", &h)
	}
	hides(t, "slog", out.String())

	var stored bytes.Buffer
	if err := gob.NewEncoder(&stored).Encode(s); err == nil {
		t.Error("gob encoded a secret")
	}
	hides(t, "gob", stored.String())
}

func hides(t *testing.T, how, got string) {
	t.Helper()
	hex := fmt.Sprintf("%x", canary)
	for _, form := range []string{canary, hex, strings.ToUpper(hex)} {
		if strings.Contains(got, form) {
			t.Errorf("%s shows the secret: %s", how, got)
		}
	}
}

func TestWipeReachesEveryCopy(t *testing.T) {
	raw := []byte(canary)
	a := secret.FromBytes(raw)
	b := a
	a.Wipe()
	if !b.Empty() || b.Reveal() != "" {
		t.Errorf("a copy still holds %q", b.Reveal())
	}
	if !bytes.Equal(raw, make([]byte, len(canary))) {
		t.Error("the bytes were not overwritten")
	}
}

func TestEqual(t *testing.T) {
	a, b, empty := secret.New("a"), secret.New("b"), secret.Text{}
	for _, c := range []struct {
		x, y secret.Text
		want bool
	}{{a, a, true}, {a, secret.New("a"), true}, {a, b, false}, {a, empty, false}, {empty, empty, true}, {empty, a, false}} {
		if got := c.x.Equal(c.y); got != c.want {
			t.Errorf("%q = %q: got %v", c.x.Reveal(), c.y.Reveal(), got)
		}
		if got := c.x.EqualString(c.y.Reveal()); got != c.want {
			t.Errorf("%q = %q as a string: got %v", c.x.Reveal(), c.y.Reveal(), got)
		}
	}
}

func TestDecodesFromJSON(t *testing.T) {
	var v struct{ Password secret.Text }
	if err := json.Unmarshal([]byte(`{"Password":" p\u00e9w "}`), &v); err != nil {
		t.Fatal(err)
	}
	if got := v.Password.Reveal(); got != " péw " {
		t.Errorf("got %q", got)
	}
}

func TestWipeAll(t *testing.T) {
	first, second := secret.New("canary"), secret.New("canary")
	secret.WipeAll(map[string]secret.Text{"password": first, "code": second})
	if !first.Empty() || !second.Empty() {
		t.Error("something is left")
	}
}
