//go:build linux

package lab

import (
	"fmt"
	"time"
)

// SecretFault is what can be wrong with a keychain service. The zero value is nothing.
type SecretFault struct {
	On      func(method string, n int) error // before each call is answered, counted over all methods: an error is the answer
	Locked  bool                             // and would have to ask for its password
	Empty   bool                             // nobody has set a keychain up in it
	Garbled bool                             // what it says of itself has the wrong type
	Loses   bool                             // takes in what is written and keeps nothing
	Tears   bool                             // keeps half of what is written
	Asks    bool                             // is unlocked, yet asks before anything is written
	Refuses bool                             // whoever is asked says no; without it, nobody ever answers
}

// FailsEvery lets every nth call fail.
func FailsEvery(n int) func(string, int) error {
	return func(_ string, at int) error {
		if at%n == 0 {
			return fmt.Errorf("call %d fails", at)
		}
		return nil
	}
}

// FailsAt lets the calls of one method fail.
func FailsAt(method string) func(string, int) error {
	return func(called string, _ int) error {
		if called == method {
			return fmt.Errorf("%s fails", method)
		}
		return nil
	}
}

// HangsAt never answers calls of one method.
func HangsAt(method string) func(string, int) error {
	return func(called string, _ int) error {
		if called == method {
			select {}
		}
		return nil
	}
}

// Takes answers each call after this time.
func Takes(d time.Duration) func(string, int) error {
	return func(string, int) error {
		time.Sleep(d)
		return nil
	}
}
