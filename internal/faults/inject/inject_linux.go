// Package inject runs a program and makes one of its system calls go wrong: the
// program is killed before the call or in the middle of a write, or the call fails
// with an error. All calls that change a file are counted, over all threads and all
// processes of the program, by the kernel's own notification of system calls
// (seccomp_unotify(2)). Calls that speak to a socket are counted too, since another
// process may keep state behind it; they can be the place of a kill alone.
//
// The program is started by this package's own launcher: [Main] must be called first
// thing in the main function of whoever uses [Run].
package inject

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Kind is what goes wrong.
type Kind string

const (
	None   Kind = ""
	Kill   Kind = "kill"   // the process is killed before the call
	Torn   Kind = "torn"   // half of a write is done, then the process is killed
	Short  Kind = "short"  // half of a write is done, the rest finds a full disk
	NoRoom Kind = "ENOSPC" // the call fails: no space left
	Broken Kind = "EIO"    // the call fails: input/output error
	Closed Kind = "EACCES" // the call fails: permission denied
	Full   Kind = "from"   // this call and all that follow fail: no space left
)

// Fault is one thing that goes wrong, at one call.
type Fault struct {
	Kind Kind
	At   int // the number of the call, from 1
}

// Call is a system call that was counted.
type Call struct {
	Name   string // openat, write …
	Path   string // of the file, where known
	From   string // of a rename: what the file was called before
	Socket bool
	Write  bool // a write of two bytes or more to a file
}

func (c Call) String() string { return c.Name + " " + c.Path }

// Allows reports whether a kind of fault makes sense at a call.
func (c Call) Allows(k Kind) bool {
	switch k {
	case Kill:
		return true
	case Torn, Short:
		return c.Write
	}
	return !c.Socket
}

// Command is what to run.
type Command struct {
	Program string // its absolute path; only processes of this program are counted
	Args    []string
	Dir     string
	Env     []string
	Stdin   *os.File // also its controlling terminal, where Terminal is set
	// Terminal gives the program Stdin as its terminal.
	Terminal bool
	Limit    time.Duration // after which it is killed and has hung
	User     uint32        // who runs it, where we are root; 0: we
	// Before, where set, is called before each call that is counted takes place.
	Before func(Call)
}

// Result is how it went.
type Result struct {
	Calls  []Call // those counted, in their order
	Code   int    // exit code; -1 where it was killed
	Out    string
	Err    string
	Shown  string // at the terminal, if there was one: by who has its other end
	Hung   bool
	Struck bool // the fault took place
}

// launching names the variable that turns this program into the launcher.
const launching = "GUISE_INJECT_LAUNCH"

// Main is the launcher, if this process was started to be that.
func Main() {
	if os.Getenv(launching) == "" {
		return
	}
	_, _ = fmt.Fprintln(os.Stderr, "inject:", launch(os.Args[0], os.Args[1:]))
	os.Exit(125)
}

// Run runs a program with one fault, and waits for its end. Where nobody looks at its
// calls, without a fault and without Before, they are not counted. What it has started
// in the background may outlive it: see [Sweep].
func Run(c Command, f Fault) (r Result, err error) {
	out, err := newDrain()
	if err != nil {
		return Result{}, err
	}
	defer out.close()
	complaint, err := newDrain()
	if err != nil {
		return Result{}, err
	}
	defer complaint.close()
	p := exec.Command(c.Program, c.Args...)
	p.Dir, p.Env, p.Stdout, p.Stderr = c.Dir, c.Env, out.in, complaint.in
	p.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if c.Stdin != nil {
		p.Stdin, p.SysProcAttr.Setctty = c.Stdin, c.Terminal
	}
	if c.User != 0 {
		p.SysProcAttr.Credential = &syscall.Credential{Uid: c.User, Gid: c.User}
	}
	s := &supervisor{fault: f, program: c.Program, before: c.Before}
	if f.Kind == None && c.Before == nil {
		err = p.Start()
	} else {
		err = s.start(p)
	}
	if err != nil {
		return Result{}, err
	}
	hung := false
	timer := time.AfterFunc(c.Limit, func() { hung = true; _ = syscall.Kill(-p.Process.Pid, syscall.SIGKILL) })
	err = p.Wait()
	timer.Stop()
	r = s.result()
	r.Code, r.Out, r.Err, r.Hung = p.ProcessState.ExitCode(), out.text(), complaint.text(), hung
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		return r, err
	}
	return r, nil
}

// start starts a program by way of the launcher, and takes its calls from then on.
func (s *supervisor) start(p *exec.Cmd) (err error) {
	p.Path = "/proc/self/exe" // another user may not get into the folder that this program is in
	ready, start, err := os.Pipe()
	if err != nil {
		return err
	}
	defer func() { _ = start.Close() }()
	p.Env, p.ExtraFiles = append(p.Env, launching+"=1"), []*os.File{ready}
	if err := p.Start(); err != nil {
		return err
	}
	_ = ready.Close()
	if s.listener, err = listenerOf(p.Process.Pid); err == nil {
		go s.serve()
		_, err = start.Write([]byte{1})
	}
	if err != nil {
		_ = p.Process.Kill()
		_ = p.Wait()
	}
	return err
}

// listenerOf takes the descriptor on which the kernel reports a process's calls.
func listenerOf(pid int) (int, error) {
	pidfd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return -1, err
	}
	defer func() { _ = unix.Close(pidfd) }()
	dir := filepath.Join("/proc", strconv.Itoa(pid), "fd")
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(200 * time.Microsecond) {
		open, _ := os.ReadDir(dir)
		for _, one := range open {
			if to, _ := os.Readlink(filepath.Join(dir, one.Name())); strings.Contains(to, "seccomp notify") {
				fd, _ := strconv.Atoi(one.Name())
				return unix.PidfdGetfd(pidfd, fd, 0)
			}
		}
	}
	return -1, errors.New("the launcher did not come up: has this kernel seccomp with user notification?")
}
