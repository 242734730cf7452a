package identity

import (
	"net/http"
	"net/url"
	"time"

	"latchkey/internal/demo/fresh"
	"latchkey/internal/demo/page"
	"latchkey/internal/demo/people"
)

// Links to choose a new password.
const (
	resetLife = 15 * time.Minute
	maxResets = 3 // of one account at a time: nobody's mailbox is flooded
)

// reset is what a link to choose a new password is for.
type reset struct {
	username string
	back     string // where the app that sent them waits; empty: not known
	ends     time.Time
}

// forgot is the page for a forgotten password. It says the same to everybody. The address takes the name along that was
// typed in the app, as username or login_hint, and in return where that app waits.
func (s *Server) forgot(w http.ResponseWriter, r *http.Request) {
	name := r.FormValue("username")
	if name == "" {
		name = r.FormValue("login_hint")
	}
	v := page.View{
		Look: s.Look, Page: "reset", Title: "Forgot your password?", Lead: "We send you a link to choose a new one.", Action: "/forgot",
		Username: name, Back: s.backTo(r.FormValue("return")),
	}
	if r.Method == http.MethodPost {
		if err := http.NewCrossOriginProtection().Check(r); err != nil {
			s.message(w, http.StatusForbidden, "This did not come from our page", "Go back to the app and start again.")
			return
		}
		s.sendReset(name, v.Back)
		v.Page, v.Title, v.Back = "", "Look into your mailbox", ""
		v.Lead = "If there is an account for this address, a message with a link is on its way. The link is good for 15 minutes. The message may be in the spam folder."
	}
	page.Show(w, http.StatusOK, v)
}

// backTo returns an address to offer a link to, when it is one of this computer at which an app of ours could wait: no
// other page can be reached from here, and nobody is sent there without a click.
func (s *Server) backTo(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return ""
	}
	for _, app := range s.Clients {
		for _, registered := range app.Redirect {
			reg, err := url.Parse(registered)
			if err == nil && app.Secret == "" && u.Scheme == "http" && u.Port() != "" && reg.Hostname() == u.Hostname() {
				return u.String()
			}
		}
	}
	return ""
}

func (s *Server) sendReset(username, back string) {
	who, ok := s.People.Find(username)
	switch {
	case !ok || who.Disabled || who.Deleted:
	case who.Password == "":
		_ = s.Mail(who.Username, "You have no password here", "Somebody, hopefully you, forgot the password for "+s.Look.Name+". This account has none: sign in the way you always do, for instance with your company's button.")
	default:
		token, ok := s.store.newReset(reset{username: who.Username, back: back})
		if !ok {
			return
		}
		s.Count("reset sent")
		if who.Invited {
			_ = s.Mail(who.Username, "Your invitation", "Welcome to "+s.Look.Name+". Your account opens when you choose a password, here and within 15 minutes:\n"+s.address("/reset/"+token))
			return
		}
		_ = s.Mail(who.Username, "Choose a new password", "Somebody, hopefully you, forgot the password for "+s.Look.Name+".\n\nChoose a new one here within 15 minutes:\n"+s.address("/reset/"+token)+"\n\nIf it was not you, do nothing: the password stays as it is.")
	}
}

func (s *storage) newReset(v reset) (token string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, open := s.Clock.Now(), 0
	for token, old := range s.resets {
		if now.After(old.ends) {
			delete(s.resets, token)
		} else if old.username == v.username {
			open++
		}
	}
	if open >= maxResets {
		return "", false
	}
	makeRoom(s.resets, func(reset) bool { return false })
	token, v.ends = fresh.Token(s.Rand), now.Add(resetLife)
	s.resets[token] = v
	return token, true
}

func (s *storage) findReset(token string) (reset, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.resets[token]
	return v, ok && s.Clock.Now().Before(v.ends)
}

// endResets ends every link of somebody: a new password is chosen.
func (s *storage) endResets(username string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for token, v := range s.resets {
		if v.username == username {
			delete(s.resets, token)
		}
	}
}

// resetPage is where the link leads. Looking does not use it up: mail scanners look.
func (s *Server) resetPage(w http.ResponseWriter, r *http.Request) {
	if err := http.NewCrossOriginProtection().Check(r); err != nil {
		s.message(w, http.StatusForbidden, "This did not come from our page", "Open the link in the message again.")
		return
	}
	token := r.PathValue("token")
	v, ok := s.store.findReset(token)
	who, known := s.People.Find(v.username)
	if !ok || !known {
		page.Show(w, http.StatusNotFound, page.View{
			Look: s.Look, Title: "This link is over", Lead: "It was used before, or it is older than 15 minutes.", Link: "/forgot", LinkText: "Send me a new one",
		})
		return
	}
	p := page.View{Look: s.Look, Action: "/reset/" + token, Lead: "for " + who.Username}
	s.passwordPage(&p, who)
	if r.Method != http.MethodPost {
		page.Show(w, http.StatusOK, p)
		return
	}
	if p.Error = s.newPassword(r, who); p.Error != "" {
		page.Show(w, http.StatusUnprocessableEntity, p)
		return
	}
	s.store.endResets(who.Username)
	s.showReset(w, who, v.back)
}

// showReset says that the password is new, and what is next.
func (s *Server) showReset(w http.ResponseWriter, who people.Person, back string) {
	p := page.View{Look: s.Look, Title: "Your password is new", Lead: "Go back to the app and sign in with it. You can close this tab.", Username: who.Username}
	if res := s.People.CheckLock(who.Username); !res.OK() {
		p.Note = res.Words("")
	}
	if u, err := url.Parse(back); err == nil && back != "" {
		u.RawQuery = url.Values{"username": {who.Username}}.Encode()
		p.Link, p.LinkText = u.String(), "Back to the app"
	}
	page.Show(w, http.StatusOK, p)
}
