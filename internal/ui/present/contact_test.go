package present

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

func TestAddressIsCopiedForIT(t *testing.T) {
	s := newStage(t, withContact("it@acme.example"))
	var to, body string
	s.refuse(signin.Trouble{Problem: problem.New(problem.AddressRefused, problem.Because("The server sees this computer as 203.0.113.7.")), AttemptsLeft: -1})
	s.p.Act()
	if got := s.clipboard.text; !strings.Contains(got, "203.0.113.7") || !strings.Contains(got, "address-refused") || !s.p.Frame().Problem.Copied {
		t.Errorf("copied %q", got)
	}
	mailed := make(chan struct{}, 2)
	s.p.parts.Mail = func(_ context.Context, address, _, text string) error {
		to, body = address, text
		mailed <- struct{}{}
		return nil
	}
	s.p.ActBesides()
	<-mailed
	if to != "it@acme.example" || !strings.Contains(body, "203.0.113.7") || strings.Contains(body, "secret") {
		t.Errorf("to %q: %q", to, body)
	}
}

// What a button could not do is told beside the problem that keeps the agent out, never in its place.
func TestMailProgramThatDoesNotOpen(t *testing.T) {
	s := newStage(t, withContact("it@acme.example"))
	s.clipboard.text = "the agent's own"
	s.refuse(signin.Trouble{Problem: problem.New(problem.AccountLocked), AttemptsLeft: -1, Until: morning.Add(5 * time.Minute)})
	before := s.p.Frame().Problem
	s.p.parts.Mail = func(context.Context, string, string, string) error { return errors.New("none") }
	s.p.Act()
	s.until("words", func(f Frame) bool { return f.Problem != nil && f.Problem.Aside != "" })
	got := s.p.Frame().Problem
	if got.Code != string(problem.AccountLocked) || got.Mark != before.Mark || got.Title != before.Title || !strings.Contains(got.Aside, "No mail program opened.") || !strings.Contains(got.Aside, "it@acme.example") {
		t.Errorf("got %+v", got)
	}
	if got.Button != "Copy for IT" || s.clipboard.text != "the agent's own" {
		t.Errorf("button %q, clipboard %q", got.Button, s.clipboard.text)
	}
	s.pass(48 * time.Second)
	s.p.Act()
	if got := s.p.Frame().Problem; got.Left != "4:12" || !got.Copied || got.Aside == "" || !strings.Contains(s.clipboard.text, "account-locked") {
		t.Errorf("got %+v, copied %q", got, s.clipboard.text)
	}
}

func TestMailBesidesThatDoesNotOpen(t *testing.T) {
	s := newStage(t, withContact("it@acme.example"))
	s.refuse(signin.Trouble{Problem: problem.New(problem.AddressRefused), AttemptsLeft: -1})
	s.p.parts.Mail = func(context.Context, string, string, string) error { return errors.New("none") }
	s.p.ActBesides()
	s.until("words", func(f Frame) bool { return f.Problem != nil && f.Problem.Aside != "" })
	if got := s.p.Frame().Problem; got.Code != string(problem.AddressRefused) || got.Action != CopyIT || got.Besides != NoAction {
		t.Errorf("got %+v", got)
	}
}

// The page opens, and the clipboard is the agent's until they copy.
func TestPageOfITIsOpened(t *testing.T) {
	s := newStage(t, withContact("https://it.acme.example/help"))
	s.clipboard.text = "the agent's own"
	s.refuse(signin.Trouble{Problem: problem.New(problem.AccountDisabled), AttemptsLeft: -1})
	s.p.Act()
	s.until("the page", func(Frame) bool { return len(s.addresses()) > 0 })
	if got := s.addresses()[0]; got != "https://it.acme.example/help" {
		t.Errorf("opened %s", got)
	}
	s.drain()
	if s.clipboard.text != "the agent's own" || s.p.Frame().Problem.Copied {
		t.Errorf("copied %q", s.clipboard.text)
	}
	s.p.ActBesides()
	if got := s.p.Frame().Problem; got.BesidesButton != "Copy for IT" || !got.Copied || !strings.Contains(s.clipboard.text, "account-disabled") {
		t.Errorf("got %+v, copied %q", got, s.clipboard.text)
	}
}

func TestPageOfITThatDoesNotOpen(t *testing.T) {
	s := newStage(t, withContact("https://it.acme.example/help"))
	s.refuse(signin.Trouble{Problem: problem.New(problem.AccountLocked), AttemptsLeft: -1, Until: morning.Add(5 * time.Minute)})
	s.cannot = problem.New(problem.BrowserNotOpened)
	s.p.Act()
	s.until("words", func(f Frame) bool { return f.Problem != nil && f.Problem.Aside != "" })
	if got := s.p.Frame().Problem; got.Code != string(problem.AccountLocked) || got.Left != "5:00" || got.Action != CopyLink || got.Besides != Unlocked {
		t.Errorf("got %+v", got)
	}
	s.p.Act()
	if s.clipboard.text != "https://it.acme.example/help" || !s.p.Frame().Problem.LinkCopied {
		t.Errorf("copied %q", s.clipboard.text)
	}
}

// A desktop that takes its time is seen to be at work, and is asked once; what could be done is there again afterwards.
func TestWritingToITIsSeen(t *testing.T) {
	for contact, words := range map[string]string{"it@acme.example": "Write to IT", "https://it.acme.example/help": "Open IT's page"} {
		t.Run(words, func(t *testing.T) {
			s := newStage(t, withContact(contact))
			s.refuse(signin.Trouble{Problem: problem.New(problem.AccountDisabled), AttemptsLeft: -1})
			opens, asked := make(chan error), make(chan struct{}, 9)
			hang := func() error { asked <- struct{}{}; return <-opens }
			s.p.parts.Mail = func(context.Context, string, string, string) error { return hang() }
			s.p.parts.Open = func(context.Context, string) error { return hang() }
			for range 3 {
				s.p.Act()
				if got := s.p.Frame().Problem.Button; got != "Opening …" {
					t.Errorf("button %q", got)
				}
			}
			opens <- nil
			s.until("the end", func(f Frame) bool { return f.Problem.Button == words })
			if got := s.p.Frame().Problem; len(asked) != 1 || got.Aside != "" || got.Code != string(problem.AccountDisabled) {
				t.Errorf("asked %d times; %+v", len(asked), got)
			}
		})
	}
}
