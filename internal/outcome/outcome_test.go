package outcome

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"guise/internal/ask"
	"guise/internal/awsconfig"
	"guise/internal/keys"
	"guise/internal/noaccess"
	"guise/internal/person"
	"guise/internal/setup"
	"guise/internal/signin"
	"guise/session"
	"guise/shell"
)

// TestOf: each error has its ending, and the command to go on with.
func TestOf(t *testing.T) {
	refused := func(reason session.Reason) error {
		return &session.APIError{Op: "AssumeRole", Code: "X", Reason: reason}
	}
	at := func(kind session.Kind, profile string, err error) error {
		return &session.StepError{Link: session.Link{Kind: kind, Profile: profile}, Err: err}
	}
	noAccess := func(e noaccess.Denied) error {
		if e.Err == nil {
			e.Err = at(session.SSORole, "base", refused(session.Denied))
		}
		return &e
	}
	about := func(profile string, err error) error { return About{Profile: profile, Err: err} }
	for _, c := range []struct {
		err    error
		ending Ending
		hint   string
	}{
		{errors.New("anything"), Failed, ""},
		{Usage{"guise", errors.New("x")}, Misused, "guise --help"},
		{session.ErrCancelled, Cancelled, ""},
		{ask.ErrCancelled, Cancelled, ""},
		{Interrupted{errors.New("x")}, Cancelled, ""},
		{&person.StoppedError{}, Cancelled, ""},
		{session.ErrNoPerson, Needed, "guise login   # in a terminal"},
		{about("prod", session.ErrNoPerson), Needed, "guise login prod   # in a terminal"},
		{about("--help", session.ErrNoPerson), Needed, "guise login -- --help   # in a terminal"},
		{about("-n", &person.GivenError{}), Failed, "guise login --mfa-code - -- -n   # with the next code"},
		{about("my prod", fmt.Errorf("my prod: %w", ask.ErrNoTerminal)), Needed, "guise login 'my prod'   # in a terminal"},
		{about("prod", &person.UnconfirmedError{Err: ask.ErrNoTerminal}), Needed, "guise use --yes prod"},
		{Typed{[]string{"exec", "prod", "--yes", "--", "apply", "--yes"}, nil, &person.UnconfirmedError{ByName: true, Err: ask.ErrNoTerminal}}, Needed, "guise exec prod -- apply --yes   # in a terminal"},
		{Typed{[]string{"exec", "prod", "apply", "--yes"}, nil, &person.UnconfirmedError{ByName: true, Err: ask.ErrNoTerminal}}, Needed, "guise exec prod apply --yes   # in a terminal"},
		{Typed{[]string{"use", "--yes", "prod"}, nil, &person.UnconfirmedError{ByName: true, Err: ask.ErrNoTerminal}}, Needed, "guise use prod   # in a terminal"},
		{Typed{[]string{"--no-color", "exec", "prod", "--", "ls", "a b"}, nil, &person.UnconfirmedError{Err: ask.ErrNoTerminal}}, Needed, "guise --no-color exec --yes prod -- ls 'a b'"},
		{Typed{[]string{"use", "--mfa-code", "123456", "-"}, nil, &person.UnconfirmedError{Err: ask.ErrNoTerminal}}, Needed, "guise use --yes -"},
		{Typed{[]string{"export", "--mfa-code=123456", "prod"}, nil, &person.UnconfirmedError{ByName: true, Err: ask.ErrNoTerminal}}, Needed, "guise export prod   # in a terminal"},
		{&session.WaitError{}, Needed, "guise login   # in a terminal"},
		{AtHand{"prod", time.Hour, session.ErrNoPerson}, Needed, "guise login --force prod   # in a terminal; the session at hand has 1h left"},
		{AtHand{"prod", time.Hour, &signin.RefusedError{}}, Failed, "guise login --force prod   # in a terminal; the session at hand has 1h left"},
		{AtHand{"prod", time.Hour, session.ErrCancelled}, Cancelled, ""},
		{AtHand{"prod", 0, about("prod", session.ErrNoPerson)}, Needed, "guise login prod   # in a terminal"},
		{person.ErrPageOpen, Needed, "guise login   # when you have finished the page"},
		{signin.ErrNoScreen, Needed, "guise explain   # guise_saml_command = COMMAND in the profile: a command that signs in and prints the SAML assertion, without a browser"},
		{&awsconfig.NoProfileError{Name: "prd", Nearest: []string{"prod"}}, Misused, "guise use prod"},
		{&awsconfig.NoProfileError{Name: "prd"}, Misused, "guise list"},
		{&awsconfig.NoProfileError{Name: "a b@read-only", ReadOnlyOf: "a b"}, Misused, "guise use --read-only 'a b'"},
		{Typed{[]string{"use", "-r", "x", "a", "b@read-only"}, nil, &awsconfig.NoProfileError{Name: "a b@read-only", ReadOnlyOf: "a b"}}, Misused, "guise use -r x 'a b' --read-only"},
		{Typed{[]string{"exec", "--serve", "-x@read-only", "--", "ls"}, nil, &awsconfig.NoProfileError{Name: "-x@read-only", ReadOnlyOf: "-x"}}, Misused, "guise use --read-only -- -x"},
		{Typed{[]string{"login", "prd", "--force"}, nil, &awsconfig.NoProfileError{Name: "prd", Nearest: []string{"-prod"}}}, Misused, "guise login --force -- -prod"},
		{Typed{[]string{"login", "--", "prd", "x"}, nil, &awsconfig.NoProfileError{Name: "prd", Nearest: []string{"-prod"}}}, Misused, "guise login -- -prod x"},
		{Typed{[]string{"release", "prd", "--yes"}, nil, &awsconfig.NoProfileError{Name: "prd", Nearest: []string{"prod"}}}, Misused, "guise release prod"},
		{Typed{[]string{"exec", "prd", "--", "ls"}, nil, &awsconfig.NoProfileError{Name: "prd", Nearest: []string{"-prod"}}}, Misused, "guise use -- -prod"},
		{&shell.UnknownError{Name: "dos", Known: []string{"zsh", "bash"}}, Misused, "guise init --help"},
		{about("prod", &session.CodesError{}), Failed, "guise login prod   # with the right device; its clock must be right"},
		{about("prod", refused(session.Denied)), Failed, "guise explain prod"},
		{about("prod", noAccess(noaccess.Denied{Unseen: true, Session: "corp"})), Failed, "guise login --force prod   # signs out first: a role that was granted since you signed in is seen only then"},
		{about("prod", noAccess(noaccess.Denied{Unseen: true, URL: "https://ask.example"})), Failed, "guise login --force prod   # if it was granted since you signed in; else ask for access: https://ask.example"},
		{about("prod", noAccess(noaccess.Denied{URL: "https://ask.example", Command: []string{"ask"}})), Failed, "ask for access: https://ask.example"},
		{about("prod", noAccess(noaccess.Denied{Command: []string{"ask", "a b"}})), Failed, "ask 'a b'   # asks for access"},
		{about("prod", noAccess(noaccess.Denied{Command: []string{"ask", "a b"}, Asked: true})), Failed, "guise login --force prod   # when access is granted"},
		{about("prod", noAccess(noaccess.Denied{Session: "corp"})), Failed, "guise sso list   # who you are signed in as; ask your administrator for the role"},
		{about("prod", noAccess(noaccess.Denied{Err: at(session.SAML, "prod", refused(session.Denied))})), Failed, "guise explain prod   # check that the trust policy of the role allows this identity provider"},
		{about("prod", at(session.SSOToken, "prod", refused(session.BadSource))), Failed, "guise login --force prod"},
		{at(session.Keys, "alice", refused(session.BadSource)), Failed, "guise explain alice"},
		{about("prod", at(session.Keys, "alice", refused(session.BadSource))), Failed, "guise explain prod"},
		{refused(session.Unreachable), Failed, "guise doctor   # look at the network, HTTPS_PROXY and AWS_ENDPOINT_URL"},
		{refused(session.Throttled), Failed, ""},
		{about("prod", &signin.TimeoutError{}), Needed, "guise login prod"},
		{about("prod", &signin.RefusedError{}), Failed, "guise login prod"},
		{&session.Failure{Kind: session.FailedOther}, Failed, "guise login"},
		{&awsconfig.PlainKeysError{Profile: "alice"}, Failed, "guise keys import alice"},
		{&keys.PendingError{Place: keys.InKeyring}, Failed, "guise doctor --fix   # when " + keys.InKeyring.String() + " answers"},
		{keys.ErrUnavailable, Failed, "guise doctor"},
		{&awsconfig.SyntaxError{File: "/etc/x y", Line: 3}, Failed, "${EDITOR:-vi} +3 '/etc/x y'"},
		{&keys.KeptError{Profile: "alice"}, Failed, "guise keys remove alice   # if the stored one is to go"},
		{&keys.KeptError{}, Failed, "guise keys list"},
		{&keys.EndpointError{}, Failed, "guise keys list"},
		{setup.ErrNoTerminal, Needed, "guise setup   # in a terminal; --yes leaves the sign-in out"},
		{&setup.FileError{Line: "guise init x | source"}, Failed, "guise init x | source   # put this line there yourself"},
		{ask.Declined{}, Cancelled, ""},
		{&ask.NoMatchError{What: "region"}, Misused, "guise region"},
		{&keys.UnseenError{ID: "AKIA"}, Failed, "guise keys remove AKIA   # if nobody uses it any more"},
		{&keys.SharedKeyError{Profile: "bob", Plain: true}, Failed, "guise keys import bob"},
	} {
		for _, err := range []error{c.err, fmt.Errorf("prod: %w", c.err)} {
			if ending, hint := Of(err); ending != c.ending || hint != c.hint {
				t.Errorf("%T (%v): %d %q, want %d %q", c.err, err, ending, hint, c.ending, c.hint)
			}
		}
	}
}
