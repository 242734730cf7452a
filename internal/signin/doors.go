package signin

import (
	"context"
	"slices"

	"latchkey/internal/oauth"
	"latchkey/internal/problem"
)

// Door is a way to sign in.
type Door string

// The doors.
const (
	WithPassword Door = "password" // the server's challenge endpoint
	WithBrowser  Door = "browser"  // the server's own page
	WithCompany  Door = "company"  // the browser, straight to the company's identity provider
	WithDevice   Door = "device"   // a code for another device
)

// DoorNames returns the names of doors, as [Code.Others] has them.
func DoorNames(doors []Door) []string {
	names := make([]string, 0, len(doors))
	for _, d := range doors {
		names = append(names, string(d))
	}
	return names
}

// passage is how going through a door ended: with tokens, or at another door.
type passage struct {
	tokens *oauth.Tokens
	next   Door
	// proven: the agent proved who they are in this program, not in a browser that anybody could have driven.
	proven bool
	// again: the door was gone through before, and led nowhere by no fault of the agent's.
	again bool
	// through is the door that ended with tokens.
	through Door
	// method is the one that was used beside the password; empty when there was none.
	method string
	// resume continues a challenge in the browser, with the flow that began it; nil: a flow of its own.
	resume *resumption
}

// throughDoors goes from door to door until one ends with tokens.
func (a *Attempt) throughDoors(ctx context.Context, at passage) (passage, error) {
	var err error
	for err == nil && at.tokens == nil {
		through := at.next
		a.through = through
		if at.resume == nil {
			a.client = a.found // a step that was put off takes the key of its session along
		}
		a.begin()
		switch through {
		case WithPassword:
			at, err = a.password(ctx)
		case WithBrowser, WithCompany:
			at, err = a.browser(ctx, at)
		case WithDevice:
			at, err = a.device(ctx)
		default:
			at, err = a.choose(ctx)
		}
		at.through = through
	}
	return at, err
}

// firstDoor is the one asked for, or the best there is.
func (a *Attempt) firstDoor(ctx context.Context) (passage, error) {
	doors := a.doors()
	if len(doors) == 0 {
		return passage{}, problem.New(problem.MethodNotAvailable)
	}
	if with := a.opts.With; with != "" && !slices.Contains(doors, with) {
		a.emit(Trouble{Problem: again(problem.New(problem.MethodNotAvailable)), AttemptsLeft: -1})
		return a.choose(ctx)
	} else if with != "" {
		return passage{next: with}, nil
	}
	best := doors[0]
	if a.opts.Ask && best != WithPassword {
		return a.choose(ctx)
	}
	return passage{next: best}, nil
}

// doors lists the ways this server and these settings offer, the best first.
func (a *Attempt) doors() []Door {
	var doors []Door
	server := a.client.Server
	if a.client.TakesPassword() {
		doors = append(doors, WithPassword)
	}
	if server.AuthorizationEndpoint != "" {
		doors = append(doors, WithBrowser)
		if a.opts.Org.Company != "" {
			doors = append(doors, WithCompany)
		}
	}
	if server.DeviceAuthorizationEndpoint != "" {
		doors = append(doors, WithDevice)
	}
	return doors
}

// others lists the doors beside this one.
func (a *Attempt) others(door Door) []Door {
	return slices.DeleteFunc(a.doors(), func(d Door) bool { return d == door })
}

// leadsElsewhere reports whether an answer asks for a door that is there.
func (a *Attempt) leadsElsewhere(ans Answer) bool {
	return slices.Contains(a.doors(), Door(ans.Use))
}

// choose asks which door to use.
func (a *Attempt) choose(ctx context.Context) (passage, error) {
	ans, err := a.ask(ctx, a.leadsElsewhere, func(id string) Step {
		return Choose{ID: id, Methods: DoorNames(a.doors()), Host: a.client.Server.Host(), Username: a.username}
	})
	if err != nil {
		return passage{}, err
	}
	if name := trimUsername(ans.Username); name != "" {
		a.username = name
	}
	ans.Wipe()
	return passage{next: Door(ans.Use)}, nil
}

// again makes a problem one that is followed by another question.
func again(p *problem.Problem) *problem.Problem {
	repeated := *p
	repeated.Again = true
	return &repeated
}
