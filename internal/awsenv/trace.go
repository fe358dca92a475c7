package awsenv

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
)

// Trace is the variable in which `guise exec` leaves what it has set for a command
// that is not a secret. guise, where that command starts it, sees the environment
// as it was outside: the user's own files, and no endpoint of another profile.
const Trace = "GUISE_EXEC"

// A change of one variable, as the trace tells it.
type change struct {
	Set string  `json:"set"`
	Was *string `json:"was,omitempty"` // nil: it was not set
}

// WithTraced is With, and leaves a trace of it.
func (e Env) WithTraced(variables ...Variable) Env {
	if len(variables) == 0 {
		return e
	}
	traced := map[string]change{}
	for _, v := range variables {
		c := change{Set: v.Value}
		if was, ok := e.Get(v.Name); ok {
			c.Was = &was
		}
		traced[v.Name] = c
	}
	data, err := json.Marshal(traced)
	if err != nil {
		return e // texts alone: it cannot fail
	}
	return e.With(append(variables, Variable{Trace, base64.RawURLEncoding.EncodeToString(data)})...)
}

// mayTrace reports whether exec sets a variable and leaves a trace of it. A trace is text in
// the environment: what else it names, somebody else has written there.
func mayTrace(name string) bool {
	switch name {
	case ConfigFile, CredentialsFile, Region, DefaultRegion, endpointURL:
		return true
	}
	return strings.HasPrefix(name, endpointURL+"_") || slices.ContainsFunc(settings, func(v Variable) bool { return v.Name == name })
}

// Traced returns what a command's environment had in the place of what exec has set,
// read from the variable Trace: nil where a variable was not set. Variables that
// were changed since are not named: the command means what it has set.
func Traced(getenv func(string) string) map[string]*string {
	text := getenv(Trace)
	if text == "" {
		return nil
	}
	var traced map[string]change
	if data, err := base64.RawURLEncoding.DecodeString(text); err != nil || json.Unmarshal(data, &traced) != nil {
		return nil
	}
	before := map[string]*string{}
	for name, c := range traced {
		if mayTrace(name) && getenv(name) == c.Set {
			before[name] = c.Was
		}
	}
	return before
}

// Outside is the environment as it was before exec set what the trace tells.
func (e Env) Outside() Env {
	get := func(name string) string { value, _ := e.Get(name); return value }
	outside := e.Without(Trace)
	for name, was := range Traced(get) {
		outside = outside.Without(name)
		if was != nil {
			outside = append(outside, name+"="+*was)
		}
	}
	return outside
}

// Outside are the functions that read an environment, as it was before exec set what the
// trace tells, and what that was: see [Traced]. Where no exec is above us they are as they
// are.
func Outside(getenv func(string) string, environ func() []string) (func(string) string, func() []string, map[string]*string) {
	before := Traced(getenv)
	if before == nil {
		return getenv, environ, nil
	}
	get := func(name string) string {
		was, changed := before[name]
		switch {
		case name == Trace:
			return ""
		case !changed:
			return getenv(name)
		case was == nil:
			return ""
		}
		return *was
	}
	return get, func() []string { return Env(environ()).Outside() }, before
}
