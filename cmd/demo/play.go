package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"time"

	"latchkey/internal/demo/identity"
	"latchkey/internal/demo/walker"
)

// player signs in by itself, act by act.
type player struct {
	*program
	environ []string // more variables for Latchkey
	acts    int
	kept    bool   // the first sign-in was kept
	token   string // the first sign-in's access token, renewed
}

// play signs in as the demo world's people would, prints each step and what it proves, and returns the exit code.
func (p *program) play(ctx context.Context) int {
	p.say("There is neither a display nor a terminal, so Latchkey signs in by itself.\n")
	address, end := p.bus(ctx, p.world.StateDir+"-keychain")
	defer end()
	pl := &player{program: p, environ: []string{"DISPLAY=", "WAYLAND_DISPLAY=", "BROWSER="}}
	if address != "" {
		pl.environ = append(pl.environ, "DBUS_SESSION_BUS_ADDRESS="+address)
	}
	for _, act := range []struct {
		title string
		do    func(context.Context) error
	}{
		{"E-mail, password and a code from the phone", pl.passwordAndCode},
		{"Who is signed in", pl.status},
		{"An access token for another tool", pl.useToken},
		{"Sign out", pl.signOut},
		{"A code by text message", pl.textMessage},
		{"Approved on the phone, with a number", pl.approval},
		{"A recovery code, since the phone is lost", pl.recovery},
		{"A new password, since the old one ran out", pl.newPassword},
		{"Auth0 and Okta, in their own ways", pl.products},
		{"The server's own page in the browser", pl.browser},
		{"Login with Acme, the company", pl.company},
		{"A code for another device", pl.device},
		{"Genesys Cloud", pl.genesys},
	} {
		pl.acts++
		p.say("\n%d. %s\n", pl.acts, act.title)
		if err := act.do(ctx); err != nil {
			p.complain("   ✗ %v\n", err)
			return 1
		}
	}
	p.say("\nAll of it worked. Nothing is left on this computer.\n")
	return 0
}

func (p *player) saw(format string, args ...any)    { p.say("   "+format+"\n", args...) }
func (p *player) proved(format string, args ...any) { p.say("   ✓ "+format+"\n", args...) }

// passwordAndCode signs amy in: a wrong password, the right one, a code. Her access token is a short one, so that
// renewing it can be seen.
func (p *player) passwordAndCode(ctx context.Context) error {
	amy := p.world.User("acme", "amy@acme.example")
	if err := p.world.SetScenario(identity.ShortTokens, true); err != nil {
		return err
	}
	defer func() { _ = p.world.SetScenario(identity.ShortTokens, false) }()
	tries := 0
	last, err := p.converse(ctx, p.environ, "acme", []string{"--with", "password"}, func(s step) (answer, error) {
		switch s.Step {
		case "credentials":
			tries++
			if tries == 1 {
				p.saw("asks for e-mail and password at %s; gets a wrong password", s.Host)
				return answer{"username": amy.Username, "password": "not-her-password"}, nil
			}
			p.world.ResetCounts()
			p.saw("asks again; gets the right one")
			return answer{"username": amy.Username, "password": amy.Password}, nil
		case "problem":
			if s.Code != "credentials-refused" || !s.Again {
				return nil, problemOf(s)
			}
			p.saw("says: %s", s.Title)
		case "code":
			p.saw("asks for the code; gets what the phone shows")
			return answer{"code": p.world.TOTP(amy.Username)}, nil
		}
		return nil, nil
	})
	if err != nil {
		return err
	}
	if tries < 2 {
		return errors.New("a wrong password was not noticed")
	}
	asked := p.world.Count("acme", "POST /authorize-challenge") + p.world.Count("acme", "POST /oauth/token")
	p.proved("%s is signed in, with %d requests for password, code and tokens", last.Name, asked)
	return nil
}

// status looks who is signed in, as a script would.
func (p *player) status(ctx context.Context) error {
	out, err := p.output(ctx, "status", "--json")
	if err != nil {
		return err
	}
	var seen struct {
		Sessions []struct {
			Username, State, Kept string
		} `json:"sessions"`
	}
	if err := json.Unmarshal(out, &seen); err != nil {
		return err
	}
	for _, s := range seen.Sessions {
		if s.Username == "amy@acme.example" && s.State != "signed-out" && s.Kept != "memory" {
			p.kept = true
			p.proved("%s is still signed in after Latchkey ended: the session is in the %s", s.Username, s.Kept)
		}
	}
	if !p.kept {
		p.proved("this computer has no keychain, so the session ended with Latchkey, and nothing readable is on the disk")
	}
	return nil
}

// useToken renews the access token and shows it to the server.
func (p *player) useToken(ctx context.Context) error {
	if !p.kept {
		p.saw("left out: it needs a keychain")
		return nil
	}
	p.world.ResetCounts()
	out, err := p.output(ctx, "token")
	if err != nil {
		return err
	}
	p.token = strings.TrimSpace(string(out))
	if renewed := p.world.Count("acme", "grant refresh_token"); renewed != 1 {
		return fmt.Errorf("the access token was renewed %d times, not once", renewed)
	}
	status, err := p.show1(ctx, p.token)
	if err != nil || status != http.StatusOK {
		return fmt.Errorf("the server does not take the token: %d %w", status, err)
	}
	p.proved("the old token was about to end and was renewed once; the server takes the new one")
	return nil
}

// signOut ends the session here and at the server.
func (p *player) signOut(ctx context.Context) error {
	if !p.kept {
		p.saw("left out: there is nothing to end")
		return nil
	}
	if _, err := p.output(ctx, "logout"); err != nil {
		return err
	}
	status, err := p.show1(ctx, p.token)
	if err != nil || status != http.StatusUnauthorized {
		return fmt.Errorf("the server still takes the token: %d %w", status, err)
	}
	var exit *exec.ExitError
	if _, err := p.output(ctx, "token"); !errors.As(err, &exit) || exit.ExitCode() != 3 {
		return fmt.Errorf("latchkey token after signing out: %w", err)
	}
	p.proved("the server refuses the token now, and latchkey token says that nobody is signed in (exit code 3)")
	return nil
}

func (p *player) browser(ctx context.Context) error {
	ben := p.world.User("acme", "ben@acme.example")
	return p.inBrowser(ctx, walker.Agent{Username: ben.Username, Password: ben.Password}, "acme", "browser")
}

func (p *player) company(ctx context.Context) error {
	cora := p.world.User("acme", "cora@corp.example")
	return p.inBrowser(ctx, walker.Agent{Username: cora.Username, Password: cora.Password, Company: true}, "acme", "company")
}

func (p *player) genesys(ctx context.Context) error {
	glen := p.world.User("globex", "glen@globex.example")
	who := walker.Agent{Username: glen.Username, Password: glen.Password, Code: func() string { return p.world.TOTP(glen.Username) }}
	return p.inBrowser(ctx, who, "globex", "browser")
}

// inBrowser plays the browser: it opens the link that Latchkey shows, and signs in on the pages it meets.
func (p *player) inBrowser(ctx context.Context, who walker.Agent, org, door string) error {
	stages, walked := map[string]bool{}, false
	pages := walker.New("")
	last, err := p.converse(ctx, p.environ, org, []string{"--with", door, "--username", who.Username, "--no-open", "--no-keep"}, func(s step) (answer, error) {
		switch s.Step {
		case "problem":
			return nil, problemOf(s)
		case "browser":
			stages[s.Stage] = true
			if walked {
				return nil, nil
			}
			walked = true
			if err := pages.Open(ctx, s.URL); err != nil {
				return nil, err
			}
			p.saw("shows a link; the browser gets to “%s” at %s", pages.Title(), pages.Address.Host)
			return nil, who.SignIn(ctx, pages)
		}
		return nil, nil
	})
	if err != nil {
		return err
	}
	if !stages["reached"] {
		return errors.New("nobody noticed that the browser opened")
	}
	p.saw("the browser ends at “%s”", pages.Title())
	p.proved("%s is signed in; the password was only seen by the server's own page", last.Name)
	return nil
}

// device plays the phone that a code is typed into.
func (p *player) device(ctx context.Context) error {
	ben := p.world.User("acme", "ben@acme.example")
	shown := false
	last, err := p.converse(ctx, p.environ, "acme", []string{"--with", "device", "--username", ben.Username, "--no-keep"}, func(s step) (answer, error) {
		switch s.Step {
		case "problem":
			return nil, problemOf(s)
		case "device":
			if shown {
				return nil, nil
			}
			shown = true
			p.saw("shows the code %s, which the phone's browser is given", s.UserCode)
			return nil, walker.Agent{Username: ben.Username, Password: ben.Password}.Open(ctx, s.VerificationURIComplete)
		}
		return nil, nil
	})
	if err != nil {
		return err
	}
	p.proved("%s is signed in, and has typed nothing on this computer", last.Name)
	return nil
}

// output runs Latchkey and returns what it prints.
func (p *player) output(ctx context.Context, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, signInTime)
	defer cancel()
	c := p.command(ctx, p.latchkey, p.environ, args...)
	var words bytes.Buffer
	c.Stderr = &words
	out, err := c.Output()
	if err != nil {
		err = fmt.Errorf("latchkey %s: %w: %s", args[0], err, strings.TrimSpace(words.String()))
	}
	return out, err
}

// show1 shows an access token to Acme and returns the status it answers with.
func (p *player) show1(ctx context.Context, token string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.world.Acme+"/userinfo", nil)
	if err != nil {
		return 0, err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
	if err != nil {
		return 0, err
	}
	return answer.StatusCode, answer.Body.Close()
}
