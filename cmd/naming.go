package cmd

import (
	"cmp"
	"context"

	"guise/internal/awsconfig"
	"guise/internal/awsenv"
	"guise/internal/naming"
)

// finding is what commands have that take profiles: one rule finds those that are meant.
type finding struct {
	looking
	naming.Finder
	regions naming.Regions
	picker  picker
}

func (a *app) finding() finding {
	x, p := a.looking(), a.picker()
	return finding{regions: a.regions(), picker: p, looking: x, Finder: naming.Finder{
		Files: a.files, All: x.describeAll, AtTerminal: a.atTerminal, Say: a.result,
		Active: func() string { return awsenv.Active(a.Getenv) },
		Choose: p.profile, Several: p.several,
		Confirm: func(ctx context.Context, question string) error { return a.consent(ctx, question, false, nil) },
	}}
}

func (a *app) regions() naming.Regions {
	return naming.Regions{
		Current:    cmp.Or(a.Getenv(varRegion), a.Getenv(varDefaultRegion)),
		AtTerminal: a.atTerminal, Say: a.say, Pick: a.picker().open,
	}
}

// in is finding for a command that has a region: the picker has a key that asks for it.
func (x finding) in(region *string) finding {
	x.Choose = x.picker.in(func(ctx context.Context) error {
		name, err := x.regions.Choose(ctx, "region", "")
		if err == nil {
			*region = name
		}
		return err
	}).profile
	return x
}

// showing is finding for a command that shows what there is: broken files are no hindrance.
func (x finding) showing() finding {
	x.Files = func() (*awsconfig.Files, error) { return x.shownFiles(), nil }
	return x
}
