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

// interview is one conversation with the challenge endpoint, from the first question to the code.
type interview struct {
	a         *Attempt
	challenge *oauth.Challenge
	flow      oauth.Flow
	need      []oauth.Field
	method    string // of the code that is asked for
	sentTo    string
	digits    int
	rounds    int // codes that were not enough
}

// password is the door through the server's challenge endpoint.
func (a *Attempt) password(ctx context.Context) (passage, error) {
	for {
		flow, err := oauth.NewFlow(a.deps.Rand)
		if err != nil {
			return passage{}, err
		}
		i := &interview{a: a, challenge: a.client.NewChallenge(flow), flow: flow}
		i.expectFirst()
		at, err := i.conduct(ctx)
		i.challenge.Close()
		if at.resume == nil {
			flow.Wipe()
		}
		if !problem.Has(err, problem.SignInTimedOut) || ctx.Err() != nil {
			return at, err
		}
		a.trouble(err, nil, "password") // the server forgot the first step: begin anew
	}
}

func (i *interview) expectFirst() {
	i.need = []oauth.Field{oauth.FieldUsername, oauth.FieldPassword}
}

// conduct asks and sends until there is a code, another door, or an error that ends it.
func (i *interview) conduct(ctx context.Context) (passage, error) {
	for {
		fields, next, err := i.question(ctx)
		if err != nil || next != "" {
			return passage{next: next}, err
		}
		i.a.emit(Working{i.work()})
		reply, err := i.challenge.Send(ctx, fields)
		wipeFields(fields)
		if err != nil {
			if ended := i.mustEnd(ctx, err, reply); ended != nil {
				return passage{}, ended
			}
			i.a.trouble(err, reply, i.field())
			continue
		}
		switch {
		case !reply.Code.Empty():
			return i.redeem(ctx, reply.Code)
		case reply.Web:
			return i.inBrowser(reply), nil
		case !answerable(reply.Need):
			return passage{next: WithBrowser}, nil
		}
		if i.asksOnceMore(fields, reply); i.rounds > mostRounds {
			i.a.emit(Trouble{Problem: again(problem.New(problem.MethodNotAvailable,
				problem.Because("The server keeps asking for codes."))), AttemptsLeft: -1})
			return passage{}, nil // choose another way
		}
		if reply.Refused != nil {
			i.a.trouble(reply.Refused, reply, i.field())
		}
		i.need = reply.Need
		if reply.Method != "" {
			i.method, i.sentTo, i.digits = reply.Method, reply.SentTo, reply.Digits
		}
	}
}

// asksOnceMore counts the codes that were followed by the question for another one.
func (i *interview) asksOnceMore(sent map[oauth.Field]secret.Text, reply *oauth.ChallengeAnswer) {
	if _, code := sent[oauth.FieldOTP]; code && slices.Contains(reply.Need, oauth.FieldOTP) {
		i.rounds++
	}
}

// question asks for what the server needs and returns the fields to send, or the door the agent goes to instead. What
// is not complete is asked again without a request.
func (i *interview) question(ctx context.Context) (map[oauth.Field]secret.Text, Door, error) {
	if slices.Contains(i.need, oauth.FieldOTP) {
		return i.code(ctx)
	}
	return i.credentials(ctx)
}

func (i *interview) credentials(ctx context.Context) (map[oauth.Field]secret.Text, Door, error) {
	a := i.a
	for {
		ans, err := a.ask(ctx, func(ans Answer) bool {
			return !ans.Resend && (ans.Use == "" || (Door(ans.Use) != WithPassword && a.leadsElsewhere(ans)))
		}, func(id string) Step {
			return Credentials{
				ID: id, Org: a.opts.Org.ID, Host: a.client.Server.CredentialsHost(), Username: a.username,
				ForgotPassword: a.client.Server.ForgotPasswordURL, Others: a.others(WithPassword),
			}
		})
		if err != nil {
			return nil, "", err
		}
		if name := trimUsername(ans.Username); name != "" || ans.Use == "" {
			a.username = name
		}
		switch {
		case ans.Use != "":
			wipe(ans)
			return nil, Door(ans.Use), nil
		case a.username == "":
			wipe(ans)
			a.trouble(problem.New(problem.CredentialsNeeded), nil, "username")
		case ans.Password.Empty():
			a.trouble(problem.New(problem.CredentialsNeeded), nil, "password")
		default:
			return map[oauth.Field]secret.Text{
				oauth.FieldUsername: secret.New(a.username), oauth.FieldPassword: ans.Password,
			}, "", nil
		}
	}
}

func (i *interview) code(ctx context.Context) (map[oauth.Field]secret.Text, Door, error) {
	a := i.a
	for {
		ans, err := a.ask(ctx, func(ans Answer) bool {
			return !ans.Resend && (ans.Use == "" || a.leadsElsewhere(ans))
		}, func(id string) Step {
			return Code{ID: id, Method: i.method, SentTo: i.sentTo, Digits: i.digits, Others: names(a.doors())}
		})
		if err != nil {
			return nil, "", err
		}
		if ans.Use != "" {
			wipe(ans)
			return nil, Door(ans.Use), nil
		}
		code, ok := normalizeCode(ans.Code, i.digits)
		wipe(ans)
		if !ok {
			a.trouble(problem.New(problem.CodeShape), nil, "code")
			continue
		}
		return map[oauth.Field]secret.Text{oauth.FieldOTP: code}, "", nil
	}
}

// mustEnd returns the error that ends the interview, or nil when the same question can be asked again.
func (i *interview) mustEnd(ctx context.Context, err error, reply *oauth.ChallengeAnswer) error {
	p := problem.From(err)
	if ctx.Err() != nil || !p.Again || p.Code == problem.SignInTimedOut {
		return pausedUntil(err, unlocked(reply))
	}
	return nil
}

func (i *interview) redeem(ctx context.Context, code secret.Text) (passage, error) {
	i.a.emit(Working{FinishingSignIn})
	tokens, err := i.a.exchange(ctx, i.flow, code, "")
	return passage{tokens: tokens, proven: true}, err
}

// inBrowser goes on in the browser: with this very flow where the server kept it, else with a new one. The password is
// not sent again.
func (i *interview) inBrowser(reply *oauth.ChallengeAnswer) passage {
	at := passage{next: WithBrowser}
	if reply.RequestURI != "" {
		at.resume = &resumption{flow: i.flow, requestURI: reply.RequestURI, until: reply.RequestUntil}
	}
	return at
}

func (i *interview) work() Work {
	if slices.Contains(i.need, oauth.FieldOTP) {
		return CheckingCode
	}
	return CheckingPass
}

func (i *interview) field() string {
	if slices.Contains(i.need, oauth.FieldOTP) {
		return "code"
	}
	return "password"
}

// answerable reports whether this program can ask for all of it.
func answerable(need []oauth.Field) bool {
	for _, f := range need {
		if f != oauth.FieldUsername && f != oauth.FieldPassword && f != oauth.FieldOTP {
			return false
		}
	}
	return len(need) > 0
}

func wipeFields(fields map[oauth.Field]secret.Text) {
	for _, s := range fields {
		s.Wipe()
	}
}

func unlocked(reply *oauth.ChallengeAnswer) time.Time {
	if reply == nil {
		return time.Time{}
	}
	return reply.Unlocked
}
