package cmd

import (
	"cmp"
	"context"
	"slices"

	"guise/internal/ask"
	"guise/internal/awsconfig"
	"guise/internal/files"
	"guise/internal/history"
	"guise/internal/printable"
	"guise/internal/profiles"
	"guise/internal/settings"
)

// picker lets the user choose, by the picker of the settings.
type picker struct {
	looking
	settings func() settings.Settings
	history  func() *history.History
}

func (a *app) picker() picker { return picker{a.looking(), a.settings, a.history} }

// profile lets the user choose one of all profiles for a command: the best match of the
// query first; of equals, and where there is no query, the most used.
func (x picker) profile(ctx context.Context, what, query string, all []profiles.Description) (string, error) {
	if len(all) == 0 {
		config, _ := x.configPaths()
		return "", misuse(what, "there are no profiles in "+config, "guise demo   # a sandbox to try guise in")
	}
	h := x.history()
	now := x.world.Now()
	slices.SortStableFunc(all, func(one, other profiles.Description) int {
		return cmp.Compare(h.Weight(other.Profile, now), h.Weight(one.Profile, now))
	})
	rows := make([]ask.Row, len(all))
	for i, d := range all {
		state := d.Left(now)
		if state == "" && !d.Managed {
			state = "not adopted"
		}
		rows[i] = ask.Row{
			Key:     awsconfig.EncodeProfile(d.Profile),
			Columns: []string{d.Profile, d.Account, d.Role, d.Region, state, printable.Ago(h.Last(d.Profile), now), d.Label()},
			Match:   d.KnownBy(),
		}
	}
	p := ask.Picker{
		Rows: rows, Query: query, Prompt: "profile> ", Header: "enter: take · esc: leave · ctrl-/: details",
		Heading: []string{"PROFILE", "ACCOUNT", "ROLE", "REGION", "SESSION", "USED", "NOTE"},
	}
	if executable, err := x.world.Executable(); err == nil {
		p.Preview = []string{executable, "explain", "--profile-encoded"}
		p.Ranker = []string{executable, "rows"}
		if dir, err := files.MakeFirst(x.world.Runtime()); err == nil {
			p.Folder = files.Folder{Root: dir}
		}
	}
	i, err := x.row(ctx, p)
	if err != nil {
		return "", fail(what, err)
	}
	return all[i].Profile, nil
}

// several lets the user choose some of the profiles.
func (x picker) several(ctx context.Context, what string, all []profiles.Description) ([]string, error) {
	name, err := x.profile(ctx, what, "", all)
	return []string{name}, err
}

// row opens the picker.
func (x picker) row(ctx context.Context, p ask.Picker) (int, error) {
	s := x.settings()
	p.Style, p.Plain, p.Getenv = s.Picker, x.plain(), x.world.Getenv
	return ask.Pick(ctx, p)
}
