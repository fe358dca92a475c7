package keys

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"guise/internal/secret"
	"guise/session"
)

// A KeptError is a stored secret that another one, which works, does not replace. An
// access key's id has one secret at AWS, but programs that stand in for AWS (such as
// LocalStack) take any.
type KeptError struct {
	Name    string // "the secret of the access key …1234"
	Profile string // the one that the stored secret was stored for, where that is known
	Why     string
	Err     error // of the stored secret's trial, if that is why
}

func (e *KeptError) Error() string {
	what := e.Name
	if e.Profile != "" {
		what += ", stored for " + e.Profile
	}
	return "the key store has another value for " + what + ", " + e.Why + ": nothing was changed"
}

func (e *KeptError) Unwrap() error { return e.Err }

// An EndpointError is an access key that is not only for the endpoint at which it was
// to be rotated.
type EndpointError struct {
	Profile string // another one that uses it; empty where the ledger alone says so
	ID      string
	Theirs  string
	Ours    string
}

func (e *EndpointError) Error() string {
	if e.Profile == "" {
		return fmt.Sprintf("the access key …%s is stored for %s, and would be rotated at %s: nothing was changed", LastFour(e.ID), endpointWord(e.Theirs), endpointWord(e.Ours))
	}
	return fmt.Sprintf("%s uses the same access key at %s, and it would be rotated at %s: nothing was changed", e.Profile, endpointWord(e.Theirs), endpointWord(e.Ours))
}

func endpointWord(endpoint string) string {
	if endpoint == "" {
		return "AWS"
	}
	return endpoint
}

// endpointOf is where guise calls a service for a profile: empty for AWS itself.
func (k *Keeper) endpointOf(profile, service string) string {
	endpoint := strings.TrimRight(k.Endpoint(profile, service), "/")
	u, err := url.Parse(endpoint)
	if err != nil {
		return endpoint
	}
	if host := "." + strings.ToLower(u.Hostname()); strings.HasSuffix(host, ".amazonaws.com") || strings.HasSuffix(host, ".amazonaws.com.cn") {
		return ""
	}
	return u.Redacted()
}

func (r *record) knownBy(endpoint string) {
	if !slices.Contains(r.Endpoints, endpoint) {
		r.Endpoints = append(r.Endpoints, endpoint)
	}
}

// otherEndpoint finds an endpoint that a secret is for, other than one.
func (r record) otherEndpoint(endpoint string) (other string, found bool) {
	known := r.Endpoints
	if len(known) == 0 {
		known = []string{""}
	}
	i := slices.IndexFunc(known, func(one string) bool { return one != endpoint })
	if i < 0 {
		return "", false
	}
	return known[i], true
}

// mayReplace looks whether a secret that was offered, and has worked, may take the
// place of the stored one: only at the one endpoint that both are for, and, for an
// access key, where the stored one is shown not to work there. Its error is a
// *KeptError. Where the store does not answer, there is nothing to be tried.
func (c *change) mayReplace(ctx context.Context, r record, o offer, stored secret.Text, there bool) error {
	kept := &KeptError{Name: title(o.name), Profile: r.Profile}
	if other, found := r.otherEndpoint(o.endpoint); found {
		kept.Why = "which is for " + endpointWord(other) + "; the one offered is for " + endpointWord(o.endpoint)
		return kept
	}
	if !isKey(o.name) || !there {
		return nil
	}
	_, err := c.try(ctx, o.profile, o.name[len(keyPrefix):], stored)
	switch {
	case err == nil:
		kept.Why = "which works"
	case session.ReasonOf(err) == session.BadSource:
		return nil
	default:
		kept.Why, kept.Err = "which could not be tried ("+err.Error()+")", err
	}
	return kept
}
