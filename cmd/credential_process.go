package cmd

import (
	"cmp"
	"context"
	"errors"

	"github.com/spf13/cobra"

	"guise/internal/arguments"
	"guise/internal/person"
	"guise/internal/source"
	"guise/session"
	"guise/shell"
)

// processCommand prints credentials for a program that has called us.
type processCommand struct {
	profile string
	encoded arguments.EncodedProfile // goes before it

	*streams
	*plans
	access func(o person.Options) access
}

func newCredentialProcess(a *app) *cobra.Command {
	x := processCommand{streams: a.streams, plans: a.plans, access: a.access}
	c := &cobra.Command{
		Use:   "credential-process --profile NAME",
		Short: "Print a profile's credentials for an SDK: what ~/.aws/config calls",
		Long: `Print the credentials of a profile as the JSON that SDKs expect from a
credential_process. "guise adopt" writes the line that calls it into ~/.aws/config.`,
		Example: "  guise credential-process --profile prod",
		Args:    arguments.Count,
		RunE: func(c *cobra.Command, _ []string) error {
			profile := cmp.Or(string(x.encoded), x.profile)
			if profile == "" {
				return usage(c, errors.New("no profile: --profile NAME"))
			}
			got, err := x.get(c.Context(), profile)
			if err != nil {
				return err
			}
			if now := x.world.Now(); !got.Tell.IsZero() && !now.Before(got.Tell) {
				x.access(person.Options{Mode: person.Background, For: profile}).tellEndings()
			}
			text, err := source.Print(got, "")
			if err != nil {
				return err
			}
			return x.answer(text)
		},
	}
	c.Flags().StringVar(&x.profile, "profile", "", "the profile")
	c.Flags().Var(&x.encoded, "profile-encoded", "the profile name in adopt's encoding, for names with special characters")
	_ = c.RegisterFlagCompletionFunc("profile", a.completeProfile)
	return c
}

// get gets the credentials of a profile: what the cache has at once, all else as a
// program in the background may have it.
func (x processCommand) get(ctx context.Context, profile string) (got session.Credentials, err error) {
	if source.IsInside(x.world.Getenv, profile) {
		return session.Credentials{}, failure{
			what: profile, err: errors.New("a command in its definition asks for its credentials, which would never end"),
			hint: shell.Guise("explain", profile),
		}
	}
	access := x.access(person.Options{Mode: person.Background, For: profile})
	var chain session.Chain
	defer func() { access.handOut(profile, chain, got, err) }()
	retriever := access.retriever()
	config, credentials := x.configPaths()
	if len(x.added) > 0 {
		config = "" // a shortcut knows the files alone
	}
	shortcut := retriever.Shortcut(profile, config, credentials, x.defaults())
	open := func(key, about string) bool { return access.gate().Open(profile, key, about) }
	if got, ok := shortcut.Fresh(open); ok && !access.answers.Everything() { // which has the account too
		return got, nil
	}
	if chain, err = x.chain(profile); err != nil {
		return session.Credentials{}, err
	}
	whole := chain
	if chain, err = access.gate().Admit(ctx, profile, whole); err != nil {
		return session.Credentials{}, about(profile, fail(profile, err))
	}
	got, ok := retriever.FreshOf(chain)
	if !ok {
		got, err = access.person.ForCaller(ctx, chain, func(p *person.Person) *session.Retriever { return access.of(p).retriever() })
		if err != nil {
			return session.Credentials{}, about(profile, fail(profile, access.unasked().noAccess(ctx, chain, err)))
		}
	}
	access.note(profile, chain, got)
	shortcut.Note(whole, func() string { return access.gate().About(profile, whole) })
	return got, nil
}
