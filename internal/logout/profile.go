package logout

import (
	"context"
	"slices"

	"guise/internal/approval"
	"guise/internal/awsconfig"
	"guise/internal/oneoff"
	"guise/internal/printable"
	"guise/internal/signin"
	"guise/internal/ssosession"
	"guise/session"
)

// Profiles are some whose sessions end. All its fields are needed.
type Profiles struct {
	Names     []string // all that are named for it
	Files     *awsconfig.Files
	Defaults  session.Defaults
	Retriever *session.Retriever
	Services  signin.Services
	Approvals approval.Book
	Cache     oneoff.Cache
}

// End removes what the cache has of the chain of one profile, of those that narrow it, and of
// the sessions for one command that are of any of these; and the approvals of them, and signs
// out. done is told what was done. Its errors are those of
// the cache, and of the sign-out.
func (p Profiles) End(ctx context.Context, name string, c session.Chain, done func(line string)) error {
	all := session.ResolveAll(p.Files, p.Defaults)
	narrower := session.Narrowing(p.Files, all, name, p.Defaults)
	but := slices.Clone(p.Names)
	for _, one := range narrower {
		but = append(but, one.Profile.Name)
	}
	others := p.Retriever.Sharing(c, all, but)
	dropped, err := ssosession.Drop(p.Files, p.Defaults, p.Retriever, c)
	if err != nil {
		return err
	}
	done(name + ": " + printable.Count(dropped, "cached session") + " removed; credentials that programs already have stay valid until they expire")
	if err := p.dropApprovals(name, done); err != nil {
		return err
	}
	if len(others) > 0 {
		done(name + ": the MFA session that is removed was also for " + printable.Some(others))
	}
	for _, one := range narrower {
		if slices.Contains(p.Names, one.Profile.Name) {
			continue // it has its turn
		}
		if err := p.dropNarrower(one, name, done); err != nil {
			return err
		}
	}
	of := []string{name}
	for _, one := range narrower {
		of = append(of, one.Profile.Name)
	}
	if err := p.dropOneOffs(of, done); err != nil {
		return err
	}
	ended, _ := p.Services.SignOut(ctx, c)
	if line := ended.Done(); line != "" {
		done(line)
	}
	return ended.Err
}

// dropNarrower removes the sessions and the approvals of a profile that narrows another one.
func (p Profiles) dropNarrower(one session.Planned, of string, done func(line string)) error {
	if one.Err == nil {
		dropped, err := ssosession.Drop(p.Files, p.Defaults, p.Retriever, one.Chain)
		if err != nil {
			return err
		}
		if dropped > 0 {
			done(one.Profile.Name + ": " + printable.Count(dropped, "cached session") + " removed, since it narrows " + of)
		}
	}
	return p.dropApprovals(one.Profile.Name, done)
}

// dropOneOffs removes the sessions for one command that are of some profiles.
func (p Profiles) dropOneOffs(of []string, done func(line string)) error {
	all, err := oneoff.All(p.Cache, p.Files, p.Defaults)
	if err != nil {
		return err
	}
	for _, one := range all {
		if !slices.Contains(of, one.Of) {
			continue
		}
		dropped, err := ssosession.Drop(p.Files, p.Defaults, p.Retriever, one.Chain)
		if err == nil && dropped > 0 {
			done(one.Profile.Name + ": " + printable.Count(dropped, "cached session") + " removed, which a command got from " + one.Of)
		}
		if err == nil {
			err = p.dropApprovals(one.Profile.Name, done)
		}
		if err != nil {
			return err
		}
		one.Forget(p.Cache)
	}
	return nil
}

func (p Profiles) dropApprovals(name string, done func(line string)) error {
	ended, err := p.Approvals.Drop(name)
	if err == nil && ended > 0 {
		done(name + ": " + printable.Count(ended, "approval") + " removed")
	}
	return err
}
