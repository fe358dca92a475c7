package adoption

import (
	"slices"
	"sync"

	"guise/internal/awsconfig"
	"guise/internal/sdk"
	"guise/session"
)

// A way is how guise gets the credentials of a profile, as far as the law asks for it: of
// ten thousand profiles the chains in whole would be most of the memory.
type way struct {
	profile awsconfig.Profile
	plan    sdk.Plan // as the SDKs' ways are given
	ownKind bool     // only guise knows it: no matter that no SDK does
	next    string   // the other profile for which its first link runs guise; empty: none
	err     error    // why there is none: those of session.Resolve
}

// ways are those of all profiles of the files.
type ways struct {
	all      []way // in the order of the files
	named    map[string]*way
	includes map[string]bool         // profiles with settings of others
	profiles func() session.Profiles // for a chain in whole
	defaults session.Defaults
}

// waysIn plans all profiles of the files.
func (x *adoption) waysIn(files *awsconfig.Files) *ways {
	profiles := files.Profiles()
	w := &ways{
		includes: map[string]bool{}, defaults: x.Defaults,
		profiles: sync.OnceValue(func() session.Profiles { return session.Index(files, profiles) }),
	}
	for i := range profiles {
		if profiles[i].Includes() {
			w.includes[profiles[i].Name] = true
		}
	}
	w.all = session.MapAll(files, x.Defaults, func(p session.Planned) way {
		if p.Err != nil {
			return way{profile: p.Profile, err: p.Err, ownKind: p.Profile.HasHidden()}
		}
		next, _ := awsconfig.ProfileOf(p.Chain[0].Command)
		return way{profile: p.Profile, plan: p.Chain.Plan(x.Defaults), next: next, ownKind: p.Profile.HasHidden() || w.onlyGuise(p.Chain)}
	})
	w.named = make(map[string]*way, len(w.all))
	for i := range w.all {
		w.named[w.all[i].profile.Name] = &w.all[i]
	}
	return w
}

// onlyGuise reports whether no SDK takes a chain for what it is.
func (w *ways) onlyGuise(chain session.Chain) bool {
	return chain.OnlyGuise() || slices.ContainsFunc(chain, func(l session.Link) bool { return w.includes[l.Profile] })
}

// guise is the way to a profile's credentials by guise, as [sdk.Adoption] asks for it.
func (w *ways) guise(name string) (plan sdk.Plan, ownKind bool, err error) {
	its := w.named[name]
	switch {
	case its == nil:
		return nil, false, &awsconfig.NoProfileError{Name: name}
	case its.err != nil || its.next == "":
		return its.plan, its.ownKind, its.err
	}
	chain, err := w.through(name)
	if err != nil {
		return nil, its.profile.HasHidden(), err
	}
	return chain.Plan(w.defaults), its.profile.HasHidden() || w.onlyGuise(chain), nil
}

// through plans the way to a profile's credentials that begins with a credential_process
// which runs guise for another profile, and goes on there: to SDKs too it is that profile.
func (w *ways) through(name string) (session.Chain, error) {
	var after session.Chain
	for seen := map[string]bool{}; ; seen[name] = true {
		its := w.named[name]
		switch {
		case its == nil:
			return nil, &awsconfig.NoProfileError{Name: name}
		case its.err != nil:
			return nil, its.err
		}
		chain, err := session.Resolve(w.profiles(), name, w.defaults)
		if err != nil {
			return nil, err
		}
		if its.next == "" || seen[name] {
			return slices.Concat(chain, after), nil
		}
		name, after = its.next, slices.Concat(chain[1:], after)
	}
}
