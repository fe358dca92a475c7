package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"time"

	"guise/internal/faults/inject"
)

// lie is a way in which AWS answers badly.
type lie string

const (
	lieThrottled lie = "429"
	lieError     lie = "500"
	lieBusy      lie = "503"
	lieReset     lie = "reset"     // the connection is cut without an answer
	lieTruncated lie = "truncated" // half of the answer
	lieStall     lie = "stall"     // no answer for a while
	lieHTML      lie = "HTML"      // a page of some proxy's, with status 200
	lieEmpty     lie = "empty"     // nothing, with status 200
	lieHuge      lie = "100 MB"    // an answer without end, with status 200
)

func lies() []lie {
	return []lie{lieThrottled, lieError, lieBusy, lieReset, lieTruncated, lieStall, lieHTML, lieEmpty, lieHuge}
}

// stalled is how long a server that does not answer takes.
const stalled = 3 * time.Second

// liar answers as another handler does, but for one request or from one on.
type liar struct {
	honest http.Handler
	lie    lie
	at     int64 // the number of the request, from 1; 0: none
	always bool
	seen   atomic.Int64
}

func (l *liar) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.Header.Get("User-Agent"), "guise/") { // the user's browser
		l.honest.ServeHTTP(w, r)
		return
	}
	n := l.seen.Add(1)
	if l.at == 0 || n < l.at || n > l.at && !l.always {
		l.honest.ServeHTTP(w, r)
		return
	}
	switch l.lie {
	case lieThrottled:
		http.Error(w, "slow down", http.StatusTooManyRequests)
	case lieError:
		http.Error(w, "it broke", http.StatusInternalServerError)
	case lieBusy:
		http.Error(w, "busy", http.StatusServiceUnavailable)
	case lieReset:
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = conn.Close()
		}
	case lieTruncated:
		answer := httptest.NewRecorder()
		l.honest.ServeHTTP(answer, r)
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.Header().Set("Content-Length", fmt.Sprint(answer.Body.Len()))
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes()[:answer.Body.Len()/2])
		panic(http.ErrAbortHandler)
	case lieStall:
		select {
		case <-r.Context().Done():
		case <-time.After(stalled):
		}
		panic(http.ErrAbortHandler)
	case lieHTML:
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!doctype html><title>Sign in to the network</title><p>Welcome"))
	case lieEmpty:
		w.WriteHeader(http.StatusOK)
	case lieHuge:
		chunk := bytes.Repeat([]byte("x"), 1<<20)
		for range 100 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}
}

// requests counts what a command asks AWS for.
func (w *world) requests(s *story, clean *cleanRun) (int, error) {
	if err := w.restore(clean.saved); err != nil {
		return 0, err
	}
	l := w.lieTo("", 0, false)
	_, err := w.run(s, s.args, inject.Fault{}, nil)
	return int(l.seen.Load()), err
}

// lieTo puts a liar before the AWS that answers now.
func (w *world) lieTo(what lie, at int, always bool) *liar {
	l := &liar{honest: w.honest, lie: what, at: int64(at), always: always}
	w.handler.Store(served{l})
	return l
}

// judgeAnswer looks at one bad answer as judge does at one bad call.
func (w *world) judgeAnswer(s *story, clean *cleanRun, what lie, at int, always bool) (verdict, bool, error) {
	if err := w.restore(clean.saved); err != nil {
		return verdict{}, false, err
	}
	l := w.lieTo(what, at, always)
	r, err := w.run(s, s.args, inject.Fault{}, nil)
	if err != nil {
		return verdict{}, false, err
	}
	w.sweep()
	struck := l.seen.Load() >= int64(at)
	w.handler.Store(served{w.honest})
	now, err := w.look()
	if err != nil {
		return verdict{}, struck, err
	}
	signsOut := strings.HasPrefix(s.name, "logout") // what could not be told is said, and exits 1
	if v := w.firstRun(s, clean, inject.Fault{Kind: "answer"}, r, now); v.what != "" && v.what != badNoService && !(signsOut && v.what == badUnsaid) {
		return v, struck, nil
	}
	if strings.Contains(r.Err, "deserialization failed") || strings.Contains(r.Err, "https response error") {
		return bad(badMessage, r.Err), struck, nil
	}
	v, err := w.nextRun(s, clean, now, what != lieThrottled) // 429 is a plain no
	return v, struck, err
}
