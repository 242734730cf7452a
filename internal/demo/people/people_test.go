package people

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"latchkey/internal/clock/clocktest"
)

func newDirectory(t *testing.T) (*Directory, *clocktest.Clock, string) {
	t.Helper()
	secret, err := NewTOTPSecret(nil)
	if err != nil {
		t.Fatal(err)
	}
	clk := clocktest.At(time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC))
	return NewDirectory(clk, []Person{
		{Subject: "amy", Username: "amy@acme.example", Password: "right", TOTPSecret: secret},
		{Subject: "ben", Username: "ben@acme.example", Password: "right"},
		{Subject: "cora", Username: "cora@acme.example", Company: true},
		{Subject: "sam", Username: "sam@acme.example", Password: "right", Key: true},
	}), clk, secret
}

func TestPassword(t *testing.T) {
	d, _, _ := newDirectory(t)
	for _, c := range []struct {
		username, password string
		want               Refusal
	}{
		{"ben@acme.example", "right", ""},
		{" BEN@acme.example ", "right", ""},
		{"ben@acme.example", "right ", Wrong},
		{"ben@acme.example", "", Wrong},
		{"cora@acme.example", "", Wrong}, // has none: an empty one is not it
		{"nobody@acme.example", "right", Wrong},
		{"", "", Wrong},
	} {
		if got := d.CheckPassword(c.username, c.password).Refusal; got != c.want {
			t.Errorf("%q %q: %q, want %q", c.username, c.password, got, c.want)
		}
	}
}

// The password alone does not forgive failures of the second factor: guessing codes ends in the lock too.
func TestPasswordDoesNotForgiveCodes(t *testing.T) {
	d, _, _ := newDirectory(t)
	for range TriesBeforeLock - 1 {
		if res := d.CheckPassword("amy@acme.example", "right"); !res.OK() {
			t.Fatalf("%+v", res)
		}
		if res := d.CheckCode("amy@acme.example", "000000x"); res.Refusal != Wrong {
			t.Fatalf("%+v", res)
		}
	}
	if res := d.CheckCode("amy@acme.example", "000000x"); res.Refusal != Locked {
		t.Errorf("%+v", res)
	}
}

func TestSecurityKeyForgives(t *testing.T) {
	d, _, _ := newDirectory(t)
	d.CheckPassword("sam@acme.example", "wrong")
	if left := d.CheckPassword("sam@acme.example", "right").AttemptsLeft; left != TriesBeforeLock-1 {
		t.Errorf("%d left after the password", left)
	}
	d.Succeeded("sam@acme.example")
	if left := d.CheckPassword("sam@acme.example", "right").AttemptsLeft; left != TriesBeforeLock {
		t.Errorf("%d left after the key", left)
	}
}

// A step is good once, and so are those before it (RFC 6238, section 5.2).
func TestCodesAreGoodOnce(t *testing.T) {
	d, clk, secret := newDirectory(t)
	next := CodeAt(secret, clk.Now().Add(TOTPPeriod))
	if res := d.CheckCode("amy@acme.example", next); !res.OK() {
		t.Fatalf("%+v", res)
	}
	for _, at := range []time.Duration{0, TOTPPeriod} {
		if res := d.CheckCode("amy@acme.example", CodeAt(secret, clk.Now().Add(at))); res.Refusal != Used {
			t.Errorf("%v later: %+v", at, res)
		}
	}
	d.ForgetUsedCodes("amy@acme.example")
	if res := d.CheckCode("amy@acme.example", next); !res.OK() {
		t.Errorf("%+v", res)
	}
}

func TestLock(t *testing.T) {
	d, clk, _ := newDirectory(t)
	d.Lock("ben@acme.example", LockTime)
	res := d.CheckPassword("ben@acme.example", "right")
	if res.Refusal != Locked || !res.Until.Equal(clk.Now().Add(LockTime)) || !strings.Contains(res.Words("x"), "locked until") {
		t.Errorf("%+v", res)
	}
	d.Lock("ben@acme.example", 0)
	if res := d.CheckPassword("ben@acme.example", "right"); !res.OK() {
		t.Errorf("%+v", res)
	}
}

// Strangers cannot fill the memory with names, and still get locked while there is room.
func TestStrangersAreBounded(t *testing.T) {
	d, _, _ := newDirectory(t)
	for i := range maxUnknown + 100 {
		d.CheckPassword(fmt.Sprintf("stranger%d", i), "x")
	}
	if n := len(d.accounts); n > maxUnknown {
		t.Errorf("remembers %d names", n)
	}
	if res := d.CheckPassword("ben@acme.example", "right"); !res.OK() {
		t.Errorf("ben is kept out: %+v", res)
	}
}

func TestWords(t *testing.T) {
	for refusal, want := range map[Refusal]string{Wrong: "wrong words", Disabled: "switched off", Used: "used before"} {
		if got := (Result{Refusal: refusal}).Words("wrong words"); !strings.Contains(got, want) {
			t.Errorf("%s: %q", refusal, got)
		}
	}
}
