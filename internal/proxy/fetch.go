package proxy

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

const (
	fetchLimit = 5 * time.Second
	mostScript = 1 << 20 // bytes, as in browsers
	mostHops   = 3
)

// fetchScript gets a script from the web, straight and without anything that tells who asks, or from a file.
func fetchScript(ctx context.Context, address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", Fail(Unreachable, err)
	}
	switch u.Scheme {
	case "file":
		return readScript(u)
	case "http", "https":
		return getScript(ctx, u)
	}
	return "", Fail(Unreachable, nil)
}

func readScript(u *url.URL) (string, error) {
	path := filepath.FromSlash(u.Path)
	if runtime.GOOS == "windows" {
		path = strings.TrimPrefix(path, `\`) // \C:\proxy.pac
	}
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return "", Fail(Unreachable, err)
	}
	f, err := os.Open(path) // #nosec G304 -- the administrator names it
	if err != nil {
		return "", Fail(Unreachable, err)
	}
	defer func() { _ = f.Close() }()
	return capped(f)
}

func getScript(ctx context.Context, u *url.URL) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchLimit)
	defer cancel()
	wire := &http.Transport{DisableKeepAlives: true, MaxResponseHeaderBytes: 64 << 10} // no Proxy, and no jar for cookies
	client := &http.Client{Transport: wire, CheckRedirect: func(next *http.Request, before []*http.Request) error {
		if len(before) > mostHops || before[0].URL.Scheme == "https" && next.URL.Scheme != "https" {
			return errors.New("the script is somewhere else")
		}
		next.Header.Del("Referer")
		return nil
	}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return "", Fail(Unreachable, err)
	}
	request.Header.Set("User-Agent", "")
	request.Header.Set("Accept", "application/x-ns-proxy-autoconfig, */*")
	answer, err := client.Do(request)
	if err != nil {
		return "", Fail(Unreachable, err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return "", Fail(Unreachable, nil)
	}
	return capped(answer.Body)
}

func capped(from io.Reader) (string, error) {
	text, err := io.ReadAll(io.LimitReader(from, mostScript+1))
	switch {
	case err != nil:
		return "", Fail(Unreachable, err)
	case len(text) > mostScript:
		return "", Fail(TooLarge, nil)
	}
	return strings.TrimPrefix(string(text), "\ufeff"), nil
}
