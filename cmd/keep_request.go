package cmd

import (
	"github.com/spf13/cobra"

	"guise/internal/arguments"
	"guise/internal/awsconfig"
)

// newKeepRequest is the process that keeps a request while what is left of a session is
// served: see package person. It is not for people to call.
func newKeepRequest(a *app) *cobra.Command {
	var encoded string
	c := &cobra.Command{
		Use: "keep-request", Hidden: true, Args: arguments.Count,
		Short: "Keep a request while what is left of a session is served",
		RunE: func(c *cobra.Command, _ []string) error {
			name, err := awsconfig.DecodeProfile(encoded)
			if err != nil {
				return usage{c, err}
			}
			chain, err := a.chain(name)
			if err != nil {
				return err
			}
			x := a.user(name)
			x.person.KeepRequest(c.Context(), chain, x.retriever())
			return nil
		},
	}
	c.Flags().StringVar(&encoded, "profile-encoded", "", "the profile")
	return c
}
