package present

import (
	"strings"
	"testing"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/signin"
	"latchkey/internal/transport"
)

func TestCountdown(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0:00", time.Millisecond: "0:01", time.Second: "0:01", 59 * time.Second: "0:59", 61 * time.Second: "1:01",
		10 * time.Minute: "10:00", 61*time.Minute + 5*time.Second: "1:01:05",
	} {
		if got := Countdown(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}

func TestUntil(t *testing.T) {
	zone := time.FixedZone("there", 2*3600)
	for moment, want := range map[time.Time]string{
		morning.Add(10 * time.Hour):      "20:00",
		morning.Add(16 * time.Hour):      "Tuesday 02:00",
		morning.Add(10 * 24 * time.Hour): "3 December 10:00",
	} {
		if got := Until(moment, morning, zone); got != want {
			t.Errorf("%v: %s, want %s", moment, got, want)
		}
	}
}

func TestPulse(t *testing.T) {
	for _, test := range []struct {
		name              string
		seen              transport.Observation
		connection, clock string
		off               bool
	}{
		{"nothing", transport.Observation{}, "Not connected yet", "Clock unknown", false},
		{"fine", transport.Observation{At: morning, RoundTrip: 38 * time.Millisecond, Uncertainty: 519 * time.Millisecond}, "38 ms", "Clock exact", false},
		{"loopback", transport.Observation{At: morning, RoundTrip: 200 * time.Microsecond, Uncertainty: time.Second}, "< 1 ms", "Clock exact", false},
		{"slow", transport.Observation{At: morning, Offset: 4*time.Minute + 10*time.Second, Uncertainty: time.Second}, "< 1 ms", "Clock 4 min slow", true},
		{"fast", transport.Observation{At: morning, Offset: -9 * time.Second, Uncertainty: time.Second}, "< 1 ms", "Clock 9 s fast", false},
		{"slow, and codes still bear it", transport.Observation{At: morning, Offset: 28 * time.Second, Uncertainty: time.Second}, "< 1 ms", "Clock 28 s slow", false},
		{"slow, beyond a step", transport.Observation{At: morning, Offset: 31 * time.Second, Uncertainty: time.Second}, "< 1 ms", "Clock 31 s slow", true},
		{"days", transport.Observation{At: morning, Offset: -50 * time.Hour, Uncertainty: time.Second}, "< 1 ms", "Clock 50 h fast", true},
		{"long ago", transport.Observation{At: morning.Add(-6 * time.Minute), RoundTrip: 5 * time.Millisecond, Uncertainty: time.Second}, "Seen 07:54", "Clock exact", false},
		{"no date", transport.Observation{At: morning, RoundTrip: 5 * time.Millisecond}, "5 ms", "Clock unknown", false},
	} {
		s := newStage(t, acme)
		s.start()
		s.seen = test.seen
		s.say(signin.Working{What: signin.FindingServer}, signin.Credentials{ID: "1"})
		got := s.p.Frame().Pulse
		if got.Connection != test.connection || got.Clock != test.clock || got.ClockOff != test.off {
			t.Errorf("%s: %+v", test.name, got)
		}
	}
}

func TestPulseSaysWhenThereIsNoAnswer(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.say(signin.Trouble{Problem: problem.New(problem.TimedOut), AttemptsLeft: -1}, signin.Credentials{ID: "1"})
	if got := s.p.Frame().Pulse; !got.Lost || got.Known || got.Connection != "No answer" {
		t.Errorf("%+v", got)
	}
	s.p.Submit("amy@acme.example", "secret")
	if got := s.p.Frame().Pulse; got.Lost {
		t.Errorf("%+v", got)
	}
}

func TestHostOf(t *testing.T) {
	for want, o := range map[string]config.Organization{
		"login.acme.example":    acme,
		"login.euw2.pure.cloud": globex,
		"127.0.0.1:4100":        {Region: "euw2", Endpoints: config.Endpoints{Login: "http://127.0.0.1:4100", API: "http://127.0.0.1:4101"}},
		"a.example":             {Endpoints: config.Endpoints{Authorization: "https://a.example/authorize", Token: "https://b.example/token"}},
		"":                      {},
	} {
		if got := HostOf(o); got != want {
			t.Errorf("%+v: %q, want %q", o, got, want)
		}
	}
}

// Whatever the code, the panel has words, and its button does something.
func TestEveryProblemCanBeShown(t *testing.T) {
	for code, pr := range problem.All() {
		s := newStage(t, acme)
		s.start()
		talk := s.talk()
		s.say(signin.Credentials{ID: "1", ForgotPassword: "https://login.acme.example/forgot"})
		s.say(signin.Trouble{Problem: pr, AttemptsLeft: -1})
		f := s.p.Frame()
		if code == problem.GivenUp {
			continue
		}
		if f.Problem == nil || f.Problem.Title != pr.Title || f.Problem.Code != string(code) {
			t.Errorf("%s: %+v", code, f.Problem)
			continue
		}
		if (f.Problem.Action == NoAction) != (f.Problem.Button == "") {
			t.Errorf("%s: action %q, button %q", code, f.Problem.Action, f.Problem.Button)
		}
		if f.Focus == FocusNone || f.Focus == FocusMain {
			t.Errorf("%s: focus %q", code, f.Focus)
		}
		talk.end()
		s.p.Act()
	}
}

func TestProblemCanBeCopied(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.say(signin.Trouble{Problem: problem.New(problem.CredentialsRefused), AttemptsLeft: -1})
	s.p.CopyProblem()
	for _, want := range []string{"The e-mail or password is not right.", "Code: credentials-refused", "Server: login.acme.example", "Time: 2026-11-23 08:00:00", "Latchkey: 9.9.9"} {
		if !strings.Contains(s.clipboard.text, want) {
			t.Errorf("%q is missing in %q", want, s.clipboard.text)
		}
	}
	if !s.p.Frame().Problem.Copied {
		t.Error("it does not say so")
	}
}

// Where a code goes is told in a sentence that reads well, with and without the place.
func TestCodeWords(t *testing.T) {
	for _, c := range []struct{ method, to, want string }{
		{"sms", "+49 ••• 42", "It was sent as a text message to +49 ••• 42."},
		{"email", "", "It was sent by e-mail."},
		{signin.Voice, "+49 ••• 71", "You get a call at +49 ••• 71 that reads it out."},
		{signin.Voice, "", "You get a call that reads it out."},
		{"totp", "", "From your authenticator app."},
	} {
		if _, got := codeWords(c.method, c.to); got != c.want {
			t.Errorf("%s to %q: %q, want %q", c.method, c.to, got, c.want)
		}
	}
}
