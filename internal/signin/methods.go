package signin

import (
	"context"
	"slices"
	"time"

	"latchkey/internal/oauth"
	"latchkey/internal/problem"
)

// coolDown is how long a method is not sent again when the server does not say.
const coolDown = 30 * time.Second

// isSent reports whether choosing a method makes the server send something.
func isSent(method string) bool {
	return slices.Contains([]string{SMS, Email, Voice, Push}, Kind(method))
}

// approver is the method behind a question for an approval: servers need not name it.
func approver(method string) string {
	if Kind(method) == Push {
		return method
	}
	return Push
}

// doable drops the methods that only a browser can do.
func doable(methods []oauth.Factor) []oauth.Factor {
	return slices.DeleteFunc(slices.Clone(methods), func(f oauth.Factor) bool {
		return f.Method != TOTP && f.Method != Recovery && !isSent(f.Method)
	})
}

// offers reports whether the server has offered this method.
func (d *dialogue) offers(method string) bool {
	return slices.ContainsFunc(d.wanted.Methods, func(f oauth.Factor) bool { return f.Method == method })
}

// choices lists the methods that can be chosen now, and where their codes go.
func (d *dialogue) choices() (methods []string, targets map[string]string) {
	offered := doable(d.wanted.Methods)
	if d.retry != "" && !d.offers(d.retry) {
		offered = slices.Insert(offered, 0, oauth.Factor{Method: d.retry, SentTo: d.wanted.SentTo})
	}
	for _, f := range offered {
		if slices.Contains(methods, f.Method) {
			continue
		}
		methods = append(methods, f.Method)
		if f.SentTo != "" {
			if targets == nil {
				targets = map[string]string{}
			}
			targets[f.Method] = f.SentTo
		}
	}
	return methods, targets
}

// elsewhere lists the other methods and doors of a question.
func (d *dialogue) elsewhere() (others []string, targets map[string]string) {
	methods, targets := d.choices()
	return append(methods, DoorNames(d.a.doors())...), targets
}

// preferred is the method that the agent is known to use; empty when there is none.
func (d *dialogue) preferred(ctx context.Context) string {
	a := d.a
	if a.deps.Memory == nil {
		return ""
	}
	method := a.deps.Memory.LastMethod(ctx, a.opts.Org.ID, accountName(a.username))
	if method == Recovery { // is the exception, whoever has noted it
		return ""
	}
	return method
}

// usual is the preferred method, where the server offers it.
func (d *dialogue) usual(ctx context.Context) string {
	method := d.preferred(ctx)
	if methods, _ := d.choices(); !slices.Contains(methods, method) {
		return ""
	}
	return method
}

// method asks which method to use, unless it is known.
func (d *dialogue) method(ctx context.Context) (move, error) {
	settled := d.settled
	d.settled = true
	if !settled {
		if usual := d.usual(ctx); usual != "" {
			return move{method: usual}, nil
		}
	}
	a := d.a
	others, targets := d.elsewhere()
	ans, err := a.ask(ctx, func(ans Answer) bool { return slices.Contains(others, ans.Use) }, func(id string) Step {
		return Choose{ID: id, Methods: others, Targets: targets, Host: a.client.Server.CredentialsHost(), Username: a.username}
	})
	ans.Wipe()
	return d.elsewhereTo(ans.Use), err
}

// elsewhereTo is the move to another method or door.
func (d *dialogue) elsewhereTo(use string) move {
	if methods, _ := d.choices(); slices.Contains(methods, use) {
		return move{method: use}
	}
	return move{door: Door(use)}
}

// coolDown notes from when on the method that is in play can be sent again.
func (d *dialogue) coolDown(m move, reply *oauth.ChallengeAnswer) {
	if d.sent == nil {
		d.sent = map[string]time.Time{}
	}
	method := reply.Method
	if slices.Contains(reply.Need, oauth.FieldApproval) {
		method = approver(method)
	}
	if isSent(m.method) && m.method != method && asksToWait(reply) {
		d.notYet(m.method, reply)
		return
	}
	if !isSent(method) {
		return
	}
	d.settled = true
	_, fresh := d.sent[method]
	switch {
	case !reply.ResendAt.IsZero():
		d.sent[method] = reply.ResendAt
	case m.resend, m.method != "", !fresh:
		d.sent[method] = d.a.deps.Clock.Now().Add(coolDown)
	}
}

// asksToWait reports whether an answer says that a method was not sent because it was wished for too early.
func asksToWait(reply *oauth.ChallengeAnswer) bool {
	err := refusal(reply)
	return problem.Has(err, problem.ResendTooSoon) || problem.Has(err, problem.TooManyTries)
}

// notYet notes from when on a method can be sent that was chosen and was not. The question that stands instead, for another method or
// for a choice, has a time of its own.
func (d *dialogue) notYet(method string, reply *oauth.ChallengeAnswer) {
	now, standing := d.a.deps.Clock.Now(), d.wanted.ResendAt
	at := reply.Unlocked
	if !reply.ResendAt.Equal(standing) {
		at = reply.ResendAt
	}
	if !at.After(now) {
		at = now.Add(coolDown)
	}
	d.sent[method] = at
	reply.Unlocked, reply.ResendAt = at, standing
}

// back returns to the question for a code that was sent a moment ago: it is not sent again, and still good.
func (d *dialogue) back(m move) (*oauth.ChallengeAnswer, bool) {
	if !d.sent[m.method].After(d.a.deps.Clock.Now()) {
		return nil, false
	}
	return d.interview.Back(m.method)
}

// tooEarly returns the trouble of a move that the server asked not to make yet. Nothing is sent then: neither can a
// server be pestered from here, nor the owner of a phone.
func (d *dialogue) tooEarly(ctx context.Context, m move) (Trouble, bool) {
	if m.decided != nil || m.door != "" {
		return Trouble{}, false
	}
	if t, paused := d.a.Paused(ctx, d.a.username); paused {
		return t, true
	}
	method := m.method
	if m.resend {
		method = d.wanted.Method
		if d.wants(oauth.FieldApproval) {
			method = approver(method)
		}
	}
	at := d.sent[method]
	if m.resend && d.wanted.ResendAt.After(at) {
		at = d.wanted.ResendAt
	}
	if !at.After(d.a.deps.Clock.Now()) {
		return Trouble{}, false
	}
	return Trouble{Problem: again(aboutDevice(problem.New(problem.ResendTooSoon), method)), AttemptsLeft: -1, Until: at}, true
}

// aboutDevice words a problem of sending for a method that sends no code but a question.
func aboutDevice(p *problem.Problem, method string) *problem.Problem {
	switch {
	case Kind(method) != Push:
	case p.Code == problem.ResendTooSoon:
		return p.With(problem.Titled("Your phone cannot be asked again yet."), problem.Because("The last question may still be on its way."),
			problem.Do("Wait a moment, and look at your phone."))
	case p.Code == problem.CodeNotSent:
		return p.With(problem.Titled("The question could not be sent to your phone."))
	}
	return p
}
