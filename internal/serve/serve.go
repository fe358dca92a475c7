// Package serve runs a command, and serves it a profile's credentials for as long as it
// runs: on 127.0.0.1, with a random token, as a container's metadata service does (see
// package endpoint).
package serve

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/awsenv"
	"guise/internal/endpoint"
	"guise/internal/filecopy"
	"guise/internal/local"
	"guise/internal/person"
	"guise/internal/process"
	"guise/internal/source"
	"guise/session"
)

// Options are what a server is made of. All are needed.
type Options struct {
	Profile string
	Files   *awsconfig.Files       // that the profile is in
	Config  string                 // the path of the config file, of which the command sees a copy
	Alone   bool                   // the command sees no profile at all, whatever the files have
	Dir     func() (string, error) // makes the folder for the copy, closed to others
	// Cached returns what is at hand of a session for the command, whose process is pid. It
	// may be called from several goroutines.
	Cached func(pid int) (held Held, ok bool)
	// Environ is guise's own environment, for the process that asks.
	Environ func() []string
	// Codes are the codes of refusals for clients, by the exit status of `guise
	// credential-process`. A status that is not among them may pass.
	Codes map[process.Status]string
	Err   io.Writer // where that process says things
	Now   func() time.Time
}

// Held is a session that is at hand.
type Held = endpoint.Held

// A Server serves one command.
type Server struct {
	o        Options
	copied   *filecopy.Copy
	endpoint *endpoint.Endpoint
	local    *local.Server
	said     endpoint.OnceEach

	mu  sync.Mutex
	pid int // of the command
}

// Start begins to serve. Its errors are those of the folder, of the copy and of the port.
func Start(o Options) (*Server, error) {
	copied, err := &filecopy.Copy{}, error(nil)
	if !o.Alone {
		copied, err = filecopy.Make(o.Dir, o.Files, o.Config)
	}
	if err != nil {
		return nil, err
	}
	s := &Server{o: o, copied: copied, said: endpoint.OnceEach{To: o.Err}}
	s.endpoint = endpoint.New(endpoint.Source{Cached: s.cached, Get: s.get}, o.Now)
	if s.local, err = local.Serve(s.endpoint, s.endpoint.Knows); err != nil {
		copied.Remove()
		return nil, err
	}
	return s, nil
}

// Close ends the service and removes the copy.
func (s *Server) Close() {
	s.endpoint.Close() // first: the server waits for answers in work
	s.local.Close()
	s.copied.Remove()
}

// Hidden reports whether the command sees no other profiles: the credentials file has a
// [default], which SDKs would take before a container's credentials.
func (s *Server) Hidden() bool { return s.copied.Hidden }

// Environ is an environment without a profile, and with what leads to the service.
func (s *Server) Environ(env awsenv.Env) awsenv.Env {
	seen := append(s.copied.Variables(), filecopy.Alone(s.o.Alone)...)
	return env.Without(awsenv.RivalsOfContainer...).Carry(s.o.Files, s.o.Profile, seen...).With(
		awsenv.Variable{Name: awsenv.ContainerURI, Value: s.local.URL() + endpoint.Path},
		awsenv.Variable{Name: awsenv.ContainerToken, Value: s.endpoint.Token()})
}

// Run runs the command to its end. Its errors are those of [process.Attend].
func (s *Server) Run(c *exec.Cmd) error {
	s.mu.Lock() // the command may ask before we are told which process it is
	known := sync.OnceFunc(s.mu.Unlock)
	defer known()
	began := func(pid int) { s.pid = pid; known() }
	return process.Attend(c, began, func(signal os.Signal) os.Signal { return signal })
}

func (s *Server) cached() (held Held, ok bool) {
	_ = s.copied.Sync() // an editor may have changed the file
	return s.o.Cached(s.command())
}

// get gets a session as every SDK does that knows credential_process: so whoever is
// asked, and how, and who shares the answer is the same. The process has our terminal.
func (s *Server) get(ctx context.Context) (session.Credentials, error) {
	self, err := os.Executable()
	if err != nil {
		return session.Credentials{}, err
	}
	c := exec.CommandContext(ctx, self, "credential-process", "--profile-encoded", awsconfig.EncodeProfile(s.o.Profile)) //nolint:gosec // guise itself
	c.Env = append(s.o.Environ(), person.AskedBy+"="+strconv.Itoa(s.command()))
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = letGo
	var out, said bytes.Buffer
	c.Stdout, c.Stderr = &out, io.MultiWriter(&said, &s.said)
	if err := c.Run(); err != nil {
		return session.Credentials{}, s.refused(err, said.String())
	}
	s.said.Forget()
	return source.Process(out.Bytes(), s.o.Now())
}

// command is the process that is served.
func (s *Server) command() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pid
}

// letGo is how long a process that asks has to put the terminal in order.
const letGo = 2 * time.Second

// refused is what the process said to the user, for a client.
func (s *Server) refused(err error, said string) error {
	code := ""
	if status, ok := errors.AsType[*exec.ExitError](err); ok {
		code = s.o.Codes[process.StatusOf(status)]
	}
	return endpoint.Refused(code, said, err)
}
