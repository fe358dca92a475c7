package cmd

import (
	"slices"

	"guise/awsconfig"
	"guise/internal/sdk"
	"guise/internal/secret"
	"guise/session"
	"guise/shell"
)

// The law of adoption: whoever botocore and the Go SDK are as a profile before
// `guise adopt`, they are after it. It is checked on each adoption before anything
// is written; docs/design.md has the whole of it.

// sdkFiles are the user's two files, for package sdk.
func (a *app) sdkFiles(data [2][]byte) sdk.Files {
	config, credentials := a.configPaths()
	return sdk.Files{ConfigPath: config, CredentialsPath: credentials, Config: data[0], Credentials: data[1]}
}

// clashes gives the profiles that botocore and the Go SDK take for two identities.
func (a *app) clashes(files *awsconfig.Files, names []string) map[string]sdk.Difference {
	found := map[string]sdk.Difference{}
	f := a.sdkFiles(files.Bytes())
	botocore, goSDK := sdk.Botocore(f), sdk.GoSDK(f)
	for _, name := range names {
		if d, differ := sdk.Compare(botocore, goSDK, name); differ && d.Clashes() {
			found[name] = d
		}
	}
	return found
}

// lawful gives those of the profiles that can be adopted within the law. Of --all,
// the others are left, and said; a profile that was named is an error.
func (o adoptOptions) lawful(files *awsconfig.Files, names []string) ([]string, error) {
	names = slices.Clone(names)
	for name, d := range o.app.clashes(files, names) {
		if !o.all {
			o.app.say("guise: " + d.Text() + ". With guise the Go SDK is what botocore is")
			continue
		}
		o.app.say("guise: " + d.Text() + ": left as it is (guise adopt " + shell.Word(name) + " asks)")
		names = slices.DeleteFunc(names, func(n string) bool { return n == name })
	}
	for len(names) > 0 {
		breaches, err := o.breaches(files, names)
		if err != nil || len(breaches) == 0 {
			return names, err
		}
		left := len(names)
		for _, b := range breaches {
			culprits := o.chainOf(files, b.Profile)
			if i := slices.IndexFunc(names, func(n string) bool { return slices.Contains(culprits, n) }); !o.all || i < 0 {
				return nil, fail(b.Profile, b)
			}
			o.app.sayf("guise: %s: %v: left as it is", b.Profile, b)
			names = slices.DeleteFunc(names, func(n string) bool { return slices.Contains(culprits, n) })
		}
		if len(names) == left {
			return nil, fail(breaches[0].Profile, breaches[0])
		}
	}
	return names, nil
}

// chainOf gives a profile and those that it names as sources.
func (o adoptOptions) chainOf(files *awsconfig.Files, name string) []string {
	var all []string
	for name != "" && !slices.Contains(all, name) {
		all = append(all, name)
		p, err := files.Profile(name)
		if err != nil {
			break
		}
		name = p.Get("source_profile")
	}
	return all
}

// breaches tries the adoption in memory.
func (o adoptOptions) breaches(files *awsconfig.Files, names []string) ([]*sdk.Breach, error) {
	index := session.Index(files, files.Profiles())
	before, after, err := files.Trial(func(f *awsconfig.Files) error {
		return o.adopt(f, names, func(string, string, secret.Text) error { return nil })
	})
	if err != nil {
		return nil, err
	}
	return sdk.Adoption{
		Before: o.app.sdkFiles(before), After: o.app.sdkFiles(after), Names: names, IsGuise: func(command string) (string, bool) {
			if name, ok := awsconfig.ProfileOf(command); ok {
				return name, true
			}
			// Another tool gives for it what guise reads of that tool's own settings.
			name, ok := awsconfig.ProfileOfOther(command)
			p, err := index.Profile(name)
			return name, ok && err == nil && p.HasForeign()
		},
		Guise: func(name string) (sdk.Plan, bool, error) {
			p, err := index.Profile(name)
			if err != nil {
				return nil, false, err
			}
			ownKind := p.HasHidden() || session.Way(p) == session.WaySAML
			chain, err := o.throughGuise(index, name)
			if err != nil {
				return nil, ownKind, err
			}
			return chain.Plan(o.app.defaults()), ownKind, nil
		},
	}.Check(), nil
}

// throughGuise plans the way to a profile's credentials, and further where that is
// a credential_process that runs guise for another profile: to SDKs too it is that
// profile.
func (o adoptOptions) throughGuise(profiles session.Profiles, name string) (session.Chain, error) {
	var after session.Chain
	for seen := map[string]bool{}; ; seen[name] = true {
		chain, err := o.app.resolve(profiles, name)
		if err != nil {
			return nil, err
		}
		next, ok := awsconfig.ProfileOf(chain[0].Command)
		if !ok || seen[name] {
			return slices.Concat(chain, after), nil
		}
		name, after = next, slices.Concat(chain[1:], after)
	}
}
