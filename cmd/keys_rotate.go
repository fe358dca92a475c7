package cmd

import (
	"context"
	"errors"

	"guise/internal/outcome"

	"github.com/spf13/cobra"

	"guise/internal/keys"
	"guise/shell"
)

func newKeysRotate(x keyCommand) *cobra.Command {
	return &cobra.Command{
		Use:   "rotate [PROFILE]",
		Short: "Replace a stored access key with a new one, and delete the old one at AWS",
		Long: `Replace the access key of a profile: guise creates a new one, stores it, tries it,
and switches the profile to it; then it deactivates and deletes the old one. A key
works at every moment. If it is interrupted, run it again to continue.

guise deletes only keys that it knows: if the answer to its CreateAccessKey call was
lost, it names the new key and stops.`,
		Example: "  guise keys rotate alice",
		RunE: func(c *cobra.Command, args []string) error {
			name, err := x.Sure(c.Context(), "keys rotate", "rotate the access key of", args, stored())
			if err != nil {
				return err
			}
			return inTerminal(x.rotate(c.Context(), name), shell.Guise("keys rotate", name))
		},
		ValidArgsFunction: x.completeProfile,
	}
}

func (x keyCommand) rotate(ctx context.Context, name string) error {
	of := x.user(name)
	done, err := of.keys().Rotate(ctx, name, func(ctx context.Context) (keys.IAM, error) { return of.iam(ctx, name) })
	if done.New != "" {
		x.resultf("%s: the access key …%s replaces …%s, which is deleted at AWS", name, keys.LastFour(done.New), keys.LastFour(done.Old))
	}
	switch foreign, ok := errors.AsType[*keys.ForeignKeyError](err); {
	case err == nil:
		return nil
	case errors.Is(err, keys.ErrNotStored), errors.As(err, new(*keys.PendingError)):
		return notStored(name, err, true)
	case ok:
		return failure{what: name, err: err, hint: "aws iam delete-access-key --profile=" + shell.Word(name) + " --access-key-id " + foreign.ID + "   # if nobody uses it"}
	case errors.As(err, new(failure)):
		return err
	}
	if hint := outcome.OfKeys(err); hint != "" {
		return failure{what: name, err: err, hint: hint}
	}
	return failure{what: name, err: err, hint: shell.Guise("keys rotate", name) + "   # continues where it stopped"}
}
