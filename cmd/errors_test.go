package cmd

import (
	"errors"
	"fmt"
	"testing"

	"github.com/spf13/cobra"

	"guise/internal/ask"
	"guise/internal/awsconfig"
	"guise/internal/keys"
	"guise/internal/person"
	"guise/internal/signin"
	"guise/session"
	"guise/shell"
)

// TestJudge: each error has its exit code, and the command to go on with.
func TestJudge(t *testing.T) {
	refused := func(reason session.Reason) error {
		return &session.APIError{Op: "AssumeRole", Code: "X", Reason: reason}
	}
	at := func(kind session.Kind, profile string, err error) error {
		return &session.StepError{Link: session.Link{Kind: kind, Profile: profile}, Err: err}
	}
	for _, c := range []struct {
		err  error
		code int
		hint string
	}{
		{errors.New("anything"), exitFailed, ""},
		{usage{&cobra.Command{Use: "guise"}, errors.New("x")}, exitUsage, "guise --help"},
		{session.ErrCancelled, exitCancelled, ""},
		{ask.ErrCancelled, exitCancelled, ""},
		{cancelled{errors.New("x")}, exitCancelled, ""},
		{&person.StoppedError{}, exitCancelled, ""},
		{session.ErrNoPerson, exitPerson, "guise login   # in a terminal"},
		{about("prod", session.ErrNoPerson), exitPerson, "guise login prod   # in a terminal"},
		{about("my prod", fail("my prod", ask.ErrNoTerminal)), exitPerson, "guise login 'my prod'   # in a terminal"},
		{&session.WaitError{}, exitPerson, "guise login   # in a terminal"},
		{person.ErrPageOpen, exitPerson, "guise login   # when you have finished the page"},
		{signin.ErrNoScreen, exitPerson, "guise explain   # guise_saml_command in the profile takes an assertion from a command"},
		{&awsconfig.NoProfileError{Name: "prd", Nearest: []string{"prod"}}, exitUsage, "guise use prod"},
		{&awsconfig.NoProfileError{Name: "prd"}, exitUsage, "guise list"},
		{&shell.UnknownError{Name: "dos", Known: []string{"zsh", "bash"}}, exitUsage, "guise init --help"},
		{about("prod", &session.CodesError{}), exitFailed, "guise login prod   # with the right device; its clock must be right"},
		{about("prod", refused(session.Denied)), exitFailed, "guise explain prod"},
		{about("prod", at(session.SSOToken, "prod", refused(session.BadSource))), exitFailed, "guise login --force prod"},
		{at(session.Keys, "alice", refused(session.BadSource)), exitFailed, "guise explain alice"},
		{about("prod", at(session.Keys, "alice", refused(session.BadSource))), exitFailed, "guise explain prod"},
		{refused(session.Unreachable), exitFailed, "guise doctor   # look at the network, HTTPS_PROXY and AWS_ENDPOINT_URL"},
		{refused(session.Throttled), exitFailed, ""},
		{about("prod", &signin.TimeoutError{}), exitPerson, "guise login prod"},
		{about("prod", &signin.RefusedError{}), exitFailed, "guise login prod"},
		{&session.Failure{Kind: session.FailedOther}, exitFailed, "guise login"},
		{&awsconfig.PlainKeysError{Profile: "alice"}, exitFailed, "guise keys import alice"},
		{&keys.PendingError{Place: keys.InKeyring}, exitFailed, "guise doctor --fix   # when " + keys.InKeyring.String() + " answers"},
		{keys.ErrUnavailable, exitFailed, "guise doctor"},
		{&awsconfig.SyntaxError{File: "/etc/x y", Line: 3}, exitFailed, "${EDITOR:-vi} +3 '/etc/x y'"},
		{&keys.KeptError{Profile: "alice"}, exitFailed, "guise keys remove alice   # if the stored one is to go"},
		{&keys.KeptError{}, exitFailed, "guise keys list"},
		{&keys.EndpointError{}, exitFailed, "guise keys list"},
		{&ask.NoMatchError{What: "region"}, exitUsage, "guise region"},
		{&keys.UnseenError{ID: "AKIA"}, exitFailed, "guise keys remove AKIA   # if nobody uses it any more"},
		{&keys.SharedKeyError{Profile: "bob", Plain: true}, exitFailed, "guise keys import bob"},
	} {
		for _, err := range []error{c.err, fmt.Errorf("prod: %w", c.err), fail("x", c.err)} {
			if code, hint := judge(err); code != c.code || hint != c.hint {
				t.Errorf("%T (%v): %d %q, want %d %q", c.err, err, code, hint, c.code, c.hint)
			}
		}
	}
}
