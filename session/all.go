package session

import (
	"errors"
	"slices"

	"guise/internal/awsconfig"
	"guise/internal/parallel"
)

// Planned is one profile of the user's files and the way to its credentials.
type Planned struct {
	Profile awsconfig.Profile
	Chain   Chain
	Err     error // why there is no chain: those of [Resolve]
}

// SettingsAlone reports that the profile has no credentials and names no place for them: it
// is there for its other settings, a region say, and that it has no chain is no fault.
func (p Planned) SettingsAlone() bool {
	return p.Err != nil && !errors.As(p.Err, new(*awsconfig.SyntaxError)) && Way(p.Profile) == WayNone && p.Profile.Get("source_profile") == ""
}

// ResolveOne plans one profile, which has to be there: the error is that it is not
// (*awsconfig.NoProfileError), and why there is no chain is in the plan.
func ResolveOne(f *awsconfig.Files, name string, d Defaults) (Planned, error) {
	p, err := f.Profile(name)
	if err != nil {
		return Planned{}, err
	}
	chain, err := Resolve(f, name, d)
	return Planned{p, chain, err}, nil
}

// ResolveAll plans every profile, in the order of the files. What d holds is called from
// several goroutines.
func ResolveAll(f *awsconfig.Files, d Defaults) []Planned {
	return MapAll(f, d, func(p Planned) Planned {
		p.Chain = slices.Clone(p.Chain)
		return p
	})
}

// MapAll is ResolveAll, and what do makes of each plan: on all processors, so that do is
// called from several goroutines too. It must not keep the plan's chain, whose place the
// next plan takes.
func MapAll[T any](f *awsconfig.Files, d Defaults, do func(Planned) T) []T {
	profiles := f.Profiles()
	index := Index(f, profiles)
	all := make([]T, len(profiles))
	parallel.Spans(len(profiles), 100, func() func(int, int) {
		of := &planning{Profiles: index}
		r := newResolver(of, d)
		r.defaults.Endpoint = remembered(r.defaults.Endpoint)
		r.sources, r.names, r.room = map[string]Chain{}, map[string]string{}, make(Chain, 0, usual)
		return func(from, to int) {
			for i := from; i < to; i++ {
				of.now = &profiles[i]
				chain, err := r.resolve(profiles[i].Name)
				all[i] = do(Planned{profiles[i], chain, err})
			}
		}
	})
	return all
}

// planning has a profile at hand that is being planned, and finds others.
type planning struct {
	Profiles
	now *awsconfig.Profile
}

// Profile returns a profile by its name.
func (p *planning) Profile(name string) (awsconfig.Profile, error) {
	if name == p.now.Name {
		return *p.now, nil
	}
	return p.Profiles.Profile(name)
}

// remembered is a [Defaults].Endpoint that finds out once what many profiles have: they say
// the same, or nothing, and to look for a [services] section takes as long as a file has bytes.
func remembered(endpoint func(awsconfig.Profile, string) string) func(awsconfig.Profile, string) string {
	type said struct{ service, services, endpoint string }
	known := map[said]string{}
	return func(p awsconfig.Profile, service string) string {
		says := said{service, p.Get("services"), p.Get("endpoint_url")}
		at, ok := known[says]
		if !ok {
			at = endpoint(p, service)
			known[says] = at
		}
		return at
	}
}

// usual is how many links a chain has, or less.
const usual = 4

// index finds profiles and SSO sessions by name without scanning the
// files for each.
type index struct {
	profiles map[string]*awsconfig.Profile
	sessions map[string]awsconfig.Profile
}

// Index finds the profiles of files, and the SSO sessions that they name, without
// scanning the files for each: for whoever resolves many.
func Index(f *awsconfig.Files, profiles []awsconfig.Profile) Profiles {
	x := index{make(map[string]*awsconfig.Profile, len(profiles)), map[string]awsconfig.Profile{}}
	for i := range profiles {
		p := &profiles[i]
		x.profiles[p.Name] = p
		if name := p.Get("sso_session"); name != "" {
			if _, known := x.sessions[name]; !known {
				if section, ok := f.SSOSession(name); ok {
					x.sessions[name] = section
				}
			}
		}
	}
	return x
}

// Profile returns a profile by its name.
func (x index) Profile(name string) (awsconfig.Profile, error) {
	p, ok := x.profiles[name]
	if !ok {
		return awsconfig.Profile{}, &awsconfig.NoProfileError{Name: name}
	}
	return *p, nil
}

// SSOSession returns an [sso-session] section by its name.
func (x index) SSOSession(name string) (awsconfig.Profile, bool) {
	p, ok := x.sessions[name]
	return p, ok
}

// SignIns plans chains that start from every sign-in which the files name: those of the
// profiles, and those of the SSO sessions that no profile uses. What cannot be planned is
// left out.
func SignIns(f *awsconfig.Files, d Defaults) (chains []Chain) {
	for _, plan := range ResolveAll(f, d) {
		if plan.Err == nil {
			chains = append(chains, plan.Chain)
		}
	}
	for _, name := range f.SSOSessions() {
		if link, err := SSOSession(f, name, d); err == nil {
			chains = append(chains, Chain{link, {Kind: SSORole, Place: Portal(link, d)}})
		}
	}
	return chains
}

// Portal is where the SSO session of a link is asked what it opens.
func Portal(l Link, d Defaults) Place {
	portal := Place{Region: l.Region, DualStack: l.DualStack}
	if d.Endpoint != nil {
		portal.Endpoint = d.Endpoint(awsconfig.Profile{}, "sso")
	}
	return portal
}
