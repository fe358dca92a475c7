package adoption

import (
	"fmt"

	"guise/internal/awsconfig"
	"guise/internal/printable"
)

// olderClients is what an adoption writes into the credentials file, for clients that read
// it alone.
type olderClients struct {
	got int     // how many profiles get the line there
	not leftOut // the others, and why
}

// forOlder settles which profiles get the line for older clients.
func (x *adoption) forOlder(files *awsconfig.Files) (o olderClients) {
	if !x.ForOlderClients {
		return o
	}
	named := map[string]bool{}
	for _, name := range x.names {
		named[name] = true
	}
	for _, p := range files.Profiles() {
		switch why := p.NotForOlderClients(x.KeepKeys); {
		case !named[p.Name]:
		case why != "":
			o.not.add(p.Name, why)
		default:
			o.got++
		}
	}
	return o
}

// beside goes behind what is said of so many profiles.
func (o olderClients) beside(profiles int) string {
	switch o.got {
	case 0:
		return ""
	case profiles:
		return ", for older clients too"
	}
	return fmt.Sprintf(", and %d for older clients too", o.got)
}

// lines say which profiles are not for older clients, and why.
func (o olderClients) lines() (lines []string) {
	for _, why := range o.not.whys {
		lines = append(lines, "not for older clients: "+printable.Some(o.not.profiles[why])+": "+why)
	}
	return lines
}

// olderAlready are those of the profiles that the credentials file has the line for.
func (x *adoption) olderAlready(files *awsconfig.Files) (names []string) {
	for _, name := range x.names {
		if p, err := files.Profile(name); err == nil && p.ForOlderClients() {
			names = append(names, name)
		}
	}
	return names
}

// Changes reports whether an adoption with these options is likely to change a profile.
func (o Options) Changes(p awsconfig.Profile) bool {
	return !p.Managed() || o.ForOlderClients && !p.ForOlderClients() && p.NotForOlderClients(o.KeepKeys) == ""
}
