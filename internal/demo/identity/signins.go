package identity

import (
	"net"
	"net/http"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"

	"latchkey/internal/demo/people"
)

// remember remembers a sign-in and returns the one before. Somebody who signs in as never before gets a message.
func (s *storage) remember(p proof) people.SignIn {
	last, fresh := s.People.SignedIn(p.subject, p.how, p.from)
	if who, ok := s.People.BySubject(p.subject); ok && fresh {
		_ = s.Mail(who.Username, "A new sign-in", "Your account at "+s.Look.Name+" was signed in to at "+s.Clock.Now().UTC().Format("15:04 on 2 January 2006 MST")+
			" in a way that is new: "+p.how+", from "+p.from+".\n\nIf it was not you, choose a new password and tell your IT: "+s.Issuer+"/forgot")
	}
	return last
}

// tellLast adds the claims about the sign-in before this one.
func tellLast(u *oidc.UserInfo, last people.SignIn) {
	if last.At.IsZero() {
		return
	}
	u.AppendClaims("last_login", last.At.UTC().Format(time.RFC3339))
	u.AppendClaims("last_login_method", last.How)
	if last.From != "" {
		u.AppendClaims("last_login_ip", last.From)
	}
}

// hostOf returns the address that a request came from.
func hostOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	return host
}
