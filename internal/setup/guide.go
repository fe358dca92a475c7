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
	KeptIn    string // where access keys are kept, in words
}

// ErrNoTerminal: nobody can be asked how to sign in.
var ErrNoTerminal = errors.New("there are no profiles yet, and no terminal to ask you on how you sign in")

// Run sets up what is not set up yet, and gives what to type next; nothing after a dry run.
// A start file that could not be written, a *[FileError], is told after all else is done.
// Its other errors are those of the steps, and ErrNoTerminal.
func (g Guide) Run(ctx context.Context, d shell.Dialect) (next []string, err error) {
	first, err := g.load(ctx, d)
	if err != nil && !errors.As(err, new(*FileError)) {
		return nil, err
	}
	g.Say("access keys are kept in " + g.short(g.KeptIn))
	more, failed := g.profiles(ctx)
	if failed != nil || g.DryRun {
		return nil, errors.Join(failed, err)
	}
	for _, one := range []string{more, first} {
		if one != "" {
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
		return "guise use", g.quietly(c)
	}
	err = g.Carry(ctx, c.Planned())
	if errors.As(err, new(ask.Declined)) {
		start := d.Startup(g.Getenv)
		return start.Line + "   # and put it into " + start.File(), nil
	}
	if err != nil {
		return "", err
	}
	return "exec " + d.Program() + "   # or open a new terminal; then: guise use", nil
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
		next = "guise sso add https://…   # with SSO, or guise keys add NAME"
	case len(f.SSOSessions()) > 0:
		err = g.Sync(ctx)
	default:
		err = g.signIn(ctx)
	}
	return next, err
}

// signIn makes the first profiles.
func (g Guide) signIn(ctx context.Context) error {
	t, err := g.Terminal()
	if err != nil {
		return ErrNoTerminal
	}
	defer func() { _ = t.Close() }()
	g.Say("there are no profiles yet")
	way, err := t.Select(ctx, "how do you sign in to AWS?", []string{"with SSO (IAM Identity Center)", "with an access key of an IAM user", "not now"})
	switch {
	case err != nil || way == 2:
		return err
	case way == 1:
		name, err := t.Line(ctx, "name of the profile", g.CheckName)
		if err != nil {
			return err
		}
		return g.AddKey(ctx, name)
	}
	url, err := t.Line(ctx, "start URL of your access portal", ssosession.CheckURL)
	if err != nil {
		return err
	}
	session, err := g.AddSSO(ctx, url)
	if err != nil {
		return err
	}
	return g.Sync(ctx, session)
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
