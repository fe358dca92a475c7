package guard

import (
	"cmp"
	"slices"

	"guise/internal/awsconfig"
)

// narrowed are the profile that one narrows (guise_of), and what that narrows. One that is
// not there has no guards.
//
// A source (source_profile) is not among them: a role that stands in a file has guards of
// its own. Of a session for one command, which stands in none, the source is, and so is each
// profile that is [Alike].
func narrowed(f *awsconfig.Files, p awsconfig.Profile) (all []awsconfig.Profile) {
	seen := []string{p.Name}
	for {
		all = append(all, Alike(f, p)...)
		of := p.Own("of")
		if of == "" && f.IsAdded(p.Name) {
			of = p.Get("source_profile")
		}
		if of == "" || slices.Contains(seen, of) {
			return all
		}
		var err error
		if p, err = f.Profile(of); err != nil {
			return all
		}
		seen, all = append(seen, of), append(all, p)
	}
}

// Alike returns the profiles of the user's files that lead to what a profile does which
// stands in none of them: those of the same role, and one of the same name, which it hides.
// Their guards are the user's word on that role, whoever names it.
func Alike(f *awsconfig.Files, p awsconfig.Profile) (all []awsconfig.Profile) {
	if !f.IsAdded(p.Name) {
		return nil
	}
	role, account, permissions := p.Get("role_arn"), p.Get("sso_account_id"), p.Get("sso_role_name")
	for _, q := range f.Standing().Profiles() {
		if q.Name == p.Name || role != "" && (q.Get("role_arn") == role || q.Own("saml_role_arn") == role) ||
			account != "" && permissions != "" && q.Get("sso_account_id") == account && q.Get("sso_role_name") == permissions {
			all = append(all, q)
		}
	}
	return all
}

// all is what holds for a profile that is made of several, itself the first: of all the
// strictest, but for the colour, which is the first that one of them has.
func (r Rules) all(made []awsconfig.Profile) (g Guard, problems []error) {
	for _, p := range made {
		one, bad := r.one(p)
		problems = append(problems, bad...)
		g.Unsure = cmp.Or(g.Unsure, one.Unsure)
		if one.Confirm == g.Confirm || stricter(one.Confirm, g.Confirm) { // of equals, the name that is known best
			g.Confirm, g.Says, g.From.Confirm = one.Confirm, one.Says, one.From.Confirm
		}
		if one.Lease > 0 && (g.Lease == 0 || one.Lease < g.Lease) {
			g.Lease, g.From.Lease = one.Lease, one.From.Lease
		}
		if g.Approve.Stricter(one.Approve) != g.Approve {
			g.Approve, g.From.Approve = one.Approve, one.From.Approve
		}
		if g.Color == "" {
			g.Color, g.From.Color = one.Color, one.From.Color
		}
	}
	return g, problems
}
