package demo

import (
	"time"

	"latchkey/internal/demo/panel"
	"latchkey/internal/demo/people"
)

// panelWorld is the world as its own pages see it.
type panelWorld struct{ *World }

var _ panel.World = panelWorld{}

// Groups returns the accounts with what the phone shows now.
func (w panelWorld) Groups() []panel.Group {
	var groups []panel.Group
	now := w.clock.Now()
	for _, org := range w.Organizations() {
		g := panel.Group{Name: org.Name}
		for _, u := range w.Users() {
			if u.Org != org.ID {
				continue
			}
			secret := u.TOTPSecret
			if secret == "" {
				secret = w.pending(u.Username)
			}
			a := panel.Account{Username: u.Username, Password: u.Password, Note: u.Note, TOTP: secret != ""}
			if a.TOTP {
				a.Code = people.CodeAt(secret, now)
				a.Used = w.usedStep(u.Username) >= people.Step(now)
			}
			a.Recovery = w.RecoveryCodes(u.Username)
			g.Accounts = append(g.Accounts, a)
		}
		groups = append(groups, g)
	}
	return groups
}

// CodesEnd returns how long the phone shows its codes still.
func (w panelWorld) CodesEnd() time.Duration {
	now := w.clock.Now()
	return now.Truncate(people.TOTPPeriod).Add(people.TOTPPeriod).Sub(now)
}

// Texts returns what came to the phones.
func (w panelWorld) Texts() []panel.Text { return w.texts.List() }

// Questions returns the sign-ins that wait to be approved.
func (w panelWorld) Questions() []people.Question {
	list := []people.Question{}
	for _, d := range w.directories() {
		list = append(list, d.Questions()...)
	}
	return list
}

// Decide answers what waits on somebody's phone.
func (w panelWorld) Decide(username, number string) bool { return w.decide(username, number) }

// Scenarios returns all scenarios and whether they are on.
func (w panelWorld) Scenarios() []panel.Scenario {
	var list []panel.Scenario
	for _, s := range w.World.Scenarios() {
		list = append(list, panel.Scenario(s))
	}
	return list
}

// pending returns the secret of an authenticator app that this user sets up.
func (w *World) pending(username string) string {
	for _, d := range w.directories() {
		if secret := d.PendingTOTP(username); secret != "" {
			return secret
		}
	}
	return ""
}

// usedStep returns the newest step of which a code of this user was accepted, by whoever knows them.
func (w *World) usedStep(username string) int64 {
	var newest int64
	for _, d := range w.directories() {
		if p, ok := d.Find(username); ok && p.TOTPSecret != "" {
			newest = max(newest, d.UsedStep(username))
		}
	}
	return newest
}

func (w *World) links() []panel.Link {
	return []panel.Link{
		{Name: "Phone", Link: w.Phone}, {Name: "Mailbox", Link: w.Mailbox}, {Name: "Status page", Link: w.Status},
		{Name: "Acme's pages", Link: w.Acme}, {Name: "Globex's workspace", Link: w.GlobexApps + "/directory"},
	}
}
