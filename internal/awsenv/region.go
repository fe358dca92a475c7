package awsenv

import (
	"cmp"
	"slices"
	"strings"

	"guise/internal/printable"
	"guise/session"
)

// RegionFor is the variable in which guise notes the region that it has set in a terminal
// for one profile: by `use -r`, `exec -r` or `export`. The region is that profile's, and
// not the terminal's: another profile is never used in it.
const RegionFor = "GUISE_REGION_FOR"

// A ProfileRegion is a region that guise has set for one profile.
type ProfileRegion struct {
	Region  string
	Before  string // the region that the terminal had before; empty where it had none
	Profile string
}

// Variables set the region, and note whose it is.
func (r ProfileRegion) Variables() []Variable {
	return append(InRegion(r.Region), Variable{RegionFor, r.Region + " " + cmp.Or(r.Before, "-") + " " + r.Profile})
}

// Undo returns the variables of the region that was there before; none where none was.
func (r ProfileRegion) Undo() []Variable {
	if r.Before == "" {
		return nil
	}
	return InRegion(r.Before)
}

// RegionVariables are all the variables of a region, of which one may not have all.
var RegionVariables = []string{Region, DefaultRegion, RegionFor}

// ProfileRegion returns the region that guise has set here for one profile, if it is
// still active: whoever has set another one since means that.
func (e Env) ProfileRegion() (ProfileRegion, bool) {
	note, _ := e.Get(RegionFor)
	words := strings.SplitN(note, " ", 3)
	if now, _ := e.Get(Region); len(words) < 3 || words[0] == "" || words[0] != now || words[2] == "" || !printable.Text(words[1]) {
		return ProfileRegion{}, false
	}
	return ProfileRegion{words[0], strings.TrimPrefix(words[1], "-"), words[2]}, true
}

// For is the environment as it is for a profile: without a region that guise has set for
// another one.
func (e Env) For(profile string) Env {
	r, set := e.ProfileRegion()
	if !set || r.Profile == profile {
		return e
	}
	return e.Without(RegionVariables...).With(r.Undo()...)
}

// In is the environment with a region for a profile, and a note of whose it is; as it is
// where the region is empty.
func (e Env) In(region, profile string) Env {
	if region == "" {
		return e
	}
	return e.With(e.RegionTo(region, profile).Variables()...)
}

// RegionTo is the change to a region for a profile.
func (e Env) RegionTo(region, profile string) ProfileRegion {
	before := e.TerminalRegion()
	if r, set := e.ProfileRegion(); set {
		before = r.Before
	}
	return ProfileRegion{region, before, profile}
}

// Exports returns the variables by which a shell takes over a profile's session and its
// region, and those that it is to unset, since another session has left them: also the name
// of the profile that `guise exec` runs the shell under, whose the session no longer is.
func (e Env) Exports(c session.Credentials, profile, region string) (set []Variable, unset []string) {
	set, unset = Session(c), OfSession
	if r := e.RegionTo(region, profile); region != "" && region == r.Before {
		set = append(set, InRegion(region)...) // the terminal's own
	} else if region != "" {
		set = append(set, r.Variables()...)
	}
	if _, noted := e.Get(RegionFor); noted {
		unset = slices.Concat(unset, RegionVariables)
	}
	if name, set := e.Get(ExecProfile); set && name != profile {
		unset = append(slices.Clone(unset), ExecProfile, ExecStatus)
	}
	return set, unset
}

// RegionIn is the region of calls for a profile: one that is asked for, or else the
// terminal's, or else the profile's.
func (e Env) RegionIn(profile, asked, ofProfile string) string {
	return cmp.Or(asked, e.For(profile).TerminalRegion(), ofProfile)
}

// TerminalRegion is the region that the environment says; empty where it says none.
func (e Env) TerminalRegion() string {
	region, _ := e.Get(Region)
	other, _ := e.Get(DefaultRegion)
	return cmp.Or(region, other)
}
