package oauth_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
)

// approval is a conversation that has come to the question on the phone, with a clock that does not wait.
func approval(t *testing.T, question m, polls ...oauthtest.Answer) (*deviceWorld, oauth.Interview, *oauth.ChallengeAnswer) {
	t.Helper()
	w := deviceServer(t)
	body := m{"error": "insufficient_authorization", "auth_session": "s0", "push_required": true, "expires_in": 300}
	for name, value := range question {
		body[name] = value
	}
	w.Next(oauthtest.ChallengePath, say(body))
	w.Next(oauthtest.ChallengePath, polls...)
	i := w.client.Interview(newFlow(t))
	t.Cleanup(i.Close)
	a, err := signIn(t, i)
	if err != nil || !cmp.Equal(a.Need, []oauth.Field{oauth.FieldApproval}) || a.Method != "push" {
		t.Fatalf("got %+v, %v", a, err)
	}
	return w, i, a
}

func notYet(more ...any) oauthtest.Answer {
	body := m{"error": pending}
	for n := 0; n < len(more); n += 2 {
		body[more[n].(string)] = more[n+1]
	}
	return say(body)
}

var approved = oauthtest.Answer{Body: m{"authorization_code": "c"}}

func TestS17ApprovalOfTheChallenge(t *testing.T) {
	w, i, a := approval(t, m{"number": "95", "sent_to": "Amy's phone", "resend_after": 30, "factors": []m{{"method": "push"}, {"method": "totp"}}},
		notYet("auth_session", "s1"), notYet("auth_session", "s2"), approved)
	if a.Number != "95" || a.SentTo != "Amy's phone" || a.Until.Sub(w.clock.Now()) != 5*time.Minute || a.ResendAt.Sub(w.clock.Now()) != 30*time.Second {
		t.Errorf("got %+v", a)
	}
	if diff := cmp.Diff([]oauth.Factor{{Method: "totp"}}, a.Methods, factorsOnly); diff != "" {
		t.Error(diff)
	}
	a, err := i.Wait(t.Context())
	if err != nil || a.Code.Reveal() != "c" {
		t.Fatalf("got %+v, %v", a, err)
	}
	var sent []string
	for _, r := range w.Requests(oauthtest.ChallengePath)[1:] {
		sent = append(sent, r.Form.Encode())
	}
	var want []string
	for n := range 3 {
		want = append(want, "auth_session=s"+strconv.Itoa(n)+"&client_id=latchkey-test&response_type=code")
	}
	if diff := cmp.Diff(want, sent); diff != "" {
		t.Error(diff)
	}
}

// The pace is the server's, as it is for a device.
func TestDV01ToDV04PaceOfApprovals(t *testing.T) {
	busy := oauthtest.Answer{Status: 429, Header: map[string]string{"Retry-After": "40"}, Body: m{"error": "slow_down"}}
	out := oauthtest.Answer{Status: 503, Body: "out of order"}
	for name, c := range map[string]struct {
		question m
		polls    []oauthtest.Answer
		naps     []time.Duration
	}{
		"none said":               {nil, []oauthtest.Answer{notYet(), approved}, seconds(5, 5)},
		"said":                    {m{"interval": 2}, []oauthtest.Answer{notYet(), notYet("interval", 3), notYet(), approved}, seconds(2, 2, 3, 3)},
		"zero":                    {m{"interval": 0}, []oauthtest.Answer{approved}, seconds(1)},
		"negative":                {m{"interval": -7}, []oauthtest.Answer{approved}, seconds(1)},
		"huge":                    {m{"interval": 1e9}, []oauthtest.Answer{approved}, seconds(60)},
		"text":                    {m{"interval": "soon"}, []oauthtest.Answer{approved}, seconds(5)},
		"slow_down":               {nil, []oauthtest.Answer{notYet("error", "slow_down"), notYet("error", "slow_down"), notYet(), approved}, seconds(5, 10, 15, 15)},
		"slow_down and say":       {nil, []oauthtest.Answer{notYet("error", "slow_down", "interval", 30), approved}, seconds(5, 30)},
		"Retry-After":             {nil, []oauthtest.Answer{busy, notYet(), approved}, seconds(5, 40, 10)},
		"out of order":            {nil, []oauthtest.Answer{out, out, notYet(), approved}, seconds(5, 10, 20, 5)},
		"pending with status 200": {nil, []oauthtest.Answer{{Body: m{"error": pending}}, approved}, seconds(5, 5)},
	} {
		t.Run(name, func(t *testing.T) {
			w, i, _ := approval(t, c.question, c.polls...)
			if a, err := i.Wait(t.Context()); err != nil || a.Code.Empty() {
				t.Fatalf("got %+v, %v", a, err)
			}
			if diff := cmp.Diff(c.naps, w.clock.naps); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDV05ApprovalsEnd(t *testing.T) {
	all := []m{{"method": "push"}, {"method": "totp"}}
	pushed := []oauth.Factor{{Method: "push"}}
	both := append(pushed, oauth.Factor{Method: "totp"})
	askMethod := []oauth.Field{oauth.FieldMethod}
	for name, c := range map[string]struct {
		question m
		poll     m
		need     []oauth.Field
		methods  []oauth.Factor
		refused  problem.Code
		ended    problem.Code
	}{
		"refused":               {m{"factors": all}, m{"push_denied": true, "auth_session": "s"}, askMethod, both, problem.ApprovalRefused, ""},
		"refused, other ways":   {m{"factors": all}, m{"push_denied": true, "factors": []m{{"method": "totp"}}}, askMethod, []oauth.Factor{{Method: "totp"}}, problem.ApprovalRefused, ""},
		"refused, no other way": {nil, m{"push_denied": true}, askMethod, pushed, problem.ApprovalRefused, ""},
		"refused, code instead": {m{"factors": all}, m{"push_denied": true, "otp_required": true}, askCode, pushed, problem.ApprovalRefused, ""},
		"run out":               {m{"factors": all}, m{"push_expired": true}, askMethod, both, problem.ApprovalExpired, ""},
		"by our clock":          {m{"factors": all, "expires_in": 4}, nil, askMethod, both, problem.ApprovalExpired, ""},
		"by our clock, alone":   {m{"expires_in": 4}, nil, askMethod, pushed, problem.ApprovalExpired, ""},
		"forgotten":             {nil, m{"error": "invalid_session"}, nil, nil, "", problem.SignInTimedOut},
		"locked":                {nil, m{"error": "account_locked"}, nil, nil, "", problem.AccountLocked},
		"refused for good":      {nil, m{"error": "access_denied"}, nil, nil, "", problem.SignInRefused},
	} {
		t.Run(name, func(t *testing.T) {
			var polls []oauthtest.Answer
			if c.poll != nil {
				if c.poll["error"] == nil {
					c.poll["error"] = "insufficient_authorization"
				}
				polls = append(polls, say(c.poll))
			}
			w, i, _ := approval(t, c.question, polls...)
			a, err := i.Wait(t.Context())
			wants(t, err, c.ended)
			if n := w.Count(oauthtest.ChallengePath); n != 1+len(polls) {
				t.Errorf("%d requests", n)
			}
			if err != nil {
				return
			}
			if diff := cmp.Diff(c.need, a.Need); diff != "" || a.Refused == nil || a.Refused.Code != c.refused {
				t.Errorf("got %+v: %s", a, diff)
			}
			if diff := cmp.Diff(c.methods, a.Methods, factorsOnly); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// An approval that was never said to end does: nobody is asked for ever.
func TestApprovalsWithoutAnEnd(t *testing.T) {
	w, i, a := approval(t, m{"expires_in": nil}, slices.Repeat([]oauthtest.Answer{notYet()}, 100)...)
	if a.Until.Sub(w.clock.Now()) != 5*time.Minute {
		t.Errorf("until %v", a.Until)
	}
	if a, err := i.Wait(t.Context()); err != nil || a.Refused.Code != problem.ApprovalExpired {
		t.Errorf("got %+v, %v", a, err)
	}
	if n := w.Count(oauthtest.ChallengePath); n != 60 {
		t.Errorf("%d requests", n)
	}
}

func TestApprovalGivesUpWhereNobodyAnswers(t *testing.T) {
	_, i, _ := approval(t, nil, slices.Repeat([]oauthtest.Answer{{Status: 502, Body: "no"}}, 50)...)
	_, err := i.Wait(t.Context())
	wants(t, err, problem.ServerUnavailable)
}

func TestApprovalCancelled(t *testing.T) {
	w := connect(t) // the clock stands still: a nap ends with the cancel only
	i := w.interview(t, m{"push_required": true})
	if _, err := signIn(t, i); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := i.Wait(ctx)
		done <- err
	}()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if n := w.Count(oauthtest.ChallengePath); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// What a poll brings that was on its way when the wait was cancelled is not lost: the newest session, or the code.
func TestApprovalCancelledInTheMiddleOfAPoll(t *testing.T) {
	w, i, _ := approval(t, m{"factors": []m{{"method": "totp"}}})
	ctx, cancel := context.WithCancel(t.Context())
	w.Handle(oauthtest.ChallengePath, func(rw http.ResponseWriter, r *http.Request) {
		cancel()
		rw.Header().Set("Content-Type", "application/json")
		rw.WriteHeader(400)
		_, _ = rw.Write([]byte(`{"error":"authorization_pending","auth_session":"newest"}`))
	})
	if _, err := i.Wait(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	w.Next(oauthtest.ChallengePath, say(m{"error": "otp_required"}))
	if _, err := i.Choose(t.Context(), "totp"); err != nil {
		t.Fatal(err)
	}
	asked := w.Requests(oauthtest.ChallengePath)
	if f := asked[len(asked)-1].Form; f.Get("auth_session") != "newest" || f.Get("factor") != "totp" {
		t.Errorf("sent %v", f)
	}
}

func TestWaitForNothing(t *testing.T) {
	w := connect(t)
	_, err := w.client.NewChallenge(newFlow(t)).Wait(t.Context())
	wants(t, err, problem.MethodNotAvailable)
}
