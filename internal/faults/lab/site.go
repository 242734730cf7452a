//go:build linux

package lab

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// Site is one web server of the world: https on port 443, and port 80, which leads there.
type Site struct {
	Name string

	mu          sync.Mutex
	certificate tls.Certificate
	oldest      uint16
	newest      uint16
	handler     http.Handler
}

// Request is one request as it came to a server of the world.
type Request struct {
	Method, Host, Path, Query string
	Header                    http.Header
	Body                      string // its beginning
}

// Requests returns what came to all servers.
func (l *Lab) Requests() []Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.requests)
}

func (l *Lab) record(r *http.Request) {
	start, _ := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(start), r.Body))
	l.mu.Lock()
	defer l.mu.Unlock()
	l.requests = append(l.requests, Request{r.Method, r.Host, r.URL.Path, r.URL.RawQuery, r.Header.Clone(), string(start)})
}

// Site starts a web server with a certificate of the lab's issuer.
func (l *Lab) Site(name string, at both, handler http.Handler) (*Site, error) {
	certificate, err := l.Issuer.Issue(name)
	if err != nil {
		return nil, err
	}
	s := &Site{Name: name, certificate: certificate, handler: handler}
	for _, address := range at.List() {
		secure, err := l.World.Listen(address, 443)
		if err != nil {
			return nil, err
		}
		plain, err := l.World.Listen(address, 80)
		if err != nil {
			return nil, err
		}
		l.serve(tls.NewListener(secure, &tls.Config{GetConfigForClient: s.config}), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.serve(w, r, false)
		}))
		l.serve(plain, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.serve(w, r, true)
		}))
	}
	return s, nil
}

// serve serves, with every answer dated by the lab's watches.
func (l *Lab) serve(on net.Listener, handler http.Handler) {
	server := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			l.record(r)
			l.Watches.date(w.Header())
			handler.ServeHTTP(w, r)
		}),
		ErrorLog:     log.New(io.Discard, "", 0),
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){}, // HTTP/1.1
		BaseContext:  func(net.Listener) context.Context { return context.Background() },
	}
	go func() { _ = server.Serve(on) }()
}

func (s *Site) serve(w http.ResponseWriter, r *http.Request, plain bool) {
	s.mu.Lock()
	handler := s.handler
	s.mu.Unlock()
	if plain {
		http.Redirect(w, r, "https://"+s.Name+r.URL.Path, http.StatusMovedPermanently)
		return
	}
	handler.ServeHTTP(w, r)
}

func (s *Site) config(*tls.ClientHelloInfo) (*tls.Config, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &tls.Config{Certificates: []tls.Certificate{s.certificate}, MinVersion: s.oldest, MaxVersion: s.newest}, nil
}

// Show shows another certificate.
func (s *Site) Show(c tls.Certificate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.certificate = c
}

// Speak limits the versions of TLS, for instance to tls.VersionTLS10.
func (s *Site) Speak(oldest, newest uint16) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.oldest, s.newest = oldest, newest
}

// Answer answers everything like this from now on.
func (s *Site) Answer(h http.Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handler = h
}

// Wrap puts something around what the site answers at paths with this beginning.
func (s *Site) Wrap(path string, h func(http.Handler) http.Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	usual := s.handler
	faulty := h(usual)
	s.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, path) {
			faulty.ServeHTTP(w, r)
			return
		}
		usual.ServeHTTP(w, r)
	})
}
