package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"guise/awsconfig"
	"guise/internal/person"
	"guise/internal/source"
	"guise/session"
)

func newCredentialProcess(a *app) *cobra.Command {
	var profile, encoded string
	c := &cobra.Command{
		Use:   "credential-process --profile NAME",
		Short: "Print a profile's credentials for an SDK: what ~/.aws/config calls",
		Long: `Print the credentials of a profile as the JSON that SDKs want of a
credential_process. "guise adopt" writes the line into ~/.aws/config that calls it.`,
		Example: "  guise credential-process --profile prod",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if encoded != "" {
				name, err := awsconfig.DecodeProfile(encoded)
				if err != nil {
					return usage{c, err}
				}
				profile = name
			}
			if profile == "" {
				return usage{c, errors.New("no profile: --profile NAME")}
			}
			return a.credentialProcess(c.Context(), profile)
		},
	}
	c.Flags().StringVar(&profile, "profile", "", "the profile")
	c.Flags().StringVar(&encoded, "profile-encoded", "", "the profile, in the encoding that adopt writes for names with other than plain characters")
	_ = c.RegisterFlagCompletionFunc("profile", a.completeProfile)
	return c
}

func (a *app) credentialProcess(ctx context.Context, profile string) error {
	if source.IsInside(a.Getenv, profile) {
		return failure{
			what: profile, err: errors.New("its own guise_mfa_command asks for its credentials: that would never end"),
			hint: "let the command use another profile",
		}
	}
	x := a.access(person.Options{Mode: person.Background, For: profile})
	retriever := x.retriever()
	config, credentials := a.configPaths()
	shortcut := retriever.Shortcut(profile, config, credentials, a.defaults())
	if got, ok := shortcut.Fresh(); ok {
		return a.printForSDK(got)
	}
	chain, err := a.chain(profile)
	if err != nil {
		return err
	}
	got, ok := retriever.Fresh(chain.Key())
	if !ok {
		if got, err = x.person.ForCaller(ctx, chain, func(p *person.Person) *session.Retriever { return x.of(p).retriever() }); err != nil {
			return about(profile, fail(profile, err))
		}
	}
	a.status().Note(chain, got, a.began)
	shortcut.Note(chain)
	return a.printForSDK(got)
}

func (a *app) printForSDK(got session.Credentials) error {
	text, err := source.Print(got)
	if err != nil {
		return err
	}
	return a.answer(text)
}
