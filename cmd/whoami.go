package cmd

import (
	"context"
	"errors"
	"os/exec"

	"github.com/spf13/cobra"

	"guise/internal/awsconfig"
	"guise/internal/awsenv"
	"guise/internal/process"
	"guise/internal/profiles"
	"guise/internal/source"
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
	name, where, creds, err := x.asSDK(ctx, args)
	if err != nil {
		return profiles.Identity{}, err
	}
	identity, err := x.user("").whoAmI(ctx, where, creds)
	p, _ := x.profileNamed(name)
	return profiles.NewIdentity(name, p, identity.Account, identity.ARN, identity.UserID), fail("whoami", err)
}

// asSDK gets credentials as an SDK in this terminal does, or of the profile that is
// named, and where to call.
func (x whoamiCommand) asSDK(ctx context.Context, args []string) (profile string, where session.Place, creds session.Credentials, err error) {
	anywhere := session.Place{Endpoint: x.endpoint(awsconfig.Profile{}, "sts")}
	if len(args) > 0 {
		name, err := x.name(ctx, "whoami", args...)
		if err != nil {
			return "", anywhere, creds, err
		}
		where, creds, err = x.ofProfile(ctx, name)
		return name, where, creds, err
	}
	_, served := x.traced[awsenv.ConfigFile] // exec --serve: the files that SDKs see here have no default
	from, err := awsenv.Credentials(x.world.Getenv, x.files, served)
	switch {
	case err != nil:
		return "", anywhere, creds, err
	case from.Keys.AccessKeyID != "":
		x.say("with the exported AWS_ACCESS_KEY_ID, which wins over a profile")
		return "", anywhere, from.Keys, nil
	case from.Container != "":
		creds, err = x.user("").sources().Get(ctx, session.Link{Kind: session.Container, URL: from.Container}, session.BaseOptions{})
		return "", anywhere, creds, fail("whoami", err)
	case from.Profile == "":
		return "", anywhere, creds, misuse("whoami", "no profile is active in this terminal, and there is no default", "guise use")
	}
	where, creds, err = x.ofProfile(ctx, from.Profile)
	return from.Profile, where, creds, err
}

// ofProfile gets a profile's credentials as SDKs do, and where to call.
func (x whoamiCommand) ofProfile(ctx context.Context, name string) (session.Place, session.Credentials, error) {
	p, err := x.profileNamed(name)
	if err == nil {
		err = p.Check()
	}
	if err != nil {
		return session.Place{}, session.Credentials{}, fail(name, err)
	}
	where := session.Place{Region: p.Get("region"), Endpoint: x.endpoint(p, "sts")}
	if !p.Managed() || len(p.Visible()) > 0 {
		_, creds, err := x.user(p.Name).credentials(ctx, p.Name, session.Options{})
		return where, creds, err
	}
	creds, err := source.RunProcess(ctx, p.Command(), x.world.Environ(), x.world.In, x.world.Err, x.world.Now())
	if status, ok := errors.AsType[*exec.ExitError](err); ok && status.ExitCode() > 0 {
		return where, creds, process.Status(status.ExitCode()) // it has said why
	}
	return where, creds, about(p.Name, fail(p.Name, err))
}
