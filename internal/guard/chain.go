package guard

import (
	"cmp"
	"slices"

	"guise/internal/awsconfig"
)

// MadeOf returns the profiles whose guards hold for whoever uses one: the profile itself,
// and the one that it narrows (guise_of), and what that narrows. Its error is that of
// awsconfig.Files.Profile; a profile that guise_of names and that is not there has no
// guards.
//
// A source (source_profile) is not among them: a role that stands in a file has guards of
// its own.
func MadeOf(f *awsconfig.Files, name string) ([]awsconfig.Profile, error) {
	p, err := f.Profile(name)
	if err != nil {
		return nil, err
	}
	all := []awsconfig.Profile{p}
	for of := p.Own("of"); of != "" && !slices.ContainsFunc(all, func(p awsconfig.Profile) bool { return p.Name == of }); of = p.Own("of") {
		if p, err = f.Profile(of); err != nil {
			break
		}
		all = append(all, p)
	}
	return all, nil
}

// OfAll returns what holds for a profile that is made of several, as [MadeOf] has them: of
// all the strictest, but for the colour, which is the first that one of them has. problems
// are as those of Of.
func (r Rules) OfAll(made []awsconfig.Profile) (g Guard, problems []error) {
	for _, p := range made {
		one, bad := r.Of(p)
		problems = append(problems, bad...)
		g.Unsure = cmp.Or(g.Unsure, one.Unsure)
		if one.Confirm == g.Confirm || stricter(one.Confirm, g.Confirm) { // of equals, the name that is known best
			g.Confirm, g.Says, g.From.Confirm = one.Confirm, one.Says, one.From.Confirm
		}
		if one.Lease > 0 && (g.Lease == 0 || one.Lease < g.Lease) {
			g.Lease, g.From.Lease = one.Lease, one.From.Lease
		}
		if g.Color == "" {
			g.Color, g.From.Color = one.Color, one.From.Color
		}
	}
	return g, problems
}
