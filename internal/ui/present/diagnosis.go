package present

import "time"

// Diagnosis shows what keeps people from signing in, as it is found out. It lies above whatever else is going on, which goes on
// below.
type Diagnosis struct {
	Running bool
	Verdict Verdict
	Rows    []CheckRow // what was found, the worst first; what follows from something is folded under it
	Waiting string     // what is still being looked at
	Report  bool       // there is something to write down
	Copied  bool       // the report
}

// Report is the diagnosis written down, before it is saved: the exact bytes.
type Report struct {
	Text      string
	Where     string // the folder it will be saved in
	Addresses bool   // with IP addresses
	Saved     string // the file it was saved in
	Copied    bool
	Busy      bool
	Fault     string
}

func (Diagnosis) screen() {}
func (Report) screen()    {}

// Sight is how something looks at first sight.
type Sight string

// The sights.
const (
	Looking   Sight = "looking"
	Fine      Sight = "fine"
	Attention Sight = "attention" // nobody is kept out by it
	Blocking  Sight = "blocking"
	NotRun    Sight = "not-run"
	NotKnown  Sight = "not-known"
)

// Verdict is the diagnosis in a sentence, and what to do.
type Verdict struct {
	Sight       Sight
	Title, Text string
	Progress    string // how far it is, while it runs
}

// CheckRow is one check.
type CheckRow struct {
	ID, Title string
	Sight     Sight
	Line      string // what was found, in one line
	Time      string
	Open      bool // the rest is shown
	Fix       string
	Trips     *Trips // round trips to show as a plot
	Scale     *Scale // a clock's offset to show on a scale
	Detailed  bool   // Facts are shown, too
	Facts     []Detail
	Follows   []Consequence // what is explained by this one
	Unfolded  bool          // Follows is shown
	Repairs   []RepairButton
	Ask       *Ask // about one of them
}

// Consequence is a check whose failure another one explains.
type Consequence struct{ Title, Line string }

// RepairButton is something that can be done about a finding.
type RepairButton struct{ ID, Title string }

// Ask asks once before something is lost.
type Ask struct {
	Repair string // its ID
	Title  string // what the button says
	Loses  string
	Busy   bool
	Fault  string // why it could not be done
}

// Trips are the round trips of several tries.
type Trips struct {
	Milliseconds []float64
	Caption      string
}

// Scale is how far the clock is off, and what that means for one-time codes.
type Scale struct {
	Offset      time.Duration // positive: this computer is slow
	Uncertainty time.Duration
	Tolerated   time.Duration // by one-time codes, in either direction
	Caption     string
}
