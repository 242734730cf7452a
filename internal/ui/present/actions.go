package present

import (
	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// actionWords is what the buttons say, but for those that name something.
var actionWords = map[Action]string{
	TryAgain: "Try again", Forgot: "Forgot password", InBrowser: "Sign in with the browser", CopyLink: "Copy link",
	ReadAgain: "Read again", OtherWay: "Another way", SendAgain: "Send again", ChangeOrgs: "Choose another organisation",
	OpenPortal: "Open its page", CopyIT: "Copy for IT", OtherRegion: "Try another region",
	Compare:  "Compare letter by letter",
	Unlocked: "It was unlocked",
}

// button is what an action's button says.
func (p *Presenter) button(a Action) string {
	switch a {
	case Company:
		return "Login with " + p.org.Company
	case AskIT:
		if p.writing {
			return "Opening …"
		}
		if p.contactIsPage() {
			return "Open IT's page"
		}
		return "Write to IT"
	}
	return actionWords[a]
}

// action is the most useful thing to do about a problem.
func (p *Presenter) action(pr *problem.Problem, r *run) Action {
	switch pr.Code {
	case problem.CredentialsRefused, problem.CredentialsOrCodeRefused:
		if p.form.forgot != "" {
			return Forgot
		}
		return NoAction
	case problem.CodeRefused, problem.CodeUsed, problem.CodeExpired, problem.CodeShape, problem.RecoveryRefused,
		problem.CodeNotSent, problem.ResendTooSoon:
		if r != nil && len(r.ways) > 0 {
			return OtherWay
		}
		return NoAction
	case problem.InteractionRequired:
		return InBrowser
	case problem.CompanyOnly:
		if p.org.Company != "" {
			return Company
		}
		return InBrowser
	case problem.BrowserNotOpened:
		return CopyLink
	case problem.AddressRefused, problem.ConditionsRefused, problem.AppNotAllowed:
		return CopyIT
	case problem.AccountElsewhere:
		if p.org.Genesys() {
			return OtherRegion
		}
		return ChangeOrgs
	case problem.AccountLocked:
		if p.org.Contact != "" {
			return AskIT
		}
		return p.waitsForUnlock()
	case problem.AccountDisabled, problem.AccountDeleted, problem.AccountInactive:
		if p.org.Contact != "" {
			return AskIT
		}
		return NoAction
	case problem.IssuerChanged:
		if p.org.Contact != "" {
			return AskIT
		}
		return ChangeOrgs
	case problem.ApprovalExpired, problem.ApprovalRefused, // the other ways are below
		problem.TooManyTries, problem.CredentialsNeeded, problem.SignInTimedOut, problem.PasswordTooWeak, problem.PasswordKnown, problem.PasswordReused:
		return NoAction
	case problem.NetworkPage:
		if p.tools != nil {
			return OpenPortal
		}
	case problem.OrgUnknown, problem.NotASignInServer, problem.IssuerMismatch, problem.EndpointUnsafe, problem.AppUnknown, problem.TenantUnknown:
		return ChangeOrgs
	}
	if pr.Kind == problem.Settings {
		return ReadAgain
	}
	if pr.Kind == problem.Refused && r == nil {
		return NoAction
	}
	return TryAgain
}

// waitsForUnlock is the way on for an account that is not asked about before a time that the server told: somebody may have
// unlocked it before.
func (p *Presenter) waitsForUnlock() Action {
	if p.form.locked.trouble.Until.After(p.o.Clock.Now()) {
		return Unlocked
	}
	return NoAction
}

// besides is a second thing to do about a problem, quieter; most have none.
func (p *Presenter) besides(pr *problem.Problem, first Action) Action {
	switch {
	case pr.Code == problem.IssuerChanged && first == AskIT:
		return ChangeOrgs
	case pr.Code == problem.AccountLocked && first == AskIT && p.waitsForUnlock() != NoAction:
		return Unlocked
	case first == AskIT && p.contactIsPage(): // their page may want to know what happened
		return CopyIT
	case p.org.Contact == "" || first == AskIT:
		return NoAction
	}
	switch pr.Code {
	case problem.AddressRefused, problem.ConditionsRefused, problem.AppNotAllowed, problem.ApprovalRefused, problem.AppUnknown, problem.ConsentRefused,
		problem.RecoveryRefused, problem.TenantUnknown:
		return AskIT
	}
	return NoAction
}

// Act does the most useful thing about the problem that is shown.
func (p *Presenter) Act() {
	if p.frame.Problem != nil {
		p.act(p.frame.Problem.Action)
	}
}

// ActBesides does the second thing.
func (p *Presenter) ActBesides() {
	if p.frame.Problem != nil {
		p.act(p.frame.Problem.Besides)
	}
}

func (p *Presenter) act(a Action) {
	switch a {
	case TryAgain:
		p.tryAgain()
	case Forgot:
		p.ForgotPassword()
	case InBrowser:
		p.frame.Problem = nil
		p.Use(string(signin.WithBrowser), p.form.username)
	case Company:
		p.frame.Problem = nil
		p.Use(string(signin.WithCompany), p.form.username)
	case CopyLink:
		p.copyUnopened()
	case CopyIT:
		p.CopyProblem()
	case AskIT:
		p.askIT("Help with signing in to "+p.org.Name, p.problemText())
	case ReadAgain:
		p.frame.Problem = nil
		p.draw()
		p.Start()
	case OtherWay:
		p.OtherWays()
	case SendAgain:
		p.Resend()
	case ChangeOrgs:
		p.Organizations()
	case OtherRegion:
		p.OtherRegions()
	case GoThere:
		p.goThere(p.frame.Problem.there)
	case Unlocked:
		p.unlocked()
	case OpenPortal:
		p.openPortal()
	case Compare:
		p.compare()
	}
}

// tryAgain goes the same way once more.
func (p *Presenter) tryAgain() {
	p.frame.Problem = nil
	switch {
	case p.session != nil:
		p.draw()
	case p.again != nil:
		again := p.again
		p.again = nil
		again()
	case p.lastUse != "":
		p.showForm(FocusMain)
		p.Use(p.lastUse, p.form.username)
	default:
		p.begin(signin.Options{})
		p.showForm(p.form.firstEmpty())
	}
}
