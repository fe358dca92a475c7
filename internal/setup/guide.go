package setup

import (
	"context"
	"errors"
	"slices"

	"guise/internal/adoption"
	"guise/internal/ask"
	"guise/internal/awsconfig"
	"guise/internal/ssosession"
	"guise/shell"
)

// A Guide leads through the first run, a step at a time. What it has done stays where the
// user cancels. All fields are needed.
type Guide struct {
	Place
	Yes    bool // nothing is asked
	DryRun bool // nothing is changed
	Say    func(line string)
	// Carry shows a change and, unless nothing is to be asked or changed, asks whether to
	// make it, makes it and says what it has done. Its error is ask.Declined where the user
	// said no.
	Carry    func(ctx context.Context, c *adoption.Change) error
	Terminal func() (*ask.Terminal, error)
	Files    func() (*awsconfig.Files, error) // the AWS files
	Adopt    func(ctx context.Context) error  // has guise manage the profiles: see Carry
	// AddSSO makes an SSO session of a start URL. Sync signs in to it, or to the one there
	// is, and makes its profiles.
	AddSSO func(ctx context.Context, startURL string) (session string, err error)
	Sync   func(ctx context.Context, session ...string) error
	// AddKey asks for an access key, and makes a profile of a name that CheckName takes.
	AddKey    func(ctx context.Context, profile string) error
	CheckName func(profile string) error
	KeptIn    func(vault string) string // says where access keys are kept
	Vault     string                    // its path
}

// ErrNoTerminal: nobody can be asked how to sign in.
var ErrNoTerminal = errors.New("there are no profiles yet, and no terminal to ask you on how you sign in")

// use is what to type where all is set up.
const use = "guise use"

// Run sets up what is not set up yet, and gives what to type next; nothing after a dry run.
// A start file that could not be written, a *[FileError], is told after all else is done.
// Its other errors are those of the steps, and ErrNoTerminal.
func (g Guide) Run(ctx context.Context, d shell.Dialect) (next []string, err error) {
	first, err := g.load(ctx, d)
	if err != nil && !errors.As(err, new(*FileError)) {
		return nil, err
	}
	g.Say(g.KeptIn(g.short(g.Vault)))
	more, failed := g.profiles(ctx)
	if errors.Is(failed, ask.ErrCancelled) {
		g.Say("what is done stays; to go on, run `guise setup` again")
	}
	if failed != nil || g.DryRun {
		return nil, errors.Join(failed, err)
	}
	for _, one := range []string{more, first} {
		if one != "" && (more == "" || one != use) { // without a profile there is nothing to use
			next = append(next, one)
		}
	}
	return next, err
}

// load has the shell load the hook.
func (g Guide) load(ctx context.Context, d shell.Dialect) (next string, err error) {
	c, err := g.Load(d)
	if err != nil {
		return "", err
	}
	if c.nothingToDo() && !g.DryRun {
		return g.next(d), g.quietly(c)
	}
	err = g.Carry(ctx, c.Planned())
	if errors.As(err, new(ask.Declined)) {
		return g.Hint(d), nil
	}
	if err != nil {
		return "", err
	}
	return g.restart(d), nil
}

// next is what to type where the start files load the hook: this terminal may be older than
// what they say. A hook tells guise of which shell it is.
func (g Guide) next(d shell.Dialect) string {
	if g.Getenv("GUISE_SHELL") != "" {
		return use
	}
	return g.restart(d)
}

// quietly makes a change that is none of start files: the saved hook may be another guise's.
func (g Guide) quietly(c *Change) error {
	g.Say(c.Nothing)
	_, err := c.Apply()
	return err
}

// profiles has guise manage the user's profiles, or makes the first ones. next is what is
// left to do for that.
func (g Guide) profiles(ctx context.Context) (next string, err error) {
	f, err := g.Files()
	switch {
	case err != nil:
	case len(f.Names()) > 0:
		if err = g.Adopt(ctx); errors.As(err, new(ask.Declined)) {
			err = nil
		}
	case g.Yes || g.DryRun:
		g.Say("there are no profiles yet")
		next = "guise setup   # at a terminal, it asks how you sign in"
	case len(f.SSOSessions()) > 0:
		err = g.Sync(ctx)
	default:
		next, err = g.signIn(ctx)
	}
	return next, err
}

// signIn makes the first profiles. next is what is left to do for that.
func (g Guide) signIn(ctx context.Context) (next string, err error) {
	t, err := g.Terminal()
	if err != nil {
		return "", ErrNoTerminal
	}
	defer func() { _ = t.Close() }()
	g.Say("there are no profiles yet")
	way, err := t.Select(ctx, "how do you sign in to AWS?", []string{"with SSO (IAM Identity Center)", "with an access key of an IAM user", "not now"})
	switch {
	case err != nil:
		return "", err
	case way == 2:
		return "guise setup   # when you want to sign in", nil
	case way == 1:
		name, err := t.Line(ctx, "name of the profile", g.CheckName)
		if err != nil {
			return "", err
		}
		return "", g.AddKey(ctx, name)
	}
	session, err := g.addSSO(ctx, t)
	if err != nil {
		return "", err
	}
	return "", g.Sync(ctx, session)
}

// addSSO asks for a start URL until it leads to a portal.
func (g Guide) addSSO(ctx context.Context, t *ask.Terminal) (session string, err error) {
	for {
		url, err := t.Line(ctx, "start URL of your access portal", ssosession.CheckURL)
		if err != nil {
			return "", err
		}
		session, err = g.AddSSO(ctx, url)
		nowhere, retyped := errors.AsType[*ssosession.PortalError](err)
		if !retyped {
			return session, err
		}
		g.Say("guise: " + url + ": " + nowhere.Error())
	}
}

// Undo takes guise's lines out of the start files of shells, and gives what else to type,
// to undo the rest. named is one shell, or empty for all. Its errors are those of
// [Place.Unload], of Carry and, for a shell that guise does not know, *shell.UnknownError.
func (g Guide) Undo(ctx context.Context, named string) (more []string, err error) {
	var all []shell.Dialect
	for _, name := range shell.Programs() {
		if d, err := shell.Named(name); err == nil && (named == "" || named == name) {
			all = append(all, d)
		}
	}
	if len(all) == 0 {
		_, err := shell.Named(named)
		return nil, err
	}
	c, err := g.Unload(all)
	switch {
	case err != nil:
	case c.nothingToDo() && !g.DryRun:
		err = g.quietly(c)
	default:
		err = g.Carry(ctx, c.Planned())
	}
	if err != nil || g.DryRun {
		return nil, err
	}
	if f, err := g.Files(); err == nil && slices.ContainsFunc(f.Profiles(), awsconfig.Profile.Managed) {
		more = append(more, "guise release --all   # gives your profiles and access keys back as they were")
	}
	return append(more, "guise logout --all   # ends all sessions"), nil
}
