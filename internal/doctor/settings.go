package doctor

import (
	"context"
	"strings"

	"guise/internal/printable"
	"guise/session"
	"guise/shell"
)

// brokenSettings: those that guise goes on without.
func (x *examination) brokenSettings(context.Context) {
	for _, e := range x.Settings.Broken {
		f := Finding{Check: "settings", Severity: Warning, What: e.Error(), Why: "guise goes on as if it were not set", Fix: shell.Edit(e.Path, e.Line)}
		if e.Protects() {
			f.Severity, f.Why = Serious, "as long as nobody knows what key_store is to be, no session is kept in the cache; what mfa is to be, no code is asked for"
		}
		if e.Path == "" {
			variable, _, _ := strings.Cut(e.Variable, "=")
			f.Fix = "unset " + variable
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
