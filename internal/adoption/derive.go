package adoption

import (
	"context"

	"guise/internal/awsconfig"
	"guise/internal/sdk"
	"guise/session"
)

// ReadOnly says which profile to use in the place of one for --read-only, as
// session.ReadOnly does, and plans to write it, where it stands in no file, or is stale:
// nil where nothing is to do. Again is the command for another try, at a terminal. It says
// which other profile an SDK would be somebody else as, and where botocore is somebody else
// as the profile itself.
//
// Its errors are those of session.ReadOnly, of Executable, and *awsconfig.SyntaxError and
// those of awsconfig.Files.Derive.
func (a Adopter) ReadOnly(files *awsconfig.Files, name, again string) (use string, c *Change, err error) {
	if err := files.Check(); err != nil {
		return "", nil, err
	}
	with, use, err := session.ReadOnly(files, name, a.Defaults)
	if err != nil {
		return "", nil, err
	}
	p, err := with.Profile(use)
	if err != nil {
		return "", nil, err
	}
	if of := p.Own("of"); of == "" || !with.IsAdded(use) && len(without([]string{use}, files.Derived(of)...)) > 0 {
		return use, nil, nil // the user's own
	}
	executable, err := a.Executable()
	if err != nil {
		return "", nil, err
	}
	edit := func(f *awsconfig.Files) error {
		return f.Derive(use, p.Own("of"), executable, awsconfig.Setting{Key: "guise_policy_arns", Value: p.Own("policy_arns")})
	}
	before, after, err := files.Trial(edit)
	if err != nil || before.Same(after) {
		return use, nil, err
	}
	if by, above := a.misread(use, before, after); by != "" {
		a.Say(by + " does not see a profile of the name " + use + ", and takes its settings for those of " + above)
	}
	if b := a.strange(p.Own("of"), files); b != nil {
		a.Say(b.Error() + ". " + use + " is who guise is")
	}
	what := "the profile " + use + ", which is " + p.Own("of") + " with AWS' ReadOnlyAccess alone"
	return use, &Change{
		About: about, Question: "write " + what, Would: "would write " + what, Nothing: use + " is there already", Again: again, files: files,
		try: func(_ context.Context, f *awsconfig.Files) error { return edit(f) },
		write: func(context.Context) (bool, error) {
			return a.Keys.Rewrite(edit)
		},
		done: func() Result { return Result{Done: "wrote " + use + " to " + a.Keys.Config} },
	}, nil
}

// misread looks whether the SDKs are who they were as every other profile once one is
// written. It returns the first that they are not, and which SDK; empty: there is none.
func (a Adopter) misread(name string, before, after awsconfig.State) (by, above string) {
	if awsconfig.SeenByAll(name) {
		return "", ""
	}
	for _, b := range (sdk.Adoption{
		Before: a.readings(before), After: a.readings(after),
		IsGuise: func(string) (string, bool) { return "", false },
		Guise:   func(string) (sdk.Plan, bool, error) { return nil, false, nil },
	}).Check() {
		if b.Profile != name {
			return b.SDK, b.Profile
		}
	}
	return "", ""
}

// strange returns how botocore is somebody else as a profile than guise is: by settings of
// a section that Python adds to all others, say. It is nil where it is the same, or where
// either is nobody.
func (a Adopter) strange(name string, files *awsconfig.Files) *sdk.Breach {
	was, err := a.readings(files.State()).Botocore.Who(name)
	if err != nil {
		return nil
	}
	chain, err := session.Resolve(files, name, a.Defaults)
	if err != nil || was[0].Kind == "process" && runsGuise(was[0].What) {
		return nil
	}
	if is := chain.Plan(a.Defaults); !is.Same(was) {
		return &sdk.Breach{Profile: name, SDK: "botocore", Was: was.String(), Is: is.String()}
	}
	return nil
}

func runsGuise(command string) bool {
	_, own := awsconfig.ProfileOf(command)
	_, others := awsconfig.ProfileOfOther(command)
	return own || others
}
