package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"guise/ask"
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
	retriever, err := a.retriever()
	if err != nil {
		return err
	}
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
	got, ok := retriever.Fresh(chain.Key())
	if !ok {
		if got, err = a.retrieveForSDK(c.Context(), retriever, chain, profile); err != nil {
			return fail(profile, err)
		}
	}
	a.noteEnd(chain, got)
	if large {
		a.noteShortcut(retriever, profile, chain, config, credentials)
	}
	return a.printForSDK(got)
}

// retrieveForSDK gets what is not in the cache, for a program that waits no longer
// than SDKs do. What is left of a session is served at once.
func (a *app) retrieveForSDK(ctx context.Context, r *session.Retriever, chain session.Chain, profile string) (session.Credentials, error) {
	s := a.settings()
	ctx, stop := ask.UntilGone(ctx)
	defer stop()
	a.pages, a.background = pagesLeft, true
	r.Patience = max(a.until(s.WaitForPerson).Sub(a.Now()), shortWait)
	r.Apart = a.apart
	o := session.Options{Since: a.began.Add(-sharedBefore)}
	if _, a.alone = r.Spare(chain); a.alone {
		o.Alone = true
		if got, err := r.Retrieve(ctx, chain, o); err == nil {
			return got, nil
		}
		a.alone, o.Alone = false, false // what was left has ended meanwhile
	}
	got, err := r.Retrieve(ctx, chain, o)
	if errors.As(err, &pageError{}) {
		if err = a.signInFor(ctx, profile, s.WaitForPerson); err == nil {
			got, err = r.Retrieve(ctx, chain, o)
		}
	}
	if errors.As(err, &errNobody{}) {
		err = a.awaitPage(ctx, chain, profile, s, func() error {
			got, err = r.Retrieve(ctx, chain, o)
			return err
		})
	}
	if err != nil && !errors.As(err, new(lateError)) && errors.Is(context.Cause(ctx), ask.ErrGone) {
		err = lateError{}
	}
	return got, err
}

// shortWait is how long is waited at least for another process that gets the same
// session, where nobody is to be waited for: a call to AWS takes no longer.
const shortWait = 5 * time.Second

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
