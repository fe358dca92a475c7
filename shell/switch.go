package shell

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"guise/internal/awsenv"
	"guise/internal/printable"
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
var switched = []string{awsenv.Profile, awsenv.DefaultProfile, awsenv.Region, awsenv.DefaultRegion, awsenv.LoadConfig}

// noted are the variables in which guise notes something of a switch: given back too.
var noted = []string{awsenv.RegionFor, awsenv.LeaseVariable}

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
	// Lease is how long from Now the terminal may keep it; 0: as long as it likes.
	Lease time.Duration
	Now   time.Time
	Title bool // show it in the terminal's title
	// Segment is what the prompt shows, and Status the file with the session's expiry.
	Segment, Status string
}

// A Switch is what [Terminal.Use] changes, and what is to be said of it.
type Switch struct {
	Changes []Change
	Removed []string             // the variables that are taken out, since they would win over the profile
	Left    awsenv.ProfileRegion // the region that goes without another for it, since guise had set it for a profile
	to      Target
}

// Notes say, in a line each, what is not there any more, and what will not be.
func (s Switch) Notes(d Dialect) (lines []string) {
	if len(s.Removed) > 0 {
		lines = append(lines, "removed from this terminal, since SDKs would prefer it to the profile: "+strings.Join(s.Removed, ", "))
	}
	if s.Left.Region != s.Left.Before {
		lines = append(lines, "the region is no longer "+s.Left.Region+", which guise set for "+s.Left.Profile)
	}
	if lease := printable.Rough(s.to.Lease); s.to.Lease > 0 && d.silent {
		lines = append(lines, "this shell has no prompt hook: the lease of "+lease+" is not enforced")
	} else if s.to.Lease > 0 {
		lines = append(lines, "this terminal leaves "+s.to.Profile+" in "+lease)
	}
	return lines
}

// Use switches to a profile.
func (t Terminal) Use(to Target) (s Switch) {
	s.to = to
	s.Changes = t.leaveExec()
	before, left := t.settled()
	s.Changes = append(append(s.Changes, left...), before.remember()...)
	for _, name := range awsenv.Rivals {
		if _, set := t.Env.Get(name); set {
			s.Changes = append(s.Changes, Change{Name: name, Unset: true, Exported: true})
			s.Removed = append(s.Removed, name)
		}
	}
	s.Changes = append(s.Changes, Change{Name: awsenv.Profile, Value: to.Profile, Exported: true})
	for _, name := range []string{awsenv.DefaultProfile, awsenv.ExecProfile, awsenv.ExecStatus} {
		if _, set := t.Env.Get(name); set {
			s.Changes = append(s.Changes, Change{Name: name, Unset: true, Exported: true})
		}
	}
	if _, set := t.Env.Get(awsenv.LoadConfig); !set {
		s.Changes = append(s.Changes, Change{Name: awsenv.LoadConfig, Value: "1", Exported: true})
	}
	if to.Region != "" {
		s.Changes = append(s.Changes, exported(t.Env.RegionTo(to.Region, to.Profile).Variables())...)
	} else {
		s.Left, _ = t.Env.ProfileRegion()
		s.Changes = append(s.Changes, before.leaveRegion()...)
	}
	s.Changes = append(s.Changes, t.lease(to)...)
	after := before.remembered()
	if now, _ := t.Env.Get(awsenv.Profile); now != to.Profile {
		after.Previous = now
	}
	after.Profile = to.Profile
	for _, r := range s.Removed {
		if !slices.Contains(after.Removed, r) {
			after.Removed = append(after.Removed, r)
		}
	}
	s.Changes = append(s.Changes, after.hook(to.Segment, to.Status, to.Color, titleOf(t.Env, to))...)
	return s
}

// Off gives back what was there before the first switch.
func (t Terminal) Off() (changes []Change) {
	for _, name := range switched {
		changes = append(changes, t.State.giveBack(name))
	}
	for _, name := range noted {
		if _, set := t.Env.Get(name); set || t.State.Before[name] != "" {
			changes = append(changes, t.State.giveBack(name))
		}
	}
	previous, _ := t.Env.Get(awsenv.Profile)
	return append(changes, State{Previous: previous}.hook("", "", "", "")...)
}

// Region switches to a region, which is the terminal's, whatever its profile is.
func (t Terminal) Region(region string) []Change {
	before, changes := t.settled()
	changes = slices.Concat(changes, before.remember(), exported(awsenv.InRegion(region)))
	if _, set := before.Env.Get(awsenv.RegionFor); set {
		changes = append(changes, Change{Name: awsenv.RegionFor, Unset: true, Exported: true})
	}
	return append(changes, Change{Name: "__guise_state", Value: before.remembered().encode()})
}

// settled is the terminal before the first switch without the region of a profile that is
// not active, as an export leaves it there: Off must not give that back. The changes make
// it so.
func (t Terminal) settled() (Terminal, []Change) {
	active, _ := t.Env.Get(awsenv.Profile)
	if r, set := t.Env.ProfileRegion(); t.State.Before != nil || !set || r.Profile == active {
		return t, nil
	}
	changes := t.leaveRegion()
	t.Env = t.Env.For(active)
	return t, changes
}

// leaveRegion gives back the region that was there before guise has set one for a profile.
func (t Terminal) leaveRegion() (changes []Change) {
	r, set := t.Env.ProfileRegion()
	if !set {
		return nil
	}
	for _, name := range []string{awsenv.Region, awsenv.DefaultRegion} {
		switch {
		case t.State.Before != nil && r.Before == cmp.Or(t.State.Before[awsenv.Region], t.State.Before[awsenv.DefaultRegion]):
			changes = append(changes, t.State.giveBack(name))
		default:
			changes = append(changes, Change{Name: name, Value: r.Before, Unset: r.Before == "", Exported: true})
		}
	}
	return append(changes, Change{Name: awsenv.RegionFor, Unset: true, Exported: true})
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
	for _, name := range noted {
		if note, set := t.Env.Get(name); set {
			s.Before[name] = note
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

// Again says which profile is active again after Off.
func (s State) Again() string {
	switch profile, other := s.Before[awsenv.Profile], s.Before[awsenv.DefaultProfile]; {
	case profile != "":
		return "the profile is " + profile + " again"
	case other != "":
		return "the profile is " + other + " again (" + awsenv.DefaultProfile + ")"
	}
	return "no profile is set"
}

// giveBack is the change that puts a variable back to what it was before.
func (s State) giveBack(name string) Change {
	value, was := s.Before[name]
	return Change{Name: name, Value: value, Unset: !was, GiveBack: true}
}

// exported are changes that set variables for the programs of the terminal too.
func exported(variables []awsenv.Variable) []Change {
	changes := make([]Change, len(variables))
	for i, v := range variables {
		changes[i] = Change{Name: v.Name, Value: v.Value, Exported: true}
	}
	return changes
}

// hook sets the hook's own variables after a switch.
func (s State) hook(segment, status, color, title string) []Change {
	return []Change{
		{Name: "__guise_profile", Value: s.Profile},
		{Name: "__guise_segment", Value: segment},
		{Name: "__guise_status", Value: status},
		{Name: "__guise_color", Value: color},
		{Name: "__guise_title", Value: title},
		{Name: "__guise_state", Value: s.encode()},
	}
}
