//go:build linux

package lab

import (
	"net/http"
	"time"
)

// Component is a part of a service, as a status page lists it.
type Component struct{ Name, Group, Status string }

// StatusPage is what a status page says (Atlassian Statuspage, API version 2). The zero value: all is well.
type StatusPage struct {
	Indicator   string // none, minor, major, critical, maintenance
	Components  []Component
	Incident    string // the name of one that is not over
	Maintenance string // the name of one under way
}

// Handler serves the page.
func (p StatusPage) Handler() http.Handler {
	if p.Indicator == "" {
		p.Indicator = "none"
	}
	described := map[string]string{
		"none": "All Systems Operational", "minor": "Minor Service Outage", "major": "Partial System Outage",
		"critical": "Major Service Outage", "maintenance": "Service Under Maintenance",
	}[p.Indicator]
	since := time.Now().Add(-42 * time.Minute).UTC().Format(time.RFC3339)
	status := map[string]any{"indicator": p.Indicator, "description": described}
	page := map[string]any{"id": "lab", "name": "Lab", "url": "https://status.acme.example", "time_zone": "Etc/UTC", "updated_at": since}
	components, affected := []any{}, []any{}
	groups := map[string]bool{}
	for _, c := range p.Components {
		one := map[string]any{"id": "c-" + c.Group + c.Name, "name": c.Name, "status": c.Status, "updated_at": since, "group_id": nil, "group": false}
		if c.Group != "" {
			one["group_id"] = "g-" + c.Group
			if !groups[c.Group] {
				groups[c.Group] = true
				components = append(components, map[string]any{"id": "g-" + c.Group, "name": c.Group, "status": c.Status, "updated_at": since, "group_id": nil, "group": true})
			}
		}
		components = append(components, one)
		if c.Status != "operational" {
			affected = append(affected, one)
		}
	}
	incidents, maintenances := []any{}, []any{}
	if p.Incident != "" {
		incidents = append(incidents, map[string]any{
			"id": "i1", "name": p.Incident, "status": "investigating", "impact": p.Indicator, "created_at": since, "started_at": since, "updated_at": since,
			"components": affected,
		})
	}
	if p.Maintenance != "" {
		maintenances = append(maintenances, map[string]any{
			"id": "m1", "name": p.Maintenance, "status": "in_progress", "impact": "maintenance", "created_at": since, "scheduled_for": since,
			"scheduled_until": time.Now().Add(time.Hour).UTC().Format(time.RFC3339), "updated_at": since, "components": affected,
		})
	}
	routes := http.NewServeMux()
	routes.HandleFunc("GET /api/v2/summary.json", always(http.StatusOK, map[string]any{
		"page": page, "status": status, "components": components, "incidents": incidents, "scheduled_maintenances": maintenances,
	}))
	routes.HandleFunc("GET /api/v2/status.json", always(http.StatusOK, map[string]any{"page": page, "status": status}))
	routes.HandleFunc("GET /api/v2/components.json", always(http.StatusOK, map[string]any{"page": page, "components": components}))
	routes.HandleFunc("GET /api/v2/incidents/unresolved.json", always(http.StatusOK, map[string]any{"page": page, "incidents": incidents}))
	routes.HandleFunc("GET /api/v2/incidents.json", always(http.StatusOK, map[string]any{"page": page, "incidents": incidents}))
	return routes
}

// ServeStatus starts the status page of an organisation.
func (l *Lab) ServeStatus(name string, p StatusPage) (*Site, error) {
	return l.Site(name, Status, p.Handler())
}
