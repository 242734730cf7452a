// Package e2e signs in the way an agent does: through the real window and the real terminal, with a real keychain, a
// real browser, and servers that nobody here wrote. Its tests have the build tag e2e; scripts/test brings what they
// need (see main_test.go for the list).
package e2e
