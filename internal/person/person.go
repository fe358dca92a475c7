// Package person reaches the user in every way it can: on the terminal, in a dialog, by a
// page in the browser, by a pending request that another terminal answers; or it gets the
// answer without the user. It is session.Person and signin.Person.
//
// How a process reaches the user is fixed when its [Person] is made ([Mode]), and never
// changes: who typed a command is at the keyboard; a program that called us may have
// nobody, and waits no longer than SDKs do; a process that signs in for another one
// relays what there is to see.
//
// # What it does not do
//
// It prints nothing but through [Options].Say, and decides no exit code: that nobody
// could be reached is session.ErrNoPerson or wraps it ([LateError], [StoppedError] and
// others), a no is session.ErrCancelled.
package person

import (
	"context"
	"io"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"guise/internal/ask"
	"guise/internal/awsconfig"
	"guise/internal/files"
	"guise/internal/process"
	"guise/internal/secret"
	"guise/internal/settings"
	"guise/internal/signin"
	"guise/session"
	"guise/shell"
)

// Mode is how a process reaches the user.
type Mode int

const (
	// AtKeyboard: the user has typed the command, and waits for it.
	AtKeyboard Mode = iota
	// Background: a program has called, and waits for as long as SDKs do. The user is
	// at its terminal, or at another, or not there.
	Background
	// Relay: another guise, which has the terminal, shows what is to be seen: it reads
	// Options.Out.
	Relay
)

// Options of a [Person]. All fields are needed but For, Serves, Device, Given, Shows and those of a Mode.
type Options struct {
	Mode   Mode
	For    string // the profile that it is about, as questions say it; may be empty
	Serves int    // the process that asks, where it is not the one that has called us; 0: it is
	Device bool   // sign in on any device, and open no page
	// Began is when the process was called: a background call's patience runs from
	// then.
	Began    time.Time
	Settings settings.Settings

	Getenv  func(string) string
	Environ func() []string
	Now     func() time.Time
	Home    string
	// Runtime are guise's folders for what lives as long as the login, the best first.
	Runtime []files.Folder
	// Kept are the folders in which sessions are kept: that one is written to shows
	// that somebody has signed in.
	Kept []string
	// Profile finds a profile, for its own ways to a code.
	Profile func(name string) (awsconfig.Profile, error)
	// Standing is the profile by which another terminal answers a question about one, which
	// it may not know, or the SSO session; nil: each knows all.
	Standing func(name string) (profile, sso string)
	// StoredCode computes the code of a device whose MFA secret is stored; not ok where
	// none is. p opens the vault, if it is there.
	StoredCode func(ctx context.Context, p *Person, serial string) (code secret.Text, ok bool, err error)
	// Given is what the command's words answer; nil where they cannot.
	Given *Given
	// Shows returns what a device shows, where there is no device (the demo); nil elsewhere.
	Shows func(ctx context.Context, serial string) string
	// Terminal opens the user's terminal, and Plain is for one without colours.
	Terminal func() (*ask.Terminal, error)
	Plain    bool
	Say      func(line string) // a line for the user, who is told that it is guise's
	In       io.Reader         // of Relay: what is pasted where the terminal is
	Out      io.Writer         // of Relay
}

// A Person is the user as one process reaches them.
type Person struct {
	o        Options
	nobody   bool         // see [Person.Nobody]
	answered *atomic.Bool // see [Person.Answered]
	approved *atomic.Bool // see [Person.Approved]
}

var (
	_ session.Person = (*Person)(nil)
	_ signin.Person  = (*Person)(nil)
)

// New makes a Person.
func New(o Options) *Person {
	return &Person{o: o, answered: new(atomic.Bool), approved: new(atomic.Bool)}
}

// Answered reports whether this process has asked the user for something that credentials
// need (a code, a sign-in, a passphrase, one of several roles), and got it.
func (p *Person) Answered() bool { return p.answered.Load() }

// Approved reports whether this process has asked the user whether a program may have
// credentials, and they said yes.
func (p *Person) Approved() bool { return p.approved.Load() }

// Nobody is the same user, who is not to be asked: whatever needs an answer fails with
// session.ErrNoPerson at once. It is for calls that can be served with what is at hand.
func (p *Person) Nobody() *Person {
	unasked := *p
	unasked.nobody = true
	return &unasked
}

// Wish is how the user wants to sign in.
func (p *Person) Wish() signin.Wish {
	return signin.Wish{Device: p.o.Device, Way: signin.Way(p.o.Settings.SignIn), Port: p.o.Settings.RedirectPort}
}

// background reports whether a program waits for us, and no user has typed the command.
func (p *Person) background() bool { return p.o.Mode == Background }

// standing is the profile of Options.Standing, and the command that answers a question.
func (p *Person) standing(profile string) (stands, login string) {
	if p.o.Standing == nil {
		return profile, shell.Guise("login", profile)
	}
	stands, sso := p.o.Standing(profile)
	if sso != "" {
		return profile, shell.Guise("sso login", sso)
	}
	return stands, shell.Guise("login", stands)
}

// Say tells the user a line that asks for nothing.
func (p *Person) Say(line string) {
	if p.o.Mode == Relay {
		p.passOn(relayed{Line: line})
		return
	}
	p.o.Say(line)
}

// AskedBy is the variable that names the process that asks where our parent is another
// guise, which serves it.
const AskedBy = "GUISE_ASKED_BY"

// Caller finds the program for which credentials are got, and the folder in which it runs:
// the one that has called us in the background or is served by us, or else command, which the
// user has typed.
func (p *Person) Caller(command string) func() (program string, pid int, folder string) {
	find := p.asker
	if p.o.Serves != 0 { // it may have ended when there is something to say of it
		found := p.asker()
		find = func() ask.Asker { return found }
	}
	return func() (program string, pid int, folder string) {
		asker := find()
		if p.o.Mode == AtKeyboard && p.o.Serves == 0 {
			return command, os.Getpid(), asker.Dir
		}
		return asker.Program, asker.PID, asker.Dir
	}
}

// asker is the program that we are asked by.
func (p *Person) asker() ask.Asker {
	dir, err := os.Getwd()
	if err != nil {
		dir = "?"
	}
	if pid, ok := p.served(); ok {
		name, _ := process.Parent(pid)
		return ask.Asker{Program: name, PID: pid, Dir: dir}
	}
	return ask.WhoAsks(os.Getppid(), dir)
}

// served is the process that another guise, our parent, serves.
func (p *Person) served() (pid int, ok bool) {
	if p.o.Serves != 0 {
		return p.o.Serves, true
	}
	pid, err := strconv.Atoi(p.o.Getenv(AskedBy))
	return pid, err == nil && ask.Siblings(pid, os.Getpid()) && process.SameProgram(os.Getpid(), os.Getppid())
}
