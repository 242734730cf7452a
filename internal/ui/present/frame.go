// Package present decides what the window shows and what its buttons do. It is plain Go: no window, no widget, no
// goroutine but its own short ones, whose results come back through the Post function it is given.
//
// A [Presenter] turns the steps of an attempt to sign in into a [Frame]: where the agent is, what is to be done now, and the pulse
// of the connection. Views draw frames and call the Presenter's methods; both happen on one goroutine, the window's.
package present

import (
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// Frame is everything the window shows. A view draws it whole, whatever was there before.
type Frame struct {
	Where   Where
	Screen  Screen
	Problem *Problem // in a panel above the screen; nil: none
	Notice  *Notice  // something worth knowing that stops nothing; nil: none
	News    *News    // a newer version; nil: none is known
	Pulse   Pulse
	Focus   Focus // where the focus belongs, each time Turn changes
	Turn    int
}

// Where says who the agent is about to talk to.
type Where struct {
	Name   string // the organisation
	Host   string // the real host
	Change bool   // another organisation can be chosen
}

// Screen is what is to be done now: one of the types below.
type Screen interface{ screen() }

// Focus names what should have the focus.
type Focus string

// The places the focus can be sent to.
const (
	FocusNone        Focus = ""
	FocusUsername    Focus = "username"
	FocusPassword    Focus = "password"
	FocusCode        Focus = "code"
	FocusNewPassword Focus = "new-password"
	FocusMain        Focus = "main"    // the primary action, or the first thing that can be done
	FocusProblem     Focus = "problem" // the problem panel
	FocusPlace       Focus = "place"   // the address of a new organisation
	FocusClient      Focus = "client"  // its client ID
	FocusKeep        Focus = "keep"    // what leaves everything as it is
)

// Busy says what is happening, and on which control. The zero value: nothing is.
type Busy struct {
	What string
	On   string // "" the primary action, or the Use of a [Way]
}

// Way is another way to sign in.
type Way struct {
	Use   string // for [Presenter.Use]
	Title string
	Sub   string
}

// SignIn is the form. It is there before anything is known about the server.
type SignIn struct {
	Username     string // to put into the field when it is empty
	Meant        string // the address that was probably meant; empty: nothing looks mistyped
	Password     bool   // the form asks for the password
	Button       string // what the primary button says
	Paused       bool   // the server asked to wait; Button says how long
	Explain      string // below the button
	Company      string // the words of the company's button; empty for none
	Code         bool   // the server takes a one-time code together with the password
	CompanyFirst bool   // the company's button is the one to press
	Forgot       bool   // there is a page for a forgotten password
	Ways         bool   // there are other ways
	Busy         Busy
	Clear        int  // the password is wiped each time this changes
	Slow         bool // it takes long by now
}

// Code asks for a one-time code.
type Code struct {
	Title   string
	Explain string
	Method  string
	Digits  int    // of a whole code; 0: not known
	Letters bool   // a recovery code
	Ways    bool   // there are other ways
	Left    string // time left, when it gets short
	Resend  Resend
	Busy    Busy // On: "resend"
	Clear   int
}

// Choose offers several ways.
type Choose struct {
	Title   string
	Explain string
	Ways    []Way
	Back    string // what the way back says
	Busy    Busy
}

// Browser shows how far a sign-in in the browser got.
type Browser struct {
	Host   string
	Why    string // why it goes on in the browser, where the agent did not choose it
	Link   string
	Stage  signin.Stage
	Closed bool   // the browser did not open
	Busy   bool   // the answer is being checked
	Hint   string // after a while without a sign of the browser
	Help   bool   // the hint is about the page, not about the browser
	Left   string // time left, when it gets short
	Ways   bool
	Others bool // other browsers can be looked for
	Copied bool
	Fault  string // what is wrong with an address pasted back
	Paste  int    // the field for it is emptied each time this changes
}

// Device shows a code for another device.
type Device struct {
	Code     string
	Link     string // to type
	Complete string // for the QR code; may be empty
	Left     string
	Ways     bool
	Copied   bool
	Busy     Busy // it was entered there
}

// SignedIn shows who is signed in.
type SignedIn struct {
	Name      string
	Username  string
	Org       string
	Host      string
	Until     string
	Last      string // the sign-in before this one, in words; empty: not known
	TwoStep   bool   // two-step verification is suggested
	Workspace bool
	Busy      Busy // On: "open", "out"
}

// Restoring says that a kept session is being picked up.
type Restoring struct {
	Name string // of the person, as far as known
	Slow bool
}

// Setup asks for an organisation.
type Setup struct {
	First   bool   // nothing is set up yet
	Place   string // to put into the field, when there is nothing in it
	Client  string // the same for the client ID
	Found   string // what the address that was typed means
	Host    string
	Known   string // the organisation that signs in there already
	NoFind  bool   // the address cannot be understood
	Genesys bool
	Fault   Focus  // the field at fault
	Why     string // what is wrong with it
	Busy    Busy
}

// Orgs lists the organisations.
type Orgs struct {
	Rows []OrgRow
	Add  bool
}

// OrgRow is one organisation.
type OrgRow struct {
	ID, Name, Sub string
	Current       bool
}

// Waiting is the empty place before anything is known, or when the settings cannot be read.
type Waiting struct{}

func (SignIn) screen()    {}
func (Code) screen()      {}
func (Choose) screen()    {}
func (Browser) screen()   {}
func (Device) screen()    {}
func (SignedIn) screen()  {}
func (Restoring) screen() {}
func (Setup) screen()     {}
func (Orgs) screen()      {}
func (Waiting) screen()   {}

// Action is the one most useful thing to do about a problem.
type Action string

// The actions.
const (
	NoAction    Action = ""
	TryAgain    Action = "again"    // the same once more
	Forgot      Action = "forgot"   // open the page for a forgotten password
	InBrowser   Action = "browser"  // go on in the browser
	CopyLink    Action = "copy"     // copy the browser's link
	ReadAgain   Action = "reload"   // read the settings again
	OtherWay    Action = "ways"     // choose another way
	SendAgain   Action = "resend"   // have the code sent again
	Company     Action = "company"  // go on at the company's own page
	CopyIT      Action = "copy-it"  // copy what happened, for IT
	AskIT       Action = "ask-it"   // ask the contact of the settings
	OtherRegion Action = "region"   // look for the account in another region
	GoThere     Action = "there"    // go to where the account lives
	ChangeOrgs  Action = "orgs"     // choose another organisation
	OpenPortal  Action = "portal"   // open the page of the network in between
	Compare     Action = "compare"  // see the old and the new address letter by letter
	Unlocked    Action = "unlocked" // the account is not locked any more: ask the server although its time is not over
)

// Problem is a problem as the panel shows it.
type Problem struct {
	Title, Why, Fix string
	Fault           string // the title without its cause, for the field at fault; empty: the title
	Code            string
	Soft            bool // attention, not blocked: the same step can be answered again
	Action          Action
	Button          string // what the action's button says
	Besides         Action // a second thing to do; usually none
	BesidesButton   string
	Ends            string // "Until 08:06", when it is over by itself; empty: not known
	Left            string // how long that is, counted down
	Details         []Detail
	Copied          bool // the words, for IT
	LinkCopied      bool
	Aside           string // what one of the buttons could not do; the problem itself stays
	Good            bool   // it is over: the network or the service is back
	Then            Focus  // where to go on once it is over, for whoever still is at the panel
	Checked         bool   // checks may know more: "Why?"
	Looking         bool   // checks are looking for the cause
	Mark            int    // changes with every new problem, and not when its cause becomes known

	there     place // where the account lives
	code      problem.Code
	counted   []string // what the server said about tries left and waiting
	link      string   // of a page that did not open
	was       string   // the host before the settings named another one, which is
	now       string
	until     time.Time // when it is over by itself; zero: not known
	lost      bool      // the server did not answer
	passwords bool      // it is the server that names the other one
}

// Refused reports whether it is about something that was typed, or that the agent is: then the field that has the focus is at fault. To
// a server that asks to wait, or has forgotten the first step, nothing is wrong with what was typed.
func (s *Problem) Refused() bool {
	switch code := problem.Code(s.Code); code {
	case problem.TooManyTries, problem.SignInTimedOut:
		return false
	default:
		return problem.New(code).Kind == problem.Refused
	}
}

// Detail is one line of a problem's details.
type Detail struct{ Name, Value string }

// Notice is something worth knowing that stops nothing.
type Notice struct {
	Title, Text string
	Good        bool
	Step        bool // it says why this step is asked for: beside whatever is shown

	stays bool         // once signed in, too
	kind  problem.Kind // of the problem that it is about
}

// Pulse is what the service says of itself, and what the connection to the server showed last.
type Pulse struct {
	Service      string // in words; empty: it has no status page
	Brief        string // the same where there is little room
	ServiceSight Sight

	Known      bool   // an answer was seen lately
	Lost       bool   // the last thing that was seen is that there is none
	Connection string // in words
	Clock      string // in words
	ClockKnown bool
	ClockOff   bool // by more than one-time codes tolerate
}
