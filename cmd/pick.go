package cmd

import (
	"context"

	"guise/internal/ask"
	"guise/internal/choose"
	"guise/internal/files"
	"guise/internal/history"
	"guise/internal/profiles"
)

// picker lets the user choose, by the picker of the settings.
type picker struct {
	looking
	history func() *history.History
	actions []choose.Action
}

func (a *app) picker() picker {
	return picker{a.looking(), a.history, []choose.Action{
		{Key: ask.Key{Press: "ctrl-o", Does: "open the AWS console as it"}, Do: func(ctx context.Context, name string) error { return a.consoleCommand().run(ctx, name) }},
		{Key: ask.Key{Press: "ctrl-l", Does: "sign in to it"}, Do: func(ctx context.Context, name string) error { return a.loginCommand().run(ctx, []string{name}) }},
	}}
}

// in has a key that asks for a region first.
func (x picker) in(region func(ctx context.Context) error) picker {
	x.actions = append(x.actions, choose.Action{
		Key: ask.Key{Press: "ctrl-r", Does: "take it, with a region that you pick"}, Takes: true,
		Do: func(ctx context.Context, _ string) error { return region(ctx) },
	})
	return x
}

// profile lets the user choose one of all profiles for a command.
func (x picker) profile(ctx context.Context, what, query string, all []profiles.Description) (string, error) {
	if len(all) == 0 {
		config, _ := x.configPaths()
		return "", misuse(what, "there are no profiles in "+config, "guise setup   # makes the first; guise demo is a sandbox to try guise in")
	}
	name, err := x.chooser(what).One(ctx, query, all)
	return name, fail(what, err)
}

// several lets the user choose some of the profiles.
func (x picker) several(ctx context.Context, what string, all []profiles.Description) ([]string, error) {
	names, err := x.chooser(what).Several(ctx, all)
	return names, fail(what, err)
}

func (x picker) chooser(what string) choose.Chooser {
	c := choose.Chooser{
		Title: choose.TitleFor(what), Pick: x.open, Again: x.describeAll, Report: func(err error) { x.report(err) },
		History: x.history(), Now: x.world.Now(), Actions: x.actions,
	}
	if executable, err := x.world.Executable(); err == nil {
		c.Guise = executable
		if dir, err := files.MakeFirst(x.world.Runtime()); err == nil {
			c.Folder = files.Folder{Root: dir}
		}
	}
	return c
}

// open opens the picker.
func (x picker) open(ctx context.Context, p ask.Picker) (ask.Choice, error) {
	p.Style, p.Plain, p.Getenv = x.settings().Picker, x.plain(), x.world.Getenv
	return ask.Pick(ctx, p)
}
