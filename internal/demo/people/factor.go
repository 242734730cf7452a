package people

import "strings"

// The methods to prove who one is beside the password, by the names that the challenge endpoint gives them.
const (
	TOTP     = "totp"
	SMS      = "sms"
	Voice    = "voice"
	Email    = "email"
	Push     = "push"
	Recovery = "recovery"
	WebAuthn = "webauthn" // a security key or passkey: in the browser only

	OtherSMS = SMS + "-2" // to a second phone
)

// Kind is what a method is, whichever phone it goes to: [SMS] for [OtherSMS].
func Kind(method string) string {
	kind, _, _ := strings.Cut(method, "-")
	return kind
}

// Factor is one method that somebody can use.
type Factor struct {
	Method string
	SentTo string // where its code goes, or which device approves, as strangers may see it; empty where there is none
}

// Factors returns what is asked of somebody beside the password; the first is the one that is asked for at first. Empty:
// the password is enough, or there is nobody of this name.
func (d *Directory) Factors(username string) []Factor {
	d.mu.Lock()
	defer d.mu.Unlock()
	who, _ := d.find(username)
	return who.factors()
}

func (p Person) factors() []Factor {
	var all []Factor
	add := func(has bool, method, sentTo string) {
		if has {
			all = append(all, Factor{method, sentTo})
		}
	}
	add(p.Device != "", Push, p.Device)
	add(p.TOTPSecret != "", TOTP, "")
	add(p.Number != "", SMS, maskNumber(p.Number))
	add(p.Number != "" && p.Calls, Voice, maskNumber(p.Number))
	add(p.Other != "", OtherSMS, maskNumber(p.Other))
	add(p.MailCodes, Email, maskMail(p.Username))
	add(p.Key, WebAuthn, "")
	add(p.Recovery && len(all) > 0, Recovery, "")
	return all
}

// maskNumber leaves of "+49 151 5550142" what its owner knows it by: "+49 ••• 42".
func maskNumber(number string) string {
	country, rest, _ := strings.Cut(number, " ")
	return country + " ••• " + rest[max(0, len(rest)-2):]
}

// maskMail leaves of "mia@acme.example" what its owner knows it by: "m•••@acme.example".
func maskMail(address string) string {
	name, host, _ := strings.Cut(address, "@")
	first := ""
	for _, r := range name {
		first = string(r)
		break
	}
	return first + "•••@" + host
}
