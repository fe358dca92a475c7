package cmd

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"

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
	varProfile       = "AWS_PROFILE"
	varRegion        = "AWS_REGION"
	varDefaultRegion = "AWS_DEFAULT_REGION"
)

// switched are the variables that a switch sets and `off` gives back.
func switched() []string { return []string{varProfile, varRegion, varDefaultRegion} }

// rivals are the variables that win over AWS_PROFILE in some SDK.
func rivals() []string {
	return []string{
		"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN",
		"AWS_CREDENTIAL_EXPIRATION", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME", "AWS_WEB_IDENTITY_TOKEN_FILE",
		"AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_DEFAULT_PROFILE",
	}
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

// remember notes the variables as they are before the first switch.
func (a *app) remember(s *terminalState) {
	if s.Before != nil {
		return
	}
	s.Before = map[string]string{}
	for _, name := range switched() {
		if value := a.Getenv(name); value != "" {
			s.Before[name] = value
		}
	}
}

// giveBack is the change that puts a variable back to what it was before.
func (s terminalState) giveBack(name string) shell.Change {
	if value, was := s.Before[name]; was {
		return shell.Change{Name: name, Value: value, Exported: true}
	}
	return shell.Change{Name: name, Unset: true, Exported: true}
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
// tells their names.
func (a *app) removeRivals() (changes []shell.Change, names []string) {
	set := map[string]bool{}
	for _, pair := range a.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		set[name] = true
	}
	for _, name := range rivals() {
		if set[name] {
			changes = append(changes, shell.Change{Name: name, Unset: true, Exported: true})
			names = append(names, name)
		}
	}
	return changes, names
}
