package terminal

import (
	"cmp"
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/signin"
)

// conversation shows the steps of an attempt to somebody at a terminal and sends back what they type. One line is
// one fact, and nothing that was printed changes afterwards, so that a screen reader can follow.
type conversation struct {
	*call
	out     printer
	attempt Attempt
	options signin.Options
	typed   <-chan line // nil: nobody can type

	asked     *question
	greeted   string            // the server that was named last, with the organisation
	username  string            // typed last
	reported  string            // the browser's stage that was told last
	sentAway  string            // the link for other computers that was shown last
	codeFrom  string            // where the code comes from that was asked for last
	sentAgain bool              // it was to be sent again just now
	notSent   bool              // the server has just said so
	approving string            // what was to be approved last
	rulesTold bool              // what the server asks of a new password
	targets   map[string]string // where the codes of other methods would go
	keysShown bool
	noticed   []problem.Code
	proving   bool // a password or code was sent, and what comes next is the server's choice

	troubled signin.Trouble          // told as soon as its cause is known
	first    problem.Code            // what it was before
	cause    <-chan *problem.Problem // nil while nobody looks for one

	late       chan lateWord // what to say when a step takes long
	quiet      context.CancelFunc
	background context.Context

	ctx     context.Context // ends with a Ctrl-C
	outcome error           // of the last step; nil only after done
}

// question is what the next line that is typed answers.
type question struct {
	prompt  string
	hidden  bool
	take    func(text []byte) // owns text
	dropped func()            // runs when the question is withdrawn; may be nil
}

func (q *question) drop() {
	if q.dropped != nil {
		q.dropped()
	}
}

var errUnfinished = errors.New("the sign-in ended without a result")

// converse leads the conversation to its end.
func (c *call) converse(ctx context.Context, a Attempt, o signin.Options) error {
	stop := make(chan struct{})
	defer close(stop)
	v := &conversation{
		ctx: ctx, call: c, attempt: a, options: o, late: make(chan lateWord), outcome: errUnfinished,
		out: printer{out: c.Console.Out, colour: c.Console.Colour, ascii: c.Console.ASCII, width: c.Console.Width()},
	}
	if c.Console.People {
		v.typed = lines(c.Stdin, stop)
	}
	background, cancel := context.WithCancel(context.Background())
	defer cancel()
	v.background, v.quiet = background, func() {}
	defer v.hide(false) // also when something panics
	return v.run(ctx)
}

func (v *conversation) run(ctx context.Context) error {
	interrupted := ctx.Done()
	var resumed <-chan os.Signal
	if v.Console.Resumed != nil {
		signals, stop := v.Console.Resumed()
		defer stop()
		resumed = signals
	}
	for {
		typed := v.typed
		if v.asked == nil {
			typed = nil // what is typed ahead waits for the next question
		}
		steps := v.attempt.Steps()
		if v.cause != nil {
			steps = nil // what comes next is told after it
		}
		select {
		case step, more := <-steps:
			if !more {
				return v.outcome
			}
			v.hear(step)
		case cause := <-v.cause:
			v.quiet()
			v.troubled.Problem, v.cause = cause, nil
			v.trouble(v.troubled)
		case l := <-typed:
			v.typedLine(l)
		case word := <-v.late:
			if word.step.Err() != nil {
				continue // the step was over in the same moment
			}
			for line := range strings.SplitSeq(word.text, "\n") {
				v.out.line("%s", line)
			}
		case <-resumed:
			if v.asked != nil {
				v.ask(*v.asked)
			}
		case <-interrupted:
			interrupted = nil
			if v.typed != nil && (v.asked == nil || v.asked.prompt == "") {
				v.out.line("") // the terminal has shown ^C
			}
			v.interrupt()
			v.attempt.Cancel()
		}
	}
}

// hear takes a step. A notice can come at any time: the question that was put is put again after it.
func (v *conversation) hear(step signin.Step) {
	if notice, ok := step.(signin.Notice); ok {
		if slices.Contains(v.noticed, notice.Problem.Code) {
			return // it is known
		}
		v.noticed = append(v.noticed, notice.Problem.Code)
		asked := v.asked
		v.withdraw()
		v.out.problem(notice.Problem)
		if asked != nil {
			v.ask(*asked)
		}
		return
	}
	v.interrupt()
	v.show(step)
}

// show prints a step and asks what it asks.
func (v *conversation) show(step signin.Step) {
	v.quiet() // the step before has not taken long
	switch s := step.(type) {
	case signin.Working:
		v.sayLater(time.Second, working[s.What])
	case signin.Credentials:
		v.credentials(s)
	case signin.Code:
		v.code(s)
	case signin.Choose:
		v.choose(s)
	case signin.Approve:
		v.approve(s)
	case signin.NewPassword:
		v.newPassword(s)
	case signin.NewRecoveryCode:
		v.newRecoveryCode(s)
	case signin.Confirm:
		v.confirm(s)
	case signin.Browser:
		v.browser(s)
	case signin.Device:
		v.device(s)
	case signin.Trouble:
		v.first = s.Problem.Code
		if v.troubled, v.cause = s, v.call.cause(v.ctx, s.Problem); v.cause == nil {
			v.trouble(s)
			return
		}
		v.sayLater(time.Second, "Looking for the cause …")
	case signin.Done:
		v.outcome = nil
	}
}

var working = map[signin.Work]string{
	signin.FindingServer:   "Looking for the sign-in server …",
	signin.CheckingPass:    "Checking your password …",
	signin.CheckingCode:    "Checking your code …",
	signin.SendingCode:     "Having it sent …",
	signin.CheckingNew:     "Checking your new password …",
	signin.FinishingSignIn: "Finishing the sign-in …",
}

// trouble prints a problem. One that ends the attempt is its outcome. That an attempt was cancelled is not told where
// the reason for it was.
func (v *conversation) trouble(s signin.Trouble) {
	if s.Problem.Code == problem.GivenUp && v.outcome != errUnfinished {
		return
	}
	v.out.problem(s.Problem)
	v.sentAgain, v.notSent = false, v.first == problem.CodeNotSent
	switch {
	case s.AttemptsLeft == 1:
		v.out.line("One try is left.")
	case s.AttemptsLeft > 1:
		v.out.line("%d tries are left.", s.AttemptsLeft)
	}
	if !s.Until.IsZero() {
		v.out.line("You can try again %s.", v.whenAgain(s.Until))
	}
	asked := v.options.Unlocked && v.username == v.options.Username // the server was, and says that it is still locked
	if s.Problem.Code == problem.AccountLocked && !s.Until.IsZero() && !asked {
		v.out.line("If somebody unlocks it before that: %s", v.unlocked())
	}
	v.whereElse(s)
	if v.first == problem.IssuerChanged {
		v.out.line("If the address was changed on purpose, confirm it: %s", whole("latchkey orgs trust %s", clean(v.options.Org.ID)))
	}
	if contact := v.options.Org.Contact; contact != "" && (needsHelp(s.Problem.Code) || needsHelp(v.first)) {
		v.out.line("Whom to ask: %s", clean(contact))
	}
	if wantsReport(s.Problem.Code) {
		v.out.line("Write the report with: %s", whole("latchkey --org %s doctor --report .", clean(v.options.Org.ID)))
	}
	if !s.Problem.Again {
		v.end(said{s.Problem})
	}
}

// unlocked is the command for an account that is not locked any more: this one, at this organisation. Its name is always
// in it: who never got in is not remembered, and would not be suggested.
func (v *conversation) unlocked() string {
	words := "latchkey --org " + clean(v.options.Org.ID) + " login --unlocked"
	if name := cmp.Or(v.username, v.options.Username); name != "" { // a lock that is remembered is told before anybody is asked for a name
		words += " --username " + clean(name)
	}
	return whole("%s", words)
}

// needsHelp reports whether a problem is one that somebody else has to solve.
func needsHelp(code problem.Code) bool {
	switch code {
	case problem.AccountLocked, problem.AccountDisabled, problem.AccountDeleted, problem.AccountInactive, problem.AddressRefused,
		problem.ConditionsRefused, problem.AppNotAllowed, problem.AppUnknown, problem.RequestRefused, problem.ScopeRefused,
		problem.SignInRefused, problem.BrowserNotReturned, problem.ConsentRefused, problem.IssuerChanged:
		return true
	}
	return false
}

// wantsReport reports whether a problem's remedy speaks of the report.
func wantsReport(code problem.Code) bool {
	return slices.Contains([]problem.Code{problem.AddressRefused, problem.ConditionsRefused, problem.ServerRefuses}, code)
}

// ask puts a question. Where nobody can answer, the attempt is over.
func (v *conversation) ask(q question) {
	if v.typed == nil {
		err := v.nobodyToAsk()
		v.out.problem(problem.From(err))
		v.end(said{problem.From(err)})
		v.attempt.Cancel()
		return
	}
	v.asked = &q
	if q.hidden {
		v.hide(true) // first: whoever sees the prompt may type at once
	}
	v.out.ask(q.prompt)
}

// end sets the outcome. The first one is the reason of all that follow.
func (v *conversation) end(err error) {
	if v.outcome == errUnfinished {
		v.outcome = err
	}
}

// interrupt ends the question that was put, because something else has happened.
func (v *conversation) interrupt() {
	if asked := v.asked; asked != nil {
		v.withdraw()
		asked.drop()
	}
}

// withdraw takes back the question that was put.
func (v *conversation) withdraw() {
	if v.asked == nil {
		return
	}
	if v.asked.hidden {
		v.hide(false)
	}
	if v.asked.prompt != "" {
		v.out.line("")
	}
	v.asked = nil
}

// typedLine takes what was typed to the question it answers.
func (v *conversation) typedLine(l line) {
	q := v.asked
	v.asked = nil
	if q.hidden {
		v.hide(false)
		v.out.line("") // the end of the line that was typed is not shown either
	}
	switch {
	case errors.Is(l.err, errLineTooLong):
		v.out.line("This is too long.")
		v.ask(*q)
	case l.err != nil:
		if q.prompt != "" && !q.hidden {
			v.out.line("")
		}
		v.typed = nil
		q.drop()
		v.attempt.Cancel()
	default:
		q.take(l.text)
	}
}

// answer sends an answer. One that does not fit leaves the step as it is.
func (v *conversation) answer(a signin.Answer, again func()) {
	v.proving = a.Use == "" && !(a.Password.Empty() && a.Code.Empty() && a.NewPassword.Empty())
	if err := v.attempt.Answer(a); err != nil {
		v.out.problem(unfit(err))
		again()
	}
}

func (v *conversation) hide(hidden bool) {
	if v.Console.Echo != nil {
		_ = v.Console.Echo(!hidden)
	}
}

// lateWord is said when its step is not over.
type lateWord struct {
	step context.Context
	text string
}

// sayLater prints a line when the step that is shown now is still the last one after d.
func (v *conversation) sayLater(d time.Duration, text string) {
	if text == "" {
		return
	}
	ctx, cancel := context.WithCancel(v.background)
	before := v.quiet
	v.quiet = func() { before(); cancel() }
	go func() {
		if v.Clock.Sleep(ctx, d) != nil {
			return
		}
		select {
		case v.late <- lateWord{ctx, text}:
		case <-ctx.Done():
		}
	}()
}
