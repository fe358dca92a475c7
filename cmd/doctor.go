package cmd

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"guise/internal/adoption"
	"guise/internal/arguments"
	"guise/internal/build"
	"guise/internal/doctor"
	"guise/internal/files"
	"guise/internal/keys"
	"guise/internal/process"
	"guise/internal/sandbox"
)

func newDoctor(a *app) *cobra.Command {
	var fix, asJSON, report bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Find problems, and say how to fix them",
		Long: `Check the AWS files, this terminal, the shell, the clock, the key store and the cache.
Each finding says what it is, why it matters and how to fix it. With --fix guise fixes
what it can without asking. Exits 1 if a serious finding is left.`,
		Example: "  guise doctor\n  guise doctor --fix\n  guise doctor --json | jq '.[] | select(.severity == \"serious\")'",
		Args:    arguments.Count,
		RunE: func(c *cobra.Command, _ []string) error {
			facts := a.facts()
			found := doctor.Check(c.Context(), facts)
			if fix {
				doctor.Fix(found)
			}
			var err error
			switch {
			case report:
				err = a.answer(doctor.Report(facts, found, strings.TrimSpace(build.Line())))
			case asJSON:
				err = a.answerJSON(doctor.Typed(found, a.forShell))
			default:
				err = a.show(doctor.Lines(doctor.Typed(found, a.forShell), a.Home)...)
			}
			if err == nil && doctor.SeriousLeft(found) {
				err = process.Status(exitFailed)
			}
			return err
		},
	}
	c.Flags().BoolVar(&fix, "fix", false, "fix what can be fixed without asking")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().BoolVar(&report, "report", false, "print a text for a bug report, without names, accounts and ARNs")
	return c
}

// facts are what doctor looks at.
func (a *app) facts() doctor.Facts {
	config, credentials := a.configPaths()
	found, problems := a.readable()
	user := a.user("")
	facts := doctor.Facts{
		Getenv: a.Getenv, Now: a.Now, Executable: a.Executable, Home: a.Home, LoadHook: loadHook(a.World), Sandbox: sandbox.Is(a.Home),
		Files: found, Unread: problems, Config: config, Credentials: credentials, Backups: a.backups(),
		Settings: a.settings(), Defaults: a.defaults(),
		Own: []string{
			a.Config, a.Cache, a.State, a.Data, filepath.Join(a.Cache, "sessions"), filepath.Join(a.Cache, "locks"), files.Folder(a.status()).Path(),
			a.backups(), config, credentials, a.ssoDir(), a.loginDir(),
		},
		Cache: a.store(), CacheDir: a.Cache, Keys: user.keys(), Unasked: user.unasked().keys(),
		IAM: func(ctx context.Context, profile string) (keys.IAM, error) {
			return a.user(profile).iamAtHand(ctx, profile, a.user(profile).unasked().retriever())
		},
		Adopt: func(profile string) error {
			return a.managing().agreed().adopt(context.Background(), []string{profile}, adoption.Options{KeepKeys: true})
		},
	}
	if api, err := user.api(); err == nil {
		facts.Clock = func(ctx context.Context) (time.Duration, error) {
			return api.Clock(ctx, a.placeOf(a.Getenv(varProfile), "sts"))
		}
	}
	return facts
}
