package cmd

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"guise/awsconfig"
	"guise/internal/person"
	"guise/session"
)

// newKeepRequest is the process that keeps a request while what is left of a session is
// served: see package person. It is not for people to call.
func newKeepRequest(a *app) *cobra.Command {
	var encoded string
	c := &cobra.Command{
		Use: "keep-request", Hidden: true, Args: cobra.NoArgs,
		Short: "Keep a request while what is left of a session is served",
		RunE: func(c *cobra.Command, _ []string) error {
			name, err := awsconfig.DecodeProfile(encoded)
			if err != nil {
				return usage{c, err}
			}
			return a.user(name).keepRequest(c.Context(), name)
		},
	}
	c.Flags().StringVar(&encoded, "profile-encoded", "", "the profile")
	return c
}

const (
	// keptEvery is how often is looked whether a request is still needed.
	keptEvery = 500 * time.Millisecond
	// keptFor is how long a request is kept at most: what is left of a session is
	// less than that, unless refresh_before is very long. The next call leaves it again.
	keptFor = 20 * time.Minute
)

func (x access) keepRequest(ctx context.Context, profile string) error {
	chain, err := x.chain(profile)
	if err != nil {
		return err
	}
	retriever := x.retriever()
	request, ok := person.Room(x.world.Runtime()).Take(person.HandedRequest(), chain.PendingID())
	if !ok {
		return nil
	}
	defer request.TakeAway()
	ctx, cancel := context.WithTimeout(ctx, keptFor)
	defer cancel()
	for request.Left() {
		if _, ok := retriever.Spare(chain); !ok {
			return nil // it is renewed, dropped or has ended
		}
		if err := session.Sleep(ctx, keptEvery); err != nil {
			return nil
		}
	}
	return nil
}
