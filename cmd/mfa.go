package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"guise/internal/arguments"
	"guise/internal/ask"
	"guise/internal/awsconfig"
	"guise/internal/keys"
	"guise/internal/naming"
	"guise/internal/profiles"
	"guise/internal/sandbox"
	"guise/session"
	"guise/shell"
)

func newMFA(a *app) *cobra.Command {
	x := a.keyCommand()
	c := &cobra.Command{
		Use:   "mfa",
		Short: "Manage MFA devices whose codes guise computes",
		Long: `Manage MFA devices whose codes guise computes: it keeps the MFA secret of a virtual
device in the key store, beside the access keys. That is convenient but weaker:
whoever can read the key store has both the access key and the MFA secret. A hardware
key, or a code that you type, keeps them apart.`,
		Example: "  guise mfa add alice\n  guise mfa code alice",
	}
	c.AddCommand(newMFAAdd(x), newMFAList(x), newMFARemove(x), newMFACode(x))
	return c
}

// device finds the device that a serial or a profile names.
func (x keyCommand) device(ctx context.Context, what string, words []string) (session.Device, error) {
	files, err := x.files()
	if err != nil {
		return session.Device{}, err
	}
	named := strings.Join(words, " ")
	if !session.IsDevice(named) {
		of := naming.Kind{
			Is:   func(p awsconfig.Profile) bool { return session.HasDevice(files, p.Name, x.defaults()) },
			None: "no profile has an mfa_serial", Hint: "guise list",
		}
		if len(words) > 0 {
			named, err = x.One(ctx, what, words...)
		} else {
			named, err = x.Pick(ctx, what, of)
		}
		if err != nil {
			return session.Device{}, err
		}
	}
	found, err := session.FindDevice(files, named, x.defaults())
	if errors.As(err, new(*session.NoDeviceError)) {
		err = failure{what: named, err: err, hint: shell.Guise("explain", named) + "   # or name the device: arn:aws:iam::ACCOUNT:mfa/NAME"}
	}
	return found, fail(named, err)
}

// completeDevice offers the profiles that lead to an MFA device; of which guise computes
// the codes, if computed.
func (x keyCommand) completeDevice(computed bool) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		files, err := x.files()
		if err != nil || len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		keeper, any := x.user("").keys(), !computed || x.world.Getenv(sandbox.Control) != ""
		return profiles.DeviceCompletions(files, x.defaults(), typed, func(serial string) bool {
			_, stored := keeper.Device(serial)
			return any || stored
		}), cobra.ShellCompDirectiveNoFileComp
	}
}

func newMFAList(x keyCommand) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the devices whose MFA secrets guise keeps",
		Example: "  guise mfa list",
		Args:    arguments.Count,
		RunE: func(c *cobra.Command, _ []string) error {
			rows, err := x.user("").keys().ListDevices(c.Context())
			if err != nil {
				return fail("key store", err)
			}
			if asJSON {
				return x.answerJSON(rows)
			}
			if len(rows) == 0 {
				x.result("guise keeps no MFA secrets: guise mfa add PROFILE")
				return nil
			}
			return x.answerTable(keys.DeviceTable(rows))
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func newMFARemove(x keyCommand) *cobra.Command {
	yes := false
	c := &cobra.Command{
		Use:     "remove [PROFILE|SERIAL]",
		Short:   "Remove the MFA secret of a device from the key store",
		Example: "  guise mfa remove alice",
		RunE: func(c *cobra.Command, args []string) error {
			if yes && len(args) > 0 {
				x.Finder = x.Whole()
			}
			device, err := x.device(c.Context(), "mfa remove", args)
			if err != nil {
				return err
			}
			serial, keeper := device.Serial, x.user("").keys()
			if _, stored := keeper.Device(serial); stored && !yes {
				err := x.consent(c.Context(), "remove the MFA secret of "+serial+" (guise's copy may be the only one)", false, nil)
				if errors.Is(err, ask.ErrNoTerminal) {
					return failure{what: serial, err: errors.New("the removal needs your consent, and there is no terminal to ask you on"), hint: shell.Guise("mfa remove --yes", serial), code: exitPerson}
				} else if err != nil {
					return fail(serial, err)
				}
			}
			err = keeper.RemoveDevice(c.Context(), serial)
			if errors.Is(err, keys.ErrNoDevice) {
				return failure{what: serial, err: err, hint: "guise mfa list", code: exitUsage}
			}
			if err != nil {
				return fail(serial, err)
			}
			x.resultf("%s: its MFA secret is removed; guise asks you for its codes", serial)
			return nil
		},
		ValidArgsFunction: x.completeDevice(true),
	}
	c.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return c
}

func newMFACode(x keyCommand) *cobra.Command {
	return &cobra.Command{
		Use:   "code [PROFILE|SERIAL]",
		Short: "Print the code that a device shows now",
		Long: `Print the code that a device shows now, from its stored MFA secret. By default it is
the device that $GUISE_MFA_SERIAL names, which guise sets for a guise_mfa_command.
In "guise demo" it is the sandbox's device.`,
		Example: "  guise mfa code alice",
		RunE: func(c *cobra.Command, args []string) error {
			code, err := x.codeOf(c.Context(), args)
			if err != nil {
				return fail("mfa code", err)
			}
			return x.answer(code + "\n")
		},
		ValidArgsFunction: x.completeDevice(true),
	}
}

func (x keyCommand) codeOf(ctx context.Context, args []string) (string, error) {
	serial := x.world.Getenv("GUISE_MFA_SERIAL")
	control := x.world.Getenv(sandbox.Control)
	if len(args) > 0 || serial == "" && control == "" {
		device, err := x.device(ctx, "mfa code", args)
		if err != nil {
			return "", err
		}
		serial = device.Serial
	}
	keeper := x.user("").keys()
	serial, stored := keeper.Device(serial)
	if control != "" && !stored {
		return sandbox.Code(ctx, control, serial)
	}
	code, err := keeper.Code(ctx, serial)
	if err != nil {
		return "", failure{what: "mfa code", err: fmt.Errorf("no MFA secret of the device %s: %w", serial, err), hint: shell.Guise("mfa add", serial) + "   # or let guise_mfa_command in the profile print its codes"}
	}
	return code.Reveal(), nil
}
