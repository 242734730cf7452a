package ui

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/internal/ui/look"
	"latchkey/internal/ui/present"
)

// Title is the window's title, always: no name, no state, nothing that someone reads over a shoulder.
const Title = "Latchkey"

// firstPicture is how long the first picture may wait for what the settings say.
const firstPicture = 60 * time.Millisecond

// Config is what the window is opened with.
type Config struct {
	Load    func(ctx context.Context) (*present.Parts, error)
	Org     string // the organisation to start with; empty: the default one
	Version string
	Ready   func() // called once the first picture is on the screen and takes typing; may be nil
}

// Window is the one window of the program.
type Window struct {
	app       fyne.App
	window    fyne.Window
	posts     *posts
	presenter *present.Presenter
	view      *View
	stop      context.CancelFunc
	ended     <-chan struct{} // closed by stop
}

// Open makes the window on app and begins to read the settings; [Window.Run] shows it.
func Open(app fyne.App, c Config) *Window {
	ctx, stop := context.WithCancel(context.Background())
	w := &Window{app: app, posts: newPosts(), stop: stop, ended: ctx.Done()}
	app.Settings().SetTheme(look.Theme{})
	w.presenter = present.New(ctx, present.Options{
		Org: c.Org, Load: c.Load, Version: c.Version,
		Post: w.posts.post, Show: w.show, Clipboard: app.Clipboard(), Raise: w.raise,
	})
	w.presenter.Start()
	w.view = NewView(w.presenter)
	w.view.askCaps = func(tell func(bool)) { askCapsLock(w.posts.post, tell) }
	w.window = app.NewWindow(Title)
	w.window.SetPadded(false)
	w.window.SetMaster()
	w.window.SetContent(w.view.Root())
	w.window.Resize(fyne.NewSize(look.Width, look.Height))
	w.window.Canvas().SetOnTypedKey(w.view.Key)
	w.window.SetOnClosed(w.presenter.TakeBack) // once the loop has ended there is no clipboard any more
	app.Lifecycle().SetOnExitedForeground(func() {
		w.view.Mask()
		w.presenter.Hidden(true)
	})
	app.Lifecycle().SetOnEnteredForeground(func() { w.presenter.Hidden(false) })
	app.Lifecycle().SetOnStarted(func() {
		w.posts.start()
		w.followSignals()
		w.followContrast()
		if c.Ready != nil {
			c.Ready()
		}
	})
	w.view.Draw(w.presenter.Frame(), w.window.Canvas())
	return w
}

// patience is how long the program stays, without its window, for what must not be torn apart.
const patience = 8 * time.Second

// Run shows the window. When it is closed, it ends what is going on, waits for what must not be torn apart, a sign-out for instance,
// and returns. It belongs on the main goroutine.
func (w *Window) Run() {
	defer w.stop()
	w.posts.settle(firstPicture, w.presenter.Settled)
	w.window.ShowAndRun()
	w.posts.end()
	w.presenter.Close()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	w.presenter.Wait(ctx)
}

func (w *Window) show(f present.Frame) { w.view.Draw(f, w.window.Canvas()) }

func (w *Window) raise() { w.window.RequestFocus() }

// followContrast draws in high contrast where the system asks for it. Asking may take a while.
func (w *Window) followContrast() {
	go func() {
		if highContrast() {
			w.posts.post(func() { w.app.Settings().SetTheme(look.Theme{HighContrast: true}) })
		}
	}()
}
