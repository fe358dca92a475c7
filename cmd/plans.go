package cmd

import (
	"cmp"
	"path/filepath"

	"guise/internal/awsconfig"
	"guise/internal/awsenv"
	"guise/internal/doctor"
	"guise/internal/filecopy"
	"guise/internal/files"
	"guise/internal/oneoff"
	"guise/internal/settings"
	"guise/internal/signin"
	"guise/internal/source"
	"guise/internal/trace"
	"guise/session"
)

// plans are the user's two AWS files, and the ways to credentials that are planned
// from them.
type plans struct {
	world    World
	settings func() settings.Settings
	// What was read of the files, nil before. Commands that act on them take them whole,
	// or not at all; those that show what there is take what can be read.
	whole, some *awsconfig.Files
	added       []oneoff.Profile // that stand in neither
	reader      awsconfig.Reader
	log         *trace.Log // of --debug; nil: nothing is told
}

// configPaths are the user's two files, as the AWS SDKs find them.
func (x *plans) configPaths() (config, credentials string) {
	return awsconfig.Paths(x.world.Getenv, x.world.Home)
}

// backups is the folder of earlier versions of the two files.
func (x *plans) backups() string { return filepath.Join(x.world.State, "backups") }

// files reads the user's two files, once. Of neither anything may be missing: the keys in
// one can win over what the other says of a profile.
func (x *plans) files() (*awsconfig.Files, error) {
	if x.whole == nil {
		config, credentials := x.configPaths()
		f, err := x.reader.Read(config, credentials)
		x.log.Sayf("profiles are in %s and %s", config, credentials)
		if err != nil {
			return nil, fail("AWS config", err)
		}
		x.whole = oneoff.In(f, x.added)
	}
	return x.whole, nil
}

// readable reads what can be read of the user's two files, for what is only shown.
// problems is what could not.
func (x *plans) readable() (f *awsconfig.Files, problems []error) {
	f, problems = x.reader.ReadSome(x.configPaths())
	x.some = oneoff.In(f, x.added)
	if len(problems) == 0 {
		x.whole = x.some
	}
	return x.some, problems
}

// profileNamed is one of the user's profiles. Its error is that of the files, or of
// awsconfig.Files.Profile.
func (x *plans) profileNamed(name string) (awsconfig.Profile, error) {
	files, err := x.files()
	if err != nil {
		return awsconfig.Profile{}, err
	}
	return files.Profile(name)
}

// rewrite edits the user's files, under a lock and with the old ones kept.
func (x *plans) rewrite(edit func(*awsconfig.Files) error) (changed bool, err error) {
	config, credentials := x.configPaths()
	changed, err = x.reader.Rewrite(config, credentials, x.backups(), edit)
	x.whole, x.some = nil, nil
	if changed {
		filecopy.SyncIn(x.world.Runtime())
	}
	return changed, ofFiles(err)
}

// endpoint returns the address that replaces AWS's own for a service, where the user has
// set one.
func (x *plans) endpoint(p awsconfig.Profile, service string) string {
	var services awsconfig.Profile
	if name, f := p.Get("services"), cmp.Or(x.whole, x.some); name != "" && f != nil {
		services, _ = f.Services(name)
	}
	return awsenv.Endpoint(x.world.Getenv, p, services, service)
}

func (x *plans) defaults() session.Defaults {
	return source.Here(session.Defaults{
		SessionName: x.settings().SessionName, SourceIdentity: x.settings().SourceIdentity, User: x.world.User, Getenv: x.world.Getenv, Environ: x.world.Environ, Endpoint: x.endpoint,
	})
}

// chain plans the way to a profile's credentials from the user's files.
func (x *plans) chain(name string) (session.Chain, error) {
	files, err := x.files()
	if err != nil {
		return nil, about(name, err)
	}
	chain, err := session.Resolve(files, name, x.defaults())
	if err != nil {
		err = failure{what: name, err: err, hint: doctor.FixOf(files, err)}
	}
	return chain, about(name, err)
}

// placeOf is where a service is called for a profile, which need not exist.
func (x *plans) placeOf(name, service string) session.Place {
	p, _ := x.profileNamed(name)
	return session.Place{Region: p.Get("region"), Endpoint: x.endpoint(p, service)}
}

// regionShown is the region of calls under a profile: one that was asked for, the
// terminal's, or the profile's.
func (x *plans) regionShown(profile, asked string) string {
	return awsenv.Env(x.world.Environ()).RegionIn(profile, asked, x.regionOfProfile(profile))
}

func (x *plans) regionOfProfile(profile string) string {
	p, _ := x.profileNamed(profile)
	return p.Get("region")
}

// status are the files with the ends of sessions, for the prompt.
func (x *plans) status() session.StatusDir {
	return session.StatusDir(files.Folder{Root: x.world.Cache, Below: "status"})
}

// statusFile is the status file of a profile; empty where it has no chain.
func (x *plans) statusFile(profile string) string {
	chain, err := x.chain(profile)
	if err != nil {
		return ""
	}
	return x.status().Path(chain)
}

// ssoDir is the folder in which the AWS CLI and SDKs look for tokens of SSO.
func (x *plans) ssoDir() string { return filepath.Join(x.world.Home, ".aws", "sso", "cache") }

// loginDir is the folder of the sign-ins of `aws login`.
func (x *plans) loginDir() string { return signin.LoginDir(x.world.Getenv, x.world.Home) }
