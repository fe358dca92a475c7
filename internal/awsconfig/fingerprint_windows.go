package awsconfig

import "errors"

// look: Windows has no time that every change moves and no program sets.
func look(string) (Fingerprint, error) { return Fingerprint{}, errors.ErrUnsupported }
