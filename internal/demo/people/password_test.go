package people

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNewPasswords(t *testing.T) {
	d, _, _ := newDirectory(t)
	const ben = "ben@acme.example"
	for _, c := range []struct {
		password string
		want     Refusal
		words    string
	}{
		{"right", Reused, "last 5"},
		{"Short-1", Weak, "needs 12"},
		{strings.Repeat("Grüße-7 ", 51), Weak, "400 are the most"},
		{"all small letters", Weak, "a capital letter and a digit"},
		{"NoDigitHere!!", Weak, "a digit"},
		{"Ben@Acme.Example-1", Weak, "your name"},
		{"Password1234!", Known, "breach"},
		{strings.Repeat("Grüße-7 ", 50), "", ""},
		{" 林さんの Key 7", Weak, "needs 12"},
		{" 林さんの Key 7 ", "", ""},
	} {
		why, words := d.SetPassword(" BEN@acme.example", c.password)
		if why != c.want || !strings.Contains(words, c.words) || (why == "") != (words == "") {
			t.Errorf("%q: %q %q, want %q", c.password, why, words, c.want)
		}
		if taken := d.CheckPassword(ben, c.password).OK(); taken != (c.want == "" || c.want == Reused) {
			t.Errorf("%q: works: %v", c.password, taken)
		}
		d.Lock(ben, 0)
	}
	if why, _ := d.SetPassword("nobody", "Long-enough-1-really"); why != Wrong {
		t.Errorf("%q", why)
	}
}

// The newest five cannot be chosen again, the one in use included; the sixth can.
func TestPasswordHistory(t *testing.T) {
	d, _, _ := newDirectory(t)
	const ben = "ben@acme.example"
	name := func(i int) string { return "Quiet-harbour-" + string(rune('1'+i)) }
	for i := range 6 {
		if why, words := d.SetPassword(ben, name(i)); why != "" {
			t.Fatalf("%d: %s %s", i, why, words)
		}
	}
	for i := 5; i > 0; i-- {
		if why, _ := d.SetPassword(ben, name(i)); why != Reused {
			t.Errorf("%d can be used again: %q", i, why)
		}
	}
	if why, words := d.SetPassword(ben, name(0)); why != "" {
		t.Errorf("%s %s", why, words)
	}
}

func TestNewPasswordDoesNotOpenALock(t *testing.T) {
	d, _, _ := newDirectory(t)
	const ben = "ben@acme.example"
	d.Lock(ben, LockTime)
	if why, words := d.SetPassword(ben, "Quiet-harbour-1"); why != "" {
		t.Fatal(words)
	}
	if res := d.CheckPassword(ben, "Quiet-harbour-1"); res.Refusal != Locked {
		t.Errorf("%+v", res)
	}
}

// A wrong password and a name that nobody has are the same work, and the same answers up to the lock.
func TestMF15UnknownNamesAreAsMuchWork(t *testing.T) {
	type try struct {
		Compared int
		Result   Result
	}
	tries := func(username string) (all []try) {
		d, _, _ := newDirectory(t)
		compared := 0
		d.equal = func(a, b string) bool { compared++; return equal(a, b) }
		for range TriesBeforeLock + 1 {
			result := d.CheckPassword(username, "wrong")
			all = append(all, try{compared, result})
		}
		return all
	}
	known := tries("ben@acme.example")
	if known[0].Compared != 1 {
		t.Errorf("compared %d times", known[0].Compared)
	}
	if diff := cmp.Diff(known, tries("nobody@acme.example")); diff != "" {
		t.Error(diff)
	}
}
