package cmd

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"guise/internal/ask"
	"guise/internal/keys"
	"guise/internal/person"
	"guise/internal/secret"
	"guise/session"
	"guise/shell"
)

// mfaAddCommand stores the MFA secret of a device.
type mfaAddCommand struct {
	enable, unchecked bool

	keyCommand
}

func newMFAAdd(k keyCommand) *cobra.Command {
	x := mfaAddCommand{keyCommand: k}
	c := &cobra.Command{
		Use:   "add [PROFILE|SERIAL]",
		Short: "Store the MFA secret of a virtual device",
		Long: `Store the MFA secret of a virtual device: the secret that AWS shows when you create
the device ("show secret key"), or the otpauth:// address in its QR code. You type it
at the terminal. If a profile has the device and an access key, guise tries a code at
AWS; else it compares one with the code that your other device shows.

With --enable guise shows two codes, one after the other, for AWS's page that enables
the device.`,
		Example: "  guise mfa add alice\n  guise mfa add arn:aws:iam::111111111111:mfa/alice --enable",
		RunE: func(c *cobra.Command, args []string) error {
			return x.run(c.Context(), args)
		},
		ValidArgsFunction: x.completeDevice(false),
	}
	c.Flags().BoolVar(&x.enable, "enable", false, "show the two codes with which AWS enables the device")
	c.Flags().BoolVar(&x.unchecked, "unchecked", false, "store it without trying a code; it then replaces no other secret")
	return c
}

func (x mfaAddCommand) run(ctx context.Context, words []string) error {
	device, err := x.device(ctx, "mfa add", words)
	if err != nil {
		return err
	}
	serial := device.Serial
	terminal, err := x.terminal()
	if err != nil {
		return failure{what: serial, err: session.ErrNoPerson, hint: shell.Guise("mfa add", cmp.Or(strings.Join(words, " "), serial)) + "   # in a terminal"}
	}
	defer func() { _ = terminal.Close() }()
	text, err := terminal.SecretAs(ctx, "MFA secret of "+serial, keys.ParseMFASecret)
	if err != nil {
		return person.Answer(err)
	}
	of := x.user(device.Profile)
	keeper := of.keys()
	if x.enable {
		err := terminal.ShowTwo(ctx, func(show func(code secret.Text, next time.Duration)) error { return keeper.TwoCodes(ctx, text, show) })
		if err != nil {
			return person.Answer(err)
		}
	}
	if !x.unchecked {
		var atAWS func(context.Context, func() (secret.Text, error)) error
		if device.Chain != nil {
			atAWS = func(ctx context.Context, code func() (secret.Text, error)) error {
				return of.retriever().TryCode(ctx, device.Chain, serial, code)
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
	place, err := keeper.AddDevice(ctx, serial, device.Profile, text, !x.unchecked)
	if err != nil {
		return fail(serial, err)
	}
	x.resultf("%s: guise computes its codes now; its MFA secret is in %s", serial, place.In(of.vault().Path))
	return nil
}
