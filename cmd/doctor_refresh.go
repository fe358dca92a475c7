package cmd

import (
	"context"
	"path/filepath"

	"guise/session"
)

// refresh: what it costs to renew sessions later than botocore asks for them.
func (d *doctor) refresh(context.Context) {
	s := d.settings()
	if s.RefreshBefore >= session.AskedAt {
		return
	}
	d.found(finding{
		Check: "refresh-before", Severity: hinted, What: "refresh_before is " + brief(s.RefreshBefore),
		Why: "the AWS CLI and boto3 start guise for each of their calls while less than 15 minutes are left of a session; one that is renewed before that costs them one start",
		Fix: "leave refresh_before out of " + filepath.Join(d.Config, "config.toml") + " (GUISE_REFRESH_BEFORE, where it comes from there), or set 16m",
	})
}
