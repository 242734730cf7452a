//go:build linux

package lab

import (
	"bytes"
	"fmt"
	"net/http"
	"time"
)

// Fault is a way to answer that replaces, or spoils, a site's own.
type Fault = func(http.Handler) http.Handler

// Says answers with this status, kind of content and body. headers are names and values in turn.
func Says(status int, content, body string, headers ...string) Fault {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", content)
			for i := 0; i+1 < len(headers); i += 2 {
				w.Header().Set(headers[i], headers[i+1])
			}
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		})
	}
}

// Page answers with an HTML page.
func Page(status int, title string, headers ...string) Fault {
	return Says(status, "text/html; charset=utf-8", "<!doctype html><title>"+title+"</title><h1>"+title+"</h1>", headers...)
}

// Late answers as usual, after this time.
func Late(d time.Duration) Fault {
	return func(usual http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
			case <-time.After(d):
				usual.ServeHTTP(w, r)
			}
		})
	}
}

// Cut breaks the connection off in the middle of the answer.
func Cut(http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		_, _ = fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n{\"issuer\":")
		_ = c.Close()
	})
}

// Huge answers with so many bytes.
func Huge(size int) Fault {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			part := bytes.Repeat([]byte{' '}, 1<<16)
			for sent := 0; sent < size; sent += len(part) {
				if _, err := w.Write(part); err != nil {
					return
				}
			}
		})
	}
}

// LeadsTo redirects.
func LeadsTo(address string) Fault {
	return func(http.Handler) http.Handler { return http.RedirectHandler(address, http.StatusFound) }
}
