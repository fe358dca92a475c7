package cmd

import (
	"context"
	"errors"
	"path/filepath"

	"guise/ask"
	"guise/cache"
	"guise/internal/files"
	"guise/internal/secret"
	"guise/internal/secretstore"
	"guise/session"
)

// keyStore keeps what lives long: access keys, and the seeds of MFA devices. In the
// operating system's secret store where there is one, else in a file that a
// passphrase seals.
type keyStore struct{ *app }

func (a *app) keyStore() keyStore { return keyStore{a} }

// vault is the file that stands in for a secret store.
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

// passphrase asks for the vault's, twice where it is a new one.
func (a *app) passphrase(first bool, again string) (secret.Text, error) {
	if a.alone {
		return secret.Text{}, session.ErrNoPerson
	}
	s, err := a.settings()
	if err != nil {
		return secret.Text{}, err
	}
	ctx, cancel := a.patient(context.Background(), s.WaitForPerson)
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
		text, err := terminal.Secret(ctx, "passphrase of guise's keys")
		return text, asSession(err)
	}
	terminal.Say("there is no secret store here: the keys are sealed by a passphrase, which is asked for once a boot")
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

// passphraseByDialog asks in a window, where there is no terminal.
func (a *app) passphraseByDialog(ctx context.Context, again string) (secret.Text, error) {
	s, err := a.settings()
	if err != nil {
		return secret.Text{}, err
	}
	asker := a.asker()
	text, err := (&person{a}).dialog(s).Passphrase(ctx, ask.Words{
		Title: "guise: passphrase", Error: again, Text: asker.String() + ", in " + asker.In(a.Home) + ",\nneeds a key that your passphrase seals",
	})
	if errors.Is(err, ask.ErrNoDialog) || errors.Is(err, context.DeadlineExceeded) {
		return text, session.ErrNoPerson
	}
	return text, asSession(err)
}

// asSession turns the terminal's errors into those of package session.
func asSession(err error) error {
	switch {
	case errors.Is(err, ask.ErrCancelled):
		return session.ErrCancelled
	case errors.Is(err, ask.ErrNoTerminal):
		return session.ErrNoPerson
	case errors.Is(err, ask.ErrGone), errors.Is(err, context.DeadlineExceeded):
		return lateError{}
	}
	return err
}

// Get reads a secret. Its errors wrap secretstore.ErrNotFound and ErrUnavailable, or
// are the vault's.
func (k keyStore) Get(name string) (secret.Text, error) {
	text, err := k.secretStore().Get(name)
	if v := k.vault(); err != nil && v.Exists() {
		return v.Get(name)
	}
	return text, err
}

// Set writes a secret.
func (k keyStore) Set(name string, text secret.Text) error {
	if k.secretStore().Available() == nil {
		return k.secretStore().Set(name, text)
	}
	return k.alone(func() error { return k.vault().Set(name, text) })
}

// Delete removes a secret from wherever it is.
func (k keyStore) Delete(name string) error {
	err := k.secretStore().Delete(name)
	if errors.Is(err, secretstore.ErrUnavailable) {
		err = nil
	}
	if k.vault().Exists() {
		err = errors.Join(err, k.alone(func() error { return k.vault().Delete(name) }))
	}
	return err
}

// alone changes the vault while no other process does.
func (k keyStore) alone(change func() error) error {
	store, err := k.store()
	if err != nil {
		return err
	}
	lock, err := store.Lock(context.Background(), "vault")
	if err != nil {
		return err
	}
	defer lock.Unlock()
	return change()
}

// Available tells whether a secret could be stored now, with nobody asked.
func (k keyStore) Available() error {
	err := k.secretStore().Available()
	if err != nil && k.vault().Exists() {
		return nil
	}
	return err
}

// Place says where secrets go.
func (k keyStore) Place() string {
	if k.secretStore().Available() == nil {
		return "the secret store"
	}
	return k.vault().Path + ", sealed by a passphrase"
}
