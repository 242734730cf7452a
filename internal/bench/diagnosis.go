package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"latchkey/internal/config"
	"latchkey/internal/diagnose"
	"latchkey/internal/wiring"
)

// diagnosed is what one diagnosis costs.
type diagnosed struct {
	Whole time.Duration
	First time.Duration // until something was told that is in the way of signing in
}

// diagnosis measures a healthy run on loopback, the sign-in beside running diagnoses, and a network that swallows everything.
func (b *bench) diagnosis(ctx context.Context) ([]measurement, error) {
	if err := os.Setenv("LATCHKEY_STATE", filepath.Join(b.dir, "state")); err != nil {
		return nil, err
	}
	whole, slowest, which, err := b.wholeAndSlowest(ctx)
	if err != nil {
		return nil, err
	}
	parts, err := wiring.New(wiring.Options{ConfigPath: b.world.ConfigPath})
	if err != nil {
		return nil, err
	}
	defer parts.Close()
	alone, beside, err := b.besideDiagnosis(ctx, parts.Diagnosis("acme"))
	if err != nil {
		return nil, err
	}
	measured := []measurement{
		{"diagnosis, healthy : its slowest check alone", float64(whole) / float64(slowest), "%.2f", 1.15,
			fmt.Sprintf("%s and, alone, %s (%s)", milliseconds(whole), milliseconds(slowest), which)},
		{"diagnosis, healthy, s", whole.Seconds(), "%.2f", 1.5, "on loopback"},
		{"sign-in beside a diagnosis : alone, ms more", max(0, float64(beside-alone)/float64(time.Millisecond)), "%.1f", 10,
			milliseconds(alone) + " of our own alone, " + milliseconds(beside) + " beside"},
	}
	swallowed, err := swallowed(ctx)
	return append(measured, swallowed...), err
}

// wholeAndSlowest returns how long a diagnosis takes, how long its slowest check takes when nothing else runs, and which that is.
func (b *bench) wholeAndSlowest(ctx context.Context) (whole, slowest time.Duration, which string, err error) {
	const runs = 9
	var wholes []time.Duration
	alone := map[string][]time.Duration{}
	for range runs {
		d, err := b.fresh(ctx, "")
		if err != nil {
			return 0, 0, "", err
		}
		wholes = append(wholes, d.Whole)
		for _, c := range diagnose.Checks(diagnose.Env{Settings: &config.Settings{}}) {
			one, err := b.fresh(ctx, c.ID)
			if err != nil {
				return 0, 0, "", err
			}
			alone[c.ID] = append(alone[c.ID], one.Whole)
		}
	}
	for id, all := range alone {
		if m := median(all); m > slowest {
			slowest, which = m, id
		}
	}
	return median(wholes), slowest, which, nil
}

// fresh runs all checks, or one alone, which then finds out by itself what it needs to know. Nothing is left from the run before:
// no connection, no answer.
func (b *bench) fresh(ctx context.Context, id string) (diagnosed, error) {
	parts, err := wiring.New(wiring.Options{ConfigPath: b.world.ConfigPath})
	if err != nil {
		return diagnosed{}, err
	}
	defer parts.Close()
	checks := diagnose.Checks(parts.Diagnosis("acme"))
	if id != "" {
		checks = slices.DeleteFunc(checks, func(c diagnose.Check) bool { return c.ID != id })
	}
	return diagnoseOnce(ctx, checks), nil
}

// diagnoseOnce runs checks.
func diagnoseOnce(ctx context.Context, checks []diagnose.Check) diagnosed {
	var d diagnosed
	began := time.Now()
	tell := func(r diagnose.Result) {
		if d.First == 0 && r.Blocks && r.Code != "" {
			d.First = time.Since(began)
		}
	}
	diagnose.Watch(ctx, checks, tell, tell)
	d.Whole = time.Since(began)
	return d
}

// besideDiagnosis returns our own time in a sign-in, alone and while diagnoses run one after the other.
func (b *bench) besideDiagnosis(ctx context.Context, e diagnose.Env) (alone, beside time.Duration, err error) {
	const runs = 9
	var without, with []time.Duration
	for range runs {
		one, err := b.attempt(ctx)
		if err != nil {
			return 0, 0, err
		}
		without = append(without, one.total-one.waited-one.keychain)
		running, stop := context.WithCancel(ctx)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for running.Err() == nil {
				diagnoseOnce(running, diagnose.Checks(e))
			}
		}()
		one, err = b.attempt(ctx)
		stop()
		<-ended
		if err != nil {
			return 0, 0, err
		}
		with = append(with, one.total-one.waited-one.keychain)
	}
	return median(without), median(with), nil
}
