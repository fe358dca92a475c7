package cmd

import (
	"context"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"guise/internal/arguments"
	"guise/internal/person"
	"guise/session"
)

// newSignIn is the process that signs in for a credential process that may be ended
// meanwhile: see package person. It is not for people to call.
func newSignIn(a *app) *cobra.Command {
	var profile arguments.EncodedProfile
	c := &cobra.Command{
		Use: "sign-in", Hidden: true, Args: arguments.Count,
		Short: "Sign in for a credential process that may be ended meanwhile",
		RunE: func(c *cobra.Command, _ []string) error {
			signal.Ignore(syscall.SIGPIPE) // whoever reads us may be gone
			return a.access(person.Options{Mode: person.Relay, For: string(profile)}).signIn(c.Context(), string(profile))
		},
	}
	c.Flags().Var(&profile, "profile-encoded", "the profile")
	return c
}

// signIn gets what a profile's chain starts from. Of an SSO session that is no more
// than a token, which has a store of its own: there it goes through the whole chain.
func (x access) signIn(ctx context.Context, name string) error {
	chain, err := x.chain(name)
	if err != nil {
		return err
	}
	if chain[0].Kind.Kept() {
		chain = chain[:1]
	}
	began := x.began.Add(-person.SharedBefore) // a background call's, as the one that has started us
	_, err = x.retriever().Retrieve(ctx, chain, session.Options{Since: began, Strict: true})
	return about(name, fail(name, err))
}
