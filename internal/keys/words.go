package keys

import (
	"cmp"
	"strings"
)

// Words names places, with commas between them.
func Words(places []Place) string {
	var all []string
	for _, place := range places {
		all = append(all, place.String())
	}
	return strings.Join(all, ", ")
}

// In says where a secret is that is in a place; vault is the path of the vault.
func (p Place) In(vault string) string {
	if p == InVault {
		return vault + ", the vault, which a passphrase protects"
	}
	return p.String()
}

// KeptIn says where access keys are kept, or will be once there is a vault; vault is its path.
func (k *Keeper) KeptIn(vault string) string {
	place, err := k.target(true)
	if err != nil {
		return "access keys cannot be kept here: " + err.Error()
	}
	if k.Available() == nil {
		return "access keys are kept in " + place.In(vault)
	}
	line := "access keys go into a vault, " + vault + ", once `guise keys import` or `guise keys add` has created it"
	if k.Prefer != InVault {
		line += ": this machine has no OS keyring"
	}
	return line
}

// Question asks whether that is to be removed, and says what stays.
func (r Removal) Question() string {
	what, key := cmp.Or(r.Profile, r.ID), "the access key …"+LastFour(r.ID)
	away := ""
	if r.Unseen != nil {
		away = r.Unseen.File + ", whose profiles may use it, " + r.Unseen.Why()
	}
	switch {
	case r.Unseen != nil && r.Profile == "":
		return "remove the secret of " + key + " (" + away + ")"
	case r.Unseen != nil:
		return "take " + key + " out of " + what + " (its secret stays: " + away + ")"
	case len(r.Others) > 0:
		return "take " + key + " out of " + what + " (" + using(r.Others) + ": its secret stays)"
	}
	return "remove " + key + " of " + what + " (guise's copy may be the only one)"
}

// Done says what was removed, and what stays.
func (r Removal) Done() string {
	switch {
	case r.Unseen != nil && r.Profile != "":
		return "it no longer has that access key; " + r.Unseen.Error()
	case len(r.Others) > 0:
		return "it no longer has the access key …" + LastFour(r.ID) + "; its secret stays in the key store, since " + using(r.Others)
	}
	return "the access key …" + LastFour(r.ID) + " is removed from the key store; AWS knows it until you delete it there"
}

// using says who uses a key.
func using(profiles []string) string {
	if len(profiles) == 1 {
		return profiles[0] + " uses it"
	}
	return strings.Join(profiles, ", ") + " use it"
}
