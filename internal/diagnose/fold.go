package diagnose

import "slices"

// folder decides which failures are told on their own, and which are only the consequence of another.
type folder struct {
	checks map[string]Check
	found  map[string]*Result // what is found out so far, as the checks say it
	after  map[string][]string
}

// explanations returns the checks that could explain this one, those that its own finding names first.
func (f *folder) explanations(id string) []string {
	return slices.Concat(f.after[id], f.checks[id].After)
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

// cause returns the check whose problem is behind the failure of id, all the way down; "" when it stands for itself.
func (f *folder) cause(id string) string { return f.root(id, map[string]bool{}) }

func (f *folder) root(id string, seen map[string]bool) string {
	if f.found[id] == nil || !f.needsCause(id) {
		return ""
	}
	seen[id] = true
	defer delete(seen, id)
	for _, cause := range f.explanations(id) {
		at := f.found[cause]
		if at == nil || seen[cause] || f.turned(cause, id) {
			continue
		}
		if deeper := f.root(cause, seen); deeper != "" {
			return deeper
		}
		if at.State == Problem {
			return cause
		}
	}
	return ""
}

// turned reports whether it is the other way round: the finding of cause says that a problem of id explains it.
func (f *folder) turned(cause, id string) bool {
	return f.found[id].State == Problem && slices.Contains(f.after[cause], id)
}
