package identity

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"latchkey/internal/demo/page"
	"latchkey/internal/demo/people"
)

// secondDone reports whether what is asked beside the password is proved; if not, it has drawn the page that asks.
func (s *Server) secondDone(w http.ResponseWriter, v *visitor) bool {
	l := &v.What
	at, factors := &l.second, s.People.Factors(l.person.Username)
	switch {
	case len(factors) == 0 || at.done:
		return true
	case at.method == "" && !at.choose && !l.person.Choose:
		s.beginSecond(w, v, factors[0].Method, false)
	case at.method == people.Push:
		return s.lookAtApproval(w, v)
	default:
		s.draw(w, v, "")
	}
	return false
}

// beginSecond asks by this method.
func (s *Server) beginSecond(w http.ResponseWriter, v *visitor, method string, again bool) {
	problem := ""
	switch err := s.begin(v.What.person, &v.What.second, method, again); {
	case errors.Is(err, people.ErrLocked):
		problem = s.People.CheckLock(v.What.person.Username).Words("")
	case errors.Is(err, people.ErrTooSoon):
		problem = "It was sent a moment ago. Wait half a minute before it is sent again."
	case err != nil:
		problem = "It could not be sent. Use another way."
	}
	s.draw(w, v, problem)
}

// lookAtApproval reports whether the phone approved; if not, it has drawn the page.
func (s *Server) lookAtApproval(w http.ResponseWriter, v *visitor) bool {
	l := &v.What
	decision, res := s.People.Approval(l.person.Username, l.second.approval)
	if decision == people.Approved {
		l.second.done, l.amr = true, append(l.amr, amr(people.Push))
		return true
	}
	if decision == people.Waiting {
		s.draw(w, v, "")
		return false
	}
	l.second = second{choose: true, tries: l.second.tries}
	words := "Nobody approved it in time."
	if decision == people.Denied {
		words = res.Words("It was denied on the phone.")
	}
	s.draw(w, v, words)
	return false
}

// methodWords are what the pages call the kinds of methods: on a button, as a heading, and what to do.
var methodWords = map[string]struct{ button, title, lead string }{
	people.TOTP:     {"Use the authenticator app", "Enter your code", "The phone of the demo world shows the code of the authenticator app."},
	people.SMS:      {"Send a code by text message", "Enter the code from the text message", "It was sent to "},
	people.Voice:    {"Call me", "Enter the code from the call", "We call "},
	people.Email:    {"Send a code by e-mail", "Enter the code from the e-mail", "It was sent to "},
	people.Recovery: {"Use a recovery code", "Enter a recovery code", "One of those you were given when you set this up. Each is good once."},
	people.Push:     {"Approve on my phone", "Approve on your phone", "Tap this number on "},
	people.WebAuthn: {"Use the security key", "Use your security key", "The demo world's security key is the button below."},
}

// drawSecond fills in the page that asks for the method, or for a method when there is none.
func (s *Server) drawSecond(l *login, p *page.View) {
	at := l.second
	words, sentTo := methodWords[people.Kind(at.method)], ""
	for _, f := range s.People.Factors(l.person.Username) {
		if f.Method == at.method {
			sentTo = f.SentTo
			continue
		}
		button := methodWords[people.Kind(f.Method)].button
		if f.SentTo != "" {
			button += ": " + f.SentTo
		}
		p.Choices = append(p.Choices, page.Choice{Value: f.Method, Words: button})
	}
	p.Title, p.Lead = words.title, "Hello "+l.person.Name+". "+words.lead+sentTo
	if sentTo != "" {
		p.Lead += "."
	}
	switch at.method {
	case "":
		p.Page, p.Title, p.Lead = "choose", "How do you want to prove that it is you?", "Hello "+l.person.Name+"."
	case people.Push:
		p.Page, p.Number, p.Auto = "approve", at.number, true
	case people.WebAuthn:
		p.Page, p.Key = "key", "Touch the security key"
		if s.keyring.has(l.person.Subject) {
			p.Key, p.Lead = "Use my key", "Hello "+l.person.Name+". The next page asks for the key or passkey that you set up."
		}
	default:
		p.Page, p.Resend, p.Letters = "code", !at.sent.ResendAt.IsZero(), at.method == people.Recovery
	}
}

// stepSecond takes a form of these pages in.
func (s *Server) stepSecond(w http.ResponseWriter, r *http.Request, v *visitor, step string) {
	l := &v.What
	method := r.PostFormValue("method")
	has := slices.ContainsFunc(s.People.Factors(l.person.Username), func(f people.Factor) bool { return f.Method == method })
	switch {
	case l.second.done:
		s.goOn(w, r, v)
	case step == "method" && has:
		s.beginSecond(w, v, method, false)
	case step == "resend" && l.second.method != "":
		s.beginSecond(w, v, l.second.method, true)
	case step == "code" && codeFields[people.Kind(l.second.method)] != "":
		s.takeCode(w, r, v)
	case step == "key" && l.second.method == people.WebAuthn:
		s.stepKey(w, r, v)
	default:
		s.goOn(w, r, v)
	}
}

func (s *Server) takeCode(w http.ResponseWriter, r *http.Request, v *visitor) {
	l := &v.What
	l.second.tries++
	res := s.checkCode(l.person, l.second.method, strings.Join(strings.Fields(r.PostFormValue("code")), ""))
	if res.OK() {
		l.second.done, l.amr = true, append(l.amr, amr(l.second.method))
		s.goOn(w, r, v)
		return
	}
	if l.second.tries >= maxCodeTries {
		s.desk.End(v)
		s.message(w, http.StatusUnprocessableEntity, "Too many codes", "Go back to the app and start again.")
		return
	}
	s.draw(w, v, res.Words("The code is not right."))
}
