package diagnose

// Conclusion is what results come to. Whoever tells a verdict tells this one.
type Conclusion struct {
	Verdict Verdict
	Decided *Result // what decided it; nil: nothing is wrong
	Stopped bool    // not everything was looked at
	Unsure  bool    // something that can keep people out is not known
	Trial   bool    // what decided it may keep people out, which shows when they try
}

// Conclude sums results up: the first problem that blocks decides, then one that may, then another problem, then a warning. What is not known is not said to
// be fine, and a run that was stopped is not, either.
func Conclude(results []Result, stopped bool) Conclusion {
	c := Conclusion{Verdict: Fine, Stopped: stopped, Unsure: stopped}
	worst := 0
	for i, r := range results {
		weight := 0
		switch {
		case r.State == Problem && r.Blocks:
			weight = 4
		case r.Doubtful && (r.State == Problem || r.State == Warning):
			weight = 3
		case r.State == Problem:
			weight = 2
		case r.State == Warning:
			weight = 1
		}
		if weight > worst {
			worst, c.Decided = weight, &results[i]
		}
		c.Unsure = c.Unsure || r.State == Unknown && r.Blocks
	}
	switch {
	case worst == 4:
		c.Verdict = Blocked
	case worst > 0 || stopped:
		c.Verdict = Degraded
	}
	c.Trial = worst == 3
	return c
}

// Summary is the verdict in a sentence; why tells what decided it, and is empty when nothing did.
func (c Conclusion) Summary(why string) string {
	notAll := "Not everything could be checked."
	if c.Stopped {
		notAll = "Not everything was checked."
	}
	switch {
	case c.Verdict == Blocked:
		return why
	case why != "" && c.Unsure:
		return why + " " + notAll
	case why != "" && c.Trial:
		return why
	case why != "":
		return "You can sign in. " + why
	case c.Stopped:
		return "Nothing that blocks the sign-in was found yet. " + notAll
	case c.Unsure:
		return "Nothing was found that keeps you from signing in. " + notAll
	}
	return "Nothing keeps you from signing in."
}
