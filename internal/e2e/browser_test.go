//go:build e2e

package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/remote"
)

// installBrowser makes Chromium the desk's default browser, the way a desktop does: xdg-open finds it by a desktop
// file. Every start gets a profile of its own, named after its process, and a port to watch it by.
func (d *desk) installBrowser(t *testing.T) {
	t.Helper()
	flags := "--headless=new --disable-gpu --no-first-run --no-default-browser-check --disable-background-networking " +
		"--disable-component-update --disable-sync --disable-quic --disable-extensions --password-store=basic " +
		"--host-resolver-rules='MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost' --window-size=900,700 --remote-debugging-port=0"
	if !sandboxWorks() {
		flags += " --no-sandbox"
	}
	d.write(t, "browser", fmt.Sprintf("#!/bin/sh\nexport LATCHKEY_TEST_RUN=%s\nmkdir %[4]s/$$\nexec %[2]s %[3]s --user-data-dir=%[4]s/$$ \"$1\" >>%[4]s/log 2>&1\n",
		os.Getenv("LATCHKEY_TEST_RUN"), parts.chromium, flags, filepath.Join(d.dir, "browsers")))
	if err := os.Chmod(filepath.Join(d.dir, "browser"), 0o700); err != nil {
		t.Fatal(err)
	}
	d.write(t, "home/.local/share/applications/agents-browser.desktop", fmt.Sprintf(
		"[Desktop Entry]\nType=Application\nName=Browser\nExec=%s/browser %%u\nMimeType=x-scheme-handler/http;x-scheme-handler/https;\n", d.dir))
	d.write(t, "home/.config/mimeapps.list",
		"[Default Applications]\nx-scheme-handler/http=agents-browser.desktop\nx-scheme-handler/https=agents-browser.desktop\n")
	t.Cleanup(func() { d.closeBrowsers(t) })
}

// sandboxWorks reports whether Chromium can have its sandbox: not as root, and not where user namespaces are closed.
func sandboxWorks() bool {
	return os.Getuid() != 0 && exec.Command("unshare", "-Ur", "true").Run() == nil
}

// browsers lists the processes of the browsers that were opened on this desk, in no order.
func (d *desk) browsers() []int {
	entries, _ := os.ReadDir(filepath.Join(d.dir, "browsers"))
	var pids []int
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil && e.IsDir() {
			pids = append(pids, pid)
		}
	}
	return pids
}

// closeBrowsers ends what was opened; the browser's own processes end with it.
func (d *desk) closeBrowsers(t *testing.T) {
	t.Helper()
	for _, pid := range d.browsers() {
		_ = syscall.Kill(pid, syscall.SIGTERM)
		eventually(t, "the browser has closed", func() bool { return !running(pid) })
		// Its own processes may still be leaving.
		eventually(t, "the browser's profile is gone", func() bool { return os.RemoveAll(filepath.Join(d.dir, "browsers", strconv.Itoa(pid))) == nil })
	}
}

// tab is one page of a browser that somebody else opened.
type tab struct {
	ctx context.Context
}

// step is something done on a page that has no result.
type step = chromedp.Action[chromedp.Void]

// openedBrowser waits for the browser that the program opens, and watches its page.
func (d *desk) openedBrowser(t *testing.T) tab {
	t.Helper()
	var endpoint string
	eventually(t, "a browser opens", func() bool {
		for _, pid := range d.browsers() {
			port, err := os.ReadFile(filepath.Join(d.dir, "browsers", strconv.Itoa(pid), "DevToolsActivePort"))
			if lines := strings.Fields(string(port)); err == nil && len(lines) == 2 {
				endpoint = "ws://127.0.0.1:" + lines[0] + lines[1]
			}
		}
		return endpoint != ""
	})
	ctx, cancel := context.WithTimeout(t.Context(), 5*patience)
	t.Cleanup(cancel)
	ctx, cancel = remote.NewAllocator(ctx, endpoint, remote.NoModifyURL)
	t.Cleanup(cancel)
	// Attached, not opened: a tab of our own would be one that the agent does not have.
	var page tab
	eventually(t, "the browser's page can be watched", func() bool {
		look, done := chromedp.NewContext(ctx)
		targets, err := chromedp.Targets(look)
		done()
		if err != nil { // it has its port, and does not answer there yet
			t.Logf("watch the browser: %v", err)
		}
		for _, info := range targets {
			if info.Type != "page" || !strings.HasPrefix(info.URL, "http") {
				continue
			}
			watch, leave := chromedp.NewContext(ctx, chromedp.WithTargetID(info.TargetID), chromedp.WithDetachOnCancel())
			if chromedp.Do(watch) != nil { // it was being left for the next page
				leave()
				continue
			}
			t.Cleanup(leave)
			page = tab{watch}
			return true
		}
		return false
	})
	return page
}

// do acts on the page, again when the page changed meanwhile.
func (b tab) do(t *testing.T, what string, act step) {
	t.Helper()
	var err error
	try := func() bool {
		ctx, cancel := context.WithTimeout(b.ctx, patience/6)
		defer cancel()
		err = chromedp.Do(ctx, act)
		return err == nil || !betweenPages(err) && !errors.Is(err, context.DeadlineExceeded)
	}
	if !soon(patience, try) || err != nil {
		address, text := b.shows()
		t.Fatalf("in the browser: %s: %v\nat %s:\n%s", what, err, address, text)
	}
}

// errLoading is the error of acting on a page that is still loading.
var errLoading = errors.New("the page is still loading")

// loaded is done when the page is complete: only then nothing moves the focus any more, and every button does something.
func loaded() step {
	return func(ctx context.Context, page *chromedp.Target) (v chromedp.Void, err error) {
		complete, err := chromedp.Evaluate[bool]("document.readyState === 'complete'")(ctx, page)
		if err == nil && !complete {
			err = errLoading
		}
		return v, err
	}
}

// betweenPages reports whether an action failed only because one page was being left for the next.
func betweenPages(err error) bool {
	if errors.Is(err, errLoading) {
		return true
	}
	for _, sign := range []string{"execution context", "Inspected target navigated", "net::ERR_ABORTED"} {
		if strings.Contains(err.Error(), sign) {
			return true
		}
	}
	return false
}

// fill types into the field that the selector names, once it can be seen.
func (b tab) fill(t *testing.T, selector chromedp.CSS, text string) {
	t.Helper()
	eventually(t, string(selector)+" is filled in", func() bool {
		b.do(t, "fill "+string(selector), chromedp.Steps(
			chromedp.WaitVisible(selector), loaded(), chromedp.Clear(selector), chromedp.SendKeys(selector, text)))
		return get(t, b, chromedp.Value(selector)) == text
	})
}

// press clicks what the selector names, once it can be seen.
func (b tab) press(t *testing.T, selector chromedp.CSS) {
	t.Helper()
	b.do(t, "see "+string(selector), chromedp.Steps(chromedp.WaitVisible(selector), loaded()))
	if err := chromedp.Do(b.ctx, chromedp.Click(selector)); err != nil && !betweenPages(err) {
		t.Fatalf("in the browser: press %s: %v", selector, err)
	}
}

// get reads something from the page, again when the page changed meanwhile.
func get[T any](t *testing.T, b tab, what chromedp.Action[T]) (got T) {
	t.Helper()
	b.do(t, "read", func(ctx context.Context, page *chromedp.Target) (v chromedp.Void, err error) {
		got, err = what(ctx, page)
		return v, err
	})
	return got
}

// at returns the page's address.
func (b tab) at(t *testing.T) string {
	t.Helper()
	return get(t, b, chromedp.Location())
}

// shows returns the page's address and its words; both are empty while it changes.
func (b tab) shows() (address, text string) {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	text, _ = chromedp.Run(ctx, chromedp.Evaluate[string]("document.body ? document.body.innerText : ''"))
	address, _ = chromedp.Run(ctx, chromedp.Location()) // never older than the words
	return address, text
}

// signsIn fills in the page that asks for e-mail and password in the demo world.
func (b tab) signsIn(t *testing.T, username, password string) {
	t.Helper()
	b.fill(t, "#username", username)
	b.fill(t, "#password", password)
	b.press(t, "#sign-in")
}

// sawTheEnd waits for the page that tells the agent to go back to the app, and looks at what it leaves behind.
func (b tab) sawTheEnd(t *testing.T, name string) {
	t.Helper()
	var address string
	eventually(t, "the browser shows the last page", func() bool {
		var text string
		address, text = b.shows()
		return strings.Contains(text, "close this tab")
	})
	if strings.ContainsAny(address, "?#") {
		t.Errorf("the server's answer is left in the browser's address: %s", address)
	}
	if scripts := get(t, b, chromedp.Evaluate[int]("document.scripts.length")); scripts != 0 {
		t.Errorf("the last page has %d scripts", scripts)
	}
	b.picture(t, name)
}

// picture saves the page for people to look at.
func (b tab) picture(t *testing.T, name string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(pictureFile(t, name), png, 0o644)
	}
	if err != nil {
		t.Logf("no picture %s: %v", name, err)
	}
}
