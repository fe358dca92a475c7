package cmd

import (
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"guise/internal/person"
	"guise/internal/profiles"
	"guise/session"
)

func newLogin(a *app) *cobra.Command {
	var force, device bool
	c := &cobra.Command{
		Use:   "login [PROFILE…]",
		Short: "Make sure that a session exists now; asks for what it needs",
		Long: `Make sure that the profiles have a session now, so that calls made later need
nobody: an MFA code is asked for, or the browser opened, where that is needed.
Without a profile, those that programs wait for (guise waiting), or else this
terminal's.`,
		Example: "  guise login prod\n  guise login --force prod     a new session, whatever is left of the old one",
		RunE: func(c *cobra.Command, args []string) error {
			names, err := a.toLogIn(args)
			if err != nil {
				return err
			}
			var unkept error
			for _, name := range names {
				chain, got, err := a.access(person.Options{For: name, Device: device}).credentials(c.Context(), name, session.Options{Force: force})
				if err != nil {
					return err
				}
				if got.Expires.IsZero() {
					a.resultf("%s: an access key alone: there is nothing to sign in to", name)
					continue
				}
				a.resultf("%s%s", name, profiles.Summary(chain, a.regionShown(name, ""), got.Left(a.Now())))
				if !a.user(name).retriever().Kept(chain) {
					unkept = failure{what: name, err: errors.New("the session is not kept: the next call needs you again"), hint: "guise doctor"}
				}
			}
			return unkept
		},
		ValidArgsFunction: a.completeProfiles,
	}
	c.Flags().BoolVarP(&force, "force", "f", false, "get a new session even if there is one")
	deviceFlag(c, &device)
	return c
}

// toLogIn gives the profiles named, those that wait, or the one of this terminal.
func (a *app) toLogIn(names []string) ([]string, error) {
	if len(names) == 0 {
		for _, q := range person.Room(a.Runtime()).List() {
			if !slices.Contains(names, q.Profile) {
				names = append(names, q.Profile)
			}
		}
	}
	return a.orCurrent("login", names)
}

// deviceFlag is the flag of commands that may have a person sign in to SSO.
func deviceFlag(c *cobra.Command, device *bool) {
	c.Flags().BoolVar(device, "device", false, "sign in to SSO with a code on any device instead of the browser here")
}

// orCurrent gives the profiles named, or the one of this terminal.
func (x *plans) orCurrent(what string, names []string) ([]string, error) {
	if len(names) > 0 {
		return names, nil
	}
	current := x.world.Getenv(varProfile)
	if current == "" {
		return nil, failure{what: what, err: errors.New("no profile is active in this terminal"), hint: "name one: guise " + what + " PROFILE", code: exitUsage}
	}
	return []string{current}, nil
}
