package adoption

import (
	"slices"

	"guise/internal/awsconfig"
	"guise/internal/sdk"
	"guise/session"
	"guise/shell"
)

// The law of adoption: whoever botocore and the Go SDK are as a profile before it is
// adopted, they are after it. docs/design.md has the whole of it.

// obey keeps to profiles that can be adopted within the law. Of all, it leaves the
// others, and says so; a profile that was named is an error.
func (x *adoption) obey(files *awsconfig.Files) error {
	for _, d := range x.clashes(files, x.names) {
		if !x.All {
			x.Say(d.Text() + ". Once guise manages it, the Go SDK uses the same identity as botocore")
			continue
		}
		x.Say(d.Text() + ": skipped (guise adopt " + shell.Word(d.Profile) + " asks)")
		x.names = without(x.names, d.Profile)
	}
	for {
		breaches, err := x.breaches(files)
		if err != nil || len(breaches) == 0 {
			return err
		}
		left := x.names
		for _, b := range breaches {
			// What changes an identity may be the adoption of a source.
			culprits := chainOf(files, b.Profile)
			if !x.All || len(without(x.names, culprits...)) == len(x.names) {
				return &awsconfig.ProfileError{Profile: b.Profile, Err: b}
			}
			x.leave(b.Profile, b.Error())
			left = without(left, culprits...)
		}
		x.names = left
	}
}

// without returns those of names that are none of others.
func without(names []string, others ...string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(others, name) })
}

// chainOf returns a profile and those that it names as sources.
func chainOf(files *awsconfig.Files, name string) []string {
	var all []string
	for name != "" && !slices.Contains(all, name) {
		all = append(all, name)
		p, _ := files.Profile(name)
		name = p.Get("source_profile")
	}
	return all
}

// clashes returns those of some profiles that botocore and the Go SDK take for two
// identities, in the order of names.
func (a Adopter) clashes(files *awsconfig.Files, names []string) []sdk.Difference {
	var found []sdk.Difference
	f := a.sdkFiles(files.Bytes())
	botocore, goSDK := sdk.Botocore(f), sdk.GoSDK(f)
	for _, name := range names {
		if d, differ := sdk.Compare(botocore, goSDK, name); differ && d.Clashes() {
			found = append(found, d)
		}
	}
	return found
}

// sdkFiles are the AWS files, for package sdk.
func (a Adopter) sdkFiles(data [2][]byte) sdk.Files {
	return sdk.Files{ConfigPath: a.Keys.Config, CredentialsPath: a.Keys.Credentials, Config: data[0], Credentials: data[1]}
}

// breaches tries the adoption in memory.
func (x *adoption) breaches(files *awsconfig.Files) ([]*sdk.Breach, error) {
	index := session.Index(files, files.Profiles())
	before, after, err := files.Trial(func(f *awsconfig.Files) error { return x.edit(f, storeNothing) })
	if err != nil {
		return nil, err
	}
	return sdk.Adoption{
		Before: x.sdkFiles(before), After: x.sdkFiles(after), Names: x.names,
		IsGuise: func(command string) (string, bool) {
			if name, ok := awsconfig.ProfileOf(command); ok {
				return name, true
			}
			// Another tool gives for it what guise reads of that tool's own settings.
			name, ok := awsconfig.ProfileOfOther(command)
			p, _ := index.Profile(name)
			return name, ok && p.HasForeign()
		},
		Guise: func(name string) (sdk.Plan, bool, error) {
			p, _ := index.Profile(name)
			ownKind := p.HasHidden() || session.Way(p) == session.WaySAML
			chain, err := throughGuise(index, name, x.Defaults)
			return chain.Plan(x.Defaults), ownKind, err
		},
	}.Check(), nil
}

// throughGuise plans the way to a profile's credentials, and further where that is a
// credential_process that runs guise for another profile: to SDKs too it is that
// profile.
func throughGuise(profiles session.Profiles, name string, d session.Defaults) (session.Chain, error) {
	var after session.Chain
	for seen := map[string]bool{}; ; seen[name] = true {
		chain, err := session.Resolve(profiles, name, d)
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
