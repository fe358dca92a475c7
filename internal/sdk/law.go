package sdk

import (
	"slices"
	"strings"

	"guise/internal/parallel"
)

// An Adoption is a change of the files that puts guise in the place of profiles'
// own settings.
type Adoption struct {
	Before, After Readings
	Names         []string // the profiles adopted
	// Guise returns the way by which guise gets a profile's credentials, and whether
	// the profile is of a kind that only guise knows (SAML, another tool's
	// settings), so that it is no matter that no SDK knows it.
	Guise func(profile string) (plan Plan, ownKind bool, err error)
	// IsGuise says which profile a credential_process asks guise for. Both are called by
	// several goroutines at once.
	IsGuise func(command string) (profile string, ok bool)
}

// A Breach is a profile that would break the law of adoption.
type Breach struct {
	Profile string
	SDK     string // "botocore" or "the Go SDK"
	Was, Is string // the way to its identity, before and after
}

func (e *Breach) Error() string {
	return e.SDK + " takes " + e.Profile + " for another identity than guise would: " + e.Was + "; with guise: " + e.Is
}

// Check holds an adoption against its law: whoever botocore and the Go SDK are as
// a profile before, they are after. Where they differ before, both may be
// botocore's after; an SDK that has no identity may get that of the other. What no
// SDK knows, and guise does not know as its own kind, stays as it is. The breaches
// come in the order of names.
func (a Adoption) Check() []*Breach {
	adopted := make(map[string]bool, len(a.Names))
	names := make([]string, 0, len(a.Before.Botocore.room))
	for _, name := range a.Names {
		if !adopted[name] {
			adopted[name], names = true, append(names, name)
		}
	}
	own := len(names)
	for i := range a.Before.Botocore.room {
		if name := a.Before.Botocore.room[i].name; !adopted[name] {
			names = append(names, name)
		}
	}
	for i := range a.Before.Go.room {
		name := a.Before.Go.room[i].name
		if _, too := a.Before.Botocore.profiles[name]; !too && !adopted[name] {
			names = append(names, name)
		}
	}
	for _, name := range a.readNow() {
		if !adopted[name] {
			names = append(names, name)
		}
	}
	findOut(names, a.Before.Botocore, a.Before.Go, a.After.Botocore, a.After.Go)
	all := make([]*Breach, len(names))
	parallel.Spans(len(names), 1000, func() func(from, to int) {
		before := [2]cursor{{of: a.Before.Botocore}, {of: a.Before.Go}}
		after := [2]cursor{{of: a.After.Botocore}, {of: a.After.Go}}
		return func(from, to int) {
			for i, name := range names[from:to] {
				all[from+i] = a.breach(name, a.by(&before, name), a.by(&after, name), from+i < own)
			}
		}
	})
	found := slices.DeleteFunc(all, func(b *Breach) bool { return b == nil })
	slices.SortFunc(found, func(x, y *Breach) int { return strings.Compare(x.Profile, y.Profile) })
	return found
}

// readNow returns the profiles that botocore alone sees, and did not see before, since it
// could not read a file. What the Go SDK sees now and did not see is new: it reads any file.
func (a Adoption) readNow() (names []string) {
	if a.Before.Botocore.Broken == nil {
		return nil
	}
	for name := range a.After.Botocore.profiles {
		if a.Before.Go.profiles[name] == nil && a.After.Go.profiles[name] == nil {
			names = append(names, name)
		}
	}
	return names
}

// by is who a profile is to both SDKs, by guise too.
func (a Adoption) by(both *[2]cursor, name string) [2]Plan {
	botocore, goSDK := both[0].who(name), both[1].who(name)
	is := a.expanded(botocore)
	if goSDK.Same(botocore) {
		return [2]Plan{is, is}
	}
	return [2]Plan{is, a.expanded(goSDK)}
}

// expanded puts what guise does for a profile in the place of the line that runs it.
func (a Adoption) expanded(p Plan) Plan {
	if len(p) == 0 || p[0].Kind != "process" {
		return p
	}
	name, ok := a.IsGuise(p[0].What)
	if !ok {
		return p
	}
	by, _, err := a.Guise(name)
	if err != nil {
		return nil
	}
	if len(p) == 1 {
		return by
	}
	return slices.Concat(by, p[1:])
}

func (a Adoption) breach(name string, was, is [2]Plan, adopted bool) *Breach {
	other := func(p Plan) string {
		if len(p) == 0 {
			return "nobody"
		}
		return p.String()
	}
	for i, sdk := range []string{"botocore", "the Go SDK"} {
		switch {
		case is[i].Same(was[i]):
		case was[0].Same(was[1]) && len(was[0]) == 0:
			if _, ownKind, _ := a.Guise(name); !adopted || !ownKind {
				return &Breach{name, sdk, "nobody", other(is[i])}
			}
		case i == 1 && len(was[0]) > 0 && is[1].Same(was[0]):
		case i == 0 && len(was[0]) == 0 && is[0].Same(was[1]):
		default:
			return &Breach{name, sdk, other(was[i]), other(is[i])}
		}
	}
	return nil
}
