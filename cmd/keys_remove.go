package cmd

import (
	"context"
	"errors"
	"strings"

	"guise/internal/outcome"

	"github.com/spf13/cobra"

	"guise/internal/awsconfig"
	"guise/internal/keys"
	"guise/internal/person"
	"guise/session"
	"guise/shell"
)

// keysRemoveCommand removes a stored access key.
type keysRemoveCommand struct {
	yes bool

	keyCommand
}

func newKeysRemove(k keyCommand) *cobra.Command {
	x := keysRemoveCommand{keyCommand: k}
	c := &cobra.Command{
		Use:   "remove [PROFILE|KEY-ID]",
		Short: "Remove a stored access key: guise's copy may be the only one",
		Long: `Remove a profile's access key from the config file and from the key store. The
secret stays if another profile uses the same key, or if AWS files that it was
stored for are missing. To remove such a key, or one that no profile uses, name it
by its id ("guise keys list").

If the OS keyring or the vault may have the secret and does not answer, guise says
so, exits 1, and removes it later: at the next change of keys, or with
"guise doctor --fix".

The key stays valid at AWS: delete it there too if nobody uses it.`,
		Example:           "  guise keys remove alice",
		RunE:              func(c *cobra.Command, args []string) error { return x.run(c.Context(), args) },
		ValidArgsFunction: x.completeProfile,
	}
	c.Flags().BoolVarP(&x.yes, "yes", "y", false, "do not ask")
	return c
}

func (x keysRemoveCommand) run(ctx context.Context, words []string) error {
	what, part, err := x.meant(ctx, words)
	if err != nil {
		return err
	}
	keeper := x.user(what).keys()
	r, err := keeper.Removal(what)
	if err != nil {
		return notStored(what, err, false)
	}
	if !x.yes && (part || !r.Begun) {
		if err := x.agree(ctx, what, r); err != nil {
			return about(what, err)
		}
	}
	if r, err = keeper.Remove(ctx, what); err != nil {
		return notStored(what, err, false)
	}
	if len(r.SourceOf) > 0 {
		x.sayf("%s has no credentials any more, and was the source of %s", what, strings.Join(r.SourceOf, ", "))
	}
	x.resultf("%s: %s", what, r.Done())
	if r.Unseen != nil && r.Profile != "" {
		x.hint(outcome.OfKeys(r.Unseen))
	}
	return nil
}

// meant is the profile, or the key's id, that is named, and whether that is only a part of
// a name: the question shows the whole of it.
func (x keysRemoveCommand) meant(ctx context.Context, words []string) (what string, part bool, err error) {
	if len(words) == 0 {
		what, err = x.Pick(ctx, "keys remove", stored())
		return what, false, err
	}
	named := strings.Join(words, " ")
	what, err = x.Exact(named)
	if !errors.As(err, new(*awsconfig.NoProfileError)) {
		return what, false, err
	}
	if _, none := x.user("").keys().Removal(named); x.yes || !errors.As(none, new(*awsconfig.NoProfileError)) {
		return named, false, nil
	}
	return x.Found(ctx, "keys remove", words)
}

func (x keysRemoveCommand) agree(ctx context.Context, what string, r keys.Removal) error {
	terminal, err := x.terminal()
	if err != nil {
		return failure{what: what, err: errors.New("the removal needs your consent, and there is no terminal to ask you on"), hint: shell.Guise("keys remove --yes", what), code: exitPerson}
	}
	defer func() { _ = terminal.Close() }()
	if len(r.SourceOf) > 0 {
		terminal.Say(what + " is the source of " + strings.Join(r.SourceOf, ", "))
	}
	agreed, err := terminal.Confirm(ctx, r.Question(), false)
	if err == nil && !agreed {
		err = session.ErrCancelled
	}
	return person.Answer(err)
}

// notStored adds the hint to the error of a profile that has no stored key.
func notStored(name string, err error, rotate bool) error {
	if !errors.Is(err, keys.ErrNotStored) {
		return about(name, fail(name, err))
	}
	return failure{what: name, err: err, hint: outcome.NotStored(name, err, rotate), code: exitUsage}
}
