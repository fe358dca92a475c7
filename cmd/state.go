package cmd

import (
	"encoding/base64"
	"encoding/json"
	"errors"

	"guise/internal/awsenv"
	"guise/shell"
)

// terminalState is what one terminal knows of its switches. The hook keeps it
// for us, encoded, in a shell variable that is not exported, and hands it over
// in GUISE_STATE.
type terminalState struct {
	Profile  string // what `use` set last; empty after `off`
	Previous string // what was in force before that: for `use -`
	// Before is what the first `use` found; nil while none is in force. A
	// variable that was unset is absent.
	Before map[string]string
	// Region is the one that `use -r` set with the profile; it goes with it.
	Region string
	// Removed are the exported keys and the like that `use` took out.
	Removed []string
}

const (
	varProfile       = awsenv.Profile
	varRegion        = awsenv.Region
	varDefaultRegion = awsenv.DefaultRegion
)

// switched are the variables that a switch sets or takes out, and `off` gives back.
func switched() []string {
	return []string{varProfile, awsenv.DefaultProfile, varRegion, varDefaultRegion}
}

// dialect is the shell that a change is to be written for.
func (a *app) dialect(verb string) (shell.Dialect, error) {
	name := a.Getenv("GUISE_SHELL")
	if name == "" {
		return shell.Dialect{}, failure{
			what: verb, err: errors.New("this changes the shell itself, so it must be called through guise's shell function"),
			hint: `eval "$(guise init zsh)"   # bash: the same; fish: guise init fish | source`,
		}
	}
	return shell.Named(name)
}

// state decodes what the hook handed over. Whatever it cannot read counts as
// nothing: the state is a convenience.
func (a *app) state() terminalState {
	var s terminalState
	if data, err := base64.RawURLEncoding.DecodeString(a.Getenv("GUISE_STATE")); err == nil {
		_ = json.Unmarshal(data, &s)
	}
	return s
}

func (s terminalState) encode() (string, error) {
	data, err := json.Marshal(s)
	return base64.RawURLEncoding.EncodeToString(data), err
}

// remember notes the variables as they are before the first switch. What is not
// exported, the shell keeps: no program sees it.
func (a *app) remember(s *terminalState) (changes []shell.Change) {
	if s.Before != nil {
		return nil
	}
	s.Before = map[string]string{}
	for _, name := range switched() {
		if value, set := awsenv.Env(a.Environ()).Get(name); set {
			s.Before[name] = value
		} else {
			changes = append(changes, shell.Change{Name: name, Keep: true})
		}
	}
	return changes
}

// giveBack is the change that puts a variable back to what it was before.
func (s terminalState) giveBack(name string) shell.Change {
	value, was := s.Before[name]
	return shell.Change{Name: name, Value: value, Unset: !was, GiveBack: true}
}

// setRegion is the change of the terminal's region.
func setRegion(region string) []shell.Change {
	return []shell.Change{
		{Name: varRegion, Value: region, Exported: true},
		{Name: varDefaultRegion, Value: region, Exported: true},
	}
}

// hookState are the hook's own variables after a switch.
func (s terminalState) hookState(segment, status string) ([]shell.Change, error) {
	encoded, err := s.encode()
	return []shell.Change{
		{Name: "__guise_profile", Value: s.Profile},
		{Name: "__guise_segment", Value: segment},
		{Name: "__guise_status", Value: status},
		{Name: "__guise_state", Value: encoded},
	}, err
}

// removeRivals takes out the variables that would win over the profile, and
// gives their names.
func (a *app) removeRivals() (changes []shell.Change, names []string) {
	env := awsenv.Env(a.Environ())
	for _, name := range awsenv.Rivals() {
		if _, set := env.Get(name); set {
			changes = append(changes, shell.Change{Name: name, Unset: true, Exported: true})
			names = append(names, name)
		}
	}
	return changes, names
}
