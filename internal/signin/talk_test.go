package signin_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"latchkey/internal/clock"
	"latchkey/internal/oauth"
	"latchkey/internal/oauth/oauthtest"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/session"
	"latchkey/internal/signin"
	"latchkey/internal/transport"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	amy      = "amy@acme.example"
	patience = time.Minute // for what must come; never how long it takes
)

// talk is an agent in a test: it reads steps and answers them, and looks at everything for secrets.
type talk struct {
	t       *testing.T
	server  *oauthtest.Server
	deps    signin.Deps
	opts    signin.Options
	keeper  *keeper
	browser *fakeBrowser
	log     *lockedBuffer
	attempt *signin.Attempt
	// interview replaces the client's own; nil: it does not.
	interview func(*oauth.Client, oauth.Flow) oauth.Interview
	said      []signin.Step
}

// newTalk prepares an attempt at a server; nothing is started.
func newTalk(t *testing.T, server *oauthtest.Server) *talk {
	t.Helper()
	client := transport.New(transport.Options{})
	t.Cleanup(client.Close)
	k := &talk{t: t, server: server, keeper: &keeper{}, log: &lockedBuffer{}}
	k.browser = &fakeBrowser{t: t}
	k.deps = signin.Deps{
		HTTP: client, Clock: clock.System{}, Rand: rand.Reader, Browser: k.browser, Keeper: k.keeper,
		Log: slog.New(slog.NewTextHandler(k.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	k.opts = signin.Options{Org: server.Organization()}
	t.Cleanup(k.hidesSecrets)
	return k
}

func (k *talk) start() *talk {
	k.t.Helper()
	if k.interview == nil {
		k.interview = (*oauth.Client).Interview
	}
	k.attempt = signin.StartWith(k.t.Context(), k.deps, k.opts, k.interview)
	k.t.Cleanup(func() {
		k.attempt.Cancel()
		for s := range k.attempt.Steps() {
			k.said = append(k.said, s)
		}
		k.browser.tabs.Wait()
	})
	return k
}

// next returns the next step that is not about being busy.
func (k *talk) next() signin.Step {
	k.t.Helper()
	late := time.After(patience)
	for {
		select {
		case s, open := <-k.attempt.Steps():
			if !open {
				return nil
			}
			k.said = append(k.said, s)
			if _, busy := s.(signin.Working); !busy {
				return s
			}
		case <-late:
			k.t.Fatalf("no step came; said so far: %v", kinds(k.said))
		}
	}
}

// expect returns the next step, which must be of type S.
func expect[S signin.Step](k *talk) S {
	k.t.Helper()
	got := k.next()
	s, ok := got.(S)
	if !ok {
		if trouble, is := got.(signin.Trouble); is {
			k.t.Fatalf("got problem %v, want %v", trouble.Problem, reflect.TypeFor[S]())
		}
		k.t.Fatalf("got step %T %+v, want %v", got, got, reflect.TypeFor[S]())
	}
	return s
}

// until skips steps to the next one of type S.
func until[S signin.Step](k *talk) S {
	k.t.Helper()
	for {
		got := k.next()
		if s, ok := got.(S); ok {
			return s
		}
		if got == nil {
			k.t.Fatalf("the attempt ended before a %v: %v", reflect.TypeFor[S](), kinds(k.said))
		}
	}
}

func (k *talk) answer(a signin.Answer) {
	k.t.Helper()
	if err := k.attempt.Answer(a); err != nil {
		k.t.Fatalf("answer: %v", err)
	}
}

// ends expects the last step to be the final problem with this code.
func (k *talk) ends(code problem.Code) signin.Trouble {
	k.t.Helper()
	trouble := until[signin.Trouble](k)
	if trouble.Problem.Code != code || trouble.Problem.Again {
		k.t.Fatalf("ended with %v (again %v), want %s", trouble.Problem, trouble.Problem.Again, code)
	}
	k.closed()
	return trouble
}

func (k *talk) closed() {
	k.t.Helper()
	if s := k.next(); s != nil {
		k.t.Fatalf("a step after the last one: %T", s)
	}
}

// signsIn expects the attempt to end with Done and the session to be handed over.
func (k *talk) signsIn() signin.Done {
	k.t.Helper()
	done := until[signin.Done](k)
	k.closed()
	if _, ok := k.attempt.Session(); !ok || k.keeper.count() != 1 {
		k.t.Fatalf("done, but %d sessions were kept", k.keeper.count())
	}
	return done
}

func (k *talk) credentials(password string) signin.Credentials {
	k.t.Helper()
	c := expect[signin.Credentials](k)
	k.answer(signin.Answer{ID: c.ID, Username: amy, Password: secret.New(password)})
	return c
}

func (k *talk) trouble(code problem.Code, field string) signin.Trouble {
	k.t.Helper()
	trouble := expect[signin.Trouble](k)
	if trouble.Problem.Code != code || !trouble.Problem.Again || trouble.Field != field {
		k.t.Fatalf("got %v (again %v, field %q), want %s at %q", trouble.Problem, trouble.Problem.Again, trouble.Field, code, field)
	}
	return trouble
}

// sent returns what was asked of the server at a path.
func (k *talk) sent(path string) []oauthtest.Request { return k.server.Requests(path) }

// hidesSecrets looks for every secret of the conversation in what faces and the log were given.
func (k *talk) hidesSecrets() {
	var sink strings.Builder
	sink.WriteString(k.log.String())
	for _, s := range k.said {
		if b, ok := s.(signin.Browser); ok {
			b.SignInURL = "" // it is there to be opened, and is what a browser's address bar shows anyway
			s = b
		}
		fmt.Fprintf(&sink, "%v %+v %#v\n", s, s, s)
		if line, err := signin.MarshalStep(s); err == nil {
			sink.Write(line)
		}
		plain, _ := json.Marshal(s)
		sink.Write(plain)
	}
	shown := sink.String()
	for _, r := range k.server.Requests("") {
		for _, name := range []string{"password", "otp", "code", "code_verifier", "refresh_token", "auth_session", "device_code", "nonce"} {
			for _, values := range []string{r.Form.Get(name), r.Query.Get(name)} {
				if len(values) > 5 && strings.Contains(shown, values) {
					k.t.Errorf("the %s is shown: %s", name, values)
				}
			}
		}
	}
}

func kinds(steps []signin.Step) (names []string) {
	for _, s := range steps {
		names = append(names, s.Name())
	}
	return names
}

// keeper keeps sessions in a list.
type keeper struct {
	mu   sync.Mutex
	kept []*oauth.Tokens
	keep []bool
	who  []oauth.Identity
	fail error
	not  error
}

func (k *keeper) Keep(_ context.Context, _ *oauth.Client, t *oauth.Tokens, who oauth.Identity, keep bool) (session.Session, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.fail != nil {
		return session.Session{}, k.fail
	}
	k.kept, k.keep, k.who = append(k.kept, t), append(k.keep, keep), append(k.who, who)
	last := session.LastSignIn{At: who.Last.At, How: who.Last.How, From: who.Last.From}
	return session.Session{Username: who.Username, Name: who.Name, Expires: t.Expires, NotKept: k.not, Last: last}, nil
}

func (k *keeper) count() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.kept)
}

// fakeBrowser opens addresses as a browser does: it follows every redirect, like one that is signed in everywhere.
type fakeBrowser struct {
	t       *testing.T
	fail    error            // the launcher's error
	mustNot bool             // opening it fails the test
	visit   func(url string) // replaces following the redirects
	mu      sync.Mutex
	opened  []string
	tabs    sync.WaitGroup
}

func (b *fakeBrowser) Open(ctx context.Context, address string) error {
	if b.mustNot {
		b.t.Errorf("the browser was opened at %s", address)
	}
	b.mu.Lock()
	b.opened = append(b.opened, address)
	b.mu.Unlock()
	if b.fail != nil {
		return b.fail
	}
	visit := b.visit
	if visit == nil {
		visit = b.browse
	}
	b.tabs.Go(func() { visit(address) })
	return nil
}

func (b *fakeBrowser) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.opened)
}

// browse follows redirects to a page, as a navigation.
func (b *fakeBrowser) browse(address string) {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		b.t.Errorf("browse: %v", err)
		return
	}
	req.Header.Set("Sec-Fetch-Mode", "navigate")
	req.Header.Set("Sec-Fetch-Dest", "document")
	resp, err := client.Do(req)
	if err != nil {
		return // a test may have ended the sign-in meanwhile
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
