package present

import (
	"testing"

	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

func TestCodeScreen(t *testing.T) {
	for _, test := range []struct {
		name    string
		step    signin.Code
		title   string
		explain string
		letters bool
		ways    bool
	}{
		{"totp", signin.Code{Method: "totp", Digits: 6, Others: []string{"browser"}}, "Enter your code", "From your authenticator app.", false, true},
		{"sms", signin.Code{Method: "sms", SentTo: "+49 … 12"}, "Enter your code", "It was sent as a text message to +49 … 12.", false, false},
		{"email", signin.Code{Method: "email"}, "Enter your code", "It was sent by e-mail.", false, false},
		{"hostile", signin.Code{Method: "email", SentTo: "a\x1b]0;x\a\nb"}, "Enter your code", "It was sent by e-mail to a]0;x b.", false, false},
		{"recovery", signin.Code{Method: "recovery"}, "Enter a recovery code", "One of the codes you saved when you set up two-step verification. Each works once.", true, false},
	} {
		s := newStage(t, acme)
		s.start()
		test.step.ID = "1"
		s.say(test.step)
		got := shown[Code](s)
		if got.Title != test.title || got.Letters != test.letters || got.Ways != test.ways || got.Digits != test.step.Digits {
			t.Errorf("%s: %+v", test.name, got)
		}
		if test.name != "hostile" && got.Explain != test.explain {
			t.Errorf("%s: %q", test.name, got.Explain)
		}
		for _, r := range got.Explain {
			if r < ' ' {
				t.Errorf("%s: control character in %q", test.name, got.Explain)
			}
		}
		if s.p.Frame().Focus != FocusCode {
			t.Errorf("%s: focus %s", test.name, s.p.Frame().Focus)
		}
	}
}

func TestMF49ACodeIsSentOnce(t *testing.T) {
	s := newStage(t, acme)
	s.toCode()
	for range 4 {
		s.p.SubmitCode("123456")
	}
	s.p.SubmitCode("123457") // edited meanwhile
	said := s.talk().said()
	if len(said) != 2 || said[1].ID != "2" || s.talk().codes[1] != "123456" {
		t.Fatalf("sent %+v %v", said, s.talk().codes)
	}
	if shown[Code](s).Busy.What == "" {
		t.Error("not busy")
	}
}

func TestMF40LeadingZerosAreKept(t *testing.T) {
	s := newStage(t, acme)
	s.toCode()
	s.p.SubmitCode("000123")
	if got := s.talk().codes[1]; got != "000123" {
		t.Errorf("sent %q", got)
	}
}

func TestMF41AnIncompleteCodeIsNotSent(t *testing.T) {
	s := newStage(t, acme)
	s.toCode()
	for _, code := range []string{"", "12345", "1234567"} {
		s.p.SubmitCode(code)
		if f := s.p.Frame(); f.Problem == nil || f.Problem.Code != string(problem.CodeShape) || f.Focus != FocusCode {
			t.Errorf("%q: %+v", code, f)
		}
	}
	if n := len(s.talk().said()); n != 1 {
		t.Errorf("sent %d answers", n)
	}
}

func TestMF43RefusedCodeIsAskedForAgain(t *testing.T) {
	s := newStage(t, acme)
	s.toCode()
	clear := shown[Code](s).Clear
	s.p.SubmitCode("123456")
	s.say(signin.Trouble{Problem: problem.New(problem.CodeUsed), AttemptsLeft: 2, Field: "code"},
		signin.Code{ID: "3", Method: "totp", Digits: 6, Others: []string{"browser"}})
	got, f := shown[Code](s), s.p.Frame()
	if got.Busy.What != "" || got.Clear == clear || f.Problem == nil || f.Problem.Code != string(problem.CodeUsed) || f.Focus != FocusCode {
		t.Fatalf("screen %+v, problem %+v, focus %s", got, f.Problem, f.Focus)
	}
	s.p.SubmitCode("654321")
	if said := s.talk().said(); len(said) != 3 || said[2].ID != "3" {
		t.Errorf("sent %+v", said)
	}
	if s.p.Frame().Problem != nil {
		t.Error("the old problem stays")
	}
}

func TestAnotherWayFromTheCode(t *testing.T) {
	s := newStage(t, acme)
	s.toCode()
	s.p.OtherWays()
	if got := shown[Choose](s); len(got.Ways) != 2 || got.Back != "Back" {
		t.Fatalf("got %+v", got)
	}
	s.p.Back()
	shown[Code](s)
	s.p.OtherWays()
	s.p.Use("device", "")
	s.p.Use("device", "")
	said := s.talk().said()
	if len(said) != 2 || said[1].Use != "device" || said[1].ID != "2" {
		t.Fatalf("sent %+v", said)
	}
	s.say(signin.Device{UserCode: "WDJB-MJHT", VerificationURI: "https://x.example/device"})
	shown[Device](s)
}

func TestChooseAMethod(t *testing.T) {
	s := newStage(t, acme)
	s.start()
	s.say(signin.Credentials{ID: "1"})
	s.p.Submit("amy@acme.example", "secret")
	s.say(signin.Choose{ID: "2", Methods: []string{"totp", "sms", "<b>new</b>\n"}})
	got := shown[Choose](s)
	if len(got.Ways) != 3 || got.Ways[0].Title != "Authenticator app" || got.Ways[2].Title != "<b>new</b>" {
		t.Fatalf("got %+v", got)
	}
	s.p.Use("sms", "")
	if said := s.talk().said(); said[1].Use != "sms" || said[1].ID != "2" {
		t.Errorf("sent %+v", said)
	}
}

func TestMF50ClosingInTheMiddleGivesUp(t *testing.T) {
	s := newStage(t, acme)
	s.toCode()
	s.p.Close()
	if !s.talk().cancelled {
		t.Error("the attempt goes on")
	}
}

func TestEscapeFromTheCodeIsBackAtTheForm(t *testing.T) {
	s := newStage(t, acme)
	s.toCode()
	first := s.talk()
	s.p.Back()
	if form := shown[SignIn](s); form.Username != "amy@acme.example" || !first.cancelled || s.p.Frame().Focus != FocusPassword {
		t.Errorf("form %+v", form)
	}
}

func TestSomeoneElseInTheBrowser(t *testing.T) {
	s := newStage(t, acme)
	s.toBrowser()
	s.say(signin.Confirm{ID: "5", Username: "ben@acme.example", Expected: "amy@acme.example"})
	got := shown[Choose](s)
	if len(got.Ways) != 2 || got.Ways[0].Use != "continue" || got.Ways[1].Use != "browser" || s.p.Frame().Focus != FocusNone {
		t.Fatalf("got %+v, focus %q", got, s.p.Frame().Focus)
	}
	s.p.Use("continue", "")
	said := s.talk().said()
	if last := said[len(said)-1]; last.Use != "continue" || last.ID != "5" {
		t.Errorf("sent %+v", last)
	}
}
