package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/spf13/cobra"
)

// demoControl holds, inside the sandbox of `guise demo`, the address at which
// the sandbox's AWS gives the codes of its devices.
const demoControl = "GUISE_DEMO"

func newMFA(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:     "mfa",
		Short:   "MFA devices whose codes guise can get by itself",
		Example: "  guise mfa code",
	}
	c.AddCommand(&cobra.Command{
		Use:   "code [SERIAL]",
		Short: "Print the code of the sandbox's device, inside `guise demo`",
		Long: `Print the code of the sandbox's device, inside "guise demo". Elsewhere there is no
device that guise has the seed of: set guise_mfa_command in the profile to get
codes from a password manager.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			serial := a.Getenv("GUISE_MFA_SERIAL")
			if len(args) > 0 {
				serial = args[0]
			}
			code, err := a.demoCode(c.Context(), serial)
			if err != nil {
				return fail("mfa code", err)
			}
			return a.answer(code + "\n")
		},
	})
	return c
}

func (a *app) demoCode(ctx context.Context, serial string) (string, error) {
	control := a.Getenv(demoControl)
	if control == "" {
		return "", failure{what: "mfa code", err: errors.New("no device: this works inside `guise demo` only"), hint: "guise_mfa_command = COMMAND in a profile gets codes from a password manager"}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, control+"/code?serial="+url.QueryEscape(serial), nil)
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

// seedName is what the seed of a device is filed under in the secret store.
func seedName(serial string) string { return "totp:" + serial }
