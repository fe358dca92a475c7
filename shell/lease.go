package shell

import (
	"time"

	"guise/internal/awsenv"
)

// AfterLease is what a terminal changes whose lease of the active profile is over at a time:
// what Off does or, in a shell that was started in the terminal and has made no switch of
// its own, what leaves the profile. said is what is to be said of it; it is empty, and nothing
// changes, where there is no such lease.
func (t Terminal) AfterLease(now time.Time) (said string, changes []Change) {
	lease, ok := t.Env.Lease()
	if !ok || now.Before(lease.Ends) {
		return "", nil
	}
	if t.State.Before != nil && t.State.Profile == lease.Profile {
		return isOver(lease, t.State), t.Off()
	}
	left := t.State
	left.Profile, left.Previous = "", lease.Profile
	changes = append(t.leaveExec(), t.leaveRegion()...)
	for _, name := range []string{awsenv.Profile, awsenv.LeaseVariable} {
		changes = append(changes, Change{Name: name, Unset: true, Exported: true})
	}
	return isOver(lease, State{}), append(changes, left.hook("", "", "", "")...)
}

func isOver(lease awsenv.Lease, was State) string {
	return "the lease of " + lease.Profile + " is over; " + was.Again()
}

// lease notes the lease of a target, or that it has none.
func (t Terminal) lease(to Target) []Change {
	if to.Lease > 0 {
		return exported([]awsenv.Variable{awsenv.Lease{Ends: to.Now.Add(to.Lease), Profile: to.Profile}.Variable()})
	}
	if _, set := t.Env.Get(awsenv.LeaseVariable); set {
		return []Change{{Name: awsenv.LeaseVariable, Unset: true, Exported: true}}
	}
	return nil
}
