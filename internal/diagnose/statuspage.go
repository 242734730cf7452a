package diagnose

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
)

// Bounds of what is taken from a status page: it is somebody else's, and may be wrong, huge or not one at all (DG-15).
const (
	maxStatusPage = 1 << 20
	maxComponents = 2000
	maxIncidents  = 200
	maxNamed      = 5 // components that are named to people
	maxShown      = 80
)

// statusPage is the summary of a status page in the shape of Atlassian Statuspage, API version 2.
type statusPage struct {
	Status struct {
		Indicator   string `json:"indicator"` // none, minor, major, critical or maintenance
		Description string `json:"description"`
	} `json:"status"`
	Components   []component `json:"components"`
	Incidents    []incident  `json:"incidents"`
	Maintenances []incident  `json:"scheduled_maintenances"`
}

// component is one part of the service, or a group of them.
type component struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Status  string    `json:"status"` // operational, degraded_performance, partial_outage, major_outage or under_maintenance
	Group   bool      `json:"group"`
	Parent  string    `json:"group_id"`
	Updated timestamp `json:"updated_at"`
}

// incident is what is being worked on, or planned.
type incident struct {
	Name       string      `json:"name"`
	Status     string      `json:"status"`
	Impact     string      `json:"impact"` // none, minor, major, critical or maintenance
	Started    timestamp   `json:"started_at"`
	Created    timestamp   `json:"created_at"`
	From       timestamp   `json:"scheduled_for"`
	Until      timestamp   `json:"scheduled_until"`
	Components []component `json:"components"`
}

// timestamp is one in RFC 3339; anything else is no time.
type timestamp struct{ time.Time }

// UnmarshalJSON never fails: a date that cannot be read makes nothing else unreadable.
func (t *timestamp) UnmarshalJSON(b []byte) error {
	t.Time, _ = time.Parse(time.RFC3339, strings.Trim(string(b), `"`))
	return nil
}

var errNoStatusPage = errors.New("this is no status page")

// statusPageError is an answer of a status page that is none.
type statusPageError struct {
	status int
	pause  time.Duration // how long it asks to wait; 0: it does not
}

func (e *statusPageError) Error() string { return fmt.Sprintf("the status page answers %d", e.status) }

// readStatusPage asks for the summary. Any answer that is not one is an error.
func readStatusPage(ctx context.Context, client *transport.Client, now time.Time, address string) (*statusPage, error) {
	r, err := client.Do(ctx, transport.Request{URL: address, Limit: maxStatusPage, Once: true})
	if err != nil {
		return nil, err
	}
	if r.Status != http.StatusOK {
		return nil, problem.New(problem.ServerAnswer, problem.Caused(&statusPageError{r.Status, transport.RetryAfter(r.Header, now)}))
	}
	var page statusPage
	if err := r.DecodeJSON(&page); err != nil {
		return nil, err
	}
	switch page.Status.Indicator {
	case "none", "minor", "major", "critical", "maintenance":
	default:
		return nil, problem.New(problem.ServerAnswer, problem.Caused(errNoStatusPage))
	}
	if len(page.Components) > maxComponents || len(page.Incidents) > maxIncidents || len(page.Maintenances) > maxIncidents {
		return nil, problem.New(problem.AnswerTooLarge)
	}
	return &page, nil
}
