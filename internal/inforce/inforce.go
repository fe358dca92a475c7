// Package inforce gets the credentials that an SDK in this terminal would take, or of one
// profile, in the way in which SDKs do.
package inforce

import (
	"context"
	"errors"
	"io"
	"os/exec"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/awsenv"
	"guise/internal/source"
	"guise/session"
)

// A Terminal is where an SDK would run. All its fields are needed.
type Terminal struct {
	Getenv  func(string) string
	Environ func() []string
	Now     func() time.Time
	In      io.Reader // of a credential_process, and Err
	Err     io.Writer
	Served  bool // by `guise exec --serve`: the files that SDKs see here have no [default]
	Files   func() (*awsconfig.Files, error)
	Sources source.Sources
	// Endpoint replaces AWS's own address of a service; "" where nothing does.
	Endpoint func(p awsconfig.Profile, service string) string
	// Guise gets the credentials of a profile that has no credential_process of guise's.
	Guise func(ctx context.Context, profile string) (session.Credentials, error)
}

// Found are credentials.
type Found struct {
	Profile string        // "" where they are no profile's
	Place   session.Place // to call STS with them
	session.Credentials

	served bool // by a container's service
}

// Exported reports whether they are the exported keys of the terminal.
func (f Found) Exported() bool { return f.Profile == "" && f.AccessKeyID != "" && !f.served }

// ErrNone is that no profile is active, and that there is no default.
var ErrNone = errors.New("no profile is active in this terminal, and there is no default")

// A ProcessError is that the credential_process of a profile has ended with an exit code. It
// has said why.
type ProcessError struct{ Code int }

func (e *ProcessError) Error() string { return "the credential_process failed" }

// Credentials gets what an SDK takes that is told of no profile.
func (t Terminal) Credentials(ctx context.Context) (Found, error) {
	from, err := awsenv.Credentials(t.Getenv, t.Files, t.Served)
	f := Found{Place: session.Place{Endpoint: t.Endpoint(awsconfig.Profile{}, "sts")}, Credentials: from.Keys}
	switch {
	case err != nil || from.Keys.AccessKeyID != "":
		return f, err
	case from.Container != "":
		f.served = true
		f.Credentials, err = t.Sources.Get(ctx, session.Link{Kind: session.Container, URL: from.Container}, session.BaseOptions{})
		return f, err
	case from.Profile == "":
		return f, ErrNone
	}
	return t.Of(ctx, from.Profile)
}

// Of gets a profile's credentials. Its errors are in an *awsconfig.ProfileError, but for a
// *ProcessError and those of t.Guise.
func (t Terminal) Of(ctx context.Context, name string) (Found, error) {
	files, err := t.Files()
	if err != nil {
		return Found{Profile: name}, err
	}
	p, err := files.Profile(name)
	if err == nil {
		err = p.Check()
	}
	if err != nil {
		return Found{Profile: name}, &awsconfig.ProfileError{Profile: name, Err: err}
	}
	f := Found{Profile: p.Name, Place: session.Place{Region: p.Get("region"), Endpoint: t.Endpoint(p, "sts")}}
	if !p.Managed() || len(p.Visible()) > 0 {
		f.Credentials, err = t.Guise(ctx, p.Name)
		return f, err
	}
	f.Credentials, err = source.RunProcess(ctx, p.Command(), t.Environ(), t.In, t.Err, t.Now())
	if status, ok := errors.AsType[*exec.ExitError](err); ok && status.ExitCode() > 0 {
		return f, &ProcessError{status.ExitCode()}
	} else if err != nil {
		return f, &awsconfig.ProfileError{Profile: p.Name, Err: err}
	}
	return f, nil
}
