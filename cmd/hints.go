package cmd

import (
	"errors"

	"guise/internal/adoption"
	"guise/internal/keys"
	"guise/shell"
)

// keysHint says how to go on where a change of keys was refused for those who use them.
func keysHint(err error) string {
	if none, ok := errors.AsType[*adoption.NoStoreError](err); ok {
		names := shell.Words(none.Profiles)
		return "guise keys import " + names + "   # makes a vault; or: guise adopt --keep-keys " + names
	}
	if unseen, ok := errors.AsType[*keys.UnseenError](err); ok {
		return "guise keys remove " + unseen.ID + "   # if nobody uses it any more"
	}
	if kept, ok := errors.AsType[*keys.KeptError](err); ok && kept.Profile != "" {
		return "guise keys remove " + shell.Word(kept.Profile) + "   # if the stored one is to go"
	}
	if shared, ok := errors.AsType[*keys.SharedKeyError](err); ok && shared.Plain {
		return "guise keys import " + shell.Word(shared.Profile)
	}
	if errors.As(err, new(*keys.KeptError)) || errors.As(err, new(*keys.SharedKeyError)) || errors.As(err, new(*keys.EndpointError)) {
		return "guise keys list"
	}
	return ""
}

// place says in words where a secret is.
func (x access) place(p keys.Place) string {
	if p == keys.InVault {
		return x.vault().Path + ", the vault, which a passphrase protects"
	}
	return p.String()
}
