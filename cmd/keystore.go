package cmd

import (
	"errors"

	"guise/internal/keys"
	"guise/shell"
)

// keysHint says how to go on where a change of keys was refused for those who use them.
func keysHint(err error) string {
	var (
		unseen *keys.UnseenError
		kept   *keys.KeptError
		shared *keys.SharedKeyError
	)
	switch {
	case errors.As(err, &unseen):
		return "guise keys remove " + unseen.ID + "   # if nobody uses it any more"
	case errors.As(err, &kept) && kept.Profile != "":
		return "guise keys remove " + shell.Word(kept.Profile) + "   # if the stored one is to go"
	case errors.As(err, &kept):
		return "guise keys list"
	case errors.As(err, &shared) && shared.Plain:
		return "guise keys import " + shell.Word(shared.Profile)
	case errors.As(err, &shared), errors.As(err, new(*keys.EndpointError)):
		return "guise keys list"
	}
	return ""
}

// place says in words where a secret is.
func (a *app) place(p keys.Place) string {
	if p == keys.InVault {
		return a.user("").vault().Path + ", the vault, which a passphrase protects"
	}
	return p.String()
}
