package shell

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"

	"guise/internal/awsenv"
)

// What a switch changes in a terminal is made here, as [Change] values: nothing is
// read but what is handed over, and nothing is printed.

// State is what one terminal knows of its switches. The hook keeps it for us, encoded,
// in a shell variable that is not exported, and hands it over in GUISE_STATE.
type State struct {
	Profile  string // what `use` set last; empty after `off`
	Previous string // what was active before that: for `use -`
	// Before is what the first switch found; nil while none is made. A variable that
	// was unset is absent.
	Before map[string]string
	// Region is the one that `use -r` set with the profile; it goes with it.
	Region string
	// Removed are the exported keys and the like that `use` took out.
	Removed []string
}

// DecodeState reads what the hook handed over. Whatever cannot be read counts as
// nothing: the state is a convenience.
func DecodeState(text string) State {
	var s State
	if data, err := base64.RawURLEncoding.DecodeString(text); err == nil {
		_ = json.Unmarshal(data, &s)
	}
	return s
}

func (s State) encode() string {
	data, _ := json.Marshal(s) // texts alone: it cannot fail
	return base64.RawURLEncoding.EncodeToString(data)
}

// switched are the variables that a switch sets or takes out, and Off gives back.
var switched = []string{awsenv.Profile, awsenv.DefaultProfile, awsenv.Region, awsenv.DefaultRegion}

// A Terminal is the environment of a terminal, and what is known of its switches.
type Terminal struct {
	Env awsenv.Env
	// Exec is what `guise exec` has set for the shell that runs here, and what was
	// there before: see [awsenv.Traced]. Env is what was there before.
	Exec  map[string]*string
	State State
}

// A Target is what a terminal is switched to.
type Target struct {
	Profile string
	Region  string // empty: as the profile has it
	Color   string // of the segment, as an SGR parameter: "30" to "37"; empty: none
	// Segment is what the prompt shows, and Status the file with the session's end.
	Segment, Status string
}

// Use switches to a profile. removed are the variables that are taken out, since they
// would win over it.
func (t Terminal) Use(to Target) (changes []Change, removed []string) {
	changes = append(t.leaveExec(), t.remember()...)
	for _, name := range awsenv.Rivals {
		if _, set := t.Env.Get(name); set {
			changes = append(changes, Change{Name: name, Unset: true, Exported: true})
			removed = append(removed, name)
		}
	}
	changes = append(changes, Change{Name: awsenv.Profile, Value: to.Profile, Exported: true})
	if _, set := t.Env.Get(awsenv.DefaultProfile); set {
		changes = append(changes, Change{Name: awsenv.DefaultProfile, Unset: true, Exported: true})
	}
	after := t.remembered()
	region, _ := t.Env.Get(awsenv.Region)
	switch {
	case to.Region != "":
		changes = append(changes, regionChanges(to.Region)...)
	case after.Region != "" && after.Region == region:
		// The region came with the profile that is left, and goes with it.
		changes = append(changes, after.giveBack(awsenv.Region), after.giveBack(awsenv.DefaultRegion))
	}
	if now, _ := t.Env.Get(awsenv.Profile); now != to.Profile {
		after.Previous = now
	}
	after.Profile, after.Region = to.Profile, to.Region
	for _, r := range removed {
		if !slices.Contains(after.Removed, r) {
			after.Removed = append(after.Removed, r)
		}
	}
	return append(changes, after.hook(to.Segment, to.Status, to.Color)...), removed
}

// Off gives back what was there before the first switch.
func (t Terminal) Off() (changes []Change) {
	for _, name := range switched {
		changes = append(changes, t.State.giveBack(name))
	}
	previous, _ := t.Env.Get(awsenv.Profile)
	return append(changes, State{Previous: previous}.hook("", "", "")...)
}

// Region switches to a region.
func (t Terminal) Region(region string) []Change {
	return slices.Concat(t.remember(), regionChanges(region), []Change{{Name: "__guise_state", Value: t.remembered().encode()}})
}

// remembered is the state with what is there now, if this is the first switch.
func (t Terminal) remembered() State {
	s := t.State
	if s.Before != nil {
		return s
	}
	s.Before = map[string]string{}
	for _, name := range switched {
		if value, set := t.Env.Get(name); set {
			s.Before[name] = value
		}
	}
	return s
}

// remember has the shell keep, at the first switch, the variables that are not
// exported: no program sees them.
func (t Terminal) remember() (changes []Change) {
	if t.State.Before != nil {
		return nil
	}
	for _, name := range switched {
		if _, set := t.Env.Get(name); !set {
			changes = append(changes, Change{Name: name, Keep: true})
		}
	}
	return changes
}

// leaveExec is what a terminal that `exec` has opened must change when it switches:
// it gives up what exec has set for the profile that is left.
func (t Terminal) leaveExec() (changes []Change) {
	if t.Exec == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(t.Exec)) {
		c := Change{Name: name, Unset: true, Exported: true}
		if was := t.Exec[name]; was != nil {
			c = Change{Name: name, Value: *was, Exported: true}
		}
		changes = append(changes, c)
	}
	return append(changes, Change{Name: awsenv.Trace, Unset: true, Exported: true})
}

// giveBack is the change that restores a variable as it was before.
func (s State) giveBack(name string) Change {
	value, was := s.Before[name]
	return Change{Name: name, Value: value, Unset: !was, GiveBack: true}
}

// regionChanges set the terminal's region.
func regionChanges(region string) []Change {
	return []Change{
		{Name: awsenv.Region, Value: region, Exported: true},
		{Name: awsenv.DefaultRegion, Value: region, Exported: true},
	}
}

// hook sets the hook's own variables after a switch.
func (s State) hook(segment, status, color string) []Change {
	return []Change{
		{Name: "__guise_profile", Value: s.Profile},
		{Name: "__guise_segment", Value: segment},
		{Name: "__guise_status", Value: status},
		{Name: "__guise_color", Value: color},
		{Name: "__guise_state", Value: s.encode()},
	}
}
