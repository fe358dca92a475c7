package awsconfig

import "slices"

// A KeyUse is a profile that has an access key.
type KeyUse struct {
	Profile string
	Stored  bool // it relies on the key store for the secret
	InFile  bool // the secret is in the file
}

// KeyUses returns the profiles that have the access key of an id. Where settings of
// a profile contradict each other, it counts as relying on the key store.
func (f *Files) KeyUses(id string) []KeyUse {
	var uses []KeyUse
	for _, p := range f.all() {
		if !slices.ContainsFunc(p.settings, func(one placed) bool { return one.value == id }) {
			continue
		}
		use := KeyUse{Profile: p.Name, Stored: p.stores(id), InFile: p.AccessKeyID() == id && !p.SecretAccessKey().Empty()}
		if use.Stored || use.InFile {
			uses = append(uses, use)
		}
	}
	return uses
}

// stores reports whether any settings of a profile say that the key of an id is in
// the key store.
func (p Profile) stores(id string) bool {
	named, stored := false, false
	for _, one := range p.settings {
		named = named || one.key == own+keyID && one.value == id
		stored = stored || one.key == own+keySecret && isStored(one.value)
	}
	return named && stored
}

// AccessKeyIDs returns the ids of all access keys that a profile's settings name,
// visible or hidden.
func (p Profile) AccessKeyIDs() []string {
	var ids []string
	for _, one := range p.settings {
		if (one.key == keyID || one.key == own+keyID) && one.value != "" && !slices.Contains(ids, one.value) {
			ids = append(ids, one.value)
		}
	}
	return ids
}
