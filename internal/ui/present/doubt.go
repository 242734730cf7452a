package present

import (
	"fmt"
	"slices"
	"strings"

	"latchkey/internal/config"
	"latchkey/internal/lookalike"
	"latchkey/internal/signin"
)

// Doubt shows an address that looks like another one, letter by letter, before anything is added.
type Doubt struct {
	Why    string
	Host   []Letter // as it was typed
	Like   []Letter // what it looks like; may be empty
	Really string   // as the network knows it, where that is something else
	Odd    string   // letters of other scripts, in words
	Moved  bool     // it is not about an address to add: the settings name Host, and the last sign-in was at Like
	Busy   Busy

	Passwords bool // with Moved: it is the server that wants passwords sent to Host
}

// Letter is one letter of a host.
type Letter struct {
	Text    string
	Differs bool // it is what makes the difference
}

func (Doubt) screen() {}

// doubtful shows why an address is to be looked at twice, and returns false where there is no reason.
func (p *Presenter) doubtful(o config.Organization, place, client string) bool {
	var known []string
	for _, other := range p.parts.Settings.All() {
		known = append(known, other.Hosts()...)
	}
	found, odd := lookalike.Check(HostOf(o), known)
	if !odd {
		return false
	}
	host, like := found.Letters()
	screen := Doubt{Why: clean(found.Problem().Why), Host: lettersOf(host), Like: lettersOf(like)}
	if found.Host != found.Shown {
		screen.Really = found.Host
	}
	screen.Odd = oddOf(host)
	p.doubted = doubted{org: o, place: place, client: client}
	p.frame.Problem = nil
	p.frame.Screen = screen
	p.focus(FocusMain)
	p.draw()
	return true
}

// oddOf tells which letters are of another script.
func oddOf(host []lookalike.Letter) string {
	var words []string
	for _, l := range host {
		if sentence := fmt.Sprintf("The %s is %s.", l.Text, l.Script); l.Script != "" && l.Differs && !slices.Contains(words, sentence) && len(words) < 3 {
			words = append(words, sentence)
		}
	}
	return strings.Join(words, " ")
}

// doubted is what is added if the agent says that the address is right.
type doubted struct {
	org           config.Organization
	place, client string
	problem       *Problem // that is looked into
}

// offerToCompare offers a close look at the server that is not the one it was.
func (p *Presenter) offerToCompare(s signin.Trouble) {
	if s.Was == "" || s.Now == "" {
		return
	}
	shown := p.frame.Problem
	shown.was, shown.now, shown.passwords = s.Was, s.Now, s.Passwords
	shown.Besides, shown.BesidesButton = shown.Action, shown.Button
	shown.Action, shown.Button = Compare, p.button(Compare)
}

// compare shows the address that the settings name and the one of the last sign-in letter by letter.
func (p *Presenter) compare() {
	shown := p.frame.Problem
	now, was := lookalike.Compare(shown.now, shown.was)
	screen := Doubt{Moved: true, Passwords: shown.passwords, Why: shown.Why, Host: lettersOf(now), Like: lettersOf(was), Odd: oddOf(now)}
	if together := Spelled(screen.Host); together != shown.now {
		screen.Really = shown.now
	}
	p.doubted = doubted{problem: shown}
	p.frame.Problem = nil
	p.frame.Screen = screen
	p.focus(FocusMain)
	p.draw()
}

// CheckAgain reads the settings again: IT may have put them right.
func (p *Presenter) CheckAgain() {
	if screen, shown := p.frame.Screen.(Doubt); shown && screen.Moved {
		p.o.Org = p.org.ID
		p.Start()
	}
}

// Spelled puts letters together to what they spell.
func Spelled(letters []Letter) string {
	var text strings.Builder
	for _, l := range letters {
		text.WriteString(l.Text)
	}
	return text.String()
}

func lettersOf(letters []lookalike.Letter) []Letter {
	list := make([]Letter, 0, len(letters))
	for _, l := range letters {
		list = append(list, Letter{Text: l.Text, Differs: l.Differs})
	}
	return list
}

// AddDoubtful adds the organisation although its address looks like another one.
func (p *Presenter) AddDoubtful() {
	screen, shown := p.frame.Screen.(Doubt)
	if !shown || screen.Moved || screen.Busy.What != "" {
		return
	}
	screen.Busy = Busy{What: "Saving"}
	p.frame.Screen = screen
	p.draw()
	p.add(p.doubted.org)
}

// leaveDoubt goes back to the form for an organisation, as it was filled in.
func (p *Presenter) leaveDoubt() {
	if screen, shown := p.frame.Screen.(Doubt); shown && screen.Moved {
		p.frame.Problem = p.doubted.problem
		p.showForm(FocusProblem)
		return
	}
	p.askForOrganization(p.org.ID == "")
	if screen, shown := p.frame.Screen.(Setup); shown {
		screen.Place, screen.Client = p.doubted.place, p.doubted.client
		p.frame.Screen = screen
		p.PlaceTyped(screen.Place)
		p.focus(FocusPlace)
		p.draw()
	}
}
