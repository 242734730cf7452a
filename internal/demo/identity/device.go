package identity

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/op"

	"latchkey/internal/demo/page"
)

// device is a device that waits for somebody to let it in (RFC 8628).
type device struct {
	clientID, deviceCode, userCode string
	scopes                         []string
	ends, polled                   time.Time
	interval                       time.Duration
	decided                        bool
	subject                        string // empty after a decision: denied
	amr                            []string
	authTime                       time.Time
}

// StoreDeviceAuthorization keeps a new device code. The library's idea of when it ends is on another clock.
func (s *storage) StoreDeviceAuthorization(_ context.Context, clientID, deviceCode, userCode string, _ time.Time, scopes []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	makeRoom(s.devices, func(old *device) bool { return s.Clock.Now().After(old.ends) })
	if _, taken := s.devices[userCode]; taken {
		return op.ErrDuplicateUserCode
	}
	s.devices[userCode] = &device{
		clientID: clientID, deviceCode: deviceCode, userCode: userCode, scopes: scopes,
		ends: s.Clock.Now().Add(deviceLife), interval: deviceInterval,
	}
	return nil
}

// GetDeviceAuthorizatonState answers a poll. One that comes too early is told to slow down, which the library does
// for an exceeded deadline; what was granted is given once.
func (s *storage) GetDeviceAuthorizatonState(_ context.Context, clientID, deviceCode string) (*op.DeviceAuthorizationState, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var d *device
	for _, each := range s.devices {
		if each.deviceCode == deviceCode && each.clientID == clientID {
			d = each
		}
	}
	if d == nil {
		return nil, errUnknown
	}
	now := s.Clock.Now()
	state := &op.DeviceAuthorizationState{ClientID: clientID, Scopes: d.scopes, Expires: time.Now().Add(time.Hour)}
	switch {
	case now.After(d.ends):
		state.Expires = time.Now().Add(-time.Hour)
		return state, nil
	case !d.polled.IsZero() && now.Sub(d.polled) < d.interval-time.Second:
		d.polled = now
		d.interval += deviceInterval
		return nil, context.DeadlineExceeded
	}
	d.polled = now
	if d.decided {
		delete(s.devices, d.userCode)
		state.Done, state.Denied = d.subject != "", d.subject == ""
		state.Subject, state.AMR, state.AuthTime = d.subject, d.amr, s.libraryTime(d.authTime)
	}
	return state, nil
}

// waiting returns the device with this user code.
func (s *storage) waiting(userCode string) (device, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, ok := s.devices[userCode]
	if !ok || d.decided || s.Clock.Now().After(d.ends) {
		return device{}, false
	}
	return *d, true
}

// decide lets a device in, or with an empty subject refuses it.
func (s *storage) decide(userCode, subject string, amr []string, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d, ok := s.devices[userCode]; ok && !d.decided {
		d.decided, d.subject, d.amr, d.authTime = true, subject, amr, at
	}
}

// devicePage asks for the user code. A code in the address is only filled in: whoever opened a link that somebody
// else sent has to see and confirm it (RFC 8628, section 3.3.1).
func (s *Server) devicePage(w http.ResponseWriter, r *http.Request) {
	s.drawDevice(w, http.StatusOK, normalUserCode(r.URL.Query().Get("user_code")), "")
}

func (s *Server) drawDevice(w http.ResponseWriter, status int, code, problem string) {
	page.Show(w, status, page.View{
		Look: s.Look, Page: "device", Title: "Connect a device", Lead: "Enter the code only when you started this on a device of your own.",
		Action: "/device", UserCode: code, Error: problem,
	})
}

func (s *Server) deviceCode(w http.ResponseWriter, r *http.Request) {
	if err := http.NewCrossOriginProtection().Check(r); err != nil {
		s.message(w, http.StatusForbidden, "This did not come from our page", "Go back and start again.")
		return
	}
	code := normalUserCode(r.PostFormValue("user_code"))
	d, ok := s.store.waiting(code)
	if !ok {
		s.drawDevice(w, http.StatusUnprocessableEntity, code, "This code is not known. It may have expired: the device shows a new one then.")
		return
	}
	app, _ := s.store.client(d.clientID)
	s.desk.Begin(w, r, login{device: code, app: app.Name})
}

// answerDevice ends a device login.
func (s *Server) answerDevice(w http.ResponseWriter, r *http.Request, v *visitor, allow bool) {
	l := &v.What
	s.desk.End(v)
	if !allow {
		s.store.decide(l.device, "", nil, time.Time{})
		s.message(w, http.StatusOK, "Denied", "The other device was not signed in. You can close this tab.")
		return
	}
	s.store.remember(proof{l.granted.Subject, l.amr, "device", hostOf(r)})
	s.store.decide(l.device, l.granted.Subject, l.amr, s.Clock.Now())
	s.message(w, http.StatusOK, "Done", "The other device is signed in as "+l.granted.Name+". You can close this tab.")
}

// normalUserCode forgives small letters, spaces and missing dashes (RFC 8628, section 6.1).
func normalUserCode(typed string) string {
	var b strings.Builder
	for _, r := range strings.ToUpper(typed) {
		if !strings.ContainsRune(op.CharSetBase20, r) || b.Len() > 9 {
			continue
		}
		if b.Len() == 4 {
			b.WriteByte('-')
		}
		b.WriteRune(r)
	}
	return b.String()
}
