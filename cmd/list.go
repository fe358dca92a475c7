package cmd

import (
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"guise/awsconfig"
	"guise/session"
	"guise/shell"
)

func newList(a *app) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "List every profile: what it is, and whether it has a session",
		Example: "  guise list\n  guise list --json | jq -r '.[] | select(.kind == \"role\").profile'",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			all, err := a.describeAll()
			if err != nil {
				return err
			}
			if asJSON {
				return a.answerJSON(all)
			}
			return a.printList(all)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// describeAll describes every profile, in the order of the files.
func (a *app) describeAll() ([]description, error) {
	files := a.shownFiles()
	ends, err := a.sessionEnds()
	if err != nil {
		a.sayf("guise: %v", err)
		a.say("hint: guise doctor")
	}
	profiles := files.Profiles()
	byName := indexed(files, profiles)
	all := make([]description, len(profiles))
	inParallel(len(profiles), func(i int) {
		chain, err := a.resolve(byName, profiles[i].Name)
		var end time.Time
		if err == nil && len(ends) > 0 {
			end = ends[chain.Key()]
		}
		var f failure
		if err != nil && asFailure(err, &f) {
			err = f.err // the row names the profile already
		}
		all[i] = a.describeProfile(profiles[i], chain, err, end)
	})
	return all, nil
}

// inParallel does n things that have nothing to do with each other, on all
// processors.
func inParallel(n int, do func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n/100+1)
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for i := w; i < n; i += workers {
				do(i)
			}
		})
	}
	all.Wait()
}

// sessionEnds gives the end of every session in the cache, by its key.
func (a *app) sessionEnds() (map[string]time.Time, error) {
	store := a.store()
	entries, err := store.List(a.Now())
	if err != nil {
		return nil, fail("cache", err)
	}
	ends := map[string]time.Time{}
	for _, e := range entries {
		if e.Fresh && e.Readable {
			ends[e.Name] = e.Expires
		}
	}
	return ends, nil
}

// profileIndex finds profiles and SSO sessions by name without scanning the
// files for each.
type profileIndex struct {
	profiles, sessions map[string]awsconfig.Profile
}

var _ session.Profiles = profileIndex{}

func indexed(files *awsconfig.Files, profiles []awsconfig.Profile) profileIndex {
	x := profileIndex{make(map[string]awsconfig.Profile, len(profiles)), map[string]awsconfig.Profile{}}
	for _, p := range profiles {
		x.profiles[p.Name] = p
		if name := p.Get("sso_session"); name != "" {
			if _, known := x.sessions[name]; !known {
				if section, ok := files.SSOSession(name); ok {
					x.sessions[name] = section
				}
			}
		}
	}
	return x
}

// Profile gives a profile by its name.
func (x profileIndex) Profile(name string) (awsconfig.Profile, error) {
	p, ok := x.profiles[name]
	if !ok {
		return p, &awsconfig.NoProfileError{Name: name}
	}
	return p, nil
}

// SSOSession gives an [sso-session] section by its name.
func (x profileIndex) SSOSession(name string) (awsconfig.Profile, bool) {
	p, ok := x.sessions[name]
	return p, ok
}

func (a *app) printList(all []description) error {
	if len(all) == 0 {
		a.say("guise: no profiles: the AWS config file has none")
		return nil
	}
	table := [][]string{{"PROFILE", "KIND", "ACCOUNT", "ROLE", "REGION", "MFA", "MANAGED", "SESSION"}}
	for _, d := range all {
		table = append(table, []string{d.Profile, d.Kind, d.Account, d.Role, d.Region, yes(d.MFA != ""), yes(d.Behind), a.sessionWord(d)})
	}
	if err := a.answerTable(table); err != nil {
		return err
	}
	if i := slices.IndexFunc(all, func(d description) bool { return d.Problem != "" }); i >= 0 {
		a.sayf("guise: some profiles cannot have a session: guise explain %s", shell.Word(all[i].Profile))
	}
	return nil
}

func (a *app) sessionWord(d description) string {
	switch {
	case d.Problem != "":
		return "cannot"
	case d.Expires != "":
		end, _ := time.Parse(time.RFC3339, d.Expires)
		return brief(end.Sub(a.Now())) + " left"
	}
	return ""
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}
