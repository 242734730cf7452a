package diagnose

// ExplainBy is Explain with checks of the test's own.
var ExplainBy = explain

// Suspects are the checks that Explain runs for a problem.
var Suspects = suspectsOf

// Reason says why a host beside the sign-in server is not reached.
var Reason = reason

// OpenPage is the repair that opens an address.
func (e Env) OpenPage(id, title, address string) Repair { return e.openPage(id, title, address) }
