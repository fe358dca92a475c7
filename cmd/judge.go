package cmd

import (
	"errors"
	"slices"
	"strings"

	"guise/internal/adoption"
	"guise/internal/ask"
	"guise/internal/awsconfig"
	"guise/internal/guard"
	"guise/internal/keys"
	"guise/internal/naming"
	"guise/internal/person"
	"guise/internal/profiles"
	"guise/internal/settings"
	"guise/internal/signin"
	"guise/session"
	"guise/shell"
)

// A rule says what an error means to whoever has run the command.
type rule struct {
	code int
	is   func(err error) bool
	hint func(err error) string // what to do about it
}

// judge returns the exit code of an error, and what to do about it.
func judge(err error) (code int, hint string) {
	for _, r := range rules() {
		if r.is(err) {
			return r.code, r.hint(err)
		}
	}
	return exitFailed, keysHint(err)
}

// rules are tried in their order: an error may be several things.
func rules() []rule {
	return []rule{
		{exitPerson, is(person.ErrPageOpen), withProfile("guise login", "   # when you have finished the page")},
		{exitPerson, is(signin.ErrNoScreen), withProfile("guise explain", "   # guise_saml_command in the profile takes an assertion from a command")},
		{exitFailed, either(as[*keys.KeptError], as[*adoption.NoStoreError]), keysHint},
		{exitUsage, is(person.ErrNoCode), withProfile("guise login", "   # in a terminal")},
		{exitFailed, as[*person.GivenError], withProfile("guise login", " --mfa-code -   # with the next code")},
		{exitUsage, as[usage], of(func(u usage) string { return u.c.CommandPath() + " --help" })},
		{exitCancelled, either(is(session.ErrCancelled, ask.ErrCancelled), as[cancelled], as[*person.StoppedError]), run("")},
		{exitPerson, either(is(session.ErrNoPerson, ask.ErrNoTerminal), as[*session.WaitError]), withProfile("guise login", "   # in a terminal")},
		{exitUsage, either(as[*awsconfig.NoProfileError], as[*naming.SeveralError]), retyped},
		{exitUsage, as[*naming.Misuse], of(func(e *naming.Misuse) string { return e.Hint })},
		{exitUsage, as[*profiles.SharedAliasError], of(func(e *profiles.SharedAliasError) string { return "guise explain " + shell.Word(e.Profiles[0]) })},
		{exitUsage, as[*ask.NoMatchError], of(func(e *ask.NoMatchError) string {
			return map[string]string{"profile": "guise list", "region": "guise region"}[e.What]
		})},
		{exitFailed, as[*settings.UnsureError], of(func(e *settings.UnsureError) string {
			if e.Setting.Path == "" {
				return ""
			}
			return shell.Edit(e.Setting.Path, e.Setting.Line)
		})},
		{exitFailed, as[*guard.ProblemError], of(func(e *guard.ProblemError) string { return shell.Edit(e.File, e.Line) })},
		{exitUsage, as[*keys.NotMovableError], run("guise keys list")},
		{exitUsage, as[*shell.UnknownError], run("guise init --help")},
		{exitFailed, as[*session.CodesError], withProfile("guise login", "   # with the right device; its clock must be right")},
		{exitFailed, because(session.Denied), func(err error) string { return "guise explain" + profileIn(err, false) + refusal(err) }},
		{exitFailed, refusedToken, withProfile("guise login --force", "")},
		{exitPerson, as[*signin.TimeoutError], withProfile("guise login", "")},
		{exitFailed, either(as[*signin.RefusedError], otherFailure), withProfile("guise login", "")},
		{exitFailed, because(session.BadSource), func(err error) string { return "guise explain" + profileIn(err, true) }},
		{exitFailed, because(session.Unreachable), run("guise doctor   # look at the network, HTTPS_PROXY and AWS_ENDPOINT_URL")},
		{exitFailed, as[*awsconfig.PlainKeysError], of(func(e *awsconfig.PlainKeysError) string { return "guise keys import " + shell.Word(e.Profile) })},
		{exitFailed, as[*keys.PendingError], of(func(e *keys.PendingError) string {
			return "guise doctor --fix   # when " + e.Place.String() + " answers"
		})},
		{exitFailed, is(keys.ErrUnavailable), run("guise doctor")},
		{exitFailed, as[*awsconfig.SyntaxError], of(func(e *awsconfig.SyntaxError) string { return shell.Edit(e.File, e.Line) })},
	}
}

func is(any ...error) func(error) bool {
	return func(err error) bool {
		return slices.ContainsFunc(any, func(one error) bool { return errors.Is(err, one) })
	}
}

func as[E error](err error) bool { return errors.As(err, new(E)) }

func either(any ...func(error) bool) func(error) bool {
	return func(err error) bool {
		return slices.ContainsFunc(any, func(one func(error) bool) bool { return one(err) })
	}
}

func because(reason session.Reason) func(error) bool {
	return func(err error) bool { return session.ReasonOf(err) == reason }
}

// refusedToken: the portal does not take the token of an SSO session.
func refusedToken(err error) bool {
	step, ok := errors.AsType[*session.StepError](err)
	return ok && step.Link.Kind == session.SSOToken && session.ReasonOf(err) == session.BadSource
}

// otherFailure: another process has failed, and not since the user said no.
func otherFailure(err error) bool {
	shared, ok := errors.AsType[*session.Failure](err)
	return ok && shared.Kind == session.FailedOther
}

func run(command string) func(error) string { return func(error) string { return command } }

// of makes a hint of an error that is an E.
func of[E error](hint func(E) string) func(error) string {
	return func(err error) string {
		e, _ := errors.AsType[E](err)
		return hint(e)
	}
}

func withProfile(command, note string) func(error) string {
	return func(err error) string { return command + profileIn(err, false) + note }
}

// refusal is a note on the step that AWS denies.
func refusal(err error) string {
	if step, ok := errors.AsType[*session.StepError](err); ok && step.Refusal() != "" {
		return "   # " + step.Refusal()
	}
	return ""
}

// profileIn is the profile that a command was about, or its failed step, with a space
// before it.
func profileIn(err error, orStep bool) string {
	if e, ok := errors.AsType[aboutError](err); ok {
		return " " + shell.Word(e.profile)
	}
	if step, ok := errors.AsType[*session.StepError](err); ok && orStep && step.Link.Profile != "" {
		return " " + shell.Word(step.Link.Profile)
	}
	return ""
}

// A typedError is an error of a command, and the words that it was called with.
type typedError struct {
	words []string
	error
}

func (e typedError) Unwrap() error { return e.error }

// retyped is the command as it was typed, with the nearest profile in the place of the one
// that there is not, or that fits several: a guess, which a --yes was not said of.
func retyped(err error) string {
	was, near := "", []string(nil)
	if none, ok := errors.AsType[*awsconfig.NoProfileError](err); ok {
		was, near = none.Name, none.Nearest
	} else if several, ok := errors.AsType[*naming.SeveralError](err); ok {
		was, near = several.Query, several.Fits
	}
	if len(near) == 0 {
		return "guise list"
	}
	typed, _ := errors.AsType[typedError](err)
	for from := range typed.words {
		for to := from + 1; to <= len(typed.words); to++ {
			if strings.Join(typed.words[from:to], " ") == was {
				return "guise " + shell.Words(unagreed(slices.Concat(typed.words[:from], near[:1], typed.words[to:])))
			}
		}
	}
	return "guise use " + shell.Word(near[0]) // AWS_PROFILE named it
}
