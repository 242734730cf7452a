package transport_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"latchkey/internal/problem"
	"latchkey/internal/transport"
	"latchkey/internal/transport/transporttest"
)

func TestTK09EndlessBody(t *testing.T) {
	var sent atomic.Int64
	chunk := bytes.Repeat([]byte("a"), 32<<10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for {
			n, err := w.Write(chunk)
			if sent.Add(int64(n)); err != nil {
				return
			}
		}
	}))
	defer server.Close()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := get(t, server.URL)
	runtime.ReadMemStats(&after)
	want(t, err, problem.AnswerTooLarge)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 8<<20 {
		t.Errorf("took %d bytes of memory", grown)
	}
}

func TestTK09LimitIsExact(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("a", 100))
	}))
	defer server.Close()
	client := newClient(t, transport.Options{})
	if got, err := client.Do(t.Context(), transport.Request{URL: server.URL, Limit: 100}); err != nil || len(got.Body) != 100 {
		t.Errorf("got %v, %v", got, err)
	}
	_, err := client.Do(t.Context(), transport.Request{URL: server.URL, Limit: 99})
	want(t, err, problem.AnswerTooLarge)
}

func TestTK10GzipBombCountsDecoded(t *testing.T) {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	for range 64 {
		_, _ = z.Write(make([]byte, 1<<20))
	}
	_ = z.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			t.Error("gzip was not asked for: this test shows nothing")
		}
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(bomb.Bytes())
	}))
	defer server.Close()
	if bomb.Len() > 1<<17 {
		t.Fatalf("the bomb has %d bytes", bomb.Len())
	}
	_, err := get(t, server.URL)
	want(t, err, problem.AnswerTooLarge)
}

func TestTK13Headers(t *testing.T) {
	many := strings.Repeat("A: b\r\n", 20_000)
	for name, c := range map[string]struct {
		answer string
		code   problem.Code
	}{
		"many":       {"HTTP/1.1 200 OK\r\n" + many + "\r\n", problem.AnswerTooLarge},
		"long":       {"HTTP/1.1 200 OK\r\nA: " + strings.Repeat("b", 1<<20) + "\r\n\r\n", problem.AnswerTooLarge},
		"long line":  {"HTTP/1.1 200 " + strings.Repeat("b", 1<<20) + "\r\n\r\n", problem.AnswerTooLarge},
		"1xx":        {strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", 20_000), problem.AnswerTooLarge},
		"no HTTP":    {"220 mail.example ESMTP\r\n", problem.ServerAnswer},
		"bad header": {"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", problem.ServerAnswer},
		"bad status": {"HTTP/1.1 abc OK\r\n\r\n", problem.ServerAnswer},
		"two sizes":  {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", problem.ServerAnswer},
		"bad chunk":  {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab", problem.ServerAnswer},
		"bad gzip":   {"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 13\r\n\r\nnot gzip at a", problem.ServerAnswer},
		"cut line":   {"HTTP/1.", problem.ServerAnswer},
		"cut header": {"HTTP/1.1 200 OK\r\nContent-Len", problem.ServerAnswer},
		"HTTP/2":     {"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00d\x00\x04\x00\x00\xff\xff", problem.ServerAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			address := transporttest.Raw(t, answers(c.answer))
			_, err := newClient(t, transport.Options{}).Do(t.Context(), transport.Request{Method: "POST", URL: "http://" + address})
			want(t, err, c.code)
		})
	}
}
