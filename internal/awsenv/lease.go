package awsenv

import (
	"strconv"
	"strings"
	"time"
)

// LeaseVariable is the variable that says until when a terminal may keep its profile:
// END:PROFILE, with the seconds since 1970. The hook looks at it before each prompt. It is
// exported, so that the shells which are started in the terminal leave the profile too.
const LeaseVariable = "GUISE_LEASE"

// A Lease is until when a terminal may keep a profile.
type Lease struct {
	Ends    time.Time // whole seconds
	Profile string
}

// Variable is the lease as it is noted.
func (l Lease) Variable() Variable {
	return Variable{LeaseVariable, strconv.FormatInt(l.Ends.Unix(), 10) + ":" + l.Profile}
}

// Lease returns the lease that is noted here, if it is of the active profile: of another, it
// holds as soon as that is active again.
func (e Env) Lease() (l Lease, ok bool) {
	noted, _ := e.Get(LeaseVariable)
	ends, profile, _ := strings.Cut(noted, ":")
	seconds, err := strconv.ParseInt(ends, 10, 64)
	active, _ := e.Get(Profile)
	if err != nil || profile == "" || profile != active {
		return Lease{}, false
	}
	return Lease{time.Unix(seconds, 0), profile}, true
}
