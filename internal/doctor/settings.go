package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"guise/internal/guard"
	"guise/internal/printable"
	"guise/internal/settings"
	"guise/session"
	"guise/shell"
)

// brokenSettings: those that guise goes on without, and those of another name.
func (x *examination) brokenSettings(context.Context) {
	for _, e := range x.Settings.Broken {
		f := Finding{Check: "settings", Severity: Warning, What: e.Error(), Why: "guise goes on as if it were not set", Fix: shell.Edit(e.Path, e.Line)}
		if e.Protects() {
			f.Severity, f.Why = Serious, "guise does not do what the setting protects: without cache_key it caches no session, without access_keys it stores no access key, without mfa it asks for no code, without [guard] it switches to no profile that may be guarded"
		}
		if e.Path == "" {
			variable, _, _ := strings.Cut(e.Variable, "=")
			f.Fix = "unset " + variable
		}
		x.add(f)
	}
	for _, e := range x.Settings.Renamed {
		f := Finding{Check: "settings", Severity: Hint, What: e.Error(), Why: "the old name is still read", Fix: shell.Edit(e.Path, e.Line)}
		if e.Path == "" {
			f.Fix = "unset " + e.Variable + "   # set the variable of the new name instead"
		}
		x.add(f)
	}
}

// refresh: what it costs to renew sessions later than botocore asks for them.
func (x *examination) refresh(context.Context) {
	s := x.Settings
	if s.RefreshBefore >= session.AskedAt {
		return
	}
	x.add(Finding{
		Check: "refresh-before", Severity: Hint, What: "refresh_before is " + printable.Rough(s.RefreshBefore),
		Why: "the AWS CLI and boto3 run guise for each call when less than 15 minutes of a session are left; if it is renewed before, they run guise once",
		Fix: unset(s.Origin("refresh_before")),
	})
}

// guards: what profiles say of how careful to be with them, and cannot be read; and rules
// that guard nothing.
func (x *examination) guards(context.Context) {
	if len(x.profiles) > 0 {
		for _, rule := range x.Settings.Guard.Idle(x.profiles) {
			x.add(Finding{
				Check: "guard", Severity: Warning, What: fmt.Sprintf("[guard.profiles] %q fits no profile (%v)", rule.Pattern, rule),
				Why: "it guards nothing: a slip in the pattern?", Fix: shell.Edit(rule.File, rule.Line),
			})
		}
	}
	for _, p := range x.profiles {
		_, problems := x.Settings.Guard.Of(p)
		for _, err := range problems {
			bad, ok := errors.AsType[*guard.ProblemError](err)
			if !ok {
				continue
			}
			f := Finding{Check: "guard", Severity: Warning, What: p.Name + ": " + err.Error(), Why: "the profile has no colour", Fix: shell.Edit(bad.File, bad.Line)}
			if bad.Protects() {
				f.Severity, f.Why = Serious, "guise use, exec, export and console stop at this profile, since nobody knows how it is to be protected"
			}
			x.add(f)
		}
	}
}

// unset is the command by which a setting is no longer set.
func unset(from settings.Origin) string {
	if from.Variable != "" {
		return "unset " + from.Variable
	}
	return shell.Edit(from.File, from.Line) + "   # remove it, or set 16m"
}
