package main

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"latchkey/internal/diagnose"
	"latchkey/internal/wiring"
)

// diagnosed is what one diagnosis costs.
type diagnosed struct {
	Whole, Slowest time.Duration
	First          time.Duration // until something was told that is not fine
}

// diagnosis measures a healthy run on loopback, the sign-in beside running diagnoses, and a network that swallows everything.
func (b *bench) diagnosis(ctx context.Context) ([]measurement, error) {
	const runs = 9
	if err := os.Setenv("LATCHKEY_STATE", filepath.Join(b.dir, "state")); err != nil {
		return nil, err
	}
	parts, err := wiring.New(wiring.Options{ConfigPath: b.world.ConfigPath})
	if err != nil {
		return nil, err
	}
	defer parts.Close()
	env := parts.Diagnosis("acme")
	var whole []time.Duration
	var ratio []float64
	for range runs {
		d := diagnoseOnce(ctx, env)
		whole, ratio = append(whole, d.Whole), append(ratio, float64(d.Whole)/float64(d.Slowest))
	}
	alone, beside, err := b.besideDiagnosis(ctx, env)
	if err != nil {
		return nil, err
	}
	measured := []measurement{
		{"diagnosis, healthy : its slowest check", median(ratio), "%.2f", 1.15, "on loopback"},
		{"diagnosis, healthy, s", median(whole).Seconds(), "%.2f", 1.5, "on loopback"},
		{"sign-in beside a diagnosis : alone, ms more", max(0, float64(beside-alone)/float64(time.Millisecond)), "%.1f", 10,
			milliseconds(alone) + " of our own alone, " + milliseconds(beside) + " beside"},
	}
	swallowed, err := swallowed(ctx)
	return append(measured, swallowed...), err
}

// diagnoseOnce runs all checks.
func diagnoseOnce(ctx context.Context, e diagnose.Env) diagnosed {
	var d diagnosed
	began := time.Now()
	report := diagnose.Watch(ctx, diagnose.Checks(e), func(r diagnose.Result) {
		if d.First == 0 && r.State != diagnose.OK && r.State != diagnose.Skipped {
			d.First = time.Since(began)
		}
	}, func(diagnose.Result) {
		if d.First == 0 {
			d.First = time.Since(began)
		}
	})
	d.Whole = time.Since(began)
	for _, r := range report.Results {
		d.Slowest = max(d.Slowest, r.Took)
	}
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
				diagnoseOnce(running, e)
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
