package awsconfig

// A finding is a profile as [Files.Profile] has found it in a state, and those found before
// it. A plan, what guards it, and what asks for approval all look at the same few profiles;
// to find each again would be a twentieth of a cached answer.
type finding struct {
	of      State
	profile Profile
	before  *finding
	depth   int
}

// mostFound is how many are kept: whoever asks for more should list all.
const mostFound = 8

// plain is the files' state, and whether that is all there is: nothing is being changed, and
// no profile is added.
func (f *Files) plain() (State, bool) {
	return State{f.config.now, f.credentials.now}, f.config.document == nil && f.credentials.document == nil && f.added == nil
}

func (f *Files) foundBefore(name string) (Profile, bool) {
	now, plain := f.plain()
	if !plain {
		return Profile{}, false
	}
	for one := f.found.Load(); one != nil; one = one.before {
		if one.profile.Name == name && one.of == now {
			return one.profile, true
		}
	}
	return Profile{}, false
}

// remember keeps a profile that was found. Of two at once, one may be lost: it is found again.
func (f *Files) remember(p Profile) {
	now, plain := f.plain()
	if !plain {
		return
	}
	one := &finding{of: now, profile: p, before: f.found.Load()}
	if one.before != nil {
		one.depth = one.before.depth + 1
	}
	if one.depth == mostFound || one.before != nil && one.before.of != now {
		one.before, one.depth = nil, 0
	}
	f.found.Store(one)
}
