// Package hardening keeps what is in this program's memory in this program: no core dump, no crash report with memory
// in it, and on Linux no look inside from another program of the same user.
//
// It lowers a risk, it does not end it: another program that runs as the same user with the right to debug, or as
// the administrator, reads every process. That is out of scope and said in the threat model.
package hardening

// NoDumps asks the system to write no memory of this process to disk when it crashes. Call it first thing in main.
// What the system refuses is left as it was: a program that cannot be hardened still has to run. The returned
// function undoes what a program started in this one's place would inherit.
func NoDumps() (undo func()) { return noDumps() }

// Seal closes this process to other programs of the same user where the system can (Linux: PR_SET_DUMPABLE 0, which
// also rules out core dumps that are piped to a collector). A sealed process is not recognised by the desktop
// portals when it first asks them something, so a window calls it after its first look at the desktop's settings.
func Seal() { seal() }
