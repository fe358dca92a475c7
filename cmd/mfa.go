package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
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
	c := &cobra.Command{
		Use:   "mfa",
		Short: "MFA devices whose codes guise can get by itself",
		Long: `MFA devices whose codes guise can get by itself: it keeps the MFA secret of a virtual
device in the key store, as it does access keys. That is convenient, and worth less
than a device apart: who can read the store has both halves. A hardware key, or a code that you type,
keeps them apart.`,
		Example: "  guise mfa add alice\n  guise mfa code alice",
	}
	c.AddCommand(newMFAAdd(a), newMFAList(a), newMFARemove(a), newMFACode(a))
	return c
}

func newMFAAdd(a *app) *cobra.Command {
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
			return a.addDevice(c.Context(), args[0], enable, unchecked)
		},
		ValidArgsFunction: a.completeProfile,
	}
	c.Flags().BoolVar(&enable, "enable", false, "show the two codes with which AWS enables the device")
	c.Flags().BoolVar(&unchecked, "unchecked", false, "store it without trying a code; it then replaces no other secret")
	return c
}

// device gives the serial that an argument means, and a profile that has it.
func (a *app) device(arg string) (serial, profile string, err error) {
	files, err := a.files()
	if err != nil {
		return "", "", err
	}
	if !strings.Contains(arg, ":mfa/") {
		chain, err := a.chain(arg)
		if err != nil {
			return "", "", err
		}
		if serial = chain.Serial(); serial == "" {
			return "", "", failure{what: arg, err: errors.New("it has no mfa_serial"), hint: "name the device: guise mfa add arn:aws:iam::ACCOUNT:mfa/NAME"}
		}
		return serial, arg, nil
	}
	for _, plan := range session.ResolveAll(files, a.defaults()) {
		if plan.Err == nil && plan.Chain.Serial() == arg {
			return arg, plan.Profile.Name, nil
		}
	}
	return arg, "", nil
}

func (a *app) addDevice(ctx context.Context, arg string, enable, unchecked bool) error {
	serial, profile, err := a.device(arg)
	if err != nil {
		return err
	}
	terminal, err := a.terminal()
	if err != nil {
		return failure{what: serial, err: session.ErrNoPerson, hint: "guise mfa add " + shell.Word(arg) + "   # in a terminal"}
	}
	defer func() { _ = terminal.Close() }()
	seed, err := askMFASecret(ctx, terminal, serial)
	if err != nil {
		return person.Answer(err)
	}
	if enable {
		if err := a.showTwo(ctx, terminal, seed); err != nil {
			return err
		}
	}
	if !unchecked {
		if err := a.tryDevice(ctx, terminal, serial, profile, seed); err != nil {
			return fail(serial, err)
		}
	}
	place, err := a.user(profile).keys().AddDevice(ctx, serial, profile, seed, !unchecked)
	if err != nil {
		return fail(serial, err)
	}
	a.resultf("%s: guise computes its codes now; its MFA secret is in %s", serial, a.place(place))
	return nil
}

// askMFASecret asks for the secret of a device until it is one.
func askMFASecret(ctx context.Context, terminal *ask.Terminal, serial string) (secret.Text, error) {
	for {
		typed, err := terminal.Secret(ctx, "MFA secret of "+serial)
		if err != nil {
			return secret.Text{}, err
		}
		text, err := ask.MFASecret(typed)
		if err == nil {
			return text, nil
		}
		terminal.Say(err.Error())
	}
}

// showTwo shows two codes that follow each other.
func (a *app) showTwo(ctx context.Context, terminal *ask.Terminal, seed secret.Text) error {
	first, err := ask.TOTP(seed, a.Now())
	if err != nil {
		return err
	}
	terminal.Say("the first code:   " + first.Reveal())
	next := a.Now().Truncate(ask.CodeWindow).Add(ask.CodeWindow)
	terminal.Say("the second comes in " + next.Sub(a.Now()).Round(time.Second).String())
	if err := session.Sleep(ctx, next.Sub(a.Now())); err != nil {
		return session.ErrCancelled
	}
	second, err := ask.TOTP(seed, a.Now())
	if err != nil {
		return err
	}
	terminal.Say("the second code:  " + second.Reveal())
	_, err = terminal.Line(ctx, "type Enter when AWS has taken both", func(string) error { return nil })
	return person.Answer(err)
}

// errWrongSeed: its codes are not those of the device.
var errWrongSeed = errors.New("its codes are not those of the device, so nothing was stored (is the clock right?)")

// tryDevice tries an MFA secret: by a session made with a code, where a profile has the
// keys for that, or else by the code that the person's own device shows.
func (a *app) tryDevice(ctx context.Context, terminal *ask.Terminal, serial, profile string, seed secret.Text) error {
	if profile != "" {
		err := a.trySession(ctx, serial, profile, seed)
		switch reason := session.ReasonOf(err); {
		case err == nil:
			return nil
		case reason == session.WrongCode, reason == session.Denied:
			return fmt.Errorf("AWS does not take its code (%w), so nothing was stored", err)
		}
		a.sayf("it could not be tried at AWS: %v", err)
	}
	typed, err := terminal.Code(ctx, ask.CodeQuestion{Profile: "this device now", Serial: serial})
	if err != nil {
		return person.Answer(err)
	}
	for _, window := range []time.Duration{0, -ask.CodeWindow, ask.CodeWindow} {
		if code, err := ask.TOTP(seed, a.Now().Add(window)); err == nil && code.Reveal() == typed.Reveal() {
			return nil
		}
	}
	return errWrongSeed
}

// trySession makes a short session with a code, and throws it away.
func (a *app) trySession(ctx context.Context, serial, profile string, seed secret.Text) error {
	chain, err := a.chain(profile)
	if err != nil {
		return err
	}
	if chain[0].Kind != session.Keys {
		return errors.New("the profile does not begin with keys")
	}
	retriever := a.user(profile).retriever()
	keys, err := retriever.Retrieve(ctx, chain[:1], session.Options{})
	if err != nil {
		return err
	}
	api, err := a.user(profile).api()
	if err != nil {
		return err
	}
	code, err := ask.TOTP(seed, a.Now())
	if err != nil {
		return err
	}
	link := session.Link{Kind: session.SessionToken, Profile: profile, Serial: serial, Region: chain[0].Region, Endpoint: chain[0].Endpoint}
	_, err = api.Exchange(ctx, link, keys, 15*time.Minute, code)
	return err
}

func newMFAList(a *app) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the devices whose MFA secrets guise keeps",
		Example: "  guise mfa list",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			type row struct {
				Serial  string `json:"mfa_serial"`
				Problem string `json:"problem,omitempty"`
				Pending string `json:"pending,omitempty"` // remove: a store did not answer
			}
			rows := []row{}
			table := [][]string{{"DEVICE", "MFA SECRET"}}
			for _, serial := range a.user("").keys().Devices() {
				r, state := row{Serial: serial}, "stored"
				if _, err := a.user("").keys().MFASecret(c.Context(), serial); err != nil {
					r.Problem, state = err.Error(), err.Error()
				}
				rows, table = append(rows, r), append(table, []string{serial, state})
			}
			unfinished, err := a.user("").keys().Unfinished()
			if err != nil {
				return fail("key store", err)
			}
			for _, u := range unfinished {
				if u.Serial != "" {
					rows = append(rows, row{Serial: u.Serial, Pending: "remove"})
					table = append(table, []string{u.Serial, "to be removed from " + keys.Words(u.Pending) + ": guise doctor --fix"})
				}
			}
			if asJSON {
				return a.answerJSON(rows)
			}
			if len(rows) == 0 {
				a.result("guise keeps no MFA secrets: guise mfa add PROFILE")
				return nil
			}
			return a.answerTable(table)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func newMFARemove(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "remove PROFILE|SERIAL",
		Short:   "Remove the MFA secret of a device from the key store",
		Example: "  guise mfa remove alice",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			serial, _, err := a.device(args[0])
			if err != nil {
				return err
			}
			err = a.user("").keys().RemoveDevice(c.Context(), serial)
			if errors.Is(err, keys.ErrNoDevice) {
				return failure{what: serial, err: err, hint: "guise mfa list", code: exitUsage}
			}
			if err != nil {
				return fail(serial, err)
			}
			a.resultf("%s: its MFA secret is removed; guise asks you for its codes", serial)
			return nil
		},
		ValidArgsFunction: a.completeProfile,
	}
}

func newMFACode(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "code [PROFILE|SERIAL]",
		Short: "Print the code that a device shows now",
		Long: `Print the code that a device shows now, from its stored MFA secret. Inside "guise demo",
that of the sandbox's device.`,
		Example: "  guise mfa code alice",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			code, err := a.codeOf(c.Context(), args)
			if err != nil {
				return fail("mfa code", err)
			}
			return a.answer(code + "\n")
		},
		ValidArgsFunction: a.completeProfile,
	}
}

func (a *app) codeOf(ctx context.Context, args []string) (string, error) {
	serial := a.Getenv("GUISE_MFA_SERIAL")
	if len(args) > 0 {
		var err error
		if serial, _, err = a.device(args[0]); err != nil {
			return "", err
		}
	}
	all := a.user("").keys().Devices()
	if serial == "" && len(all) == 1 {
		serial = all[0]
	}
	if slices.Contains(all, serial) || a.Getenv(sandbox.Control) == "" {
		seed, err := a.user("").keys().MFASecret(ctx, serial)
		if err != nil {
			return "", failure{what: "mfa code", err: fmt.Errorf("no MFA secret of the device %s: %w", serial, err), hint: "guise mfa add, or guise_mfa_command = COMMAND in the profile"}
		}
		code, err := ask.TOTP(seed, a.Now())
		return code.Reveal(), err
	}
	return a.demoCode(ctx, serial)
}

func (a *app) demoCode(ctx context.Context, serial string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, a.Getenv(sandbox.Control)+"/code?serial="+url.QueryEscape(serial), nil)
	if err != nil {
		return "", err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", errors.New("the sandbox's AWS does not answer")
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(answer.Body, 1<<10))
	if err != nil {
		return "", err
	}
	text := strings.TrimSpace(string(body))
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s", text)
	}
	return text, nil
}
