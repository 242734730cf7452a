package present

import (
	"slices"
	"strings"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/problem"
	"latchkey/internal/secret"
	"latchkey/internal/session"
	"latchkey/internal/signin"
)

// formState is what the sign-in form knows.
type formState struct {
	username string
	left     string // the e-mail when its field was left
	password bool   // the server takes a password here, as far as known
	forgot   string
	ways     []signin.Door
	known    bool // the server was heard: ways and forgot are its own
	busy     Busy
	slow     bool
	clear    int
	paused   pause

	code        bool     // the server takes a one-time code together with the password
	companyOnly string   // whom the server lets in by the company's page only
	accounts    []string // that this computer knows, of this organisation
	locked      lock
}

// lock is what the server said about an account that is locked: it is not asked about it again before it is over.
type lock struct {
	username string
	trouble  signin.Trouble
}

// otherAccounts are those this computer knows beside the one in the form.
func (f formState) otherAccounts() []string {
	var others []string
	for _, name := range f.accounts {
		if !strings.EqualFold(name, f.username) {
			others = append(others, name)
		}
	}
	return others
}

// passwordless reports whether an organisation is known never to take a password in an app.
func passwordless(o config.Organization) bool {
	return o.Genesys() || o.Credentials == config.CredentialsOff
}

func (f formState) firstEmpty() Focus {
	switch {
	case f.username == "":
		return FocusUsername
	case f.password:
		return FocusPassword
	default:
		return FocusMain
	}
}

func (f formState) screen(p *Presenter) SignIn {
	s := SignIn{
		Username: f.username, Password: f.password, Button: "Sign in",
		Code: f.code && f.password, CompanyFirst: p.org.Company != "" && f.companyOnly != "" && f.companyOnly == strings.ToLower(f.username), Forgot: f.forgot != "", Busy: f.busy, Clear: f.clear, Slow: f.slow,
	}
	if p.org.Company != "" {
		s.Company = "Login with " + p.org.Company
	}
	if !f.password {
		s.Explain = "Continues in your browser."
	}
	if p.parts != nil {
		if left := f.pausedFor(p.o.Clock.Now()); left > 0 {
			s.Paused, s.Button = true, "Wait "+Countdown(left)
		}
	}
	s.Ways = len(f.otherWays()) > 0
	if f.left == f.username { // not in the middle of a word
		s.Meant, _ = signin.Mistyped(f.username, f.accounts)
	}
	return s
}

// otherWays are the ways that have no button of their own in the form.
func (f formState) otherWays() []string {
	var ways []string
	for _, door := range f.ways {
		switch door {
		case signin.WithBrowser:
			if f.password {
				ways = append(ways, string(door))
			}
		case signin.WithDevice:
			ways = append(ways, string(door))
		}
	}
	for _, name := range f.otherAccounts() {
		ways = append(ways, accountWay+name)
	}
	return ways
}

// accountWay begins the Use of a way that puts another account into the form.
const accountWay = "account:"

// showForm shows the form and sends the focus somewhere in it.
func (p *Presenter) showForm(focus Focus) {
	p.behind = nil
	p.frame.Screen = p.form.screen(p)
	p.focus(focus)
	p.draw()
}

// refreshForm draws the form anew where it is shown, and leaves the focus alone.
func (p *Presenter) refreshForm() {
	if _, shown := p.frame.Screen.(SignIn); shown {
		p.frame.Screen = p.form.screen(p)
		p.draw()
	}
}

// Submit is the primary button of the form. The password is taken as it is; the e-mail without white space around it.
func (p *Presenter) Submit(username, password string) { p.SubmitWithCode(username, password, "") }

// SubmitWithCode is [Presenter.Submit] where the server takes a one-time code in the same form; it may be empty.
func (p *Presenter) SubmitWithCode(username, password, code string) {
	if p.formClosed() {
		return
	}
	p.form.username = strings.TrimSpace(username)
	if p.form.pausedFor(p.o.Clock.Now()) > 0 {
		p.refreshForm()
		return
	}
	switch {
	case p.form.username == "" && p.form.password:
		p.missing(FocusUsername)
		return
	case password == "" && p.form.password:
		p.missing(FocusPassword)
		return
	}
	if p.stillLocked() {
		return
	}
	p.form.busy, p.lastUse, p.again = Busy{What: "Signing in"}, "", nil
	p.form.clear++ // the field is emptied and masked as soon as its text is taken
	p.typed = time.Time{}
	p.frame.Problem = nil
	p.dropGoodNews()
	if !p.form.password {
		p.form.busy.What, p.lastUse = "Opening the browser", string(signin.WithBrowser)
		p.answer(signin.Answer{Username: p.form.username, Use: string(signin.WithBrowser)})
		return
	}
	p.answer(signin.Answer{Username: p.form.username, Password: secret.New(password), Code: secret.New(code)})
}

// stillLocked shows once more that the account is locked, and asks nobody.
func (p *Presenter) stillLocked() bool {
	l := p.form.locked
	if l.username == "" || l.username != strings.ToLower(p.form.username) || !p.form.password || !p.o.Clock.Now().Before(l.trouble.Until) {
		return false
	}
	p.form.clear++
	p.typed = time.Time{}
	p.fail(l.trouble.Problem, p.action(l.trouble.Problem, p.run), FocusProblem)
	p.count(l.trouble)
	p.refreshForm()
	return true
}

// unlocked begins anew for an agent who knows that the account is not locked any more. The server is asked once; when it says that the
// account is still locked, that counts.
func (p *Presenter) unlocked() {
	p.form.locked = lock{}
	p.frame.Problem = nil
	p.begin(signin.Options{Unlocked: true})
	p.showForm(p.form.firstEmpty())
}

// Use chooses another way to sign in, by [Way.Use]; "company" is the company's button.
func (p *Presenter) Use(use, username string) {
	switch p.frame.Screen.(type) {
	case SignIn:
		if p.formClosed() {
			return
		}
		p.form.username = strings.TrimSpace(username)
		p.form.busy, p.lastUse, p.again = Busy{What: "Opening the browser", On: use}, use, nil
		if use == string(signin.WithDevice) {
			p.form.busy.What = "Asking for a code"
		}
		p.form.clear++
		p.typed = time.Time{}
		p.frame.Problem = nil
		p.dropGoodNews()
		p.answer(signin.Answer{Username: p.form.username, Use: use})
	case Choose:
		p.useChosen(use)
	}
}

// dropGoodNews takes away a notice that has been read; one about trouble stays.
func (p *Presenter) dropGoodNews() {
	if p.frame.Notice != nil && p.frame.Notice.Good {
		p.frame.Notice = nil
	}
}

func (p *Presenter) formClosed() bool {
	_, shown := p.frame.Screen.(SignIn)
	return !shown || p.parts == nil || p.form.busy.What != ""
}

func (p *Presenter) missing(field Focus) {
	p.fail(problem.New(problem.CredentialsNeeded), NoAction, field)
	p.refreshForm()
}

// offered notes which ways the server offers.
func (f *formState) offered(doors []signin.Door) {
	f.ways = slices.Clone(doors)
	f.known = true
}

// knows notes the accounts of an organisation that this computer keeps something of.
func (f *formState) knows(kept []session.Session, org string) {
	for _, s := range kept {
		if s.Account.Org == org {
			f.knowsAccount(s.Username)
		}
	}
}

// knowsAccount notes an account that somebody signed in with on this computer.
func (f *formState) knowsAccount(username string) {
	if username != "" && !slices.Contains(f.accounts, username) {
		f.accounts = append(f.accounts, username)
	}
}
