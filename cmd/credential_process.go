package cmd

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"guise/ask"
	"guise/awsconfig"
	"guise/internal/person"
	"guise/internal/process"
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
		if got, err = x.retrieveForSDK(c.Context(), chain, profile); err != nil {
			return about(profile, fail(profile, err))
		}
	}
	a.status().Note(chain, got, a.began)
	shortcut.Note(chain)
	return a.printForSDK(got)
}

// retrieveForSDK gets what is not in the cache, for a program that waits no longer
// than SDKs do. What is left of a session is served at once.
func (x access) retrieveForSDK(ctx context.Context, chain session.Chain, profile string) (session.Credentials, error) {
	ctx, stop := ask.UntilGone(ctx)
	defer stop()
	o := session.Options{Since: x.began.Add(-sharedBefore)}
	r := x.patientRetriever()
	if _, spare := r.Spare(chain); spare {
		alone := o
		alone.Alone = true
		if got, err := x.unasked().patientRetriever().Retrieve(ctx, chain, alone); err == nil {
			return got, nil
		}
	} // and what was left has ended meanwhile
	got, err := r.Retrieve(ctx, chain, o)
	if person.Absent(err) == person.AtTerminal {
		if err = x.person.SignInApart(ctx, profile); err == nil {
			got, err = r.Retrieve(ctx, chain, o)
		}
	}
	if person.Absent(err) == person.Nowhere {
		err = x.person.AwaitSignIn(ctx, chain[:1].Key(), profile, func() error {
			got, err = r.Retrieve(ctx, chain, o)
			return err
		})
	}
	if err != nil && !errors.As(err, new(*person.LateError)) && errors.Is(context.Cause(ctx), ask.ErrGone) {
		err = &person.LateError{}
	}
	return got, err
}

// patientRetriever waits for others no longer than SDKs wait for us, and sends a code
// that somebody has typed by a process that outlives us.
func (x access) patientRetriever() *session.Retriever {
	r := x.retriever()
	r.Patience = max(x.began.Add(x.settings.WaitForPerson).Sub(x.world.Now()), shortWait)
	r.Apart = func(ctx context.Context, data []byte) ([]byte, error) {
		return process.Hand(ctx, data, x.world.Environ(), "finish")
	}
	return r
}

// shortWait is how long is waited at least for another process that gets the same
// session, where nobody is to be waited for: a call to AWS takes no longer.
const shortWait = 5 * time.Second

func (a *app) printForSDK(got session.Credentials) error {
	text, err := source.Print(got)
	if err != nil {
		return err
	}
	return a.answer(text)
}
