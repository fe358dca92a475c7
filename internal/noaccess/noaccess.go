// Package noaccess says what AWS's denial of a role means to the user: which role in which
// account it is, and how to ask for access. The user's files say the latter, in the profile
// or in its [sso-session]:
//
//   - guise_request_url is an address to open;
//   - guise_request_command is a command that guise runs after a yes. It is split into words
//     as botocore splits a credential_process, and no shell reads it.
//
// In both, {profile}, {account} and {role} stand for what was denied: percent-encoded in the
// address, within one word of the command, of which none becomes an option or the program by
// that. The command finds them in GUISE_PROFILE,
// GUISE_ACCOUNT and GUISE_ROLE, too.
package noaccess

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/printable"
	"guise/internal/sdk"
	"guise/session"
	"guise/shell"
)

// Denied is a role that AWS does not give the user. Errors.As finds the *session.StepError
// of the step in it.
type Denied struct {
	Profile     string // whose role it is: the one that was asked for, or one on the way to it
	Role        string // its name; of an SSO role that of the permission set
	Account     string // its id
	AccountName string // empty where the files do not say it
	Session     string // the [sso-session] whose portal denies it; empty elsewhere
	// Unseen reports whether the role may have been granted since the sign-in: an access
	// portal shows it only after a sign-out.
	Unseen bool

	URL     string   // where to ask for access; empty where nobody says
	Command []string // what asks for it: words; nil where nobody says
	Env     []string // NAME=value, for the command
	Problem error    // why the files' way to ask cannot be taken; nil where it can, or there is none
	Asked   bool     // the command has run, and ended well

	Err error // AWS's words
}

func (e *Denied) Error() string {
	return "no access to the role " + e.Role + " in account " + session.AccountTitle(e.Account, e.AccountName) + ": " + e.Err.Error()
}

func (e *Denied) Unwrap() error { return e.Err }

// ofSSO reports whether an access portal has denied the role.
func (e *Denied) ofSSO() bool {
	step, _ := errors.AsType[*session.StepError](e.Err)
	return step.Link.Kind == session.SSORole
}

// Again is the command, without the profile, that gets the role once it is granted.
func (e *Denied) Again() string {
	if e.ofSSO() {
		return "login --force"
	}
	return "login"
}

// signedInJustNow is how old a sign-in may be for nothing to have been granted since.
const signedInJustNow = 5 * time.Minute

// Of says what a denial means; ok is false of any other error, and of one where the user was
// needed and not there. c is the chain that was walked, and signedIn is when the user signed
// in to the SSO session that it starts from; zero: nobody knows.
func Of(err error, f *awsconfig.Files, c session.Chain, signedIn func(session.Link) time.Time, now time.Time) (e *Denied, ok bool) {
	step, is := errors.AsType[*session.StepError](err)
	if !is || session.ReasonOf(err) != session.Denied || errors.Is(err, session.ErrNoPerson) {
		return nil, false
	}
	e = &Denied{Profile: step.Link.Profile, Session: step.Link.Session, Err: err}
	if e.Account, e.Role = (session.Chain{step.Link}).LeadsTo(); e.Role == "" {
		return nil, false
	}
	e.AccountName = cmp.Or(step.Link.AccountName, accountName(f, e.Account))
	if e.ofSSO() {
		e.Unseen = now.Sub(signedIn(c[0])) > signedInJustNow
	}
	e.Problem = e.howToAsk(f, c)
	return e, true
}

// accountName is what the files call an account; empty where they do not.
func accountName(f *awsconfig.Files, account string) string {
	for _, p := range f.Profiles() {
		if name := p.Get("sso_account_name"); name != "" && p.Get("sso_account_id") == account {
			return name
		}
	}
	return ""
}

// howToAsk takes how to ask for access from the first of these that says it: the profile
// whose role it is, the one that was asked for, the SSO session.
func (e *Denied) howToAsk(f *awsconfig.Files, c session.Chain) error {
	var from []awsconfig.Profile
	for _, name := range []string{e.Profile, c.Last().Profile} {
		if p, err := f.Profile(name); err == nil {
			from = append(from, p)
		}
	}
	if s, ok := f.SSOSession(c[0].Session); ok {
		from = append(from, s)
	}
	for _, p := range from {
		address, command := p.Own("request_url"), p.Own("request_command")
		if address == "" && command == "" {
			continue
		}
		var one, other error
		e.URL, one = e.address(address)
		e.Command, other = e.words(command)
		return errors.Join(one, other)
	}
	return nil
}

// Check says what keeps a profile's or an SSO session's way to ask for access from being
// taken: nil where nothing does, or it has none. key is the setting's, without guise_.
func Check(p awsconfig.Profile) (key string, err error) {
	any := &Denied{Profile: "p", Account: "1", Role: "r"}
	if _, err := any.address(p.Own("request_url")); err != nil {
		return "request_url", err
	}
	_, err = any.words(p.Own("request_command"))
	return "request_command", err
}

// placeholders are what stands for the parts of a denial, and what each becomes.
func (e *Denied) placeholders(become func(string) string) *strings.Replacer {
	return strings.NewReplacer("{profile}", become(e.Profile), "{account}", become(e.Account), "{role}", become(e.Role))
}

// address is guise_request_url for this denial.
func (e *Denied) address(template string) (string, error) {
	problem := func(why string) (string, error) {
		return "", fmt.Errorf("guise_request_url = %s: %s", template, why)
	}
	if template == "" {
		return "", nil
	}
	host, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(template, "https://"), "http://"), "/")
	if strings.ContainsAny(host, "{}") {
		return problem("{profile}, {account} and {role} cannot be in the host")
	}
	address := e.placeholders(func(part string) string { return strings.ReplaceAll(url.QueryEscape(part), "+", "%20") }).Replace(template)
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.User != nil || !printable.Word(address):
		return problem("not an address")
	case u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())):
		return problem("an address by https, or by http on this machine")
	case strings.ContainsAny(address, "{}"):
		return problem("it may have {profile}, {account} and {role}")
	}
	return address, nil
}

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// words are those of guise_request_command for this denial.
func (e *Denied) words(template string) ([]string, error) {
	if template == "" {
		return nil, nil
	}
	words, ok := sdk.Words(template)
	if !ok {
		return nil, errors.New("guise_request_command: a quote is not closed")
	}
	fill := e.placeholders(func(part string) string { return part })
	for i, word := range words[min(1, len(words)):] { // the program is none of them
		filled := fill.Replace(word)
		if strings.HasPrefix(filled, "-") && !strings.HasPrefix(word, "-") {
			return nil, fmt.Errorf("guise_request_command: %s is %s here, which would be an option of it; write it as in --name=%s", word, filled, word)
		}
		words[i+1] = filled
	}
	e.Env = []string{"GUISE_PROFILE=" + e.Profile, "GUISE_ACCOUNT=" + e.Account, "GUISE_ROLE=" + e.Role}
	return words, nil
}

// Person offers to run a program: see person.Person.
type Person interface {
	Offer(ctx context.Context, question string, words, env []string, profile string) (ran bool, err error)
	Say(line string)
}

// Explain is an error of a chain, as a *Denied where that is what it is: what is wrong with
// the files' way to ask is said, and the command is offered. The arguments are those of Of.
func Explain(ctx context.Context, err error, f *awsconfig.Files, c session.Chain, signedIn func(session.Link) time.Time, now time.Time, p Person) error {
	e, ok := Of(err, f, c, signedIn, now)
	if !ok {
		return err
	}
	if e.Problem != nil {
		p.Say(e.Problem.Error())
	}
	e.Ask(ctx, p)
	return e
}

// Ask offers to run the command that asks for access, where there is one and it is of no use
// to sign in again first.
func (e *Denied) Ask(ctx context.Context, p Person) {
	if len(e.Command) == 0 || e.Unseen {
		return
	}
	ran, err := p.Offer(ctx, "No access to "+e.Role+" in "+e.Account+". Ask for it with "+shell.Words(e.Command), e.Command, e.Env, e.Profile)
	if err != nil {
		p.Say("guise_request_command: " + err.Error())
	}
	e.Asked = ran && err == nil
}
