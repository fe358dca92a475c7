package ssosession

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"guise/internal/awsconfig"
	"guise/internal/naming"
	"guise/internal/partition"
	"guise/shell"
)

// A New is an SSO session to be. Name and Region may be empty: they are taken from the
// start URL, as far as it tells them.
type New struct{ StartURL, Name, Region string }

// A NoRegionError is a start URL that does not tell its region, which the user has not named
// either.
type NoRegionError struct{ *naming.Misuse }

func (e *NoRegionError) Unwrap() error { return e.Misuse }

// A PortalError is a start URL of which guise could not find out to which portal it leads.
type PortalError struct{ Err error }

func (e *PortalError) Error() string { return e.Err.Error() }
func (e *PortalError) Unwrap() error { return e.Err }

// CheckURL says why a text is no start URL: a *naming.Misuse.
func CheckURL(text string) error {
	_, err := address(text)
	return err
}

func address(text string) (*url.URL, error) {
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || !strings.Contains(u.Host, ".") || strings.ContainsFunc(u.Hostname(), notOfHosts) || u.Scheme != "https" && u.Hostname() != "127.0.0.1" || u.User != nil {
		return nil, &naming.Misuse{What: text, Why: "a start URL is the https address of an access portal", Hint: "guise sso add https://acme.awsapps.com/start"}
	}
	return u, nil
}

// notOfHosts reports whether no name of a host has a character.
func notOfHosts(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-._", r)
}

// Complete fills in what a start URL tells: itself without what a browser has put behind
// it, the region of the IAM Identity Center, a name that is free. leadsTo is asked of an
// address at a company's own domain: see awsapi.Client.LeadsTo. there is whether the files
// have it already, under the name that is then filled in. Its errors are *naming.Misuse,
// *[NoRegionError] and *[PortalError].
func (n New) Complete(ctx context.Context, files *awsconfig.Files, leadsTo func(ctx context.Context, startURL string) (string, error)) (_ New, there bool, err error) {
	u, err := address(n.StartURL)
	if err != nil {
		return n, false, err
	}
	u.Fragment, u.RawFragment, u.Path = "", "", strings.TrimSuffix(strings.TrimSpace(u.Path), "/")
	if u.Path == "" && strings.HasSuffix(strings.ToLower(u.Hostname()), ".awsapps.com") {
		u.Path = "/start" // the portal's page leads there
	}
	n.StartURL = u.String()
	for _, name := range files.SSOSessions() {
		if s, _ := files.SSOSession(name); (n.Name == "" || n.Name == name) && strings.TrimSuffix(s.Get("sso_start_url"), "/") == n.StartURL {
			n.Name = name
			return n, true, nil
		}
	}
	portal, known := partition.PortalAt(u)
	if !known && u.Scheme == "https" && !partition.IsAWS(u.Hostname()) && partition.OfRegion(n.Region).PortalsKnown() {
		led, err := leadsTo(ctx, n.StartURL)
		if err != nil {
			return n, false, &PortalError{err}
		}
		if at, err := url.Parse(led); err == nil {
			portal, _ = partition.PortalAt(at)
		}
	}
	if n.Region != "" && portal.Region != "" && n.Region != portal.Region {
		return n, false, &naming.Misuse{What: n.StartURL, Why: "is in " + portal.Region + ", not in " + n.Region, Hint: shell.Guise("sso add", n.StartURL)}
	}
	if portal.Region != "" {
		n.Region = portal.Region
	}
	if n.Region == "" {
		return n, false, &NoRegionError{&naming.Misuse{What: n.StartURL, Why: "does not tell its region", Hint: shell.Guise("sso add --region eu-west-1", n.StartURL) + "   # or where your IAM Identity Center is"}}
	}
	if n.Name == "" {
		n.Name = free(files, nameOf(u))
	}
	return n, false, nil
}

// Add writes the session that [New.Complete] makes of n, if it is not there already. Its
// errors are those of Complete, a *naming.Misuse where the name is another session's, and
// those of rewrite: see awsconfig.Rewrite.
func (n New) Add(ctx context.Context, files *awsconfig.Files, leadsTo func(ctx context.Context, startURL string) (string, error), rewrite func(edit func(*awsconfig.Files) error) (bool, error)) (_ New, there bool, err error) {
	n, there, err = n.Complete(ctx, files, leadsTo)
	if err != nil || there {
		return n, there, err
	}
	_, err = rewrite(func(f *awsconfig.Files) error { return f.AddSSOSession(n.Name, n.StartURL, n.Region) })
	if refused, ok := errors.AsType[*awsconfig.SessionNameError](err); ok {
		again := "sso add --region " + n.Region
		if refused.There { // else guise finds a name
			again += " --name " + shell.Word(free(files, n.Name))
		}
		err = &naming.Misuse{What: "sso add", Why: err.Error(), Hint: shell.Guise(again, n.StartURL)}
	}
	return n, false, err
}

// AddIn is Add for a region as it was typed, of which regions makes the name. Where neither
// tells the region, the user picks it, at a terminal. Its errors are also those of regions.
func (n New) AddIn(ctx context.Context, regions naming.Regions, files *awsconfig.Files, leadsTo func(ctx context.Context, startURL string) (string, error), rewrite func(edit func(*awsconfig.Files) error) (bool, error)) (added New, there bool, err error) {
	if n.Region, err = regions.One(ctx, "sso add", n.Region); err != nil {
		return n, false, err
	}
	added, there, err = n.Add(ctx, files, leadsTo, rewrite)
	if errors.As(err, new(*NoRegionError)) && regions.AtTerminal() {
		regions.Say(n.StartURL + " does not tell its region: pick that of your IAM Identity Center")
		if n.Region, err = regions.Choose(ctx, "sso add", ""); err == nil {
			added, there, err = n.Add(ctx, files, leadsTo, rewrite)
		}
	}
	return added, there, err
}

// nameOf is what a start URL would be called: the company's part of its host.
func nameOf(u *url.URL) string {
	labels := strings.Split(strings.ToLower(u.Hostname()), ".")
	name := labels[0]
	switch _, portal := partition.PortalAt(u); {
	case portal && name == "start": // https://start.….awsapps.com/directory/NAME
		name = u.Path[strings.LastIndex(u.Path, "/")+1:]
	case !portal && len(labels) > 1 && !partition.IsAWS(u.Hostname()) && u.Scheme == "https":
		name = labels[len(labels)-2]
	}
	generated := strings.HasPrefix(name, "d-") || strings.HasPrefix(name, "ssoins-") || name == "identitycenter"
	if name == "" || generated || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" || strings.Trim(name, "0123456789") == "" {
		return "sso"
	}
	return name
}

// free is a name, or that with a number, that no session has.
func free(files *awsconfig.Files, name string) string {
	tried := name
	for i := 2; ; i++ {
		if _, there := files.SSOSession(tried); !there {
			return tried
		}
		tried = name + "-" + strconv.Itoa(i)
	}
}
