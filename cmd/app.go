package cmd

import (
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"guise/cache"
	"guise/internal/accesslog"
	"guise/internal/awsapi"
	"guise/internal/awsenv"
	"guise/internal/custody"
	"guise/internal/files"
	"guise/internal/history"
	"guise/internal/oneoff"
	"guise/internal/person"
	"guise/internal/settings"
	"guise/shell"
)

// app is what commands share: the world, and what is made from it when it is
// first needed.
type app struct {
	World
	*streams
	*plans
	began time.Time
	// traced is what `guise exec` has changed in the environment for the command
	// that we are called by, and what was there before: Environ and Getenv give
	// that. nil where no exec is above us.
	traced map[string]*string
	given  person.Given // by --mfa-code

	settingsOnce *settings.Settings
	storeOnce    *cache.Store
	apiOnce      *awsapi.Client
	answersOnce  *accesslog.Log
	command      string // that the user has typed, in a word
}

func newApp(w World) *app {
	a := &app{World: w, streams: &streams{out: w.Out, err: w.Err, open: w.Terminal, getenv: w.Getenv}, began: w.Now(), given: person.Given{In: w.In}}
	a.forShell = func(command string) string {
		return shell.CommandLineHere(w.Getenv, w.Callers, w.Home, runtime.GOOS).Typed(command)
	}
	a.Getenv, a.Environ, a.traced = awsenv.Outside(w.Getenv, w.Environ)
	a.User = sync.OnceValue(w.User) // each of ten thousand profiles asks for it
	outside := a.Environ
	a.Environ = func() []string { return oneoff.With(outside(), a.added) }
	a.plans = &plans{world: a.World, settings: a.settings, added: oneoff.Decode(a.Getenv(oneoff.Variable))}
	return a
}

// settings reads config.toml and the GUISE_ variables, once.
func (a *app) settings() settings.Settings {
	if a.settingsOnce == nil {
		s := settings.Read(filepath.Join(a.Config, "config.toml"), a.Environ())
		a.settingsOnce = &s
		if a.log != nil {
			s.Trace(a.log.Sayf)
		}
	}
	return *a.settingsOnce
}

// answers is the log of what is handed out, for p, or whom p stands for from now on.
func (a *app) answers(p *person.Person, stands bool) *accesslog.Log {
	if a.answersOnce == nil || stands {
		a.answersOnce = &accesslog.Log{Path: accesslog.Path(a.State), Level: a.settings().LogLevel(), Now: a.Now, Caller: p.Caller("guise " + a.command), Say: a.say}
	}
	return a.answersOnce
}

// history is how often and when each profile was taken.
func (a *app) history() *history.History { return history.Read(a.State) }

// store is the cache.
func (a *app) store() *cache.Store {
	if a.storeOnce == nil {
		a.storeOnce = cache.Open(a.Cache, a.sealingKey(), a.Now)
	}
	return a.storeOnce
}

// sealingKey is the key that seals the cache.
func (a *app) sealingKey() *custody.SealingKey {
	s := a.settings()
	return &custody.SealingKey{Dir: a.Cache, Prefer: s.CacheKey, Keyring: custody.OpenKeyring(a.Getenv), Unsure: s.Sure(settings.CacheKey)}
}

// sweep removes what killed processes have left in the folders that guise writes
// to. Each write sweeps the folder that it is made in; this is for those that are
// not written to again.
func (x *plans) sweep() {
	config, credentials := x.configPaths()
	for _, dir := range []string{
		x.world.Data, x.world.State, x.backups(), x.world.Cache, files.Folder(x.status()).Path(), filepath.Dir(config), filepath.Dir(credentials), x.ssoDir(), x.loginDir(),
	} {
		files.Sweep(dir)
	}
}
