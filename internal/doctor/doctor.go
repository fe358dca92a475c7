// Package doctor finds problems and says how to fix them: in the AWS files, the
// environment, the shell, the clock, the key store and the cache. A check reads [Facts],
// which the caller provides, and says what it found, why that matters and what fixes it.
// To add a check, write a method here and a line in Check.
//
// # What it does not do
//
// No check changes anything, asks, or prints (but looking whether the cache can be used
// creates its folders). What --fix does is in a finding's Repair, which the caller runs.
package doctor

import (
	"context"
	"time"

	"guise/cache"
	"guise/internal/awsconfig"
	"guise/internal/keys"
	"guise/internal/sdk"
	"guise/internal/settings"
	"guise/session"
)

// How bad a finding is.
const (
	Serious = "serious" // unsafe, or something does not work
	Warning = "warning" // it would surprise
	Hint    = "hint"    // it could be better
)

// A Finding is what a check has found.
type Finding struct {
	Check    string `json:"check"`
	Severity string `json:"severity"`
	What     string `json:"what"`
	Why      string `json:"why"`           // it matters
	Fix      string `json:"fix,omitempty"` // a command
	Fixed    bool   `json:"fixed,omitempty"`

	Repair func() error `json:"-"` // what --fix does; nil where only the user can
	Done   string       `json:"-"` // what is so after Repair; empty: What is all there is to say
}

// Facts are what the checks look at. All fields are needed.
type Facts struct {
	Getenv     func(string) string
	Now        func() time.Time
	Executable func() (string, error) // the path that guise writes into ~/.aws/config
	Home       string
	Sandbox    bool   // of `guise demo`, whose keys are nobody's
	LoadHook   string // what loads the hook in the shell that has called us

	Files               *awsconfig.Files
	Unread              []error  // files that could not be read
	Config, Credentials string   // where the two are
	Backups             string   // the folder of their earlier versions
	Own                 []string // all folders and files that must be the user's own
	Settings            settings.Settings
	Defaults            session.Defaults

	Cache    *cache.Store
	CacheDir string
	Keys     *keys.Keeper
	// Unasked is Keys that asks nobody: it fails with session.ErrNoPerson instead.
	Unasked *keys.Keeper
	// IAM is IAM for the user of a profile, where that needs no question to the user.
	IAM func(ctx context.Context, profile string) (keys.IAM, error)
	// Clock is AWS's clock minus ours; nil where AWS cannot be asked.
	Clock func(ctx context.Context) (time.Duration, error)
	// Adopt has guise manage a profile again, and leaves access keys in the file.
	Adopt func(profile string) error
}

// examination is one run of the checks.
type examination struct {
	Facts
	profiles []awsconfig.Profile
	plans    []session.Planned
	found    []Finding
}

func (x *examination) add(f Finding) { x.found = append(x.found, f) }

// sdkFiles are the two files, for package sdk.
func (x *examination) sdkFiles() sdk.Files {
	data := x.Files.Bytes()
	return sdk.Files{ConfigPath: x.Config, CredentialsPath: x.Credentials, Config: data[0], Credentials: data[1]}
}

func examine(f Facts) *examination {
	return &examination{Facts: f, profiles: f.Files.Profiles(), plans: session.ResolveAll(f.Files, f.Defaults)}
}

// Check runs all checks, and gives what they found in their order.
func Check(ctx context.Context, f Facts) []Finding {
	x := examine(f)
	for _, check := range []func(context.Context){
		x.brokenFiles, x.brokenSettings, x.guards, x.plainKeys, x.leftovers, x.earlierVersions, x.fileModes, x.owners, x.environment, x.processes, x.olderClients, x.broken, x.waysToSignIn, x.accessRequests,
		x.names, x.sdks, x.awsVault, x.oldKeys, x.hook, x.oldShell, x.clock, x.stores, x.pending, x.cacheState, x.refresh,
	} {
		check(ctx)
	}
	return x.found
}
