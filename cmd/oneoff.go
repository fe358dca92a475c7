package cmd

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"guise/internal/adoption"
	"guise/internal/awsconfig"
	"guise/internal/doctor"
	"guise/internal/oneoff"
	"guise/internal/ssosession"
	"guise/shell"
)

// oneOff gives a command the flags for a session that no profile is for.
func (a *app) oneOff(c *cobra.Command, f *oneoff.Flags) oneoff.Maker {
	f.Add(c, a.files)
	return oneoff.Maker{
		Flags: f, What: c.Name(), Typed: a.Args, Files: a.files, Defaults: a.defaults, Source: a.finding().ActiveOr, Save: a.savedAs,
		Keep: func(p oneoff.Profile) { a.add(append(a.added, p)) },
		Confirm: func(ctx context.Context, p oneoff.Profile) error {
			defer a.add(a.added)
			a.add(append(a.added, p))
			_, err := a.confirmed(ctx, p.Name)
			return cmp.Or(err, a.user("").gate().Yours("save it", p.Name))
		},
		SSO: func() (ssosession.Sessions, error) { return a.user("").sessions("sso sync") },
		Wrong: func(f *awsconfig.Files, name string, err error) error {
			return failure{what: name, err: err, hint: doctor.FixOf(f, err)}
		},
	}
}

// add has the files give some profiles that stand in none of them.
func (x *plans) add(all []oneoff.Profile) { x.added, x.whole, x.some = all, nil, nil }

// savedAs writes a profile to the AWS config file, if the user agrees.
func (a *app) savedAs(ctx context.Context, p oneoff.Profile) error {
	m := a.managing()
	m.yes = a.given.Yes || a.settings().Adopt == "always"
	return m.change(ctx, func(f *awsconfig.Files) (*adoption.Change, error) {
		return m.adopter().Create(f, p.Name, p.Settings, shell.With(a.Args, "--yes"))
	})
}

// standing is what stands in a file for a profile that may be in none.
func (x *plans) standing(name string) (profile, sso string) {
	return oneoff.Standing(x.whole, x.added, name)
}
