package cmd

import (
	"context"
	"path/filepath"
	"time"

	"guise/cache"
	"guise/internal/accesslog"
	"guise/internal/approval"
	"guise/internal/ask"
	"guise/internal/awsapi"
	"guise/internal/awsconfig"
	"guise/internal/awsenv"
	"guise/internal/browser"
	"guise/internal/build"
	"guise/internal/custody"
	"guise/internal/ending"
	"guise/internal/files"
	"guise/internal/guard"
	"guise/internal/keys"
	"guise/internal/noaccess"
	"guise/internal/oneoff"
	"guise/internal/person"
	"guise/internal/sandbox"
	"guise/internal/secret"
	"guise/internal/settings"
	"guise/internal/signin"
	"guise/internal/source"
	"guise/internal/ssosession"
	"guise/session"
)

// access is what credentials are got with: the sources of chains, the key store and
// AWS, all of which reach the user in one way.
type access struct {
	*plans
	person   *person.Person
	answers  *accesslog.Log
	began    time.Time // the command
	settings settings.Settings
	store    *cache.Store
	client   func(clockOff func(skew time.Duration)) (*awsapi.Client, error)
}

// user is access on behalf of the one who has typed the command; about is the profile
// that it is about, if it is about one.
func (a *app) user(about string) access { return a.access(person.Options{For: about}) }

// access wires a user, of whom o says how they are reached.
func (a *app) access(o person.Options) access {
	o.Began, o.Settings = a.began, a.settings()
	o.Getenv, o.Environ, o.Now, o.Home, o.Runtime = a.Getenv, a.Environ, a.Now, a.Home, a.Runtime()
	o.Kept = []string{filepath.Join(a.Cache, "sessions"), a.ssoDir(), a.loginDir()}
	o.Terminal, o.Plain, o.Say, o.In, o.Out, o.Given = a.terminal, a.plain(), a.say, a.In, a.Out, &a.given
	o.Shows = sandbox.Shows(a.Getenv(sandbox.Control))
	o.Profile, o.Standing = a.profileNamed, a.standing
	x := access{plans: a.plans, began: a.began, settings: a.settings(), store: a.store(), client: a.client}
	o.StoredCode = func(ctx context.Context, p *person.Person, serial string) (secret.Text, bool, error) {
		return x.of(p).keys().CodeIfStored(ctx, serial)
	}
	x = x.of(person.New(o))
	x.answers = a.answers(x.person, o.Serves != 0)
	return x
}

// of is access that reaches another person.
func (x access) of(p *person.Person) access {
	x.person = p
	return x
}

// unasked is access without anybody to ask.
func (x access) unasked() access { return x.of(x.person.Nobody()) }

// retriever walks chains.
func (x access) retriever() *session.Retriever {
	return &session.Retriever{
		Cache: x.store, API: func() (session.API, error) { return x.api() }, Base: x.sources(), Person: x.person, Now: x.world.Now,
		Secret: func(_, id string) (secret.Text, error) {
			return x.keys().Secret(context.Background(), id)
		},
		RefreshBefore: x.settings.RefreshBefore,
		Sleep:         session.Sleep,
		Trace:         x.log.Trace(),
	}
}

// credentials returns the credentials of a profile, which no program is given: the way of
// every command that only makes sure of them.
func (x access) credentials(ctx context.Context, name string, o session.Options) (session.Chain, session.Credentials, error) {
	chain, got, err := x.obtain(ctx, name, nil, o)
	x.handOut(name, chain, got, err)
	return chain, got, err
}

// obtain is credentials for what makes others of them, or hands them to a program: admit, if
// it is set, says which of them that may have.
func (x access) obtain(ctx context.Context, name string, admit approval.Admission, o session.Options) (session.Chain, session.Credentials, error) {
	chain, err := x.chain(name)
	if err == nil && admit != nil {
		chain, err = admit(ctx, name, chain)
		err = about(name, fail(name, err))
	}
	if err != nil {
		return chain, session.Credentials{}, err
	}
	o.Since, o.Strict = x.began, true
	got, err := x.retriever().Retrieve(ctx, chain, o)
	if err == nil {
		x.note(name, chain, got)
	}
	return chain, got, about(name, fail(name, x.noAccess(ctx, chain, err)))
}

// note keeps what is to be known of a session that was got, for prompts and for logout.
func (x access) note(name string, c session.Chain, got session.Credentials) {
	x.status().Note(c, got, x.began)
	oneoff.Remember(x.store, x.added, name, got)
}

// handOut logs with what a request ends: each answer with which credentials of a profile
// leave guise, or do not, comes by here.
func (x access) handOut(profile string, c session.Chain, got session.Credentials, err error) {
	x.answers.Note(accesslog.Answer{Profile: profile, Chain: c, Credentials: got, Asked: x.person.Answered(), Approved: x.person.Approved(), Err: err})
}

// handOutLate logs a session that was got for a program that may be gone: it is there for the
// next call, and nobody else logs that it was made.
func (x access) handOutLate(profile string, c session.Chain, got session.Credentials, err error) {
	if err == nil && got.Obtained == session.Renewed && ask.Gone() {
		x.answers.Note(accesslog.Answer{Profile: profile, Chain: c, Credentials: got, Asked: true})
	}
}

// noAccess is an error of a chain, in plain words where AWS denies a role; the command that
// asks for access is offered.
func (x access) noAccess(ctx context.Context, c session.Chain, err error) error {
	f, unread := x.files()
	if err == nil || unread != nil {
		return err
	}
	return noaccess.Explain(ctx, err, f, c, x.services().SignedIn, x.world.Now(), x.person)
}

// login makes sure of a profile's session, for the one who has typed the command; with
// device, they sign in on any device.
func (a *app) login(ctx context.Context, profile string, device bool, o session.Options) (session.Chain, session.Credentials, error) {
	x := a.access(person.Options{For: profile, Device: device})
	if o.Renew {
		x = x.unasked()
	}
	return x.credentials(ctx, profile, o)
}

// credentials are those of a profile, got for the one who has typed the command; later: for the
// program that it starts, which asks by itself.
func (a *app) credentials(ctx context.Context, profile string, later bool) (session.Chain, session.Credentials, error) {
	if _, err := a.confirmed(ctx, profile); err != nil {
		return nil, session.Credentials{}, err
	}
	x := a.user(profile)
	admit := x.gate().Admit
	if later {
		admit = x.gate().AdmitLater
	}
	chain, got, err := x.obtain(ctx, profile, admit, session.Options{})
	x.handOut(profile, chain, got, err)
	return chain, got, err
}

// gate is what every way goes through that hands credentials to a program.
func (x access) gate() approval.Gate {
	return approval.Gate{
		Book: approval.Book{Cache: x.store, Rules: x.settings.Guard, Now: x.world.Now}, Files: x.files, Defaults: x.defaults(), Began: x.began,
		Who: func() approval.Requester { return x.person.Requester(x.world.System()) }, Program: x.person.Named, Person: x.person,
	}
}

// confirmed returns how a profile is guarded that the user is about to use, when they have
// confirmed that. Its error may be that nobody knows: nothing is done with the profile then.
func (a *app) confirmed(ctx context.Context, profile string) (guard.Guard, error) {
	files, err := a.files()
	if err != nil {
		return guard.Guard{}, fail(profile, err)
	}
	x := a.user(profile)
	g, err := x.person.Confirm(ctx, files, profile)
	if err != nil {
		chain, _ := x.chain(profile)
		x.handOut(profile, chain, session.Credentials{}, err)
	}
	return g, about(profile, fail(profile, err))
}

// api is the client for AWS.
func (x access) api() (*awsapi.Client, error) {
	return x.client(func(skew time.Duration) { x.person.Say(awsapi.ClockOff(skew)) })
}

// whoAmI asks AWS whose credentials are.
func (x access) whoAmI(ctx context.Context, at session.Place, creds session.Credentials) (awsapi.Identity, error) {
	api, err := x.api()
	if err != nil {
		return awsapi.Identity{}, err
	}
	return api.WhoAmI(ctx, at, creds)
}

// client is the client for AWS, one for the process: it remarks upon the clock once.
func (a *app) client(clockOff func(skew time.Duration)) (*awsapi.Client, error) {
	if a.apiOnce == nil {
		s := awsapi.FromEnv(a.Getenv)
		s.Version, s.Now, s.ClockOff, s.Trace = build.Version(), a.Now, clockOff, a.log.Trace()
		client, err := awsapi.New(s)
		if err != nil {
			return nil, err
		}
		a.apiOnce = client
	}
	return a.apiOnce, nil
}

// keys is what owns access keys and MFA secrets.
func (x access) keys() *keys.Keeper {
	config, credentials := x.configPaths()
	return &keys.Keeper{
		Keyring: custody.OpenKeyring(x.world.Getenv), Vault: x.vault(), Prefer: keys.Place(x.settings.AccessKeys), Unsure: x.settings.Sure(settings.AccessKeys), Dir: x.world.State, Write: files.Keep,
		Config: config, Credentials: credentials, Read: x.reader.Read,
		Rewrite: x.rewrite,
		Try: func(ctx context.Context, profile, id string, key secret.Text) (string, error) {
			who, err := x.whoAmI(ctx, x.placeOf(profile, "sts"), session.Credentials{AccessKeyID: id, SecretAccessKey: key})
			return who.ARN, err
		},
		Endpoint: func(profile, service string) string { return x.placeOf(profile, service).Endpoint },
		Say:      x.person.Say, Now: x.world.Now, Sleep: session.Sleep,
	}
}

// vault is the file that stands in for an OS keyring.
func (x access) vault() *custody.Vault {
	path := filepath.Join(x.world.Data, "keys.vault")
	return &custody.Vault{
		Path: path, UntilBoot: true, Cost: x.world.VaultCost,
		Passphrase: func(ctx context.Context, isNew bool, again string) (secret.Text, error) {
			return x.person.Passphrase(ctx, path, isNew, again)
		},
	}
}

// sources gets what chains start from.
func (x access) sources() source.Sources {
	return source.Sources{
		Getenv: x.world.Getenv, Environ: x.world.Environ, Now: x.world.Now, Browser: x.assertion,
		Machine: func() (source.Machine, error) { return x.api() },
		SSO:     x.services().Token, Login: x.services().Credentials,
	}
}

// signInLimit is how long a page in the browser may take.
const signInLimit = 10 * time.Minute

// sso signs in at IAM Identity Centers.
func (x access) sso() (*signin.SSO, error) {
	api, err := x.api()
	if err != nil {
		return nil, err
	}
	return &signin.SSO{
		Siblings: func(l session.Link) []session.Link {
			files, err := x.files()
			if err != nil {
				return nil // no plan was made from them
			}
			return ssosession.Siblings(files, l, x.defaults())
		},
		Portal: func(l session.Link) session.Place { return session.Portal(l, x.defaults()) },
		WhoIs: func(ctx context.Context, role session.Link, token session.Credentials) (string, error) {
			return api.RoleOf(ctx, role, token, x.endpoint(awsconfig.Profile{}, "sts"))
		},
		Cache: x.store, Center: api, Person: x.person, Now: x.world.Now, Sleep: session.Sleep, Limit: signInLimit,
		Shared:  signin.Shared{Dir: x.ssoDir()},
		Endings: x.endings(), Wish: x.person.Wish(), Share: x.settings.SSOShareToken, Unsure: x.settings.Sure(settings.CacheKey),
	}, nil
}

// endings are where the user is told that an SSO session ends.
func (x access) endings() ending.Notices {
	return ending.Notices{Folders: person.Room(x.world.Runtime()).Folders, Now: x.world.Now}
}

// tellEndings shows on the desktop what no other process has shown yet.
func (x access) tellEndings() { x.person.TellDesktop(x.endings().Tell) }

// consoleLogin gets the credentials of `aws login`.
func (x access) consoleLogin() (*signin.Login, error) {
	api, err := x.api()
	if err != nil {
		return nil, err
	}
	return &signin.Login{Dir: x.loginDir(), Console: api, Person: x.person, Wish: x.person.Wish(), Now: x.world.Now, Limit: signInLimit}, nil
}

// assertion has the user sign in at a SAML identity provider.
func (x access) assertion(ctx context.Context, l session.Link, profile string) (secret.Text, error) {
	p, err := x.profileNamed(l.Profile)
	if err != nil {
		return secret.Text{}, err
	}
	s := signin.SAML{
		Folder:  files.Folder{Root: x.world.State, Below: "browser"}.Join(signin.FolderName(l.URL)),
		Environ: awsenv.Env(x.world.Environ()).WithoutAWS(), Endpoint: x.endpoint(p, "signin"),
		Person: x.person, Cache: x.store, Limit: signInLimit,
	}
	s.Browser, s.Options = browser.Chromium(p.Own("saml_browser"), x.world.Getenv)
	return s.Assertion(ctx, l, profile)
}

// sessions are the user's SSO sessions, about which what is typed.
func (x access) sessions(typed string) (ssosession.Sessions, error) {
	files, err := x.files()
	if err != nil {
		return ssosession.Sessions{}, err
	}
	sso, err := x.sso()
	return ssosession.Sessions{
		Typed: typed, Files: files, Defaults: x.defaults(), SSO: sso, Retriever: x.retriever(), Choose: x.person.Choose, Reminder: x.reminder(),
		Beside: func() ([]session.Planned, error) { return oneoff.Plans(x.store, files, x.defaults()) },
		Bar:    func() ssosession.Bar { return ask.NewBar(x.world.Err, "reading the roles of accounts") },
	}, err
}

// reminder is of syncs that are old.
func (x access) reminder() ssosession.Reminder {
	return ssosession.Reminder{Path: filepath.Join(x.world.State, "sso-sync.json"), After: x.settings.SSOSyncReminder, Now: x.world.Now, There: (&streams{open: x.world.Terminal}).atTerminal}
}

// services are where the user signs in for SSO and `aws login`.
func (x access) services() signin.Services {
	return signin.Services{SSO: x.sso, Login: x.consoleLogin}
}

// consoleSignIn gets the address that signs in to a page of the console as a chain, and
// for how long; 0 is as long as the credentials.
func (x access) consoleSignIn(ctx context.Context, chain session.Chain, creds session.Credentials, region, page string, lasts time.Duration) (secret.Text, time.Duration, error) {
	api, err := x.api()
	if err != nil {
		return secret.Text{}, 0, err
	}
	return api.ConsoleSignIn(ctx, session.Place{Region: region, Endpoint: x.placeOf(chain.Last().Profile, "signin").Endpoint}, awsapi.ConsoleVisit{
		Chain: chain, Credentials: creds, Page: page, Lasts: lasts, User: x.world.User(),
		Keys: func() (session.Credentials, error) {
			return x.retriever().Retrieve(ctx, chain[:1], session.Options{})
		},
	})
}
