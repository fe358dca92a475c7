package cmd

import (
	"context"
	"encoding/hex"
	"errors"
	"net/url"
	"os/exec"
	"runtime"
	"slices"
	"strings"

	"guise/ask"
	"guise/internal/files"
	"guise/internal/secret"
	"guise/session"
	"guise/signin"
)

var _ signin.Person = (*person)(nil)

// Reachable reports whether the person is at the terminal of this process: nobody
// else is sent to a page. What runs unattended opens none.
func (p *person) Reachable() error {
	if p.pages == pagesRelayed {
		return nil
	}
	terminal, err := p.app.terminal()
	if err != nil {
		return errNobody{}
	}
	if p.pages == pagesLeft {
		return errors.Join(terminal.Close(), errPage)
	}
	return terminal.Close()
}

// CanOpen reports whether a page can be opened for the person.
func (p *person) CanOpen() bool { return p.browser().CanOpen() }

func (a *app) browser() ask.Browser {
	return ask.Browser{
		Getenv: a.Getenv, Environ: a.Environ, Folder: a.runtimeDir, Command: a.settings().Browser,
		Say: func(line string) { a.say("guise: " + line) },
	}
}

// Visit opens a page and says so on the terminal, where Esc gives it up.
func (p *person) Visit(ctx context.Context, v signin.Visit, wait func(context.Context) error) error {
	if p.pages == pagesRelayed {
		return p.relay(ctx, v, wait)
	}
	terminal, err := p.app.terminal()
	if err != nil {
		return session.ErrNoPerson
	}
	defer func() { _ = terminal.Close() }()
	switch err = terminal.Wait(ctx, func(ctx context.Context) error {
		opened, closePage := p.openPage(v)
		defer closePage()
		showVisit(terminal, v, opened)
		return wait(ctx)
	}); {
	case isStopped(ctx, err):
		return stoppedError{}
	case errors.Is(err, ask.ErrNoTerminal):
		return session.ErrNoPerson
	case errors.Is(err, ask.ErrCancelled), errors.Is(err, context.Canceled):
		return session.ErrCancelled
	}
	return err
}

// openPage opens a visit's page in the browser. The address holds the sign-in's
// state, or a code: whoever had it could sign in in the user's place.
func (p *person) openPage(v signin.Visit) (opened bool, closePage func()) {
	if v.URL == "" || v.Show && p.anyDevice {
		return false, func() {}
	}
	b := p.browser()
	b.Say = p.Say
	page, err := b.Open(secret.New(v.URL), "")
	if err != nil {
		return false, func() {}
	}
	return true, page.Close
}

// showVisit says on the terminal what the person is to do.
func showVisit(terminal *ask.Terminal, v signin.Visit, opened bool) {
	terminal.Say("guise: " + v.For + " needs you to sign in to " + v.To)
	switch {
	case v.Show:
		terminal.Say("open this page on any device:  " + v.URL)
		terminal.Say("and see that it shows the code:  " + v.Code)
		terminal.Picture(v.URL)
	case opened:
		terminal.Say("your browser opens; if it does not, visit:")
		terminal.Say(v.URL)
	case v.URL != "":
		terminal.Say("the browser could not be started; visit:")
		terminal.Say(v.URL)
	default:
		terminal.Say("a browser window of guise's own opens")
	}
	terminal.Say("(Esc gives up)")
}

// Choose lets the person pick one of several.
func (p *person) Choose(ctx context.Context, question string, options []string) (int, error) {
	s := p.settings()
	ctx, cancel := p.patient(ctx, s.WaitForPerson)
	defer cancel()
	rows := make([]ask.Row, len(options))
	for i, option := range options {
		rows[i] = ask.Row{Key: hex.EncodeToString([]byte{byte(i >> 8), byte(i)}), Columns: []string{option}}
	}
	style := s.Picker
	if p.background { // fzf does not notice that its caller is gone
		style = "list"
	}
	if p.alone {
		return 0, session.ErrNoPerson
	}
	i, err := ask.Pick(ctx, ask.Picker{Rows: rows, Prompt: question + "> ", Style: style, Plain: p.plain(), Getenv: p.Getenv})
	switch {
	case errors.Is(err, ask.ErrCancelled):
		return 0, session.ErrCancelled
	case errors.Is(err, ask.ErrNoTerminal):
		return 0, session.ErrNoPerson
	case errors.Is(err, ask.ErrGone), errors.Is(err, context.DeadlineExceeded):
		return 0, lateError{}
	}
	return i, err
}

// saml signs in at a SAML identity provider.
func (a *app) saml(l session.Link) (*signin.SAML, error) {
	files, err := a.files()
	if err != nil {
		return nil, err
	}
	p, err := files.Profile(l.Profile)
	if err != nil {
		return nil, err
	}
	s := &signin.SAML{Environ: withoutAWS(a.Environ()), Receivers: signin.Receivers(), Person: &person{a}, Limit: signInLimit}
	if own := a.endpoint(p, "signin"); own != "" {
		s.Receivers = append(s.Receivers, strings.TrimSuffix(own, "/")+"/saml")
	}
	s.Browser, s.Options = chromium(p.Own("saml_browser"))
	u, err := url.Parse(l.URL)
	if err != nil {
		return nil, err
	}
	s.Folder = a.browserFolder(u.Host)
	if !slices.Contains(s.Options, "--headless") && runtime.GOOS == "linux" && a.Getenv("DISPLAY") == "" && a.Getenv("WAYLAND_DISPLAY") == "" {
		return nil, failure{what: l.Profile, err: errors.New("there is no screen here for a browser to sign in with"), hint: "guise_saml_command in the profile takes an assertion from a command", code: exitPerson}
	}
	return s, nil
}

// browserFolder is where the browser for a SAML identity provider keeps its profile.
func (a *app) browserFolder(provider string) files.Folder {
	return files.Folder{Root: a.State, Below: "browser/" + hexName(provider)}
}

// chromium finds a browser that speaks DevTools: the one named, with its
// options, or one of those that are usual.
func chromium(named string) (path string, options []string) {
	candidates := []string{
		"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "brave-browser",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium",
		"/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge", "/Applications/Brave Browser.app/Contents/MacOS/Brave Browser",
	}
	if named != "" {
		candidates = []string{named}
		if _, err := exec.LookPath(named); err != nil { // not a path with spaces: words
			words := strings.Fields(named)
			candidates, options = words[:1], words[1:]
		}
	}
	for _, candidate := range candidates {
		if path, err := exec.LookPath(candidate); err == nil {
			return path, options
		}
	}
	return "", options
}

// withoutAWS leaves AWS's variables out of an environment: browsers need none.
func withoutAWS(environ []string) []string {
	return slices.DeleteFunc(slices.Clone(environ), func(pair string) bool { return strings.HasPrefix(pair, "AWS_") })
}
