package cmd

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

	"guise/awsconfig"
	"guise/internal/awsenv"
	"guise/internal/endpoint"
	"guise/internal/filecopy"
	"guise/internal/local"
	"guise/internal/person"
	"guise/internal/process"
	"guise/internal/source"
	"guise/session"
)

// runServed runs a command that gets a profile's credentials from us for as long as
// it runs.
func (a *app) runServed(name, path string, argv []string, env awsenv.Env) error {
	files, err := a.files()
	if err != nil {
		return err
	}
	config, _ := a.configPaths()
	copied, err := filecopy.Make(a.runtimeDir, files, config)
	if err != nil {
		return fail(name, err)
	}
	defer copied.Remove()
	if copied.Hidden {
		a.say(name + ": the command sees no other profiles: the credentials file has a [default], which SDKs would take first")
	}
	s := &served{app: a, profile: name, copied: copied, said: endpoint.OnceEach{To: a.Err}}
	e := endpoint.New(endpoint.Source{Cached: s.cached, Get: s.get}, a.Now)
	server, err := local.Serve(e, e.Knows)
	if err != nil {
		return fail(name, err)
	}
	defer server.Close()
	defer e.Close() // first: the server waits for answers in work
	env = a.carry(name, env, copied.Variables()...).With(
		awsenv.Variable{Name: awsenv.ContainerURI, Value: server.URL() + endpoint.Path},
		awsenv.Variable{Name: awsenv.ContainerToken, Value: e.Token()})
	c := &exec.Cmd{Path: path, Args: argv, Env: env, Stdin: a.In, Stdout: a.Out, Stderr: a.Err}
	return fail(argv[0], process.Attend(c, s.begin, func(s os.Signal) os.Signal { return s }))
}

// served is what one command is served. It may be called from several goroutines:
// each call makes an app of its own, which reads the files as they are then.
type served struct {
	app     *app
	profile string
	copied  *filecopy.Copy
	said    endpoint.OnceEach

	mu  sync.Mutex
	pid int // of the command
}

// begin is called when the command has begun.
func (s *served) begin(pid int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pid = pid
}

// cached gives what is at hand of a session.
func (s *served) cached() (got session.Credentials, fresh, ok bool) {
	_ = s.copied.Sync() // an editor may have changed the file
	a := newApp(s.app.World)
	chain, err := a.chain(s.profile)
	if err != nil {
		return got, false, false
	}
	r := a.user("").retriever()
	if got, ok := r.Fresh(chain.Key()); ok {
		return got, true, true
	}
	got, ok = r.Spare(chain)
	return got, false, ok
}

// get gets a session as every SDK does that knows credential_process: so whoever
// is asked, and how, and who shares the answer is the same. The process has our
// terminal.
func (s *served) get(ctx context.Context) (session.Credentials, error) {
	self, err := os.Executable()
	if err != nil {
		return session.Credentials{}, err
	}
	s.mu.Lock()
	pid := s.pid
	s.mu.Unlock()
	c := exec.CommandContext(ctx, self, "credential-process", "--profile-encoded", awsconfig.EncodeProfile(s.profile)) //nolint:gosec // guise itself
	c.Env = append(s.app.Environ(), person.AskedBy+"="+strconv.Itoa(pid))
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = letGo
	var out, said bytes.Buffer
	c.Stdout, c.Stderr = &out, io.MultiWriter(&said, &s.said)
	if err := c.Run(); err != nil {
		return session.Credentials{}, refusalOf(err, said.String())
	}
	s.said.Forget()
	return source.Process(out.Bytes(), s.app.Now())
}

// letGo is how long a process that asks has to put the terminal in order.
const letGo = 2 * time.Second

// refusalOf says to a client what the process said to the user.
func refusalOf(err error, said string) error {
	code := ""
	if status, ok := errors.AsType[*exec.ExitError](err); ok {
		code = map[process.Status]string{exitPerson: "UserNeeded", exitCancelled: "Cancelled"}[process.StatusOf(status)]
	}
	return endpoint.Refused(code, said, err)
}
