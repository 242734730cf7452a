package present

import (
	"testing"

	"latchkey/internal/signin"
)

// What looks mistyped is told when the field was left, and taken at one press; the agent goes on where something is missing.
func TestTheAddressThatWasMeantIsTaken(t *testing.T) {
	for _, test := range []struct {
		name, typed, meant string
		step               signin.Step
		focus              Focus
	}{
		{"a password is next", "amy@gmial.com", "amy@gmail.com", signin.Credentials{ID: "1"}, FocusPassword},
		{"the browser is next", "amy@gmial.com", "amy@gmail.com", signin.Choose{ID: "1", Methods: []string{"browser"}}, FocusMain},
		{"nothing looks mistyped", "amy@acme.example", "", signin.Credentials{ID: "1"}, FocusUsername},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newStage(t, acme)
			s.start()
			s.say(test.step)
			s.p.Username(test.typed)
			if form := shown[SignIn](s); form.Meant != "" {
				t.Errorf("told while it is typed: %q", form.Meant)
			}
			s.p.UsernameLeft()
			if form := shown[SignIn](s); form.Meant != test.meant {
				t.Fatalf("told: %q, want %q", form.Meant, test.meant)
			}
			s.p.focus(FocusUsername)
			s.p.TakeMeant()
			want := test.typed
			if test.meant != "" {
				want = test.meant
			}
			if form := s.p.form.screen(s.p); form.Username != want || form.Meant != "" || s.p.Frame().Focus != test.focus {
				t.Errorf("got %+v, focus %s; want %s, focus %s", form, s.p.Frame().Focus, want, test.focus)
			}
			if said := s.talk().said(); len(said) > 0 {
				t.Errorf("sent %v", said)
			}
		})
	}
}

// While an attempt is under way, its address stays what was sent.
func TestTheAddressThatWasMeantIsNotTakenUnderWay(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.say(signin.Credentials{ID: "1"})
	s.p.Username("amy@gmial.com")
	s.p.UsernameLeft()
	s.p.Submit("amy@gmial.com", "secret")
	s.p.TakeMeant()
	if form := shown[SignIn](s); form.Username != "amy@gmial.com" {
		t.Errorf("got %+v", form)
	}
}
