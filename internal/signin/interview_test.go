package signin_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/signin"
)

// says is one answer of a fake server.
type says struct {
	answer oauth.ChallengeAnswer
	err    error
	grant  string // "code" or "tokens": the real server's
}

// fakeInterview answers one request after the other as the test says, and notes them.
type fakeInterview struct {
	t       *testing.T
	server  *oauthtest.Server
	client  *oauth.Client
	flow    oauth.Flow
	decided chan says // ends a Wait
	entered chan struct{}
	late    *says // what a Wait that is cancelled still brings

	mu       sync.Mutex
	script   []says
	calls    []string
	closed   bool
	answered []oauth.ChallengeAnswer
	pending  int // waits that have not returned
}

func (f *fakeInterview) Send(ctx context.Context, fields map[oauth.Field]secret.Text) (*oauth.ChallengeAnswer, error) {
	var sent []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		sent = append(sent, string(name)+"="+fields[name].Reveal())
		fields[name].Wipe()
	}
	return f.call(ctx, "send "+strings.Join(sent, " "))
}

func (f *fakeInterview) Choose(ctx context.Context, method string) (*oauth.ChallengeAnswer, error) {
	return f.call(ctx, "choose "+method)
}

func (f *fakeInterview) Back(method string) (*oauth.ChallengeAnswer, bool) {
	for _, s := range slices.Backward(f.answered) {
		if s.Method == method && slices.Contains(s.Need, oauth.FieldOTP) {
			return &s, true
		}
	}
	return nil, false
}

func (f *fakeInterview) Resend(ctx context.Context) (*oauth.ChallengeAnswer, error) {
	return f.call(ctx, "resend")
}

func (f *fakeInterview) Wait(ctx context.Context) (*oauth.ChallengeAnswer, error) {
	f.mu.Lock()
	f.calls, f.pending = append(f.calls, "wait"), f.pending+1
	f.mu.Unlock()
	f.entered <- struct{}{}
	defer func() { f.mu.Lock(); f.pending--; f.mu.Unlock() }()
	select {
	case s := <-f.decided:
		return f.reply(ctx, s)
	case <-ctx.Done():
		if f.late != nil {
			return f.reply(context.WithoutCancel(ctx), *f.late)
		}
		return nil, ctx.Err()
	}
}

func (f *fakeInterview) Close() { f.closed = true }

func (f *fakeInterview) call(ctx context.Context, what string) (*oauth.ChallengeAnswer, error) {
	f.mu.Lock()
	f.calls = append(f.calls, what)
	if f.pending > 0 {
		f.t.Errorf("%s while an approval is waited for", what)
	}
	if len(f.script) == 0 {
		f.mu.Unlock()
		f.t.Errorf("%s: the test has no answer", what)
		return nil, problem.New(problem.ServerAnswer)
	}
	s := f.script[0]
	f.script = f.script[1:]
	f.mu.Unlock()
	return f.reply(ctx, s)
}

func (f *fakeInterview) reply(ctx context.Context, s says) (*oauth.ChallengeAnswer, error) {
	answer := s.answer
	if answer.AttemptsLeft == 0 {
		answer.AttemptsLeft = -1
	}
	if s.grant != "" {
		user := f.server.Users[0]
		c := f.client.NewChallenge(f.flow)
		_, _ = c.Send(ctx, map[oauth.Field]secret.Text{oauth.FieldUsername: secret.New(user.Username), oauth.FieldPassword: secret.New(user.Password)})
		granted, err := c.Send(ctx, map[oauth.Field]secret.Text{oauth.FieldOTP: secret.New(user.OTP)})
		if err != nil {
			return nil, err
		}
		answer.Code = granted.Code
	}
	if s.grant == "tokens" {
		tokens, err := f.client.Exchange(ctx, f.flow, answer.Code, "")
		if err != nil {
			return nil, err
		}
		answer.Code, answer.Tokens = secret.Text{}, tokens
	}
	f.answered = append(f.answered, answer)
	return &answer, s.err
}

// asked returns the requests so far, in words.
func (f *fakeInterview) asked() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.calls)
}

func (f *fakeInterview) wantAsked(want ...string) {
	f.t.Helper()
	if got := f.asked(); !slices.Equal(got, want) {
		f.t.Errorf("the server was asked\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// newInterview prepares an attempt at a server that answers as the script says.
func newInterview(t *testing.T, script ...says) (*talk, *fakeInterview) {
	t.Helper()
	server := oauthtest.New(t)
	k := newTalk(t, server)
	turned := clocktest.At(time.Now())
	k.deps.Clock = turned
	f := &fakeInterview{t: t, server: server, script: script, decided: make(chan says), entered: make(chan struct{}, 16)}
	k.interview = func(c *oauth.Client, flow oauth.Flow) oauth.Interview {
		f.client, f.flow = c, flow
		return f
	}
	return k, f
}

// password answers the first question as Amy.
func (k *talk) password() {
	k.t.Helper()
	c := expect[signin.Credentials](k)
	k.answer(signin.Answer{ID: c.ID, Username: amy, Password: secret.New("pw")})
}

const sentPassword = "send password=pw username=" + amy

// sentPreferring is the password with the method that is preferred.
func sentPreferring(method string) string {
	return "send factor=" + method + " password=pw username=" + amy
}

// approval expects the question to approve, and that the server is waited for.
func (k *talk) approval(f *fakeInterview) signin.Approve {
	k.t.Helper()
	step := expect[signin.Approve](k)
	<-f.entered
	return step
}

// needCode is the question for a code of a method, with others to choose.
func needCode(method string, others ...string) oauth.ChallengeAnswer {
	return oauth.ChallengeAnswer{Need: []oauth.Field{oauth.FieldOTP}, Method: method, Methods: factors(others...)}
}

func needMethod(methods ...string) oauth.ChallengeAnswer {
	return oauth.ChallengeAnswer{Need: []oauth.Field{oauth.FieldMethod}, Methods: factors(methods...)}
}

func needApproval(others ...string) oauth.ChallengeAnswer {
	return oauth.ChallengeAnswer{Need: []oauth.Field{oauth.FieldApproval}, Method: "push", Methods: factors(others...)}
}

// factors reads "sms:+49 ••• 42".
func factors(words ...string) (out []oauth.Factor) {
	for _, w := range words {
		method, target, _ := strings.Cut(w, ":")
		out = append(out, oauth.Factor{Method: method, SentTo: target})
	}
	return out
}

// refusing makes an answer one to something that was wrong.
func refusing(a oauth.ChallengeAnswer, code problem.Code) oauth.ChallengeAnswer {
	a.Refused = problem.New(code)
	return a
}

// fakeMemory remembers in maps.
type fakeMemory struct {
	mu      sync.Mutex
	methods map[string]string
	pauses  map[string]time.Time
	why     problem.Code
}

func (m *fakeMemory) LastMethod(_ context.Context, org, username string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.methods[org+" "+username]
}

func (m *fakeMemory) RememberMethod(_ context.Context, org, username, method string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.methods == nil {
		m.methods = map[string]string{}
	}
	m.methods[org+" "+username] = method
}

func (m *fakeMemory) PausedUntil(_ context.Context, org, username string) (time.Time, problem.Code) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.pauses[org+" "+username], m.why
}

func (m *fakeMemory) Pause(_ context.Context, org, username string, until time.Time, why problem.Code) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.pauses == nil {
		m.pauses = map[string]time.Time{}
	}
	m.pauses[org+" "+username], m.why = until, why
}

func (m *fakeMemory) String() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return fmt.Sprint(m.methods, m.pauses, cmp.Or(string(m.why), "-"))
}
