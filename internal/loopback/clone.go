package loopback

import (
	"crypto/rand"
	"maps"
	"net/http"
	"slices"
)

// Clone returns another AWS in the very same state: what is done to one is not seen in
// the other. Its users, keys, devices and sign-ins are those of the first.
func (a *AWS) Clone() *AWS {
	a.mu.Lock()
	defer a.mu.Unlock()
	return &AWS{
		now: a.now, skew: a.skew, base: a.base, portal: a.portal, issuerKey: a.issuerKey, organisation: slices.Clone(a.organisation),
		keys: deep(a.keys), roles: deep(a.roles), devices: deep(a.devices), calls: slices.Clone(a.calls), faults: slices.Clone(a.faults), made: slices.Clone(a.made),
		tokenLife: a.tokenLife, roleLife: a.roleLife, clients: deep(a.clients), signIns: deep(a.signIns), devicesWaiting: deep(a.devicesWaiting), tokens: deep(a.tokens),
		samlRoles: a.samlRoles, samlTo: a.samlTo, unseen: slices.Clone(a.unseen), samlLongest: a.samlLongest, person: a.person, consoleSessions: maps.Clone(a.consoleSessions), proofs: maps.Clone(a.proofs),
		signinTokens: maps.Clone(a.signinTokens), machineRole: a.machineRole, containerToken: a.containerToken, imdsTokens: maps.Clone(a.imdsTokens),
	}
}

// deep copies a map and what it points to.
func deep[V any](m map[string]*V) map[string]*V {
	copied := make(map[string]*V, len(m))
	for k, v := range m {
		one := *v
		copied[k] = &one
	}
	return copied
}

// Handler answers for AWS at an address that somebody else serves. What other
// processes ask for ([Server.ControlURL]) is below the second result.
func (a *AWS) Handler(base string) (handler http.Handler, controlURL string) {
	a.mu.Lock()
	a.base = base
	a.mu.Unlock()
	control := "/" + rand.Text()
	return &Server{aws: a, control: control}, base + control
}
