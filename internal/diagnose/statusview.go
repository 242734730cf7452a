package diagnose

import (
	"slices"
	"time"

	"latchkey/internal/transport"
)

// serviceLevel is how the service is.
type serviceLevel string

// The levels, the worst last.
const (
	serviceFine   serviceLevel = "fine"
	serviceClosed serviceLevel = "maintenance"
	serviceSlow   serviceLevel = "degraded"
	serviceDown   serviceLevel = "outage"
)

var levels = []serviceLevel{serviceFine, serviceClosed, serviceSlow, serviceDown}

func worse(a, b serviceLevel) bool { return slices.Index(levels, a) > slices.Index(levels, b) }

// serviceView is what a status page says to people of one region who want to sign in.
type serviceView struct {
	level    serviceLevel
	signIn   bool     // signing in is affected, or may be
	affected []string // components that have the trouble, by name
	incident string
	since    time.Time // zero: not known
	until    time.Time // of a maintenance; zero: not known
	next     string    // a maintenance planned within a day
	nextAt   time.Time
}

// judge reads a page for the people of a region; "" for a service without regions. What concerns other regions only is left
// out, and what signing in needs counts more than the rest.
func (p *statusPage) judge(region string, now time.Time) serviceView {
	signIn, rest := p.sort(region)
	view := serviceView{level: serviceFine}
	for i, parts := range [][]component{signIn, rest} {
		level, bad := worst(parts)
		if level == serviceFine {
			continue
		}
		view.level, view.signIn, view.affected = level, i == 0, namesOf(bad)
		if i > 0 && level == serviceDown {
			view.level = serviceSlow // down, but people get in
		}
		view.since = oldest(bad)
		break
	}
	p.addIncidents(&view, region, signIn, rest)
	p.addMaintenance(&view, region, now, signIn, rest)
	if view.level == serviceFine && !(region != "" && len(signIn)+len(rest) > 0) {
		p.addIndicator(&view, region)
	}
	return view
}

// sort returns the components that concern the region: those that signing in needs, and the others. Pages have groups of
// regions with services in them, or groups of services with regions in them. A page that names no sign-in at all means all.
func (p *statusPage) sort(region string) (signIn, rest []component) {
	groups := map[string]component{}
	for _, c := range p.Components {
		if c.Group {
			groups[c.ID] = c
		}
	}
	for _, c := range p.Components {
		if c.Group {
			continue
		}
		parent := groups[c.Parent]
		own, above := concerns(c.Name, region), concerns(parent.Name, region)
		if own != ourRegion && above != ourRegion && (own == otherRegion || above == otherRegion) {
			continue
		}
		whole := own == ourRegion && parent.ID == "" // the region as one
		if whole || signInWords().MatchString(c.Name) || signInWords().MatchString(parent.Name) {
			signIn = append(signIn, c)
		} else {
			rest = append(rest, c)
		}
	}
	if len(signIn) == 0 {
		return rest, nil
	}
	return signIn, rest
}

func levelOf(status string) serviceLevel {
	switch status {
	case "major_outage", "partial_outage":
		return serviceDown
	case "degraded_performance":
		return serviceSlow
	case "under_maintenance":
		return serviceClosed
	}
	return serviceFine
}

// worst returns the worst level of components, and all that have any trouble.
func worst(parts []component) (level serviceLevel, bad []component) {
	level = serviceFine
	for _, c := range parts {
		at := levelOf(c.Status)
		if at != serviceFine {
			bad = append(bad, c)
		}
		if worse(at, level) {
			level = at
		}
	}
	return level, bad
}

func namesOf(parts []component) []string {
	var all []string
	for _, c := range parts {
		name := transport.Clean(c.Name, maxShown)
		if name != "" && len(all) < maxNamed && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

func oldest(parts []component) time.Time {
	var since time.Time
	for _, c := range parts {
		if !c.Updated.IsZero() && (since.IsZero() || c.Updated.Before(since)) {
			since = c.Updated.Time
		}
	}
	return since
}

// addIncidents lets what is being worked on say what it is called and since when. One that no component shows yet is a
// warning: it may be about signing in.
func (p *statusPage) addIncidents(view *serviceView, region string, signIn, rest []component) {
	for _, i := range p.Incidents {
		if i.Status == "resolved" || i.Status == "postmortem" || i.Status == "completed" || !i.touches(region, signIn, rest) {
			continue
		}
		if view.level == serviceFine || view.level == serviceClosed {
			if i.Impact == "none" || i.Impact == "maintenance" {
				continue
			}
			view.level, view.signIn, view.since = serviceSlow, len(i.Components) == 0 || overlap(i.Components, signIn), time.Time{}
			view.affected = namesOf(i.Components)
		}
		if view.incident == "" {
			view.incident = transport.Clean(i.Name, maxShown)
		}
		if began := i.began(); !began.IsZero() && (view.since.IsZero() || began.Before(view.since)) {
			view.since = began
		}
	}
}

// addMaintenance adds what is under way, and what is planned within a day.
func (p *statusPage) addMaintenance(view *serviceView, region string, now time.Time, signIn, rest []component) {
	for _, m := range p.Maintenances {
		if !m.touches(region, signIn, rest) {
			continue
		}
		switch m.Status {
		case "in_progress", "verifying":
			if view.level == serviceFine {
				view.level, view.signIn = serviceClosed, len(m.Components) == 0 || overlap(m.Components, signIn)
				view.affected = namesOf(m.Components)
			}
			if view.level == serviceClosed {
				view.incident, view.until, view.since = transport.Clean(m.Name, maxShown), m.Until.Time, m.From.Time
			}
		case "scheduled":
			if at := m.From.Time; at.After(now) && at.Sub(now) < 24*time.Hour && (view.next == "" || at.Before(view.nextAt)) {
				view.next, view.nextAt = transport.Clean(m.Name, maxShown), at
			}
		}
	}
}

// addIndicator takes the page's own summary where nothing on it says more.
func (p *statusPage) addIndicator(view *serviceView, region string) {
	switch p.Status.Indicator {
	case "minor":
		view.level = serviceSlow
	case "major", "critical":
		view.level = serviceDown
		if region != "" || len(p.Components) > 0 {
			view.level = serviceSlow // for whom, and of what, it does not say
		}
	case "maintenance":
		view.level = serviceClosed
	default:
		return
	}
	view.signIn = true
	view.incident = transport.Clean(p.Status.Description, maxShown)
}

// touches reports whether an incident concerns the region.
func (i incident) touches(region string, signIn, rest []component) bool {
	switch concerns(i.Name, region) {
	case ourRegion:
		return true
	case otherRegion:
		return overlap(i.Components, signIn) || overlap(i.Components, rest)
	}
	return len(i.Components) == 0 || overlap(i.Components, signIn) || overlap(i.Components, rest) || region == ""
}

func (i incident) began() time.Time {
	if !i.Started.IsZero() {
		return i.Started.Time
	}
	return i.Created.Time
}

func overlap(a, b []component) bool {
	return slices.ContainsFunc(a, func(c component) bool {
		return slices.ContainsFunc(b, func(d component) bool { return c.ID == d.ID })
	})
}
