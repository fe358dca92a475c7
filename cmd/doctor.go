package cmd

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"guise/awsconfig"
	"guise/internal/adoption"
	"guise/internal/doctor"
	"guise/internal/files"
	"guise/internal/keys"
	"guise/internal/process"
	"guise/session"
)

func newDoctor(a *app) *cobra.Command {
	var fix, asJSON bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Find what is unsafe or would surprise, and fix it",
		Long: `Look at the AWS files, this terminal, the shell, the clock, the stores and the cache
for what is unsafe or would surprise. Each finding says what it is, why it matters
and what fixes it. With --fix guise fixes what it can without a question. The exit
code is 1 if anything serious is left.`,
		Example: "  guise doctor\n  guise doctor --fix\n  guise doctor --json | jq '.[] | select(.severity == \"serious\")'",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			found := doctor.Check(c.Context(), a.facts())
			left := repair(found, fix)
			if err := a.answerFindings(found, asJSON); err != nil {
				return err
			}
			if left {
				return process.Status(exitFailed)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&fix, "fix", false, "fix what can be fixed without a question")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// facts are what doctor looks at.
func (a *app) facts() doctor.Facts {
	config, credentials := a.configPaths()
	found, problems := awsconfig.ReadSome(config, credentials)
	a.plans.once = found
	user := a.user("")
	facts := doctor.Facts{
		Getenv: a.Getenv, Now: a.Now, Executable: a.Executable, Home: a.Home,
		Files: found, Unread: problems, Config: config, Credentials: credentials, Backups: a.backups(),
		Settings: a.settings(), SettingsFile: filepath.Join(a.Config, "config.toml"), Defaults: a.defaults(),
		Own: []string{
			a.Config, a.Cache, a.State, a.Data, filepath.Join(a.Cache, "sessions"), filepath.Join(a.Cache, "locks"), files.Folder(a.status()).Path(),
			a.backups(), config, credentials, a.ssoDir(), a.loginDir(),
		},
		Cache: a.store(), CacheDir: a.Cache, Shortcut: func(profile string) string { return session.ShortcutName(profile, config, credentials, a.defaults()) }, Keys: user.keys(),
		Readable: func(ctx context.Context, id string) error {
			_, err := user.unasked().keys().Secret(ctx, id)
			return err
		},
		Created: func(ctx context.Context, profile, id string) (time.Time, bool) {
			iam, err := a.iamAtHand(ctx, profile)
			if err != nil {
				return time.Time{}, false
			}
			key, err := keys.Find(ctx, iam, id)
			return key.Created, err == nil
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

// repair fixes what can be fixed, if that is wanted, and reports whether anything
// serious is left.
func repair(found []doctor.Finding, fix bool) (left bool) {
	for i := range found {
		f := &found[i]
		if fix && f.Repair != nil {
			if err := f.Repair(); err != nil {
				f.Why += "; fixing it failed: " + err.Error()
			} else {
				f.Fixed = true
			}
		}
		left = left || f.Severity == doctor.Serious && !f.Fixed
	}
	return left
}

func (a *app) answerFindings(found []doctor.Finding, asJSON bool) error {
	if asJSON {
		return a.answerJSON(append([]doctor.Finding{}, found...))
	}
	return a.show(findingLines(found)...)
}

// findingLines are the findings as they are read, the worst first.
func findingLines(found []doctor.Finding) (lines []string) {
	order := []string{doctor.Serious, doctor.Warning, doctor.Hint}
	slices.SortStableFunc(found, func(x, y doctor.Finding) int {
		return slices.Index(order, x.Severity) - slices.Index(order, y.Severity)
	})
	for _, f := range found {
		if f.Fixed {
			lines = append(lines, "fixed: "+cmp.Or(f.Done, f.What))
			continue
		}
		lines = append(lines, f.Severity+": "+f.What, "  "+f.Why)
		if f.Fix != "" {
			lines = append(lines, "  fix: "+f.Fix)
		}
	}
	if len(found) == 0 {
		lines = []string{"nothing found"}
	}
	return lines
}
