package awsconfig

import "fmt"

// A SplitKeysError is an access key whose id is in one section and its secret
// in another, which SDKs put together: some from two files, some not at all. As
// long as it is so, guise moves neither.
type SplitKeysError struct {
	Profile    string
	ID, Secret string // the places: a path and "line N"
}

func (e *SplitKeysError) Error() string {
	return fmt.Sprintf("its aws_access_key_id is in %s and its aws_secret_access_key in %s: put both into one section first", e.ID, e.Secret)
}

// SplitKeys looks for an access key whose parts are in different sections of a
// profile. Its error is a *SplitKeysError.
func (p Profile) SplitKeys() error {
	ids, secrets := map[*section]placed{}, map[*section]placed{}
	for _, one := range p.settings {
		if one.value == "" {
			continue
		}
		switch one.key {
		case keyID:
			ids[one.section] = one
		case keySecret:
			secrets[one.section] = one
		}
	}
	for where, id := range ids {
		if _, whole := secrets[where]; whole {
			continue
		}
		for _, secret := range secrets {
			return &SplitKeysError{p.Name, id.where(), secret.where()}
		}
	}
	for where, secret := range secrets {
		if _, whole := ids[where]; whole {
			continue
		}
		for _, id := range ids {
			return &SplitKeysError{p.Name, id.where(), secret.where()}
		}
	}
	return nil
}

// where says in words where a setting stands.
func (p placed) where() string {
	path, line := p.position()
	return fmt.Sprintf("%s line %d", path, line)
}
