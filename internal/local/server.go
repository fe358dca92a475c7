// Package local serves on 127.0.0.1, for programs on this machine: the page that
// redirects a browser, the end of a sign-in, credentials for a command.
//
// Every user of the machine can connect to 127.0.0.1, and so can every web page
// that a browser shows. So a [Server]
//
//   - answers only requests for the host 127.0.0.1: a web page that reaches it by a
//     host name of its own is refused (DNS rebinding);
//   - gives each request, and each idle connection, a time limit, and limits the
//     number of connections: one too many takes the place of the oldest that has
//     no request in work of somebody who may ask, so that whoever opens connections
//     keeps nobody out;
//   - made by [ServeOurs], answers only our own user and root, where the system
//     can tell whose a connection is: see [TellsOwner].
//
// It does not protect against programs of our own user.
package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"sync"
	"syscall"
	"time"
)

const (
	address = "127.0.0.1"
	// maxConns is the number of connections that are open at a time.
	maxConns = 64

	closesWithin = time.Second // an answer that is being written may take so long
)

// limits are how long a connection may take for the head of a request and for all
// of it, and how long it may go without one.
type limits struct{ header, request, idle time.Duration }

func usual() limits { return limits{5 * time.Second, 10 * time.Second, 30 * time.Second} }

// A Server is a handler that listens at a port of its own.
type Server struct {
	listener net.Listener
	http     *http.Server
	handler  http.Handler

	admit func(*net.TCPConn) bool  // nil: everyone
	known func(*http.Request) bool // nil: every request

	mu    sync.Mutex
	conns []*conn // the oldest first
}

// Serve answers every process of the machine: the handler asks for a token. known
// reports whether a request has it. One that has not is its connection's last, and
// keeps no other out, however slowly its answer is read.
func Serve(handler http.Handler, known func(*http.Request) bool) (*Server, error) {
	return serve(handler, anyPort, nil, known, usual())
}

// ServeOurs answers processes of our own user and of root. A connection of any
// other user is closed before a byte of it is read; refused is then called, once
// for each user, with the user's id, or -1 where the connection's owner cannot be
// found. Where [TellsOwner] is false every process is answered.
func ServeOurs(handler http.Handler, refused func(uid int)) (*Server, error) {
	return ServeOursAt(anyPort, handler, refused)
}

// ServeOursAt is ServeOurs at a port that is known beforehand. Its error is a [*BusyError]
// where that is in use.
func ServeOursAt(port int, handler http.Handler, refused func(uid int)) (*Server, error) {
	s, err := serve(handler, port, oursAlone(refused), nil, usual())
	if errors.Is(err, syscall.EADDRINUSE) {
		err = &BusyError{Port: port, By: whoListens(port)}
	}
	return s, err
}

// anyPort lets the system pick a free one.
const anyPort = 0

// A BusyError is a port at which somebody listens already.
type BusyError struct {
	Port int
	By   string // in words: "node (pid 4242)", "another user (uid 1001)"; empty where it is not known
}

func (e *BusyError) Error() string {
	by := ""
	if e.By != "" {
		by = " by " + e.By
	}
	return fmt.Sprintf("port %d is in use%s", e.Port, by)
}

func serve(handler http.Handler, port int, admit func(*net.TCPConn) bool, known func(*http.Request) bool, limits limits) (*Server, error) {
	listener, err := net.Listen("tcp4", net.JoinHostPort(address, strconv.Itoa(port)))
	if err != nil {
		return nil, err
	}
	s := &Server{listener: listener, handler: handler, admit: admit, known: known}
	s.http = &http.Server{
		Handler:           http.HandlerFunc(s.answer),
		ReadHeaderTimeout: limits.header, ReadTimeout: limits.request, IdleTimeout: limits.idle, MaxHeaderBytes: 64 << 10,
		ErrorLog:    log.New(io.Discard, "", 0),
		ConnContext: func(ctx context.Context, c net.Conn) context.Context { return context.WithValue(ctx, connKey{}, c) },
		ConnState: func(c net.Conn, state http.ConnState) {
			if ours, ok := c.(*conn); ok && state == http.StateIdle { // the answer is written
				s.setBusy(ours, false)
			}
		},
	}
	go func() { _ = s.http.Serve((*gate)(s)) }()
	return s, nil
}

// URL is http://127.0.0.1:PORT.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() }

// Close ends the server, once the answers in work are written; it waits for them
// for a second at most.
func (s *Server) Close() {
	_ = s.listener.Close()
	s.mu.Lock()
	idle := idleOf(s.conns)
	s.mu.Unlock()
	for _, c := range idle {
		_ = c.Close()
	}
	ctx, cancel := context.WithTimeout(context.Background(), closesWithin)
	defer cancel()
	if s.http.Shutdown(ctx) != nil {
		_ = s.http.Close()
	}
}

// answer passes on what is addressed to 127.0.0.1. A request with a body is cut off:
// nothing here takes one, and whoever sends one slowly would hold the connection.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	if r.Body != http.NoBody {
		panic(http.ErrAbortHandler)
	}
	if s.known != nil && !s.known(r) {
		w.Header().Set("Connection", "close")
	} else if c, ok := r.Context().Value(connKey{}).(*conn); ok {
		s.setBusy(c, true)
	}
	if host, _, err := net.SplitHostPort(r.Host); err != nil || host != address {
		http.NotFound(w, r)
		return
	}
	s.handler.ServeHTTP(w, r)
}

type connKey struct{}

// A conn is a connection that was let in.
type conn struct {
	net.Conn
	server *Server
	busy   bool // a known request of it is in work, or its answer is being written; under the server's lock
}

func (s *Server) setBusy(c *conn, busy bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.busy = busy
}

// Close closes the connection.
func (c *conn) Close() error {
	c.server.mu.Lock()
	for i, other := range c.server.conns {
		if other == c {
			c.server.conns = append(c.server.conns[:i:i], c.server.conns[i+1:]...)
			break
		}
	}
	c.server.mu.Unlock()
	return c.Conn.Close()
}

func idleOf(conns []*conn) (idle []*conn) {
	for _, c := range conns {
		if !c.busy {
			idle = append(idle, c)
		}
	}
	return idle
}

// A gate is a server's listener as http.Server sees it.
type gate Server

// Accept returns the next connection that is let in.
func (g *gate) Accept() (net.Conn, error) {
	for {
		accepted, err := g.listener.Accept()
		if err != nil {
			return nil, err
		}
		tcp, ok := accepted.(*net.TCPConn)
		if !ok {
			return nil, errors.Join(errors.New("not a TCP connection"), accepted.Close())
		}
		if g.admit != nil && !g.admit(tcp) {
			_ = tcp.Close()
			continue
		}
		if c := (*Server)(g).enter(tcp); c != nil {
			return c, nil
		}
		_ = tcp.Close()
	}
}

// enter counts a connection, and makes room for it; nil where there is none.
func (s *Server) enter(tcp *net.TCPConn) *conn {
	c := &conn{Conn: tcp, server: s}
	s.mu.Lock()
	var oldest *conn
	full := len(s.conns) >= maxConns
	if idle := idleOf(s.conns); full && len(idle) > 0 {
		oldest = idle[0]
	}
	if !full || oldest != nil {
		s.conns = append(s.conns, c)
	} else {
		c = nil
	}
	s.mu.Unlock()
	if oldest != nil {
		_ = oldest.Close()
	}
	return c
}

// Close closes the listener.
func (g *gate) Close() error { return g.listener.Close() }

// Addr is where it listens.
func (g *gate) Addr() net.Addr { return g.listener.Addr() }
