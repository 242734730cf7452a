// Package scenarios acts out what agents go through, row by row: each test goes one agent's way through the real window, drawn in
// memory, or the terminal, against the demo world in which the trouble is really there. It holds tests only.
package scenarios
