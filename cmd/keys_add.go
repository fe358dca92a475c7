package cmd

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"guise/internal/arguments"
	"guise/internal/awsconfig"
	"guise/internal/keys"
	"guise/internal/person"
	"guise/internal/secret"
	"guise/session"
	"guise/shell"
)

// keysAddCommand stores an access key.
type keysAddCommand struct {
	csv       string
	unchecked bool

	keyCommand
}

func newKeysAdd(k keyCommand) *cobra.Command {
	x := keysAddCommand{keyCommand: k}
	c := &cobra.Command{
		Use:   "add PROFILE",
		Short: "Store an access key for a profile, typed or from AWS's CSV file",
		Long: `Store an access key for a profile, and have guise manage the profile. A profile that
does not exist is created. You type the key, or guise reads it from the CSV file
that AWS offers: delete that file afterwards. guise tries the key at AWS before it
writes anything.

With --unchecked guise does not try it, and it replaces no other key.`,
		Example: "  guise keys add alice\n  guise keys add alice --csv ~/Downloads/alice_accessKeys.csv",
		Args:    arguments.Count,
		RunE: func(c *cobra.Command, args []string) error {
			name, err := x.Exact(args[0])
			if errors.As(err, new(*awsconfig.NoProfileError)) {
				name, err = args[0], nil // which is made
			}
			if err != nil {
				return err
			}
			return inTerminal(x.run(c.Context(), name), shell.Guise("keys add", name))
		},
	}
	c.Flags().StringVar(&x.csv, "csv", "", "the CSV file that AWS offers with a new access key")
	c.Flags().BoolVar(&x.unchecked, "unchecked", false, "store it without trying it (AWS cannot be reached)")
	_ = c.MarkFlagFilename("csv", "csv")
	return c
}

func (x keysAddCommand) run(ctx context.Context, name string) error {
	executable, err := x.world.Executable()
	if err != nil {
		return fail("keys", err)
	}
	keeper := x.user(name).keys()
	if err := keeper.CanAdd(name, executable); err != nil {
		return about(name, fail(name, err))
	}
	id, key, err := x.typed(ctx, name)
	if err != nil {
		return about(name, fail(name, err))
	}
	added, err := keeper.Add(ctx, name, executable, id, key, x.unchecked)
	if added.ARN != "" {
		x.resultf("%s: AWS knows the access key as %s", name, added.ARN)
	}
	if errors.As(err, new(*keys.NotWorkingError)) && session.ReasonOf(err) != session.Unreachable {
		return failure{what: name, err: err, hint: shell.Guise("keys add", name) + "   # with a key that is active at AWS"}
	}
	if err != nil {
		return about(name, fail(name, err))
	}
	now := map[bool]string{false: " now", true: " already"}[added.Already]
	x.resultf("%s: its access key …%s is%s in %s", name, keys.LastFour(id), now, added.Place.In(x.user(name).vault().Path))
	if x.csv != "" {
		x.hint("rm " + shell.File(x.csv))
	}
	return nil
}

// typed gets a key from the user, or from AWS's file.
func (x keysAddCommand) typed(ctx context.Context, name string) (id string, key secret.Text, err error) {
	if x.csv != "" {
		return keys.FromCSV(x.csv)
	}
	terminal, err := x.terminal()
	if err != nil {
		return "", key, session.ErrNoPerson
	}
	defer func() { _ = terminal.Close() }()
	id, err = terminal.Line(ctx, "access key id for "+name, keys.CheckID)
	if err == nil {
		key, err = terminal.Secret(ctx, "secret access key")
	}
	return strings.TrimSpace(id), secret.New(strings.TrimSpace(key.Reveal())), person.Answer(err)
}
