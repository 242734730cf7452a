package loopback

import (
	"crypto/subtle"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"time"

	"latchkey/internal/problem"
)

const (
	startPath = "/go/"
	donePath  = "/done"

	headerLimit  = 32 << 10
	startTimeout = 40 * time.Second // two requests of the transport
)

// limits are how long the other side may take.
type limits struct {
	header time.Duration // to send its request
	write  time.Duration // to take an answer
	linger time.Duration // to come for the page behind the redirect: on a busy computer, a browser takes its time
	drain  time.Duration // to take an answer that is being sent when the socket closes
}

func usual() limits {
	return limits{header: 1500 * time.Millisecond, write: 2 * time.Second, linger: 3 * time.Second, drain: 200 * time.Millisecond}
}

// serve starts to answer. Every connection carries one request: HTTP/1 only, a small header, sent soon.
func (r *Receiver) serve() {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	r.server = &http.Server{
		Handler:                      r,
		Protocols:                    protocols,
		ReadHeaderTimeout:            r.options.limits.header,
		ReadTimeout:                  r.options.limits.header,
		WriteTimeout:                 r.options.limits.write,
		MaxHeaderBytes:               headerLimit - 4096, // net/http adds 4096
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     log.New(io.Discard, "", 0), // strangers' noise
		ConnState:                    r.connState,
		ConnContext:                  withConn,
	}
	r.server.SetKeepAlivesEnabled(false)
	r.conns.open = map[net.Conn]*conn{}
	for _, l := range r.listeners {
		r.conns.serving.Go(func() { _ = r.server.Serve(watched{l, r}) })
	}
	go r.finish()
}

// ServeHTTP answers one request. It writes fixed pages only.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	r.conns.handling(q.Context())
	defer func() {
		if recover() != nil {
			r.page(w, http.StatusInternalServerError, r.pages.Failed)
			r.consume(result{err: problem.New(problem.UnexpectedError)}, false)
		}
	}()
	// A page of the web can make a name of its own stand for this computer; then the Host is not ours.
	if !r.hosts[q.Host] {
		r.refuse(w, http.StatusForbidden)
		return
	}
	path, query, _ := strings.Cut(q.RequestURI, "?")
	var serve func(http.ResponseWriter, string)
	switch {
	case path == r.options.Path || path == "/" && r.options.Path == "":
		serve = r.callback
	case r.isStart(path):
		serve = r.start
	case path == donePath && r.consumed.Load():
		serve = r.done
	case byBrowsers(path):
		r.page(w, http.StatusNotFound, r.pages.NotFound)
		return
	default:
		r.strangers.Add(1)
		r.page(w, http.StatusNotFound, r.pages.NotFound)
		return
	}
	switch {
	case q.Method != http.MethodGet: // HEAD too: link scanners use it
		w.Header().Set("Allow", http.MethodGet)
		r.refuse(w, http.StatusMethodNotAllowed)
	case q.ContentLength != 0 || len(q.TransferEncoding) > 0: // never read
		r.refuse(w, http.StatusBadRequest)
	case !navigates(q.Header):
		r.refuse(w, http.StatusForbidden)
	default:
		serve(w, query)
	}
}

// callback takes the browser's answer.
func (r *Receiver) callback(w http.ResponseWriter, query string) {
	switch r.take(query, true) {
	case taken:
		r.headers(w)
		// On to an address without parameters, so that none stays in the address bar and the history.
		w.Header().Set("Location", donePath)
		w.WriteHeader(http.StatusSeeOther)
	case already:
		r.page(w, http.StatusGone, r.pages.Already)
	case expired:
		r.page(w, http.StatusGone, r.pages.Expired)
	default:
		r.refuse(w, http.StatusBadRequest)
	}
}

// start sends the browser on to the sign-in page, as often as it comes.
func (r *Receiver) start(w http.ResponseWriter, query string) {
	target := r.target.Load()
	switch {
	case r.consumed.Load():
		r.page(w, http.StatusGone, r.pages.Already)
	case target == nil || r.over():
		r.page(w, http.StatusGone, r.pages.Expired)
	default:
		// The server may have to be asked for the page first: longer than an answer of ours takes.
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(startTimeout))
		address, err := (*target)()
		if err != nil {
			r.page(w, http.StatusBadGateway, r.pages.Unready)
			return
		}
		r.reachOnce.Do(func() {
			r.brought, _ = parseQuery(query)
			close(r.reached)
		})
		if address == "" {
			r.page(w, http.StatusOK, r.pages.Done)
			return
		}
		r.headers(w)
		w.Header().Set("Location", address)
		w.WriteHeader(http.StatusFound)
	}
}

func (r *Receiver) done(w http.ResponseWriter, _ string) {
	r.fetchOnce.Do(func() { close(r.fetched) })
	r.page(w, http.StatusOK, r.pages.Done)
}

func (r *Receiver) isStart(path string) bool {
	nonce, ok := strings.CutPrefix(path, startPath)
	return ok && subtle.ConstantTimeCompare([]byte(nonce), []byte(r.nonce)) == 1
}

// over reports whether the time for answers has passed, or the receiver is closing.
func (r *Receiver) over() bool {
	select {
	case <-r.stop:
		return true
	default:
		until := r.options.Until
		return !until.IsZero() && r.options.Clock.Now().After(until)
	}
}
