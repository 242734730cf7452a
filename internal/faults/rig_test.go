//go:build faults && linux

package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/diagnose"
	"latchkey/internal/faults/lab"
	"latchkey/internal/session"
	"latchkey/internal/vault/vaulttest"
)

// rig is a lab in which nothing is wrong yet, and what the checks will look at.
type rig struct {
	*lab.Lab
	Acme   *lab.Site
	Globex *lab.Region
	Status *lab.Site

	keys    vaulttest.Store // the keychain
	real    bool            // the keychain is that of the session bus instead, if there is one
	Secrets *lab.Secrets    // its service, when the lab brings it
	Env     diagnose.Env
	Notes   map[string]string

	turns []func(*diagnose.Env)
	fills []func(*session.Manager, config.Organization) error
}

// turn changes what the checks look at, once it is there.
func (r *rig) turn(how func(*diagnose.Env)) { r.turns = append(r.turns, how) }

// fill keeps a session before the checks run.
func (r *rig) fill(how func(*session.Manager, config.Organization) error) {
	r.fills = append(r.fills, how)
}

// actOut builds the lab, breaks what the scenario breaks, runs the checks and tells what they found.
func actOut(name string) error {
	s, ok := find(name)
	if !ok {
		return fmt.Errorf("there is no such scenario")
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	longest := stalls(ctx)
	o, err := s.play(ctx)
	if err != nil {
		return err
	}
	o.Stalled = longest()
	return json.NewEncoder(os.Stdout).Encode(o)
}

func (s scenario) play(ctx context.Context) (outcome, error) {
	dir, err := os.MkdirTemp("", "lab")
	if err != nil {
		return outcome{}, err
	}
	l, err := lab.New(dir, s.wire)
	if err != nil {
		return outcome{}, err
	}
	r := &rig{Lab: l, Notes: map[string]string{}}
	if err := r.stand(s.org); err != nil {
		return outcome{}, err
	}
	if s.fault != nil {
		if err := s.fault(r); err != nil {
			return outcome{}, err
		}
	}
	if r.Env, err = r.env(s); err != nil {
		return outcome{}, err
	}
	for _, turn := range r.turns {
		turn(&r.Env)
	}
	if s.act != nil {
		return s.act(ctx, r)
	}
	return r.run(ctx), nil
}

// run runs the checks once.
func (r *rig) run(ctx context.Context) outcome {
	began := time.Now()
	var first time.Duration
	report := diagnose.Watch(ctx, diagnose.Checks(r.Env), func(diagnose.Result) {
		if first == 0 {
			first = time.Since(began)
		}
	}, func(due diagnose.Result) { r.Notes["due"] = due.ID })
	return told(report, first, r.Notes)
}

// stand starts the servers of an organisation.
func (r *rig) stand(org string) (err error) {
	if err := r.ServeVoice(); err != nil {
		return err
	}
	if err := r.ServeTime(lab.Time.V4, lab.TimeFault{}); err != nil {
		return err
	}
	if org == globex {
		if r.Globex, err = r.ServeGlobex(); err != nil {
			return err
		}
		r.Status, err = r.ServeStatus("status.mypurecloud.com", lab.StatusPage{})
		return err
	}
	if r.Acme, err = r.ServeAcme(); err != nil {
		return err
	}
	r.Status, err = r.ServeStatus("status.acme.example", lab.StatusPage{})
	return err
}
