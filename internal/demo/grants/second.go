package grants

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"latchkey/internal/demo/fresh"
	"latchkey/internal/demo/people"
)

// factors are what is asked of somebody beside the password.
func (s *Server) factors(who people.Person) []people.Factor {
	return s.Identity.People.Factors(who.Username)
}

// begun finds the sign-in that an mfa_token stands for; without one it answers in the product's words.
func (s *Server) begun(w http.ResponseWriter, token, client string) (*talk, bool) {
	t, ok := s.find(token, client)
	switch {
	case ok:
	case s.Dialect == Auth0:
		s.fail(w, http.StatusUnauthorized, "expired_token", "mfa_token is expired")
	default:
		s.fail(w, http.StatusBadRequest, "invalid_grant", "The mfa_token is invalid or expired.")
	}
	return t, ok
}

// challenged reads the wish for a second step, and finds the sign-in that it belongs to.
func (s *Server) challenged(w http.ResponseWriter, r *http.Request) (url.Values, *talk, bool) {
	form, ok := s.form(w, r)
	if !ok {
		return nil, nil, false
	}
	s.Identity.Count("challenge")
	t, ok := s.begun(w, form.Get("mfa_token"), form.Get("client_id"))
	return form, t, ok
}

// question is what was asked of somebody beside the password.
type question struct {
	oobCode string
	method  string
	number  string // to find on the phone; empty: it only asks
	until   time.Time
}

// ask sends a code or a question for an approval. What was asked before for the same sign-in is over. A code that was sent
// a moment ago is not sent again: it is still good.
func (s *Server) ask(t *talk, method string) (question, error) {
	q := question{oobCode: fresh.Token(s.Identity.Rand), method: method}
	dir, name := s.Identity.People, t.person.Username
	var sent people.Sent
	var err error
	id := ""
	if method == people.Push {
		s.mu.Lock()
		before := t.asked
		s.mu.Unlock()
		if id, q.number, sent, err = dir.AskApproval(name, before); errors.Is(err, people.ErrTooSoon) && before != "" {
			if id, err = before, nil; !t.person.NoNumber {
				q.number = dir.Shown(name)
			}
		}
	} else if sent, err = dir.SendCode(name, method); errors.Is(err, people.ErrTooSoon) {
		err = nil
	}
	if err != nil {
		return question{}, err
	}
	q.until = sent.Until
	s.mu.Lock()
	defer s.mu.Unlock()
	t.oobCode, t.method, t.asked, t.until, t.polled = q.oobCode, method, id, q.until, time.Time{}
	s.Identity.Count("sent " + method)
	return q, nil
}

// verdict is what became of something that was asked.
type verdict int

const (
	approved verdict = iota
	pending
	tooSoon // asked again before the interval was over
	denied
	wrong // a code
	over
)

// denial is a refusal in a product's words.
type denial struct {
	status      int
	code, words string
}

// check looks what became of what was asked. A wrong code counts against the account, as a denial does.
func (s *Server) check(t *talk, oobCode, code string) (verdict, people.Result) {
	s.mu.Lock()
	now, name, method, asked := s.clock.Now(), t.person.Username, t.method, t.asked
	if oobCode == "" || t.oobCode != oobCode || !now.Before(t.until) {
		s.mu.Unlock()
		return over, people.Result{}
	}
	early := !t.polled.IsZero() && now.Sub(t.polled) < interval-time.Second
	if method == people.Push {
		t.polled = now
	}
	s.mu.Unlock()
	if method != people.Push {
		if res := s.Identity.People.CheckSent(name, method, code); !res.OK() {
			return wrong, res
		}
		return approved, people.Result{}
	}
	decision, res := s.Identity.People.Approval(name, asked)
	switch {
	case decision == people.Approved:
		return approved, res
	case decision == people.Denied:
		return denied, res
	case decision == people.RanOut:
		return over, res
	case early:
		return tooSoon, res
	}
	return pending, res
}
