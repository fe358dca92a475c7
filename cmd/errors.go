package cmd

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"guise/ask"
	"guise/awsconfig"
	"guise/internal/adoption"
	"guise/internal/keys"
	"guise/internal/person"
	"guise/internal/process"
	"guise/internal/settings"
	"guise/session"
	"guise/shell"
	"guise/signin"
)

// Exit codes, as scripts rely on them.
const (
	exitDone      = 0
	exitFailed    = 1
	exitUsage     = 2   // wrong usage, or a profile that is not there or ambiguous
	exitPerson    = 3   // you are needed, and cannot be reached
	exitCancelled = 130 // you said no
)

// failure is an error with what it was about and what to do.
type failure struct {
	what string // what was being done, or to what: the first words of the line
	err  error
	hint string
	code int // 0: as the error says
}

func (f failure) Error() string { return f.what + ": " + f.err.Error() }
func (f failure) Unwrap() error { return f.err }

// fail says what an error was about. Of an error that says so already, nothing
// is changed.
func fail(what string, err error) error {
	if err == nil || errors.As(err, new(failure)) || errors.As(err, new(*settings.UnsureError)) {
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

// aboutError is an error of a command that is about a profile, for its hint.
type aboutError struct {
	profile string
	err     error
}

func (e aboutError) Error() string { return e.err.Error() }
func (e aboutError) Unwrap() error { return e.err }

// about says which profile a command was about when it failed: the hint names it.
func about(profile string, err error) error {
	if err == nil || errors.As(err, new(aboutError)) {
		return err
	}
	return aboutError{profile, err}
}

// cancelled is an error that came of Ctrl-C.
type cancelled struct{ err error }

func (c cancelled) Error() string { return c.err.Error() }
func (c cancelled) Unwrap() error { return c.err }

// usage is a complaint about flags and arguments.
type usage struct {
	c   *cobra.Command
	err error
}

func (u usage) Error() string { return u.err.Error() }

func unknownCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	why := fmt.Sprintf("no command %q", args[0])
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		why += "; did you mean " + strings.Join(near, ", ") + "?"
	}
	return usage{c, errors.New(why)}
}

// report prints an error as one line and a hint, and gives the exit code.
func (a *app) report(err error) int {
	if err == nil {
		return exitDone
	}
	if failed, ok := errors.AsType[*person.SignInError](err); ok {
		_, _ = a.Err.Write(failed.Said)
	}
	if status, ok := errors.AsType[process.Status](err); ok {
		return int(status)
	}
	if late, ok := errors.AsType[*person.LateError](err); ok {
		return a.reportLate(late)
	}
	code, hint := judge(err)
	if code == exitCancelled {
		if f, ok := errors.AsType[failure](err); ok {
			a.say(f.what + ": cancelled")
		} else {
			a.result("cancelled")
		}
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
	a.say(strings.ReplaceAll(err.Error(), "\n", "; ")) // of several errors each is a line
	if hint != "" {
		a.hint(hint)
	}
	return code
}

// reportLate says that it is too late. Where the question was on the terminal, the
// terminal says so already, in the question's place.
func (a *app) reportLate(late *person.LateError) int {
	signal.Ignore(syscall.SIGPIPE)                                                     // whoever reads us may be gone
	if f, ok := a.Err.(*os.File); !ok || !late.Said || !term.IsTerminal(int(f.Fd())) { //nolint:gosec // a file descriptor is small
		a.say(late.Error())
	}
	return exitPerson
}

// judge gives the exit code of an error, and what to do about it.
func judge(err error) (code int, hint string) {
	var (
		u          usage
		noProfile  *awsconfig.NoProfileError
		noShell    *shell.UnknownError
		codes      *session.CodesError
		wait       *session.WaitError
		api        *session.APIError
		step       *session.StepError
		plain      *awsconfig.PlainKeysError
		syntax     *awsconfig.SyntaxError
		pending    *keys.PendingError
		timeout    *signin.TimeoutError
		refused    *signin.RefusedError
		shared     *session.Failure
		interrupts cancelled
		of         aboutError
	)
	name := "" // of the profile that the command was about, to be put after a hint
	if errors.As(err, &of) {
		name = " " + shell.Word(of.profile)
	}
	nameOfStep := func() string {
		if name == "" && errors.As(err, &step) && step.Link.Profile != "" {
			return " " + shell.Word(step.Link.Profile)
		}
		return name
	}
	switch {
	case errors.Is(err, person.ErrPageOpen):
		return exitPerson, "finish it, and run this again"
	case errors.As(err, new(*keys.KeptError)), errors.As(err, new(*adoption.NoStoreError)):
		return exitFailed, keysHint(err)
	case errors.As(err, &u):
		return exitUsage, u.c.CommandPath() + " --help"
	case errors.Is(err, session.ErrCancelled), errors.Is(err, ask.ErrCancelled), errors.As(err, &interrupts), errors.As(err, new(*person.StoppedError)):
		return exitCancelled, ""
	case errors.Is(err, session.ErrNoPerson), errors.Is(err, ask.ErrNoTerminal), errors.As(err, &wait):
		return exitPerson, "guise login" + name + "   # in a terminal"
	case errors.As(err, &noProfile):
		if len(noProfile.Nearest) > 0 {
			return exitUsage, "did you mean " + strings.Join(noProfile.Nearest, ", ") + "?"
		}
		return exitUsage, "guise list"
	case errors.As(err, &noShell):
		return exitUsage, "guise init " + strings.Join(noShell.Known, "|")
	case errors.As(err, &codes):
		return exitFailed, "guise login" + name + "   # with the right device; its clock must be right"
	case errors.As(err, &api) && api.Reason == session.Denied:
		return exitFailed, "guise explain" + name
	case errors.As(err, &api) && api.Reason == session.BadSource && errors.As(err, &step) && step.Link.Kind == session.SSOToken:
		return exitFailed, "guise login --force" + name
	case errors.As(err, &timeout):
		return exitPerson, "guise login" + name
	case errors.As(err, &refused), errors.As(err, &shared) && shared.Kind == session.FailedOther:
		return exitFailed, "guise login" + name
	case errors.As(err, &api) && api.Reason == session.BadSource:
		return exitFailed, "guise explain" + nameOfStep()
	case errors.As(err, &api) && api.Reason == session.Unreachable:
		return exitFailed, "check the network, HTTPS_PROXY and AWS_ENDPOINT_URL"
	case errors.As(err, &plain):
		return exitFailed, "guise keys import " + shell.Word(plain.Profile)
	case errors.As(err, &pending):
		return exitFailed, "guise doctor --fix   # when " + pending.Place.String() + " answers"
	case errors.Is(err, keys.ErrUnavailable):
		return exitFailed, "guise doctor"
	case errors.As(err, &syntax):
		return exitFailed, shell.Edit(syntax.File, syntax.Line)
	}
	return exitFailed, keysHint(err)
}
