package cmd

import (
	"github.com/spf13/cobra"

	"guise/internal/arguments"
)

// newKeepRequest is the process that keeps a request while what is left of a session is
// served: see package person. It is not for people to call.
func newKeepRequest(a *app) *cobra.Command {
	var profile arguments.EncodedProfile
	c := &cobra.Command{
		Use: "keep-request", Hidden: true, Args: arguments.Count,
		Short: "Keep a request while what is left of a session is served",
		RunE: func(c *cobra.Command, _ []string) error {
			chain, err := a.chain(string(profile))
			if err != nil {
				return err
			}
			x := a.user(string(profile))
			x.person.KeepRequest(c.Context(), chain, x.retriever())
			return nil
		},
	}
	c.Flags().Var(&profile, "profile-encoded", "the profile")
	return c
}
