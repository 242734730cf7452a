package ui

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"latchkey/internal/config"
	"latchkey/internal/signin"
	"latchkey/internal/ui/present"
	"latchkey/internal/wiring"
)

// Parts puts a program's real parts into the form that the presenters want.
func Parts(p *wiring.Parts) *present.Parts {
	settings := &oneByOne{all: p.Settings}
	attempt := p.SignIn
	attempt.AtIssuer = settings.AtIssuer
	return &present.Parts{
		Settings: settings,
		Sessions: p.Sessions,
		Begin: func(ctx context.Context, o signin.Options) present.Conversation {
			return signin.Start(ctx, attempt, o)
		},
		Open:     p.Browser.Open,
		News:     func(ctx context.Context) *present.News { return news(ctx, p) },
		Browsers: func() []present.InstalledBrowser { return installed(p.Browser) },
		OpenIn:   p.Browser.OpenIn,
		Mail:     p.Browser.Mail,
		WayBack:  wayBack,
		Observed: p.HTTP.Observed,

		Diagnostics: diagnostics(p, settings),
		Close:       p.Close,
	}
}

// news asks, once a day, whether there is a newer version. Who cannot be asked, or is not to be trusted, is left alone here: doctor tells.
func news(ctx context.Context, p *wiring.Parts) *present.News {
	if p.Updates == nil {
		return nil
	}
	release, err := p.Updates.Ask(ctx)
	if err != nil || release == nil {
		return nil
	}
	return &present.News{Version: release.Version, Notes: release.Notes, Page: release.URLs[runtime.GOOS]}
}

// installed lists the browsers of this computer.
func installed(b wiring.Browser) []present.InstalledBrowser {
	found := b.Installed()
	list := make([]present.InstalledBrowser, 0, len(found))
	for _, b := range found {
		list = append(list, present.InstalledBrowser{ID: b.ID, Name: b.Name, Private: b.Private})
	}
	return list
}

// oneByOne is the settings, asked and changed one at a time: the window asks while a change is being written.
type oneByOne struct {
	mu  sync.Mutex // guards the following
	all *config.Settings
}

func (s *oneByOne) Organization(id string) (config.Organization, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.Organization(id)
}

func (s *oneByOne) All() []config.Organization {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.all.Organizations)
}

func (s *oneByOne) AtIssuer(issuer string) (config.Organization, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.AtIssuer(issuer)
}

func (s *oneByOne) Add(o config.Organization) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.Add(o)
}

// copy returns the settings as they are. The caller holds mu.
func (s *oneByOne) copy() *config.Settings {
	c := *s.all
	c.Organizations = slices.Clone(s.all.Organizations)
	return &c
}
