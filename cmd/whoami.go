package cmd

import (
	"cmp"
	"context"
	"errors"

	"github.com/spf13/cobra"

	"guise/internal/awsconfig"
	"guise/internal/awsenv"
	"guise/internal/inforce"
	"guise/internal/process"
	"guise/internal/profiles"
	"guise/session"
)

// whoamiCommand asks AWS who this terminal is.
type whoamiCommand struct {
	looking
	name   func(ctx context.Context, what string, words ...string) (string, error)
	traced map[string]*string // what `guise exec` has set here: see [app]
}

func newWhoami(a *app) *cobra.Command {
	x := whoamiCommand{a.looking(), a.finding().One, a.traced}
	var asJSON bool
	c := &cobra.Command{
		Use:   "whoami [PROFILE]",
		Short: "Ask AWS which user or role this terminal or a profile acts as",
		Long: `Ask AWS (GetCallerIdentity) which user or role the credentials belong to. guise takes
them as SDKs do: exported keys first, else the profile's credential_process. If no
profile is active, it is the default profile, else the container's service.`,
		Example: "  guise whoami\n  guise whoami prod --json",
		Args:    cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			identity, err := x.whoami(c.Context(), args)
			if err != nil {
				return err
			}
			if asJSON {
				return x.answerJSON(identity)
			}
			return x.show(identity.Line())
		},
		ValidArgsFunction: x.completeProfile,
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func (x whoamiCommand) whoami(ctx context.Context, args []string) (profiles.Identity, error) {
	got, err := x.asSDK(ctx, args)
	if status, ok := errors.AsType[*inforce.ProcessError](err); ok {
		return profiles.Identity{}, process.Status(status.Code) // it has said why
	} else if one, ok := errors.AsType[*awsconfig.ProfileError](err); ok {
		return profiles.Identity{}, about(one.Profile, fail(one.Profile, one.Err))
	} else if errors.Is(err, inforce.ErrNone) {
		return profiles.Identity{}, misuse("whoami", err.Error(), "guise use")
	} else if err != nil {
		return profiles.Identity{}, fail("whoami", err)
	}
	identity, err := x.user("").whoAmI(ctx, got.Place, got.Credentials)
	whose := cmp.Or(got.Profile, awsenv.Active(x.world.Getenv))
	p, _ := x.profileNamed(whose)
	chain, _ := x.user(whose).gate().Admitted(whose)
	return profiles.NewIdentity(got.Profile, p, chain, identity.Account, identity.ARN, identity.UserID), fail("whoami", err)
}

// asSDK gets credentials as an SDK in this terminal does, or of the profile that is named.
func (x whoamiCommand) asSDK(ctx context.Context, args []string) (inforce.Found, error) {
	_, served := x.traced[awsenv.ConfigFile]
	here := inforce.Terminal{
		Getenv: x.world.Getenv, Environ: x.world.Environ, Now: x.world.Now, In: x.world.In, Err: x.world.Err, Served: served,
		Files: x.files, Sources: x.user("").sources(), Endpoint: x.endpoint,
		Guise: func(ctx context.Context, name string) (session.Credentials, error) {
			_, creds, err := x.user(name).credentials(ctx, name, session.Options{})
			return creds, err
		},
	}
	if len(args) > 0 {
		name, err := x.name(ctx, "whoami", args...)
		if err != nil {
			return inforce.Found{}, err
		}
		return here.Of(ctx, name)
	}
	got, err := here.Credentials(ctx)
	if err == nil && got.Exported() {
		x.say("with the exported AWS_ACCESS_KEY_ID, which wins over a profile")
	}
	return got, err
}
