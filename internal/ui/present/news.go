package present

import "context"

// News tells of a newer version of this program. Nothing is installed from here.
type News struct {
	Version string
	Notes   []string // what is new, in the words of its makers
	Page    string   // where it can be had; empty: IT brings it
	Own     string   // the version that runs
}

func (News) screen() {}

// askForNews asks, beside everything else, whether there is a newer version. Who cannot be asked is left alone.
func (p *Presenter) askForNews() {
	if p.parts.News == nil {
		return
	}
	ask := p.parts.News
	p.background(p.ctx, func(ctx context.Context) func() {
		news := ask(ctx)
		return func() {
			if news != nil {
				news.Own = p.o.Version
			}
			p.frame.News = news
			p.draw()
		}
	})
}

// ShowNews shows what is new.
func (p *Presenter) ShowNews() {
	switch p.frame.Screen.(type) {
	case SignIn, SignedIn:
	default:
		return
	}
	if p.frame.News == nil || p.form.busy.What != "" {
		return
	}
	p.behind = p.frame.Screen
	p.frame.Screen = *p.frame.News
	p.focus(FocusMain)
	p.draw()
}

// OpenNews opens the page where the newer version can be had.
func (p *Presenter) OpenNews() {
	if screen, shown := p.frame.Screen.(News); shown && screen.Page != "" {
		p.open(screen.Page)
	}
}
