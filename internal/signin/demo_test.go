package signin_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"latchkey/internal/clock/clocktest"
	"latchkey/internal/config"
	"latchkey/internal/demo"
	"latchkey/internal/demo/walker"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/signin"
	"latchkey/internal/transport"
)

// paced is the time of an attempt and of the demo world: it stands still, but for pauses between two polls, each of which
// ends when the test says so.
type paced struct {
	*clocktest.Clock
	polls chan struct{}
}

func (c paced) Sleep(ctx context.Context, d time.Duration) error {
	if d > 10*time.Second {
		return c.Clock.Sleep(ctx, d)
	}
	select {
	case <-c.polls:
		c.Advance(d)
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// resident is somebody of the demo world who signs in at an organisation of it, by one method where there is a choice.
type resident struct {
	*talk
	world  *demo.World
	clock  paced
	user   demo.User
	method string
	codes  []string // new recovery codes that were told
}

func newResident(t *testing.T, org, username string) *resident {
	t.Helper()
	clk := paced{clocktest.At(time.Now()), make(chan struct{})}
	world, err := demo.Start(t.Context(), demo.Options{Clock: clk})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := world.Close(); err != nil {
			t.Error(err)
		}
	})
	settings, err := config.Load(config.Paths{Settings: world.ConfigPath})
	if err != nil {
		t.Fatal(err)
	}
	k := &talk{t: t, keeper: &keeper{}, log: &lockedBuffer{}}
	client := transport.New(transport.Options{})
	t.Cleanup(client.Close)
	r := &resident{talk: k, world: world, clock: clk, user: world.User(org, username)}
	if r.user.Password == "" {
		t.Fatalf("nobody is called %s at %s", username, org)
	}
	k.browser = &fakeBrowser{t: t, visit: func(address string) {
		who := walker.Agent{Username: username, Password: r.user.Password, Code: func() string { return world.TOTP(username) }}
		if err := who.Open(context.WithoutCancel(t.Context()), address); err != nil {
			t.Log(err) // the story does not end well then
		}
	}}
	k.deps = signin.Deps{
		HTTP: client, Clock: clk, Rand: rand.Reader, Browser: k.browser, Keeper: k.keeper, Memory: &fakeMemory{},
		AtIssuer: settings.AtIssuer, Log: slog.New(slog.NewTextHandler(k.log, nil)),
	}
	if k.opts.Org, err = settings.Organization(org); err != nil {
		t.Fatal(err)
	}
	return r
}

// signIn does what is asked until the end, and returns what was asked and told, in words.
func (r *resident) signIn() (story string) {
	r.t.Helper()
	r.start()
	var words []string
	var enough bool // who is asked once more, gives up
	for {
		switch s := r.next().(type) {
		case nil:
			return strings.Join(words, ", ")
		case signin.Credentials:
			words = append(words, "password")
			if enough {
				r.attempt.Cancel()
				continue
			}
			a := signin.Answer{ID: s.ID, Username: r.user.Username, Password: secret.New(r.user.Password)}
			if s.Code {
				a.Code = secret.New(r.world.TOTP(r.user.Username))
			}
			r.answer(a)
		case signin.Choose:
			words = append(words, "choose")
			r.answer(signin.Answer{ID: s.ID, Use: r.method})
		case signin.Code:
			if r.method != "" && s.Method != r.method && slices.Contains(s.Others, r.method) {
				words = append(words, "another than "+s.Method)
				r.answer(signin.Answer{ID: s.ID, Use: r.method})
				continue
			}
			words = append(words, s.Method)
			r.answer(signin.Answer{ID: s.ID, Code: secret.New(r.code(s.Method))})
		case signin.Approve:
			words = append(words, strings.TrimSpace("approve "+strings.Repeat("#", len(s.Number))))
			if !r.world.Approve(r.user.Username) {
				r.t.Fatal("the phone did not ask")
			}
			r.clock.polls <- struct{}{}
		case signin.NewRecoveryCode:
			words, r.codes = append(words, "new recovery code"), append(r.codes, s.Code.Reveal())
			r.answer(signin.Answer{ID: s.ID})
		case signin.Browser:
			words = append(words, "browser "+string(s.Stage))
		case signin.Notice:
			words = append(words, string(s.Problem.Code))
		case signin.Trouble:
			words = append(words, string(s.Problem.Code))
			enough = s.Problem.Again
		case signin.Done:
			words = append(words, "done")
		default:
			r.t.Fatalf("got %T", s)
		}
	}
}

func (r *resident) code(method string) string {
	name := r.user.Username
	switch method {
	case signin.TOTP:
		return r.world.TOTP(name)
	case signin.Email:
		return r.world.MailCode(name)
	case signin.Recovery:
		return r.world.RecoveryCodes(name)[0]
	}
	return r.world.TextMessage(name)
}

// Everybody who has an account at a server that takes passwords at the token endpoint, in each product's way.
func TestS4S5S17EverybodySignsInAtEveryProduct(t *testing.T) {
	const inBrowser = "password, browser opening, browser reached, browser returned, done"
	for _, c := range []struct{ username, method, story string }{
		{"ian@initech.example", "totp", "password, totp, done"},
		{"ian@initech.example", "recovery", "password, another than totp, recovery, new recovery code, done"},
		{"ida@initech.example", "sms", "password, choose, sms, done"},
		{"ida@initech.example", "voice", "password, choose, voice, done"},
		{"ida@initech.example", "email", "password, choose, email, done"},
		{"ike@initech.example", "push", "password, choose, approve, done"},
		{"ike@initech.example", "totp", "password, choose, totp, done"},
		{"ines@initech.example", "", "password, done"},
		{"ivo@initech.example", "", inBrowser},
		{"isa@initech.example", "", "password, account-disabled"},
		{"max@acme.example", "", "password, done"},

		{"hana@hooli.example", "push", "password, choose, approve ##, done"},
		{"hana@hooli.example", "totp", "password, choose, totp, done"},
		{"hugo@hooli.example", "push", "password, choose, approve, done"},
		{"hal@hooli.example", "", "password, totp, done"},
		{"hope@hooli.example", "sms", "password, choose, sms, done"},
		{"hope@hooli.example", "voice", "password, choose, voice, done"},
		{"hilda@hooli.example", "", inBrowser},
		{"henry@hooli.example", "", "password, done"},

		{"uma@umbrella.example", "", "password, done"},
		{"ulf@umbrella.example", "", "password, done"},
		{"ute@umbrella.example", "", inBrowser},
	} {
		t.Run(c.username+" "+c.method, func(t *testing.T) {
			_, host, _ := strings.Cut(c.username, "@")
			org, _, _ := strings.Cut(host, ".")
			if c.username == "max@acme.example" {
				org = "initech"
			}
			r := newResident(t, org, c.username)
			r.method = c.method
			if got := r.signIn(); got != c.story {
				t.Fatalf("got  %s\nwant %s", got, c.story)
			}
			if good := r.world.RecoveryCodes(c.username); c.method == signin.Recovery && (len(r.codes) != 1 || !slices.Contains(good, r.codes[0])) {
				t.Errorf("told %q, good are %q", r.codes, good)
			}
		})
	}
}

// Who got the code by e-mail last time gets it there again, and no text message before.
func TestS5TheUsualMethodSendsNothingElse(t *testing.T) {
	r := newResident(t, "acme", "mia@acme.example")
	if got := r.signIn(); got != "password, sms, done" {
		t.Fatal(got)
	}
	r.clock.Advance(time.Minute)
	r.deps.Memory.RememberMethod(t.Context(), "acme", r.user.Username, signin.Email)
	text := r.world.TextMessage(r.user.Username)
	if got := r.signIn(); got != "password, email, done" {
		t.Fatal(got)
	}
	if r.world.Count("acme", "sms wanted") != 1 || r.world.TextMessage(r.user.Username) != text {
		t.Error("a text message was sent, too")
	}
}

// An account that has moved says where to, and lets its owner in there.
func TestS2TheAccountThatMoved(t *testing.T) {
	r := newResident(t, "acme", "max@acme.example")
	if got := r.signIn(); got != "password, account-elsewhere, password, given-up" {
		t.Fatal(got)
	}
	for _, s := range r.said {
		if trouble, ok := s.(signin.Trouble); ok && trouble.Org != "" {
			if trouble.Org != "initech" || trouble.Problem.Why != "It lives at Initech." {
				t.Errorf("got %+v", trouble)
			}
			return
		}
	}
	t.Error("nothing says where to")
}

// Where the page refuses a place, the address it saw comes back with the answer.
func TestS18TheAddressThatThePageSaw(t *testing.T) {
	for org, username := range map[string]string{"acme": "ben@acme.example", "globex": "gina@globex.example"} {
		r := newResident(t, org, username)
		if err := r.world.SetScenario("ip-restriction", true); err != nil {
			t.Fatal(err)
		}
		r.opts.With = signin.WithBrowser
		if got := r.signIn(); !strings.HasSuffix(got, "browser reached, address-refused") {
			t.Fatal(got)
		}
		last, _ := r.said[len(r.said)-1].(signin.Trouble)
		if last.Problem == nil || !strings.Contains(last.Problem.Why, "203.0.113.7") {
			t.Errorf("%s: got %+v", org, last.Problem)
		}
	}
}

// Whether there is such an account is told by nothing: not by words, not by the tries that are left, and not by what follows.
func TestMF15WrongPasswordIsToldLikeAnUnknownName(t *testing.T) {
	for org, known := range map[string]string{"acme": "amy@acme.example", "initech": "ian@initech.example", "hooli": "hana@hooli.example"} {
		t.Run(org, func(t *testing.T) {
			said := map[string][]signin.Trouble{}
			for _, username := range []string{known, "nobody@" + org + ".example"} {
				r := newResident(t, org, known)
				r.opts.With = signin.WithPassword
				r.start()
				for range 3 {
					step := expect[signin.Credentials](r.talk)
					r.answer(signin.Answer{ID: step.ID, Username: username, Password: secret.New("not the password")})
					told := expect[signin.Trouble](r.talk)
					if told.Problem.Code != problem.CredentialsRefused && told.Problem.Code != problem.CredentialsOrCodeRefused {
						t.Fatalf("%s: got %+v", username, told)
					}
					said[username] = append(said[username], told)
				}
			}
			if diff := cmp.Diff(said[known], said["nobody@"+org+".example"], cmpopts.IgnoreUnexported(problem.Problem{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}
