package signin

import (
	"context"
	"errors"
	"net/url"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"guise/internal/files"
	"guise/internal/partition"
	"guise/internal/secret"
	"guise/session"
)

// SAML gets assertions from an identity provider, through a real browser, so
// that the provider's own second factor, passkeys and remembered devices work.
// All its fields are needed but Endpoint.
type SAML struct {
	// Browser is a Chromium or one of its kin; empty where there is none.
	Browser string
	// Folder keeps the browser's profile: it remembers the user, and is apart
	// from the browser's other profiles.
	Folder files.Folder
	// Options are further words for the browser.
	Options []string
	Environ []string
	// Endpoint of the user's takes assertions too, beside AWS's own addresses; may be empty.
	Endpoint string
	Person   Person
	Cache    Cache // its locks: two browsers cannot share a profile
	Limit    time.Duration
}

// ErrNoChromium: there is no browser that guise can take an assertion from.
type ErrNoChromium struct{}

func (ErrNoChromium) Error() string {
	return "there is no Chromium, Chrome, Edge or Brave here to sign in with (set guise_saml_browser to one)"
}

// ErrNoScreen: the browser would have no screen to open a window on.
var ErrNoScreen = errors.New("there is no screen here for a browser to sign in with")

// screen reports whether the browser can open its window, if it needs one.
func (s *SAML) screen() bool {
	if runtime.GOOS != "linux" || slices.Contains(s.Options, "--headless") {
		return true
	}
	return slices.ContainsFunc(s.Environ, func(pair string) bool {
		name, value, _ := strings.Cut(pair, "=")
		return value != "" && (name == "DISPLAY" || name == "WAYLAND_DISPLAY")
	})
}

// Assertion has the user sign in, and gives what the provider posts to AWS: a
// SAML response in base64. AWS itself is not called: the post ends in guise. The
// errors are as of [SSO.Token], ErrNoChromium and ErrNoScreen.
func (s *SAML) Assertion(ctx context.Context, l session.Link, profile string) (secret.Text, error) {
	if err := s.Person.Reachable(); err != nil {
		return secret.Text{}, err
	}
	if s.Browser == "" {
		return secret.Text{}, ErrNoChromium{}
	}
	if !s.screen() {
		return secret.Text{}, ErrNoScreen
	}
	unlock, err := s.Cache.Lock(ctx, "browser-"+filepath.Base(s.Folder.Path()))
	if err != nil {
		return secret.Text{}, err
	}
	defer unlock()
	var assertion secret.Text
	v := Visit{To: l.URL, For: profile}
	err = visit(ctx, s.Person, s.Limit, v, func(ctx context.Context) error {
		b, err := s.start(ctx)
		if err != nil {
			return err
		}
		defer b.close()
		defer context.AfterFunc(ctx, b.hurry)()
		assertion, err = b.catch(l.URL, s.receivers())
		return err
	})
	return assertion, err
}

// receivers are the addresses that take assertions.
func (s *SAML) receivers() []string {
	if s.Endpoint == "" {
		return partition.SAMLReceivers()
	}
	return append(partition.SAMLReceivers(), strings.TrimSuffix(s.Endpoint, "/")+"/saml")
}

// responseOf takes the SAML response out of a form that a browser posts.
func responseOf(form string) (secret.Text, bool) {
	values, err := url.ParseQuery(form)
	if err != nil {
		return secret.Text{}, false
	}
	response := values.Get("SAMLResponse")
	return secret.New(response), response != ""
}

// words start the browser, with nothing but what is needed.
func (s *SAML) words() []string {
	return slices.Concat([]string{
		"--remote-debugging-pipe", "--user-data-dir=" + s.Folder.Path(), "--no-first-run", "--no-default-browser-check",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
		"--new-window",
	}, s.Options, []string{"about:blank"})
}

// isReceiver reports whether an address takes assertions for AWS.
func isReceiver(address string, receivers []string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(receivers, func(pattern string) bool {
		p, err := url.Parse(pattern)
		plain := strings.TrimSuffix(u.Path, "/") == p.Path
		if err != nil || p.Scheme != u.Scheme || !plain && !strings.HasPrefix(u.Path, p.Path+"/acs/") { // acs: encrypted ones
			return false
		}
		if suffix, any := strings.CutPrefix(p.Host, "*"); any {
			return strings.HasSuffix(u.Host, suffix)
		}
		return u.Host == p.Host
	})
}
