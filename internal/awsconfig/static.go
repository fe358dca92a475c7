package awsconfig

import (
	"slices"
	"strings"

	"guise/internal/secret"
)

// KeyPlace is where the secret of a profile's access key is.
type KeyPlace int

const (
	KeysNone     KeyPlace = iota // it has none
	KeysPlain                    // in the profile, where they win over credential_process
	KeysInSource                 // moved by adopt to a section of their own
	KeysInStore                  // moved by adopt to the key store
)

// KeysIn says where the profile's keys are.
func (p Profile) KeysIn() KeyPlace {
	switch k, ok := p.keys(); {
	case !ok:
		return KeysNone
	case k.prefix == "":
		return KeysPlain
	case isStored(p.ofKeys(k, keySecret)):
		return KeysInStore
	}
	return KeysInSource
}

// keyed is where the keys stand that count. A pair and its token are read from one
// file, as botocore does: from the credentials file if it has an id.
type keyed struct {
	prefix        string // own, where adoption has hidden them
	inCredentials bool
}

func (p Profile) keys() (keyed, bool) {
	if !slices.ContainsFunc(p.settings, func(one placed) bool { return one.key == keyID || one.key == own+keyID }) {
		return keyed{}, false // as almost always
	}
	for _, prefix := range []string{"", own} {
		for _, inCredentials := range []bool{true, false} {
			if k := (keyed{prefix, inCredentials}); p.ofKeys(k, keyID) != "" {
				return k, true
			}
		}
	}
	return keyed{}, false
}

// ofKeys returns a setting of the keys that count.
func (p Profile) ofKeys(k keyed, key string) string {
	key = k.prefix + key
	for i := len(p.settings) - 1; i >= 0; i-- {
		if s := p.settings[i]; s.key == key && s.file.inCredentials == k.inCredentials {
			return s.value
		}
	}
	return ""
}

// HasKeys reports whether the profile has an access key, or half of one: as a source,
// the SDKs then leave its role aside.
func (p Profile) HasKeys() bool {
	for _, key := range []string{keyID, keySecret} {
		if p.value("", key) != "" || p.value(own, key) != "" {
			return true
		}
	}
	return false
}

// KeysInCredentials reports whether the access key is in the credentials file:
// there it counts before a credential_process, in the config file after it.
func (p Profile) KeysInCredentials() bool {
	k, ok := p.keys()
	return ok && k.inCredentials
}

// AccessKeyID is the id of the profile's access key, wherever its secret is.
func (p Profile) AccessKeyID() string {
	k, _ := p.keys()
	return p.ofKeys(k, keyID)
}

// SecretAccessKey is empty where the secret is in the key store.
func (p Profile) SecretAccessKey() secret.Text { return p.secret(keySecret) }

// SessionToken is that of temporary keys. botocore takes an older name too, and
// prefers it.
func (p Profile) SessionToken() secret.Text {
	if k, ok := p.keys(); ok {
		if old := p.ofKeys(keyed{"", k.inCredentials}, "aws_security_token"); old != "" {
			return secret.New(old)
		}
	}
	return p.secret(keyToken)
}

func (p Profile) secret(key string) secret.Text {
	k, ok := p.keys()
	if !ok {
		return secret.Text{}
	}
	value := p.ofKeys(k, key)
	if isPlace(value) {
		return secret.Text{}
	}
	return secret.New(value)
}

// follow puts the keys in place that adopt moved to a section of their own.
func (p *Profile) follow() {
	for i := range p.settings {
		hidden := p.settings[i]
		key, ok := strings.CutPrefix(hidden.key, own)
		if !ok || hidden.value != inSource || key != keySecret && key != keyToken {
			continue
		}
		for _, s := range hidden.file.find(p.Name + sourceSuffix) {
			for _, one := range s.settings() {
				if one.key == key {
					moved := *hidden.setting
					moved.value = one.value
					p.settings[i].setting = &moved
				}
			}
		}
	}
}
