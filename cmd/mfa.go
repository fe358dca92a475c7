package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"guise/ask"
	"guise/internal/keys"
	"guise/internal/person"
	"guise/internal/sandbox"
	"guise/internal/secret"
	"guise/session"
	"guise/shell"
)

func newMFA(a *app) *cobra.Command {
	x := a.keyCommand()
	c := &cobra.Command{
		Use:   "mfa",
		Short: "MFA devices whose codes guise can get by itself",
		Long: `MFA devices whose codes guise can get by itself: it keeps the MFA secret of a virtual
device in the key store, as it does access keys. That is convenient, and worth less
than a device apart: who can read the store has both halves. A hardware key, or a code that you type,
keeps them apart.`,
		Example: "  guise mfa add alice\n  guise mfa code alice",
	}
	c.AddCommand(newMFAAdd(x), newMFAList(x), newMFARemove(x), newMFACode(x))
	return c
}

func newMFAAdd(x keyCommand) *cobra.Command {
	var enable, unchecked bool
	c := &cobra.Command{
		Use:   "add PROFILE|SERIAL",
		Short: "Store the MFA secret of a virtual device",
		Long: `Store the MFA secret of a virtual device: the secret that AWS shows when the device is
made ("show secret key"), or the otpauth:// address in its QR code. It is typed at
the terminal. Where a profile has the device and its keys, a code is tried at AWS;
else the code that your other device shows is compared.

With --enable two codes are shown, one after the other, for AWS's page that enables
the device.`,
		Example: "  guise mfa add alice\n  guise mfa add arn:aws:iam::111111111111:mfa/alice --enable",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return x.addDevice(c.Context(), args[0], enable, unchecked)
		},
		ValidArgsFunction: x.completeProfile,
	}
	c.Flags().BoolVar(&enable, "enable", false, "show the two codes with which AWS enables the device")
	c.Flags().BoolVar(&unchecked, "unchecked", false, "store it without trying a code; it then replaces no other secret")
	return c
}

// device gives the serial that an argument means, and a profile that has it.
func (x keyCommand) device(arg string) (serial, profile string, err error) {
	files, err := x.files()
	if err != nil {
		return "", "", err
	}
	if !strings.Contains(arg, ":mfa/") {
		chain, err := x.chain(arg)
		if err != nil {
			return "", "", err
		}
		if serial = chain.Serial(); serial == "" {
			return "", "", failure{what: arg, err: errors.New("it has no mfa_serial"), hint: "name the device: guise mfa add arn:aws:iam::ACCOUNT:mfa/NAME"}
		}
		return serial, arg, nil
	}
	for _, plan := range session.ResolveAll(files, x.defaults()) {
		if plan.Err == nil && plan.Chain.Serial() == arg {
			return arg, plan.Profile.Name, nil
		}
	}
	return arg, "", nil
}

func (x keyCommand) addDevice(ctx context.Context, arg string, enable, unchecked bool) error {
	serial, profile, err := x.device(arg)
	if err != nil {
		return err
	}
	terminal, err := x.terminal()
	if err != nil {
		return failure{what: serial, err: session.ErrNoPerson, hint: "guise mfa add " + shell.Word(arg) + "   # in a terminal"}
	}
	defer func() { _ = terminal.Close() }()
	text, err := askMFASecret(ctx, terminal, serial)
	if err != nil {
		return person.Answer(err)
	}
	of := x.user(profile)
	keeper := of.keys()
	if enable {
		if err := showTwo(ctx, terminal, keeper, text); err != nil {
			return err
		}
	}
	if !unchecked {
		var atAWS func(context.Context, func() (secret.Text, error)) error
		if profile != "" {
			atAWS = func(ctx context.Context, code func() (secret.Text, error)) error {
				chain, err := x.chain(profile)
				if err != nil {
					return err
				}
				return of.retriever().TryCode(ctx, chain, serial, code)
			}
		}
		err := keeper.TryDevice(ctx, text, atAWS, func() (secret.Text, error) {
			typed, err := terminal.Code(ctx, ask.CodeQuestion{Profile: "this device now", Serial: serial})
			return typed, person.Answer(err)
		})
		if err != nil {
			return fail(serial, err)
		}
	}
	place, err := keeper.AddDevice(ctx, serial, profile, text, !unchecked)
	if err != nil {
		return fail(serial, err)
	}
	x.resultf("%s: guise computes its codes now; its MFA secret is in %s", serial, of.place(place))
	return nil
}

// askMFASecret asks for the secret of a device until it is one.
func askMFASecret(ctx context.Context, terminal *ask.Terminal, serial string) (secret.Text, error) {
	for {
		typed, err := terminal.Secret(ctx, "MFA secret of "+serial)
		if err != nil {
			return secret.Text{}, err
		}
		text, err := keys.ParseMFASecret(typed)
		if err == nil {
			return text, nil
		}
		terminal.Say(err.Error())
	}
}

// showTwo shows two codes that follow each other.
func showTwo(ctx context.Context, terminal *ask.Terminal, keeper *keys.Keeper, text secret.Text) error {
	err := keeper.TwoCodes(ctx, text, func(code secret.Text, next time.Duration) {
		if next == 0 {
			terminal.Say("the second code:  " + code.Reveal())
			return
		}
		terminal.Say("the first code:   " + code.Reveal())
		terminal.Say("the second comes in " + next.Round(time.Second).String())
	})
	if err == nil {
		_, err = terminal.Line(ctx, "type Enter when AWS has taken both", func(string) error { return nil })
		err = person.Answer(err)
	}
	return err
}

func newMFAList(x keyCommand) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the devices whose MFA secrets guise keeps",
		Example: "  guise mfa list",
		Args:    cobra.NoArgs,
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
			table := [][]string{{"DEVICE", "MFA SECRET"}}
			for _, r := range rows {
				table = append(table, []string{r.Serial, r.State()})
			}
			return x.answerTable(table)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func newMFARemove(x keyCommand) *cobra.Command {
	return &cobra.Command{
		Use:     "remove PROFILE|SERIAL",
		Short:   "Remove the MFA secret of a device from the key store",
		Example: "  guise mfa remove alice",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			serial, _, err := x.device(args[0])
			if err != nil {
				return err
			}
			err = x.user("").keys().RemoveDevice(c.Context(), serial)
			if errors.Is(err, keys.ErrNoDevice) {
				return failure{what: serial, err: err, hint: "guise mfa list", code: exitUsage}
			}
			if err != nil {
				return fail(serial, err)
			}
			x.resultf("%s: its MFA secret is removed; guise asks you for its codes", serial)
			return nil
		},
		ValidArgsFunction: x.completeProfile,
	}
}

func newMFACode(x keyCommand) *cobra.Command {
	return &cobra.Command{
		Use:   "code [PROFILE|SERIAL]",
		Short: "Print the code that a device shows now",
		Long: `Print the code that a device shows now, from its stored MFA secret. Inside "guise demo",
that of the sandbox's device.`,
		Example: "  guise mfa code alice",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			code, err := x.codeOf(c.Context(), args)
			if err != nil {
				return fail("mfa code", err)
			}
			return x.answer(code + "\n")
		},
		ValidArgsFunction: x.completeProfile,
	}
}

func (x keyCommand) codeOf(ctx context.Context, args []string) (string, error) {
	serial := x.world.Getenv("GUISE_MFA_SERIAL")
	if len(args) > 0 {
		var err error
		if serial, _, err = x.device(args[0]); err != nil {
			return "", err
		}
	}
	keeper := x.user("").keys()
	serial, stored := keeper.Device(serial)
	if control := x.world.Getenv(sandbox.Control); control != "" && !stored {
		return sandbox.Code(ctx, control, serial)
	}
	code, err := keeper.Code(ctx, serial)
	if err != nil {
		return "", failure{what: "mfa code", err: fmt.Errorf("no MFA secret of the device %s: %w", serial, err), hint: "guise mfa add, or guise_mfa_command = COMMAND in the profile"}
	}
	return code.Reveal(), nil
}
