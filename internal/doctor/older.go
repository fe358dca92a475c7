package doctor

import (
	"context"

	"guise/shell"
)

// olderClients are profiles of which the line in the credentials file is left, and nothing
// that guise could give credentials for.
func (x *examination) olderClients(context.Context) {
	for _, plan := range x.plans {
		if p := plan.Profile; p.ForOlderClients() && plan.SettingsAlone() {
			x.add(Finding{
				Check: "older-clients", Severity: Serious, What: "the credentials file runs guise for " + p.Name + ", and its settings are gone",
				Why: "every SDK fails with this profile", Fix: shell.Guise("release", p.Name),
			})
		}
	}
}
