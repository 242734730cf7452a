package oauth

import (
	"slices"
	"time"

	"latchkey/internal/secret"
)

// sentBefore is the question for a code that was sent and may still be good.
type sentBefore struct {
	question ChallengeAnswer
	name     string      // at the challenge endpoint: what the code is called
	oobCode  secret.Text // of the password grants: which message it was in
}

// sentCodes are those of one conversation, by method. What is on its way can be entered after another method was tried.
type sentCodes map[string]sentBefore

// add keeps a question, if it is for a code that somebody was sent.
func (s *sentCodes) add(a *ChallengeAnswer, name string, oobCode secret.Text) {
	if !a.asks(FieldOTP) || !slices.Contains([]string{"sms", "email", "voice"}, Kind(a.Method)) {
		return
	}
	if *s == nil {
		*s = sentCodes{}
	}
	asked := *a
	asked.Refused, asked.pace = nil, nil
	before := (*s)[a.Method]
	before.oobCode.Wipe()
	(*s)[a.Method] = sentBefore{question: asked, name: name, oobCode: secret.New(oobCode.Reveal())}
}

// find returns the question for a code of this method that has not ended.
func (s sentCodes) find(method string, now time.Time) (sentBefore, bool) {
	was, ok := s[method]
	return was, ok && (was.question.Until.IsZero() || was.question.Until.After(now))
}

func (s sentCodes) wipe() {
	for _, was := range s {
		was.oobCode.Wipe()
	}
	clear(s)
}

// Back implements [Interview].
func (ch *Challenge) Back(method string) (*ChallengeAnswer, bool) {
	was, ok := ch.sent.find(method, ch.client.Clock.Now())
	if !ok {
		return nil, false
	}
	asked := was.question
	ch.last, ch.otp = &was.question, was.name
	return &asked, true
}

// Back implements [Interview].
func (g *passwordGrant) Back(method string) (*ChallengeAnswer, bool) {
	was, ok := g.sentCodes.find(method, g.client.Clock.Now())
	if !ok {
		return nil, false
	}
	asked := was.question
	g.last = &was.question
	g.oobCode.Wipe()
	g.oobCode = secret.New(was.oobCode.Reveal())
	return &asked, true
}
