package session_test

import (
	"net/url"
	"strings"
	"testing"

	"latchkey/internal/session"
)

func TestNotMeEndsAndTells(t *testing.T) {
	w := newWorld(t)
	m := w.process()
	s := w.signIn(m, true)
	s.Last = session.LastSignIn{At: noon.Add(-3600e9), How: "browser", From: "192.0.2.7"}
	token, err := m.Token(t.Context(), "", 0)
	if err != nil {
		t.Fatal(err)
	}
	msg, done := m.NotMe(t.Context(), s)
	if len(done) != 1 || done[0].Err != nil {
		t.Fatalf("ended: %+v", done)
	}
	for _, fact := range []string{s.Username, s.Host, "2026-11-23 11:00:00 UTC", "browser", "192.0.2.7", "2026-11-23 12:00:00 UTC", "the server was told"} {
		if !strings.Contains(msg.Text, fact) {
			t.Errorf("nothing of %q in\n%s", fact, msg.Text)
		}
	}
	if strings.Contains(msg.Text, token.Access.Reveal()) {
		t.Error("a token is in the message")
	}
	if list, err := w.process().List(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("still signed in: %+v, %v", list, err)
	}
}

func TestMailTo(t *testing.T) {
	msg := session.Message{Subject: "A & B?\r\nBcc: x@evil.example", Text: "Line 1 + 100 %\nName: Ä#\n"}
	for contact, ok := range map[string]bool{
		"it@acme.example": true, "https://help.acme.example/new": true, "it+desk@acme.example": true,
		"": false, "it@acme.example?bcc=x@evil.example": false, "javascript:alert(1)": false, "file:///etc/passwd": false, "IT <it@acme.example>": false,
		"http://help.acme.example": false, "javascript://x": false,
	} {
		address, got := msg.MailTo(contact)
		if got != ok {
			t.Errorf("%s: %q, %v", contact, address, got)
			continue
		}
		if !ok || strings.HasPrefix(contact, "https") {
			continue
		}
		u, err := url.Parse(address)
		if err != nil || u.Scheme != "mailto" || strings.Contains(address, "+1") || strings.ContainsAny(address, " \r\n") {
			t.Errorf("%s: %s, %v", contact, address, err)
			continue
		}
		q := u.Query()
		if len(q) != 2 || q.Get("subject") == "" || q.Get("body") != strings.ReplaceAll(msg.Text, "\n", "\r\n") {
			t.Errorf("%s: %v", contact, q)
		}
	}
	msg.Text = strings.Repeat("Many words that make it long.\n", 500)
	if address, ok := msg.MailTo("it@acme.example"); !ok || len(address) > 2000 {
		t.Errorf("a long message makes %d bytes", len(address))
	}
}
