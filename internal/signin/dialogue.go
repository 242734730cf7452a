package signin

import (
	"context"
	"slices"
	"time"

	"latchkey/internal/oauth"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
)

// mostRounds is how often a server may ask for one more code before the attempt stops playing along. NIST SP 800-63B
// lets people enter a code ten times at least.
const mostRounds = 10

// dialogue is one interview with the server, from the first question to its end.
type dialogue struct {
	a         *Attempt
	interview oauth.Interview
	flow      oauth.Flow

	wanted  oauth.ChallengeAnswer // what the server asked for last; Need is empty before the first answer
	retry   string                // a method that came to nothing and can be chosen again
	used    string                // the method that was proven with last
	settled bool                  // a method was in play: from here on only the agent chooses one
	rounds  int                   // codes that were not enough
	sent    map[string]time.Time  // by method: before then it is not sent again
}

// move is what comes next. Exactly one of its members is set.
type move struct {
	door    Door                        // leave for another door
	fields  map[oauth.Field]secret.Text // send these
	method  string                      // take this method
	resend  bool                        // have the code, or the question for an approval, sent again
	decided *decision                   // nothing to do: the server has decided on an approval
}

type decision struct {
	reply *oauth.ChallengeAnswer
	err   error
}

// conduct asks and sends until there is a sign-in, another door, or an error that ends it. Each request follows from one
// thing the agent did.
func (d *dialogue) conduct(ctx context.Context) (passage, error) {
	for {
		m, err := d.ask(ctx)
		if err != nil || m.door != "" {
			return passage{next: m.door}, err
		}
		if asked, ok := d.back(m); ok {
			d.want(asked)
			continue
		}
		if early, ok := d.tooEarly(ctx, m); ok {
			secret.WipeAll(m.fields)
			d.a.emit(early)
			continue
		}
		reply, err := d.perform(ctx, m)
		secret.WipeAll(m.fields)
		d.takeNote(ctx, m, reply, err)
		switch {
		case err != nil:
			if d.mustEnd(ctx, err) {
				return passage{}, pausedUntil(err, d.a.restUntil(err, reply))
			}
			d.a.trouble(err, reply, d.field(err))
		case reply.Tokens != nil, !reply.Code.Empty():
			return d.granted(ctx, reply)
		case reply.Web:
			return d.inBrowser(reply), nil
		case problem.Has(refusal(reply), problem.CompanyOnly):
			return passage{}, reply.Refused
		case !answerable(reply):
			return passage{next: WithBrowser}, nil
		case d.endless(m, reply):
			d.a.emit(Trouble{Problem: again(problem.New(problem.MethodNotAvailable,
				problem.Because("The server keeps asking for codes."))), AttemptsLeft: -1})
			return passage{}, nil // choose another way
		default:
			d.want(reply)
		}
	}
}

// perform makes the one request of a move.
func (d *dialogue) perform(ctx context.Context, m move) (*oauth.ChallengeAnswer, error) {
	switch {
	case m.decided != nil:
		return m.decided.reply, m.decided.err
	case m.resend, m.method != "" && !d.offers(m.method):
		d.a.emit(Working{SendingCode})
		return d.interview.Resend(ctx)
	case m.method != "":
		if isSent(m.method) {
			d.a.emit(Working{SendingCode})
		}
		return d.interview.Choose(ctx, m.method)
	}
	d.a.emit(Working{d.work()})
	return d.interview.Send(ctx, m.fields)
}

// want takes the server's next question, and tells what was wrong with the last answer.
func (d *dialogue) want(reply *oauth.ChallengeAnswer) {
	if reply.Refused != nil {
		refused := reply.Refused
		if slices.Contains(reply.Need, oauth.FieldApproval) {
			refused = aboutDevice(refused, approver(reply.Method))
		}
		d.a.trouble(refused, reply, d.field(refused))
		if reply.Refused.Code == problem.TooManyTries {
			return // nothing was looked at: the question stands
		}
	}
	if d.wants(oauth.FieldOTP) && slices.Contains(reply.Need, oauth.FieldOTP) && reply.Method == "" {
		reply.Method, reply.SentTo, reply.Digits = d.wanted.Method, d.wanted.SentTo, d.wanted.Digits
	}
	d.wanted = *reply
	if d.retry == "" {
		return
	}
	if d.wants(oauth.FieldApproval) { // what came to nothing is not waited for again by itself
		d.wanted.Need = []oauth.Field{oauth.FieldMethod}
	} else if !d.wants(oauth.FieldMethod) {
		d.retry = ""
	}
}

// takeNote keeps what an answer says beyond its question: until when the server wants to be left alone, from when on a
// method can be sent again, and which one has come to nothing.
func (d *dialogue) takeNote(ctx context.Context, m move, reply *oauth.ChallengeAnswer, err error) {
	told := problem.From(err)
	if err == nil {
		told = reply.Refused
	}
	here := spotAt(WithPassword, d.a.username)
	switch until := d.a.restUntil(err, reply); {
	case !until.IsZero():
		d.a.pauseUntil(ctx, here, until, told.Code)
	case len(m.fields) > 0 && (told == nil || told.Kind == problem.Refused):
		d.a.unpause(ctx, here) // a lock that was remembered is over
	}
	if d.retry = ""; m.decided != nil && told != nil {
		// Whatever it was, the device is not asked again before the agent says so.
		d.retry, d.wanted.Need = approver(d.wanted.Method), []oauth.Field{oauth.FieldMethod}
	}
	if len(m.fields) > 0 && d.wants(oauth.FieldOTP) {
		d.used = d.wanted.Method
	} else if m.decided != nil {
		d.used = approver(d.wanted.Method)
	}
	if err == nil {
		d.coolDown(m, reply)
	}
}

// mustEnd reports whether an error ends the interview; otherwise the same question can be asked again.
func (d *dialogue) mustEnd(ctx context.Context, err error) bool {
	p := problem.From(err)
	return ctx.Err() != nil || !p.Again || p.Code == problem.SignInTimedOut || p.Code == problem.CompanyOnly
}

// endless counts the codes that were followed by the question for another one.
func (d *dialogue) endless(m move, reply *oauth.ChallengeAnswer) bool {
	if _, code := m.fields[oauth.FieldOTP]; code && slices.Contains(reply.Need, oauth.FieldOTP) {
		d.rounds++
	}
	return d.rounds > mostRounds
}

// inBrowser goes on in the browser: with this very flow where the server kept it, else with a new one. The password is
// not sent again.
func (d *dialogue) inBrowser(reply *oauth.ChallengeAnswer) passage {
	at := passage{next: WithBrowser}
	if reply.RequestURI != "" {
		at.resume = &resumption{flow: d.flow, requestURI: reply.RequestURI, until: reply.RequestUntil}
	}
	return at
}

func (d *dialogue) wants(f oauth.Field) bool { return slices.Contains(d.wanted.Need, f) }

func (d *dialogue) work() Work {
	switch {
	case d.first():
		return CheckingPass
	case d.wants(oauth.FieldNewPassword):
		return CheckingNew
	}
	return CheckingCode
}

// field is the one at fault.
func (d *dialogue) field(err error) string {
	switch problem.From(err).Code {
	case problem.CredentialsRefused, problem.CredentialsOrCodeRefused:
		return "password"
	case problem.CodeRefused, problem.CodeExpired, problem.CodeUsed, problem.RecoveryRefused:
		return "code"
	case problem.PasswordTooWeak, problem.PasswordKnown, problem.PasswordReused:
		return "new-password"
	case problem.CodeNotSent, problem.ResendTooSoon, problem.ApprovalRefused, problem.ApprovalExpired,
		problem.TenantUnknown: // the settings name the organisation
		return ""
	case problem.AccountElsewhere:
		return "username"
	}
	switch {
	case d.first():
		return "password"
	case d.wants(oauth.FieldNewPassword):
		return "new-password"
	case d.wants(oauth.FieldOTP):
		return "code"
	}
	return ""
}

// answerable reports whether this program can ask for all of it.
func answerable(reply *oauth.ChallengeAnswer) bool {
	for _, f := range reply.Need {
		switch f {
		case oauth.FieldUsername, oauth.FieldPassword, oauth.FieldOTP, oauth.FieldNewPassword, oauth.FieldApproval:
		case oauth.FieldMethod:
			if len(doable(reply.Methods)) == 0 {
				return false
			}
		default:
			return false
		}
	}
	return len(reply.Need) > 0
}

// refusal is what was wrong with what was sent; nil when nothing was.
func refusal(reply *oauth.ChallengeAnswer) error {
	if reply.Refused == nil {
		return nil
	}
	return reply.Refused
}
