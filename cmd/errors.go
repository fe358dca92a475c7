package cmd

import (
	"errors"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"guise/internal/awsconfig"
	"guise/internal/naming"
	"guise/internal/outcome"
	"guise/internal/person"
	"guise/internal/process"
	"guise/internal/settings"
	"guise/session"
)

// Exit codes, as scripts rely on them.
const (
	exitDone      = 0
	exitFailed    = 1
	exitUsage     = 2   // wrong usage, or a profile that is not there or ambiguous
	exitPerson    = 3   // you are needed, and cannot be reached
	exitCancelled = 130 // you said no
)

func exitOf(e outcome.Ending) int {
	return map[outcome.Ending]int{outcome.Failed: exitFailed, outcome.Misused: exitUsage, outcome.Needed: exitPerson, outcome.Cancelled: exitCancelled}[e]
}

// failure is an error with what it was about and what to do.
type failure struct {
	what string // what was being done, or to what: the first words of the line
	err  error
	hint string
	code int // 0: as the error says
}

func (f failure) Error() string { return f.what + ": " + f.err.Error() }
func (f failure) Unwrap() error { return f.err }

// misuse is a failure of whoever has typed the command: what is about it, why, and what
// to type instead; hint may be empty.
func misuse(what, why, hint string) error {
	return failure{what: what, err: errors.New(why), hint: hint, code: exitUsage}
}

// fail says what err was about. It returns nil, and errors that already say so,
// unchanged.
func fail(what string, err error) error {
	if err == nil || errors.As(err, new(failure)) || errors.As(err, new(*naming.Error)) || errors.As(err, new(*naming.Misuse)) || errors.As(err, new(*settings.UnsureError)) {
		return err
	}
	return failure{what: what, err: err}
}

// ofFiles says what an error of the AWS files is about: one of their profiles, or them.
func ofFiles(err error) error {
	if one, ok := errors.AsType[*awsconfig.ProfileError](err); ok {
		return fail(one.Profile, one.Err)
	}
	return fail("AWS config", err)
}

// inTerminal is an error of a command that asks at a terminal alone: where there is none,
// the command is the next step, and not a sign-in.
func inTerminal(err error, command string) error {
	if f, ok := errors.AsType[failure](err); ok && errors.Is(err, session.ErrNoPerson) {
		return failure{what: f.what, err: f.err, hint: command + "   # in a terminal", code: exitPerson}
	}
	return err
}

// about says which profile a command was about when it failed: the hint names it.
func about(profile string, err error) error {
	if err == nil || errors.As(err, new(outcome.About)) {
		return err
	}
	return outcome.About{Profile: profile, Err: err}
}

// usage is a complaint about flags and arguments; nil where err is.
func usage(c *cobra.Command, err error) error {
	if err == nil {
		return nil
	}
	return outcome.Usage{Command: c.CommandPath(), Err: err}
}

// report prints an error as one line and a hint, and gives the exit code.
func (s *streams) report(err error) int {
	if err == nil {
		return exitDone
	}
	if failed, ok := errors.AsType[*person.SignInError](err); ok {
		_, _ = s.err.Write(failed.Said)
	}
	if status, ok := errors.AsType[process.Status](err); ok {
		return int(status)
	}
	if late, ok := errors.AsType[*person.LateError](err); ok {
		return s.reportLate(late)
	}
	ending, hint := outcome.Of(err)
	code := exitOf(ending)
	if e, ok := errors.AsType[*process.NotStartedError](err); ok {
		code = int(e.Status)
	}
	if code == exitCancelled {
		what := ""
		if f, ok := errors.AsType[failure](err); ok {
			what = f.what + ": "
		} else if n, ok := errors.AsType[*naming.Error](err); ok {
			what = n.Named + ": "
		}
		s.say(what + "cancelled")
		return code
	}
	if f, ok := errors.AsType[failure](err); ok {
		if f.hint != "" {
			hint = f.hint
		}
		if f.code != 0 {
			code = f.code
		}
	}
	_, _ = io.WriteString(s.err, s.look(s.err).Fault(strings.ReplaceAll(err.Error(), "\n", "; "))) // of several errors each is a line
	if hint != "" {
		s.hint(hint)
	}
	return code
}

// reportLate says that it is too late. Where the question was on the terminal, the
// terminal says so already, in the question's place.
func (s *streams) reportLate(late *person.LateError) int {
	signal.Ignore(syscall.SIGPIPE)                                                     // whoever reads us may be gone
	if f, ok := s.err.(*os.File); !ok || !late.Said || !term.IsTerminal(int(f.Fd())) { //nolint:gosec // a file descriptor is small
		s.say(late.Error())
	}
	return exitPerson
}
