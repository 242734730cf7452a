package people

import (
	"slices"
	"time"
)

// enrolment is an authenticator app that is being set up.
type enrolment struct {
	secret string
	ends   time.Time
}

// BeginTOTP returns the secret of an authenticator app that somebody sets up: the same one for ten minutes.
func (d *Directory) BeginTOTP(username string) (secret string, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	acc := d.account(username)
	if acc.enrolment.secret == "" || !d.clock.Now().Before(acc.enrolment.ends) {
		if secret, err = NewTOTPSecret(d.random()); err != nil {
			return "", err
		}
		acc.enrolment = enrolment{secret: secret, ends: d.clock.Now().Add(CodeLife)}
	}
	return acc.enrolment.secret, nil
}

// PendingTOTP returns the secret of an authenticator app that is set up but not confirmed; empty: there is none.
func (d *Directory) PendingTOTP(username string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	acc := d.account(username)
	if !d.clock.Now().Before(acc.enrolment.ends) {
		return ""
	}
	return acc.enrolment.secret
}

// ConfirmTOTP ends the set-up with a code of the app. From then on the account is asked for codes. It returns fresh
// recovery codes, to be shown once; false: the code is not right, or the set-up took too long.
func (d *Directory) ConfirmTOTP(username, code string) (recovery []string, ok bool) {
	d.mu.Lock()
	acc := d.account(username)
	i := slices.IndexFunc(d.people, func(p Person) bool { return fold(p.Username) == fold(username) })
	now := d.clock.Now()
	step, right := matchStep(acc.enrolment.secret, code, now)
	if i < 0 || acc.enrolment.secret == "" || !now.Before(acc.enrolment.ends) || !right {
		d.mu.Unlock()
		return nil, false
	}
	who := &d.people[i]
	who.TOTPSecret, who.Recovery, who.Enrol, who.LostPhone = acc.enrolment.secret, true, false, false
	acc.usedStep, acc.enrolment, acc.recovery = step, enrolment{}, nil
	d.mu.Unlock()
	return d.RecoveryCodes(username), true
}
