package doctor

import (
	"context"
	"strings"

	"guise/internal/printable"
	"guise/session"
	"guise/shell"
)

// brokenSettings: those that guise goes on without, and those of another name.
func (x *examination) brokenSettings(context.Context) {
	for _, e := range x.Settings.Broken {
		f := Finding{Check: "settings", Severity: Warning, What: e.Error(), Why: "guise goes on as if it were not set", Fix: shell.Edit(e.Path, e.Line)}
		if e.Protects() {
			f.Severity, f.Why = Serious, "guise does not do what it protects: without cache_key no session is kept in the cache, without access_keys no access key is stored, without mfa no code is asked for"
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
		Why: "the AWS CLI and boto3 start guise for each of their calls while less than 15 minutes are left of a session; one that is renewed before that costs them one start",
		Fix: "leave refresh_before out of " + x.SettingsFile + " (GUISE_REFRESH_BEFORE, where it comes from there), or set 16m",
	})
}
