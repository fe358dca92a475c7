package cmd

import (
	"context"
	"errors"
	"path/filepath"

	"guise/ask"
	"guise/awsconfig"
	"guise/cache"
	"guise/internal/files"
	"guise/internal/keys"
	"guise/internal/secret"
	"guise/internal/secretstore"
	"guise/session"
)

// keys is what owns access keys and MFA secrets.
func (a *app) keys() *keys.Keeper {
	config, credentials := a.configPaths()
	return &keys.Keeper{
		Keyring: a.secretStore(), Vault: a.vault(), Dir: a.State, Write: files.Keep,
		Config: config, Credentials: credentials,
		Rewrite: func(edit func(*awsconfig.Files) error) (bool, error) { return a.rewrite(edit) },
		Try: func(ctx context.Context, profile, id string, key secret.Text) (string, error) {
			who, err := a.tryKey(ctx, profile, session.Credentials{AccessKeyID: id, SecretAccessKey: key})
			return who.ARN, err
		},
		Endpoint: func(profile, service string) string { return a.placeOf(profile, service).Endpoint },
		Say:      a.say, Now: a.Now, Sleep: sleep,
	}
}

// keysHint says how to go on where a change of keys was refused for those who use them.
func (a *app) keysHint(err error) string {
	var (
		unseen *keys.UnseenError
		kept   *keys.KeptError
		shared *keys.SharedKeyError
	)
	switch {
	case errors.As(err, &unseen):
		return "guise keys remove " + unseen.ID + "   # if nobody uses it any more"
	case errors.As(err, &kept) && kept.Profile != "":
		return "guise keys remove " + a.word(kept.Profile) + "   # if the stored one is to go"
	case errors.As(err, &kept):
		return "guise keys list"
	case errors.As(err, &shared) && shared.Plain:
		return "guise keys import " + a.word(shared.Profile)
	case errors.As(err, &shared), errors.As(err, new(*keys.EndpointError)):
		return "guise keys list"
	}
	return ""
}

// storedKey reads the secret of an access key for a request.
func (a *app) storedKey(_, accessKeyID string) (secret.Text, error) {
	return a.keys().Secret(context.Background(), accessKeyID)
}

// vault is the file that stands in for an OS keyring.
func (a *app) vault() *secretstore.Vault {
	path := filepath.Join(a.Data, "keys.vault")
	return &secretstore.Vault{
		Path: path, Key: cache.BootKey{Name: "guise-vault:" + path}, Passphrase: a.passphrase,
		Write: func(path string, data []byte) error {
			if err := makePrivate(filepath.Dir(path)); err != nil {
				return err
			}
			return files.Keep(path, data)
		},
	}
}

// place says in words where a secret is.
func (a *app) place(p keys.Place) string {
	if p == keys.InVault {
		return a.vault().Path + ", the vault, which a passphrase protects"
	}
	return p.String()
}

// passphrase asks for the vault's, twice where it is a new one.
func (a *app) passphrase(ctx context.Context, first bool, again string) (secret.Text, error) {
	if a.alone {
		return secret.Text{}, session.ErrNoPerson
	}
	s := a.settings()
	ctx, cancel := a.patient(ctx, s.WaitForPerson)
	defer cancel()
	terminal, err := a.terminal()
	if err != nil && !first {
		return a.passphraseByDialog(ctx, again)
	}
	if err != nil {
		return secret.Text{}, session.ErrNoPerson
	}
	defer func() { _ = terminal.Close() }()
	terminal.Late = "guise: " + lateError{a.asker().Program}.Error()
	if !first {
		if again != "" {
			terminal.Say(again)
		}
		text, err := terminal.Secret(ctx, a.passphraseLabel())
		return text, asSession(err)
	}
	terminal.Say("no OS keyring answers here: access keys go into a vault, " + a.vault().Path)
	terminal.Say("its passphrase is asked for once a boot; nobody can recover one that you forget: what is in the vault is then lost")
	for {
		text, err := terminal.Secret(ctx, "a new passphrase")
		if err != nil {
			return text, asSession(err)
		}
		repeated, err := terminal.Secret(ctx, "once more")
		if err != nil {
			return text, asSession(err)
		}
		if text.Reveal() == repeated.Reveal() {
			return text, nil
		}
		terminal.Say("those two differ")
	}
}

// passphraseLabel says who asks, what for, and on whose behalf: the question may come up
// in the middle of what another program shows.
func (a *app) passphraseLabel() string {
	label := "guise: passphrase of the vault"
	if a.wanted != "" {
		label += ", for " + a.wanted
	}
	if a.background {
		label += " (" + a.asker().String() + " waits)"
	}
	return label
}

// passphraseByDialog asks in a window, where there is no terminal.
func (a *app) passphraseByDialog(ctx context.Context, again string) (secret.Text, error) {
	s := a.settings()
	asker := a.asker()
	text, err := (&person{a}).dialog(s).Passphrase(ctx, ask.Words{
		Title: "guise: passphrase", Error: again, Text: asker.String() + ", in " + asker.In(a.Home) + ",\nneeds an access key from the vault, which your passphrase protects",
	})
	if errors.Is(err, ask.ErrNoDialog) || errors.Is(err, context.DeadlineExceeded) {
		return text, session.ErrNoPerson
	}
	return text, asSession(err)
}

// asSession turns the terminal's errors into those of package session.
func asSession(err error) error {
	switch {
	case errors.Is(err, ask.ErrStopped):
		return stoppedError{}
	case errors.Is(err, ask.ErrCancelled):
		return session.ErrCancelled
	case errors.Is(err, ask.ErrNoTerminal):
		return session.ErrNoPerson
	case errors.Is(err, ask.ErrGone), errors.Is(err, context.DeadlineExceeded):
		return lateError{}
	}
	return err
}
