package cmd

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"guise/awsapi"
	"guise/awsconfig"
	"guise/cache"
	"guise/internal/awsenv"
	"guise/internal/custody"
	"guise/internal/files"
	"guise/internal/history"
	"guise/internal/settings"
	"guise/session"
)

// app is what commands share: the world, and what is made from it when it is
// first needed.
type app struct {
	World
	*streams
	began time.Time
	// traced is what `guise exec` has changed in the environment for the command
	// that we are called by, and what was there before: Environ and Getenv give
	// that. nil where no exec is above us.
	traced map[string]*string

	settingsOnce *settings.Settings
	filesOnce    *awsconfig.Files
	storeOnce    *cache.Store
	apiOnce      *awsapi.Client
}

func newApp(w World) *app {
	a := &app{World: w, streams: &streams{out: w.Out, err: w.Err, open: w.Terminal, getenv: w.Getenv}, began: w.Now()}
	if a.traced = awsenv.Traced(w.Getenv); a.traced != nil {
		a.World = w.outside(a.traced)
	}
	a.User = sync.OnceValue(w.User) // each of ten thousand profiles asks for it
	return a
}

// settings reads config.toml and the GUISE_ variables, once.
func (a *app) settings() settings.Settings {
	if a.settingsOnce == nil {
		s := settings.Read(filepath.Join(a.Config, "config.toml"), a.Environ())
		a.settingsOnce = &s
	}
	return *a.settingsOnce
}

// configPaths are the user's two files, as the AWS SDKs find them.
func (a *app) configPaths() (config, credentials string) { return awsconfig.Paths(a.Getenv, a.Home) }

// backups is the folder of earlier versions of the two files.
func (a *app) backups() string { return filepath.Join(a.State, "backups") }

// files reads the user's two files, once.
func (a *app) files() (*awsconfig.Files, error) {
	if a.filesOnce == nil {
		f, err := awsconfig.Read(a.configPaths())
		if err != nil {
			return nil, fail("AWS config", err)
		}
		a.filesOnce = f
	}
	return a.filesOnce, nil
}

// history is how often and when each profile was taken.
func (a *app) history() *history.History { return history.Read(a.State) }

// status are the files with the ends of sessions, for the prompt.
func (a *app) status() session.StatusDir {
	return session.StatusDir(files.Folder{Root: a.Cache, Below: "status"})
}

// rewrite edits the user's files, under a lock and with the old ones kept.
func (a *app) rewrite(edit func(*awsconfig.Files) error) (changed bool, err error) {
	config, credentials := a.configPaths()
	changed, err = awsconfig.Rewrite(config, credentials, a.backups(), edit)
	a.filesOnce = nil
	if changed {
		a.syncCopies()
	}
	return changed, ofFiles(err)
}

// store is the cache.
func (a *app) store() *cache.Store {
	if a.storeOnce == nil {
		s := a.settings()
		key := &cache.Custody{Dir: a.Cache, Prefer: s.KeyStore, Store: a.keyring(), Unsure: s.Sure(settings.KeyStore)}
		a.storeOnce = cache.Open(a.Cache, key)
	}
	return a.storeOnce
}

func (a *app) keyring() *custody.Keyring { return custody.OpenKeyring(a.Getenv) }

// regionOf gives the region to call STS in: the terminal's, the profile's, or
// one of the partition that the link belongs to.
func (a *app) regionOf(l session.Link) string {
	for _, region := range []string{a.Getenv("AWS_REGION"), a.Getenv("AWS_DEFAULT_REGION"), l.Region} {
		if region != "" {
			return region
		}
	}
	switch arn := l.RoleARN + l.Serial; {
	case strings.HasPrefix(arn, "arn:aws-cn:"):
		return "cn-north-1"
	case strings.HasPrefix(arn, "arn:aws-us-gov:"):
		return "us-gov-west-1"
	}
	return "us-east-1"
}

// endpoint gives the address that replaces AWS's own for a service, where the
// user has set one, in the order of the SDKs.
func (a *app) endpoint(p awsconfig.Profile, service string) string {
	if a.Getenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") == "true" {
		return ""
	}
	for _, name := range []string{"AWS_ENDPOINT_URL_" + strings.ToUpper(service), "AWS_ENDPOINT_URL"} {
		if url := a.Getenv(name); url != "" {
			return url
		}
	}
	if name := p.Get("services"); name != "" && a.filesOnce != nil {
		if services, ok := a.filesOnce.Services(name); ok {
			if url := services.Nested(service)["endpoint_url"]; url != "" {
				return url
			}
		}
	}
	return p.Get("endpoint_url")
}

// resolve plans the way to a profile's credentials.
func (a *app) resolve(profiles session.Profiles, name string) (session.Chain, error) {
	chain, err := session.Resolve(profiles, name, a.defaults())
	return chain, fail(name, err)
}

func (a *app) defaults() session.Defaults {
	return session.Defaults{
		SessionName: "guise-" + a.User(), Getenv: a.Getenv, Environ: a.Environ, Endpoint: a.endpoint,
		Dir: workingDir, Exists: isThere, LookPath: onPath, Host: hostName, Token: tokenIn,
	}
}

// chain plans the way to a profile's credentials from the user's files.
func (a *app) chain(name string) (session.Chain, error) {
	files, err := a.files()
	if err != nil {
		return nil, about(name, err)
	}
	chain, err := a.resolve(files, name)
	return chain, about(name, err)
}

// makePrivate makes a folder that others cannot get into.
func makePrivate(dir string) error { return os.MkdirAll(dir, 0o700) }

// hexName writes a name in letters and digits.
func hexName(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:8])
}

// keptBy binds the clock to a store.
type keptBy struct {
	*cache.Store
	now func() time.Time
}

func (k keptBy) Get(name string) ([]byte, bool) { return k.Store.Get(name, k.now()) }

func (k keptBy) Lock(ctx context.Context, name string) (session.Lock, error) {
	lock, err := k.Store.Lock(ctx, name)
	if err != nil {
		return nil, err
	}
	return lock, nil
}

func (k keptBy) TryLock(name string) (session.Lock, bool, error) { return k.Store.TryLock(name) }
