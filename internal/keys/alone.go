package keys

// A SharedKeyError is a profile that has the same access key, and that a rotation
// does not change: it would break.
type SharedKeyError struct {
	Profile string // with the file's name, where that is not one of this terminal's
	Plain   bool   // its secret is readable in the AWS files of this terminal
	Why     string
}

func (e *SharedKeyError) Error() string { return e.Profile + " uses the same access key: " + e.Why }

// alone looks whether all that uses an access key is known and would be switched. Its
// errors are *UnseenError, *SharedKeyError and *EndpointError.
func (t *turn) alone(id string) error {
	a, err := t.uses(t.ledger, id)
	switch {
	case err != nil:
		return err
	case len(a.elsewhere) > 0:
		return &SharedKeyError{Profile: a.elsewhere[0], Why: "a rotation changes only the AWS files of this terminal"}
	case len(a.unmanaged) > 0:
		return &SharedKeyError{Profile: a.unmanaged[0], Why: "it is readable there, and a rotation would break that profile"}
	case len(a.readable) > 0:
		return &SharedKeyError{Profile: a.readable[0], Plain: true, Why: "it is readable in the file, and a rotation would break that profile"}
	}
	for _, user := range a.stored {
		if theirs, ours, same := t.sameEndpoints(user); !same {
			return &EndpointError{user, id, theirs, ours}
		}
	}
	r, ours := t.record(keyPrefix+id), t.endpointOf(t.profile, "sts")
	if other, found := r.otherEndpoint(ours); found && len(r.Endpoints) > 0 {
		return &EndpointError{"", id, other, ours}
	}
	return nil
}

// sameEndpoints compares where AWS is called for a profile and for the one of the turn.
func (t *turn) sameEndpoints(profile string) (theirs, ours string, same bool) {
	for _, service := range []string{"sts", "iam"} {
		theirs, ours = t.endpointOf(profile, service), t.endpointOf(t.profile, service)
		if theirs != ours {
			return theirs, ours, false
		}
	}
	return theirs, ours, true
}
