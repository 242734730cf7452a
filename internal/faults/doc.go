// Package faults proves the diagnosis on real faults: each of its tests runs the checks in a network namespace of its
// own (package lab) in which something really is wrong. The tests have the build tag "faults", need Linux, and start
// programs of other people (scripts/install test brings them).
package faults
