package person

import (
	"context"
	"errors"
	"strings"

	"guise/internal/ask"
	"guise/internal/secret"
	"guise/session"
)

// Passphrase asks for the passphrase of the vault at path, twice where it is a new one;
// again says why it is asked once more.
func (p *Person) Passphrase(ctx context.Context, path string, isNew bool, again string) (secret.Text, error) {
	if p.nobody {
		return secret.Text{}, session.ErrNoPerson
	}
	ctx, cancel := p.patient(ctx, p.o.Settings.WaitForPerson)
	defer cancel()
	terminal, err := p.o.Terminal()
	if err != nil && !isNew {
		return p.passphraseByDialog(ctx, again)
	}
	if err != nil {
		return secret.Text{}, session.ErrNoPerson
	}
	defer func() { _ = terminal.Close() }()
	terminal.Late = p.late().notice()
	if !isNew {
		if again != "" {
			terminal.Say(again)
		}
		text, err := terminal.Secret(ctx, p.passphraseLabel())
		p.answered.Store(p.Answered() || err == nil)
		return text, Answer(err)
	}
	terminal.Say("no OS keyring answers here: access keys go into a vault, " + path)
	terminal.Say("guise asks for its passphrase once after each boot. If you forget it, the contents of the vault are lost: nobody can recover them")
	for {
		text, err := terminal.Secret(ctx, "a new passphrase (8 characters or more)")
		if err != nil {
			return text, Answer(err)
		}
		if why := weak(text.Reveal()); why != "" {
			terminal.Say(why)
			continue
		}
		repeated, err := terminal.Secret(ctx, "once more")
		if err != nil {
			return text, Answer(err)
		}
		if text.Reveal() == repeated.Reveal() {
			return text, nil
		}
		terminal.Say("the two passphrases differ")
	}
}

// weak says why a passphrase protects nothing; empty where it may do. Whoever has the
// vault's file can try as many as their machines will, at about a second each.
func weak(passphrase string) string {
	different := map[rune]bool{}
	for _, r := range passphrase {
		different[r] = true
	}
	if len([]rune(strings.TrimSpace(passphrase))) < 8 || len(different) < 4 {
		return "that is too easy to guess for whoever has the file: 8 characters or more, not of one kind; a few words are good"
	}
	return ""
}

// passphraseLabel says who asks, what for, and on whose behalf: the question may come up
// in the middle of what another program shows.
func (p *Person) passphraseLabel() string {
	label := "guise: passphrase of the vault"
	if p.o.For != "" {
		label += ", for " + p.o.For
	}
	if p.background() {
		label += " (" + p.asker().String() + " waits)"
	}
	return label
}

// passphraseByDialog asks in a window, where there is no terminal.
func (p *Person) passphraseByDialog(ctx context.Context, again string) (secret.Text, error) {
	asker := p.asker()
	text, err := p.dialog().Passphrase(ctx, ask.Words{
		Title: "guise: passphrase", Error: again, Text: asker.String() + ", in " + asker.In(p.o.Home) + ",\nneeds an access key from the vault, which your passphrase protects",
	})
	p.answered.Store(p.Answered() || err == nil)
	if errors.Is(err, ask.ErrNoDialog) || errors.Is(err, context.DeadlineExceeded) {
		return text, session.ErrNoPerson
	}
	return text, Answer(err)
}
