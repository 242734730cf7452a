// Package session knows who is signed in, keeps access tokens fresh across processes, and signs out.
//
// # Renewing
//
// A refresh token is used once: servers take a second use for theft and end the session. So there is one order for all
// processes and goroutines: take the account's lock, read the vault again, decide whether a refresh is still needed, ask
// the server, write and read back, unlock, hand out. A refusal deletes nothing before the vault was read again: what is there
// may be newer than what was refused.
//
// When the answer to a refresh is lost on the way, the same token is tried once more, at once: a server that
// tolerates a repeated use within a short window (many do for 10 to 60 seconds) lives on, and with any other nothing more is lost. A
// process that dies between answer and write leaves the old token, which the next start tries once in the same way.
//
// # Time
//
// Whether a token is still good is decided by this computer's wall clock, so that sleep counts. A clock that stands before
// the time a token was obtained at cannot tell; then the token is renewed once.
package session
