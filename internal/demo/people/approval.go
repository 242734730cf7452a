package people

import (
	"slices"
	"time"

	"latchkey/internal/demo/fresh"
)

// Questions for an approval.
const (
	ApprovalLife = 2 * time.Minute // how long the phone asks
	maxQuestions = 5               // in CodeLife, so that nobody is asked until they give in
	plainChoice  = "Approve"       // in a number's place where there is none
)

// Decision is what came of the question for an approval.
type Decision string

// The decisions.
const (
	Waiting  Decision = "waiting"
	Approved Decision = "approved"
	Denied   Decision = "denied" // by its button, or by a number that was not the one shown
	RanOut   Decision = "ran out"
)

// approval is one question on somebody's phone.
type approval struct {
	id, number string
	choices    []string
	at         time.Time
	decision   Decision
}

// Question is an approval that waits, as the phone shows it.
type Question struct {
	Username string    `json:"username"`
	Device   string    `json:"device"`
	Choices  []string  `json:"choices"` // the number that the sign-in shows, and two others
	Until    time.Time `json:"until"`
}

// AskApproval asks on somebody's phone whether a sign-in is theirs; the number is for the sign-in to show, and empty where
// the phone only asks. It ends the question before. again is the id of a question of the same sign-in, if any: within
// [ResendWait] of it, and when there were too many, nothing is asked: ErrTooSoon.
func (d *Directory) AskApproval(username, again string) (id, number string, sent Sent, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	who, known := d.find(username)
	acc, now := d.account(username), d.clock.Now()
	if _, locked := d.lockOf(acc, who.Locked); locked {
		return "", "", Sent{}, ErrLocked
	}
	if !known || who.Device == "" {
		return "", "", Sent{}, ErrNotSent
	}
	acc.asked = slices.DeleteFunc(acc.asked, func(at time.Time) bool { return !now.Before(at.Add(CodeLife)) })
	last := acc.approval
	switch {
	case last != nil && last.id == again && again != "" && now.Before(last.at.Add(ResendWait)):
		return "", "", Sent{ResendAt: last.at.Add(ResendWait), Until: last.at.Add(ApprovalLife)}, ErrTooSoon
	case len(acc.asked) >= maxQuestions:
		return "", "", Sent{ResendAt: acc.asked[0].Add(CodeLife)}, ErrTooSoon
	}
	a := &approval{id: fresh.Token(d.random()), at: now, decision: Waiting}
	for len(a.choices) < 3 {
		if n := fresh.Letters(d.random(), "123456789", 2); !slices.Contains(a.choices, n) {
			a.choices = append(a.choices, n)
		}
	}
	if who.NoNumber {
		a.choices = []string{plainChoice}
	}
	a.number = a.choices[0]
	slices.Sort(a.choices) // where it stands tells nothing
	acc.approval, acc.asked = a, append(acc.asked, now)
	if !who.NoNumber {
		number = a.number
	}
	return a.id, number, Sent{ResendAt: now.Add(ResendWait), Until: now.Add(ApprovalLife)}, nil
}

// Approval tells what came of a question. An approved one is good once, and forgives failures. The result is the account's:
// not OK when it was denied, or is locked.
func (d *Directory) Approval(username, id string) (Decision, Result) {
	d.mu.Lock()
	defer d.mu.Unlock()
	who, _ := d.find(username)
	acc := d.account(username)
	if until, locked := d.lockOf(acc, who.Locked); locked {
		return Denied, Result{Refusal: Locked, Until: until}
	}
	res := Result{Person: who, AttemptsLeft: TriesBeforeLock - acc.failures}
	if acc.approval == nil || acc.approval.id != id {
		return RanOut, res
	}
	got := d.decisionOf(acc.approval)
	switch got {
	case Approved:
		acc.approval, acc.failures, acc.asked = nil, 0, nil
		res.AttemptsLeft = TriesBeforeLock
	case Denied:
		res.Refusal = Wrong
	}
	return got, res
}

// Decide answers the question on somebody's phone: with the number that is tapped, or empty to deny. A denial counts as a
// failed try, so that nobody can be asked for ever. It reports whether there was a question.
func (d *Directory) Decide(username, number string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	acc := d.account(username)
	if acc.approval == nil || d.decisionOf(acc.approval) != Waiting {
		return false
	}
	if number == acc.approval.number {
		acc.approval.decision = Approved
		return true
	}
	acc.approval.decision = Denied
	d.fail(acc, Wrong)
	return true
}

// Shown returns the number that the sign-in of somebody shows; empty when nothing waits on their phone.
func (d *Directory) Shown(username string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if a := d.account(username).approval; a != nil && d.decisionOf(a) == Waiting {
		return a.number
	}
	return ""
}

// Questions returns what waits on the phones, in the order of the people.
func (d *Directory) Questions() []Question {
	d.mu.Lock()
	defer d.mu.Unlock()
	list := []Question{}
	for _, p := range d.people {
		if p.Device == "" {
			continue
		}
		if a := d.account(p.Username).approval; a != nil && d.decisionOf(a) == Waiting {
			list = append(list, Question{Username: p.Username, Device: p.Device, Choices: slices.Clone(a.choices), Until: a.at.Add(ApprovalLife)})
		}
	}
	return list
}

func (d *Directory) decisionOf(a *approval) Decision {
	if a.decision == Waiting && !d.clock.Now().Before(a.at.Add(ApprovalLife)) {
		return RanOut
	}
	return a.decision
}
