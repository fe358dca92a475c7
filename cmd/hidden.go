package cmd

// The processes that guise starts of itself. They are not for people to call.

import (
	"context"
	"io"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"guise/internal/arguments"
	"guise/internal/ask"
	"guise/internal/person"
	"guise/session"
)

// newSignIn is the process that signs in for a credential process that may be ended
// meanwhile: see package person.
func newSignIn(a *app) *cobra.Command {
	o := person.Options{Mode: person.Relay}
	c := &cobra.Command{
		Use: "sign-in", Hidden: true, Args: arguments.Count,
		Short: "Sign in for a credential process that may be ended meanwhile",
		RunE: func(c *cobra.Command, _ []string) error {
			signal.Ignore(syscall.SIGPIPE) // whoever reads us may be gone
			return a.access(o).signIn(c.Context(), o.For)
		},
	}
	forWhom(c, &o)
	return c
}

// forWhom are the flags of a process that works for another one.
func forWhom(c *cobra.Command, o *person.Options) {
	c.Flags().Var((*arguments.EncodedProfile)(&o.For), "profile-encoded", "the profile")
	c.Flags().IntVar(&o.Serves, "asker", 0, "the process that asks for it")
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
	got, err := x.retriever().Retrieve(ctx, chain, session.Options{Since: began, Strict: true})
	x.handOutLate(name, chain, got, err)
	return about(name, fail(name, err))
}

// newKeepRequest is the process that keeps a request while what is left of a session is
// served: see package person.
func newKeepRequest(a *app) *cobra.Command {
	var profile arguments.EncodedProfile
	var question string
	c := &cobra.Command{
		Use: "keep-request", Hidden: true, Args: arguments.Count,
		Short: "Keep a request while what is left of a session is served",
		RunE: func(c *cobra.Command, _ []string) error {
			chain, err := a.chain(string(profile))
			if err != nil {
				return err
			}
			x := a.user(string(profile))
			x.person.KeepRequest(c.Context(), chain, x.retriever(), question, x.gate().IsAnswered)
			return nil
		},
	}
	c.Flags().Var(&profile, "profile-encoded", "the profile")
	c.Flags().StringVar(&question, "approval", "", "the id of the question")
	return c
}

// newFinish is the process that sends a code to AWS and keeps the session, whatever
// becomes of the one that asked for the code: see [session.Retriever].
func newFinish(a *app) *cobra.Command {
	var o person.Options
	c := &cobra.Command{
		Use: "finish", Hidden: true, Args: arguments.Count,
		Short: "Send a code to AWS for a process that may be ended meanwhile",
		RunE: func(c *cobra.Command, _ []string) error {
			signal.Ignore(syscall.SIGPIPE) // whoever reads us may be gone
			data, err := io.ReadAll(io.LimitReader(a.In, 1<<20))
			if err != nil {
				return err
			}
			x := a.access(o)
			made, err := x.retriever().Finish(c.Context(), data)
			if err != nil {
				return err
			}
			x.handOutLate(o.For, made.Chain, made.Credentials, made.Err)
			return a.answer(string(made.Answer))
		},
	}
	forWhom(c, &o)
	return c
}

// newRows is the process that orders the picker's rows at each key, see [ask.Picker].
func newRows(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "rows FILE QUERY", Hidden: true, Args: arguments.Count,
		Short: "Print the rows of the picker that a query fits",
		RunE: func(_ *cobra.Command, args []string) error {
			return ask.PrintRows(a.Out, args[0], args[1])
		},
	}
}
