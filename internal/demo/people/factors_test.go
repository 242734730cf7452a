package people

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/clock/clocktest"
)

// postbox keeps what was sent last.
type postbox struct {
	method, code string
	fails        bool
}

func (p *postbox) send(_ Person, method, code string) error {
	if p.fails {
		return errors.New("no network")
	}
	p.method, p.code = method, code
	return nil
}

const vic = "vic@acme.example"

func newFactors(t *testing.T) (*Directory, *clocktest.Clock, *postbox) {
	t.Helper()
	secret, err := NewTOTPSecret(nil)
	if err != nil {
		t.Fatal(err)
	}
	clk, post := clocktest.At(time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)), &postbox{}
	d := NewDirectory(clk, []Person{{
		Subject: "vic", Username: vic, Password: "right", Device: "Vic's phone", TOTPSecret: secret,
		Number: "+49 151 5550142", Calls: true, MailCodes: true, Key: true, Recovery: true,
	}, {Subject: "ben", Username: "ben@acme.example", Password: "right", Recovery: true}})
	d.Send = post.send
	return d, clk, post
}

func TestFactors(t *testing.T) {
	d, _, _ := newFactors(t)
	want := []Factor{{Push, "Vic's phone"}, {TOTP, ""}, {SMS, "+49 ••• 42"}, {Voice, "+49 ••• 42"}, {Email, "v•••@acme.example"}, {WebAuthn, ""}, {Recovery, ""}}
	if diff := cmp.Diff(want, d.Factors(vic)); diff != "" {
		t.Error(diff)
	}
	for _, name := range []string{"ben@acme.example", "nobody"} { // recovery codes alone are no second factor
		if got := d.Factors(name); len(got) != 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestSentCodes(t *testing.T) {
	d, clk, post := newFactors(t)
	send := func(want error) Sent {
		t.Helper()
		sent, err := d.SendCode(vic, SMS)
		if !errors.Is(err, want) {
			t.Fatalf("%v, want %v", err, want)
		}
		return sent
	}
	check := func(code string, want Refusal) {
		t.Helper()
		if got := d.CheckSent(vic, SMS, code); got.Refusal != want {
			t.Errorf("%q, want %q", got.Refusal, want)
		}
	}
	check("", Wrong) // none was sent
	sent := send(nil)
	if first := clk.Now(); !sent.ResendAt.Equal(first.Add(30*time.Second)) || !sent.Until.Equal(first.Add(10*time.Minute)) || len(post.code) != 6 {
		t.Errorf("%+v %+v", sent, post)
	}
	old := post.code
	clk.Advance(29 * time.Second)
	send(ErrTooSoon)
	if post.code != old {
		t.Error("it was sent again all the same")
	}
	clk.Advance(time.Second)
	send(nil)
	check(old, Expired)
	if got := d.CheckSent(vic, Email, post.code); got.Refusal != Wrong {
		t.Errorf("a code by SMS is good for e-mail: %+v", got)
	}
	check(post.code, "")
	check(post.code, Used)
	send(nil) // one that was used does not keep the next one waiting
	clk.Advance(10 * time.Minute)
	check(post.code, Expired)
	post.fails = true
	send(ErrNotSent)
	check(post.code, Wrong)
}

// Whatever the method, the sixth failure locks, and nothing is sent or asked then.
func TestAllFactorsLockTogether(t *testing.T) {
	d, _, _ := newFactors(t)
	for i, fail := range []func() Result{
		func() Result { return d.CheckPassword(vic, "wrong") },
		func() Result { return d.CheckCode(vic, "x") },
		func() Result { return d.CheckSent(vic, SMS, "x") },
		func() Result { return d.CheckSent(vic, Email, "x") },
		func() Result {
			id, _, _, err := d.AskApproval(vic, "")
			if err != nil || !d.Decide(vic, "") {
				t.Fatal(err)
			}
			_, res := d.Approval(vic, id)
			return res
		},
	} {
		if res := fail(); res.Refusal != Wrong || res.AttemptsLeft != TriesBeforeLock-1-i {
			t.Errorf("%d: %+v", i, res)
		}
	}
	if res := d.CheckRecovery(vic, "x"); res.Refusal != Locked {
		t.Errorf("%+v", res)
	}
	if res := d.CheckRecovery(vic, d.RecoveryCodes(vic)[0]); res.Refusal != Locked {
		t.Errorf("a recovery code opens a lock: %+v", res)
	}
	if _, err := d.SendCode(vic, SMS); !errors.Is(err, ErrLocked) {
		t.Error(err)
	}
	if _, _, _, err := d.AskApproval(vic, ""); !errors.Is(err, ErrLocked) {
		t.Error(err)
	}
}

func TestRecoveryCodes(t *testing.T) {
	d, _, _ := newFactors(t)
	codes := d.RecoveryCodes(vic)
	if len(codes) != 10 || len(slices.Compact(slices.Sorted(slices.Values(codes)))) != 10 {
		t.Fatalf("%v", codes)
	}
	if res := d.CheckRecovery(vic, " "+codes[3][:5]+" "+codes[3][6:]+" "); !res.OK() {
		t.Errorf("%+v", res)
	}
	if res := d.CheckRecovery(vic, codes[3]); res.Refusal != Used {
		t.Errorf("%+v", res)
	}
	if left := d.RecoveryCodes(vic); len(left) != 9 || slices.Contains(left, codes[3]) {
		t.Errorf("%v", left)
	}
}

func TestApprovals(t *testing.T) {
	d, clk, _ := newFactors(t)
	ask := func(again string) string {
		t.Helper()
		id, number, _, err := d.AskApproval(vic, again)
		if err != nil || number != d.Shown(vic) || !slices.Contains(d.Questions()[0].Choices, number) {
			t.Fatalf("%v %q %+v", err, number, d.Questions())
		}
		return id
	}
	want := func(id string, want Decision) {
		t.Helper()
		if got, _ := d.Approval(vic, id); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	id := ask("")
	want(id, Waiting)
	if _, _, _, err := d.AskApproval(vic, id); !errors.Is(err, ErrTooSoon) {
		t.Errorf("asked again at once: %v", err)
	}
	next := ask("") // by another sign-in
	want(id, RanOut)
	d.Decide(vic, d.Shown(vic))
	want(next, Approved)
	want(next, RanOut) // good once

	id = ask("")
	wrong := slices.DeleteFunc(d.Questions()[0].Choices, func(n string) bool { return n == d.Shown(vic) })[0]
	d.Decide(vic, wrong)
	want(id, Denied)
	if d.Decide(vic, "1") || len(d.Questions()) != 0 {
		t.Error("a decision can be made twice")
	}
	id = ask("")
	clk.Advance(ApprovalLife)
	want(id, RanOut)
	for range maxQuestions - 2 {
		ask("")
	}
	if _, _, sent, err := d.AskApproval(vic, ""); !errors.Is(err, ErrTooSoon) || !sent.ResendAt.After(clk.Now()) {
		t.Errorf("asked without end: %v %+v", err, sent)
	}
}
