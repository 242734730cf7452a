package diagnose

import "slices"

// folder decides which failures are told on their own, and which are only the consequence of another.
type folder struct {
	checks map[string]Check
	found  map[string]*Result // what is found out so far, as the checks say it
	after  map[string][]string
	enough map[string]bool // problems that suffice
}

// explanations returns the checks that could still explain this one, those that its own finding names first.
func (f *folder) explanations(id string) []string {
	named := slices.DeleteFunc(slices.Clone(f.after[id]), func(cause string) bool {
		return f.found[cause] != nil && f.found[cause].State != Problem
	})
	return slices.Concat(named, f.usual(id))
}

// usual returns the checks that could explain this one, whatever it found. What an independent check did find out is no failure
// to find out, and needs no explanation.
func (f *folder) usual(id string) []string {
	if r := f.found[id]; r != nil && f.checks[id].Independent && (r.State == Problem || r.State == Warning) {
		return nil
	}
	return f.checks[id].After
}

// certain reports whether nothing that is still under way can change how the result of id is told.
func (f *folder) certain(id string) bool {
	return f.settled(id, map[string]bool{})
}

func (f *folder) settled(id string, seen map[string]bool) bool {
	if _, known := f.checks[id]; !known || seen[id] {
		return true
	}
	seen[id] = true
	if f.found[id] == nil {
		return false
	}
	if !f.needsCause(id) {
		return true
	}
	return !slices.ContainsFunc(f.explanations(id), func(cause string) bool { return !f.settled(cause, seen) })
}

// needsCause reports whether the result is a failure, or skipped for a reason that another check knows.
func (f *folder) needsCause(id string) bool {
	switch f.found[id].State {
	case OK:
		return false
	case Skipped:
		return len(f.after[id]) > 0
	default:
		return true
	}
}

// cause returns the check whose problem is behind the failure of id, all the way down; "" when it stands for itself. Two
// checks never explain each other.
func (f *folder) cause(id string) string {
	cause := f.root(id, nil)
	if cause != "" && f.root(cause, nil) != "" {
		return ""
	}
	return cause
}

// root follows explanations down; path is where it came from.
func (f *folder) root(id string, path []string) string {
	if f.found[id] == nil || !f.needsCause(id) {
		return ""
	}
	named := len(f.after[id])
	if len(path) > 0 && f.found[id].State != Problem {
		named = 0 // what a finding names explains that finding, not those that wait for it in vain
	}
	path = append(slices.Clone(path), id)
	for i, cause := range slices.Concat(f.after[id][:named], f.usual(id)) {
		at := f.found[cause]
		if at == nil || slices.Contains(path, cause) || i < named && at.State != Problem {
			continue
		}
		if deeper := f.root(cause, path); deeper != "" && f.explains(deeper, id) {
			return deeper
		}
		if at.State == Problem && f.explains(cause, id) {
			return cause
		}
	}
	return ""
}

// explains reports whether the problem of one check may explain the failure of another: not when it is the other way round,
// nor when it keeps nobody out, and does not suffice, while the failure does.
func (f *folder) explains(cause, id string) bool {
	harmless := !f.found[cause].Blocks && !f.enough[cause] && f.found[id].Blocks && f.found[id].State == Problem
	return !harmless && !f.turned(cause, id)
}

// turned reports whether it is the other way round: the finding of cause says that a problem of id explains it.
func (f *folder) turned(cause, id string) bool {
	return f.found[id].State == Problem && slices.Contains(f.after[cause], id)
}
