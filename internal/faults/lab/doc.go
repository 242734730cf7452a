// Package lab is a network of its own, with every fault in it that a real one can have.
//
// A process that [Isolate] started has the network to itself: one card, lan0, and behind the cable the [World], a second
// network namespace with a router, a name service, time servers, and the servers of two organisations at names and
// addresses that look public. Everything is really there: names are looked up, packets are dropped by the kernel's
// packet filter, certificates are checked. Nothing in it can reach the network outside.
//
// It needs Linux and either root or the right to make user namespaces.
package lab
