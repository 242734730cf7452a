package strength

import (
	"testing"

	"latchkey/assets"
)

func TestListsAreThere(t *testing.T) {
	all := unpack(assets.CommonWords)
	if len(all) < 60_000 {
		t.Fatalf("%d words", len(all))
	}
	for text, leaked := range map[string]bool{"123456": true, "password": true, "keyboard": true, "müller": false, "harmony": true} {
		if e, ok := all[text]; !ok || e.leaked != leaked || e.rank < 1 {
			t.Errorf("%s: %+v, there: %v", text, e, ok)
		}
	}
	if damaged := unpack(assets.CommonWords[:1000]); len(damaged) != 0 {
		t.Errorf("half a list has %d words", len(damaged))
	}
}

// What is made of a password is wiped with it.
func TestCopiesAreWiped(t *testing.T) {
	e := newEstimate([]rune("Secret Words 12"), lists(), nil)
	e.guesses()
	low, lower := e.low, e.lower
	e.wipe()
	for i := range low {
		if low[i] != 0 || lower[i] != 0 {
			t.Fatal("something is left")
		}
	}
}

func BenchmarkUnpack(b *testing.B) {
	for b.Loop() {
		unpack(assets.CommonWords)
	}
}
