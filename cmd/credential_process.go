package cmd

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"guise/awsconfig"
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
			return a.credentialProcess(c, profile)
		},
	}
	c.Flags().StringVar(&profile, "profile", "", "the profile")
	c.Flags().StringVar(&encoded, "profile-encoded", "", "the profile, in the encoding that adopt writes for names with other than plain characters")
	_ = c.RegisterFlagCompletionFunc("profile", a.completeProfile)
	return c
}

// sharedBefore is how far back a failure of another process counts for a
// background call: the fifty processes of one command do not start at once, and
// a person who said no to the first has said no to the last.
const sharedBefore = 2 * time.Second

func (a *app) credentialProcess(c *cobra.Command, profile string) error {
	if a.isInside(profile) {
		return failure{
			what: profile, err: errors.New("its own guise_mfa_command asks for its credentials: that would never end"),
			hint: "let the command use another profile",
		}
	}
	s, err := a.settings()
	if err != nil {
		return err
	}
	retriever, err := a.retriever()
	if err != nil {
		return err
	}
	retriever.Patience = s.WaitForPerson
	config, credentials, large := a.look()
	if large {
		if got, ok := a.byShortcut(retriever, profile, config, credentials); ok {
			return a.printForSDK(got)
		}
	}
	chain, err := a.chain(profile)
	if err != nil {
		return err
	}
	a.pages, a.background = pagesLeft, true
	o := session.Options{Since: a.began.Add(-sharedBefore)}
	got, err := retriever.Retrieve(c.Context(), chain, o)
	if errors.As(err, &pageError{}) {
		if err = a.signInFor(c.Context(), profile, s.WaitForPerson); err == nil {
			got, err = retriever.Retrieve(c.Context(), chain, o)
		}
	}
	if errors.As(err, &errNobody{}) {
		err = a.awaitPage(c.Context(), chain, profile, s, func() error {
			got, err = retriever.Retrieve(c.Context(), chain, o)
			return err
		})
	}
	if err != nil {
		return fail(profile, err)
	}
	a.noteEnd(chain, got)
	if large {
		a.noteShortcut(retriever, profile, chain, config, credentials)
	}
	return a.printForSDK(got)
}

func (a *app) printForSDK(got session.Credentials) error {
	out := source.Output{
		Version: 1, AccessKeyId: got.AccessKeyID, SecretAccessKey: got.SecretAccessKey.Reveal(),
		SessionToken: got.SessionToken.Reveal(), AccountId: got.AccountID,
	}
	if !got.Expires.IsZero() {
		out.Expiration = got.Expires.UTC().Format(time.RFC3339)
	}
	data, err := json.Marshal(out)
	if err != nil {
		return err
	}
	return a.answer(string(data) + "\n")
}
