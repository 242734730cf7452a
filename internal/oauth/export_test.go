package oauth

import "latchkey/internal/secret"

// ChallengeParameter is challengeParameter.
func ChallengeParameter(headers []string, scheme, name string) string {
	return challengeParameter(headers, scheme, name)
}

// SentCode is what a conversation by password grant keeps of the message that was sent by this method.
func SentCode(i Interview, method string) secret.Text {
	return i.(*passwordGrant).sentCodes[method].oobCode
}

// Recovery is the recovery code that came with tokens.
func Recovery(t *Tokens) secret.Text { return t.recovery }

// Secret is what a device code is polled with.
func (d *DeviceCode) Secret() secret.Text { return d.code }

// AuthSession is the newest one of a conversation.
func (ch *Challenge) AuthSession() string { return ch.session.Reveal() }
