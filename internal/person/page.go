package person

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"net/url"

	"guise/internal/ask"
	"guise/internal/awsconfig"
	"guise/internal/browser"
	"guise/internal/display"
	"guise/internal/files"
	"guise/internal/secret"
	"guise/internal/signin"
	"guise/session"
)

// Reachable is nil where a page can be shown to the user: they are at the terminal of
// this process. Nobody else is sent to a page, and what runs unattended opens none. Its
// errors are those that [missedAt] tells apart.
func (p *Person) Reachable() error {
	if p.o.Mode == Relay {
		return nil
	}
	terminal, err := p.o.Terminal()
	if err != nil {
		return &absentError{nowhere}
	}
	switch {
	case p.background():
		return errors.Join(terminal.Close(), &absentError{atTerminal})
	case p.nobody:
		return errors.Join(terminal.Close(), &absentError{nowhere})
	}
	return terminal.Close()
}

// CanOpen reports whether a page can be opened for the user. Where the browser that they
// have set cannot be, it says why.
func (p *Person) CanOpen(in signin.Browser) bool {
	err := p.Browser(in).CanOpen()
	p.sayWhy(err)
	return err == nil
}

// sayWhy says why no page can be opened, unless there is nothing that could be expected to.
func (p *Person) sayWhy(err error) {
	if err != nil && !errors.Is(err, browser.ErrNoBrowser) {
		p.Say(err.Error())
	}
}

// Browser is the user's: the one of a sign-in, or the setting.
func (p *Person) Browser(in signin.Browser) browser.Browser {
	b := browser.Browser{
		Getenv: p.o.Getenv, Environ: p.o.Environ, Folder: p.runtimeDir, Say: p.Say,
		Command: cmp.Or(in.Command, p.o.Settings.Browser), Profile: in.Profile,
	}
	if in.Command != "" { // a sign-in's own; the setting's containers are for the console
		b.Place = in.Place
	}
	return b
}

// ConsoleBrowser is where the console is opened as a profile, whose credentials start from
// base: in the browser that is asked for, in the profile's own, in that of the setting
// console_browser, in the one that base signs in with, in the user's.
func (p *Person) ConsoleBrowser(asked string, profile awsconfig.Profile, base session.Link) browser.Browser {
	return p.Browser(signin.Browser{
		Command: cmp.Or(asked, profile.Own("browser"), p.o.Settings.ConsoleBrowser, base.Browser, p.o.Settings.Browser),
		Profile: profile.Name, Place: profile.Name,
	})
}

// runtimeDir makes the folder for what lives as long as the login.
func (p *Person) runtimeDir() (string, error) { return files.MakeFirst(p.o.Runtime) }

// Visit opens a page and says so on the terminal, where Esc gives it up.
func (p *Person) Visit(ctx context.Context, v signin.Visit, wait func(context.Context) error) error {
	if p.o.Mode == Relay {
		return p.relay(ctx, v, wait)
	}
	terminal, err := p.o.Terminal()
	if err != nil {
		return session.ErrNoPerson
	}
	defer func() { _ = terminal.Close() }()
	switch err = attend(ctx, terminal, v, func(ctx context.Context) error {
		if p.o.Device && !v.Elsewhere {
			terminal.Say("--device is for SSO and aws login; this sign-in needs a browser on this machine")
		}
		opened, closePage := p.openPage(v)
		defer closePage()
		show(terminal, v, opened)
		return wait(ctx)
	}); {
	case err == nil:
		p.answered.Store(true)
	case isStopped(ctx, err):
		return &StoppedError{}
	case errors.Is(err, ask.ErrNoTerminal):
		return session.ErrNoPerson
	case errors.Is(err, ask.ErrCancelled), errors.Is(err, context.Canceled):
		return session.ErrCancelled
	}
	return err
}

// attend waits on a terminal for the end of a visit, which may be pasted there.
func attend(ctx context.Context, terminal *ask.Terminal, v signin.Visit, wait func(context.Context) error) error {
	if v.Paste == nil {
		return terminal.Wait(ctx, wait)
	}
	return terminal.WaitOrPaste(ctx, v.Paste, wait)
}

// openPage opens a visit's page in the browser. The address holds the sign-in's
// state, or a code: whoever had it could sign in in the user's place.
func (p *Person) openPage(v signin.Visit) (opened bool, closePage func()) {
	if v.URL == "" || v.Elsewhere {
		return false, func() {}
	}
	page, err := p.Browser(v.In).Open(secret.New(v.URL))
	if err != nil {
		p.sayWhy(err)
		return false, func() {}
	}
	return true, page.Close
}

// show says on the terminal what the user is to do.
func show(terminal *ask.Terminal, v signin.Visit, opened bool) {
	terminal.Say("guise: " + v.For + " needs you to sign in to " + v.To)
	say := func(how string, then ...string) {
		terminal.Say(how)
		terminal.Say(v.URL)
		for _, line := range then {
			terminal.Say(line)
		}
	}
	const forwarded = "on another machine, forward a port to this one, as with"
	const unreached = "it ends at a page that cannot be reached"
	switch {
	case v.Code != "":
		say("open this page on any device:", "and check that it shows the code: "+v.Code)
		terminal.Picture(v.URL)
	case v.Elsewhere && v.Ends == "":
		say("open this page in any browser:", "and paste here the code that it shows at the end")
	case v.Elsewhere:
		say("open this page in any browser:", unreached+": paste the address of that page here")
	case opened:
		say("your browser opens this page; if it does not, open it yourself:", "if "+unreached+", paste the address of that page here")
	case v.URL != "":
		say("no browser could be started; open this page yourself:", forwarded, forward(v.Ends), "if "+unreached+", paste the address of that page here")
	default:
		terminal.Say("guise opens a browser window of its own")
	}
	terminal.Say("(Esc gives up)")
}

// forward is the command by which a browser on another machine gets to the page at which it
// ends; HOST is this machine, as that one calls it.
func forward(ends string) string {
	u, err := url.Parse(ends)
	if err != nil {
		return ""
	}
	return "  ssh -L " + u.Port() + ":127.0.0.1:" + u.Port() + " HOST"
}

// Choose lets the user pick one of several.
func (p *Person) Choose(ctx context.Context, question string, options []string) (int, error) {
	ctx, cancel := p.patient(ctx, p.o.Settings.WaitForPerson)
	defer cancel()
	rows := make([]ask.Row, len(options))
	for i, option := range options {
		rows[i] = ask.Row{Key: hex.EncodeToString([]byte{byte(i >> 8), byte(i)}), Cells: []string{option}}
	}
	style := p.o.Settings.Picker
	if p.background() { // fzf does not notice that its caller is gone
		style = "list"
	}
	if p.nobody {
		return 0, session.ErrNoPerson
	}
	c, err := ask.Pick(ctx, ask.Picker{Columns: make([]display.Column, 1), Rows: rows, Prompt: question + "> ", Style: style, Plain: p.o.Plain, Getenv: p.o.Getenv})
	switch {
	case errors.Is(err, ask.ErrCancelled):
		return 0, session.ErrCancelled
	case errors.Is(err, ask.ErrNoTerminal):
		return 0, session.ErrNoPerson
	case errors.Is(err, ask.ErrGone), errors.Is(err, context.DeadlineExceeded):
		return 0, &LateError{}
	case err != nil:
		return 0, err
	}
	p.answered.Store(true)
	return c.Rows[0], nil
}
