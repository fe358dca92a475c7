package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"guise/internal/ask"
	"guise/internal/awsconfig"
	"guise/internal/printable"
	"guise/internal/profiles"
)

// naming finds the profile that is meant by what somebody has typed: one rule for every
// command. An exact name, or an alias, is taken at once. At a terminal a part that one
// profile alone has is taken, and said; where several have it, or none, the picker opens
// with it. Without a terminal that is wrong usage.
type naming struct {
	looking
	files      func() (*awsconfig.Files, error) // as strictly read as the command needs
	atTerminal func() bool
	choose     func(ctx context.Context, what, query string, all []profiles.Description) (string, error)
	several    func(ctx context.Context, what string, all []profiles.Description) ([]string, error)
}

func (a *app) naming() naming {
	return naming{a.looking(), a.files, a.atTerminal, a.picker().profile, a.picker().several}
}

// showing is naming for a command that shows what there is: broken files are no hindrance.
func (x naming) showing() naming {
	x.files = func() (*awsconfig.Files, error) { return x.shownFiles(), nil }
	return x
}

// exact returns the profile that has a name, or else an alias.
func (x naming) exact(name string) (string, error) {
	files, err := x.files()
	if err != nil {
		return "", err
	}
	found, err := profiles.Named(files, name)
	return found, fail(name, err)
}

// one returns the profile that words mean; more than one word are a single query.
func (x naming) one(ctx context.Context, what string, words ...string) (string, error) {
	name, part, err := x.found(ctx, what, words)
	if part {
		x.result(fmt.Sprintf("%s (matched %q)", name, strings.Join(words, " ")))
	}
	return name, err
}

// A kind are the profiles that a command is for; none says that there are no such.
type kind struct {
	is         func(awsconfig.Profile) bool
	none, hint string
}

// sure is one for a command that removes or replaces something: what is taken for a part
// of its name must be agreed to, below the whole name. Without words it is picked.
func (x naming) sure(ctx context.Context, what, question string, words []string, of kind) (string, error) {
	if len(words) == 0 {
		return x.pick(ctx, what, of)
	}
	name, part, err := x.found(ctx, what, words)
	if err != nil || !part {
		return name, err
	}
	terminal, err := x.terminal()
	if err != nil {
		return "", err
	}
	defer func() { _ = terminal.Close() }()
	yes, err := terminal.Confirm(ctx, question+" "+name, false)
	if err == nil && !yes {
		err = ask.ErrCancelled
	}
	return name, err
}

// found is the profile that words mean, and whether they are only a part of what it is
// known by.
func (x naming) found(ctx context.Context, what string, words []string) (name string, part bool, err error) {
	query := strings.Join(words, " ")
	name, err = x.exact(query)
	shared := errors.As(err, new(*profiles.SharedAliasError))
	if !shared && !errors.As(err, new(*awsconfig.NoProfileError)) {
		return name, false, err
	}
	atTerminal := x.atTerminal()
	if shared && !atTerminal {
		return "", false, err
	}
	all := x.describeAll()
	known, fits := profiles.Fitting(all, query)
	switch {
	case !atTerminal && len(fits) > 1:
		return "", false, misuse(query, "fits several profiles: "+printable.Some(fits), "give the whole name")
	case !atTerminal:
		return "", false, err
	case known != "" && !shared:
		return known, true, nil
	}
	name, err = x.choose(ctx, what, query, all)
	return name, false, err
}

// pick opens the picker with nothing typed, of all profiles or those of a kind.
func (x naming) pick(ctx context.Context, what string, of ...kind) (string, error) {
	all, err := x.offered(what, of...)
	if err != nil {
		return "", err
	}
	return x.choose(ctx, what, "", all)
}

// pickSeveral is pick for a command that takes several.
func (x naming) pickSeveral(ctx context.Context, what string, of kind) ([]string, error) {
	all, err := x.offered(what, of)
	if err != nil {
		return nil, err
	}
	return x.several(ctx, what, all)
}

// offered are the profiles that can be picked, at a terminal.
func (x naming) offered(what string, of ...kind) ([]profiles.Description, error) {
	if !x.atTerminal() {
		return nil, misuse(what, "name a profile: there is no terminal to pick one on", "guise list")
	}
	files, err := x.files()
	if err != nil {
		return nil, err // what could be read of them is not enough to act on
	}
	all := x.describeAll()
	for _, of := range of {
		all = slices.DeleteFunc(all, func(d profiles.Description) bool {
			p, err := files.Profile(d.Profile)
			return err != nil || !of.is(p)
		})
		if len(all) == 0 {
			return nil, misuse(what, of.none, of.hint)
		}
	}
	return all, nil
}

// each returns the profiles that several words mean: one each, where all are whole names
// or aliases; else they are one query.
func (x naming) each(ctx context.Context, what string, words []string) ([]string, error) {
	files, err := x.files()
	if err != nil {
		return nil, err
	}
	names, missing, err := profiles.EachNamed(files, words)
	if err == nil {
		return names, nil
	}
	if len(names) > 0 { // not to be guessed at, unless all words mean one profile
		if _, fits := profiles.Fitting(x.describeAll(), strings.Join(words, " ")); len(fits) == 0 || !x.atTerminal() {
			return nil, fail(missing, err)
		}
	}
	name, err := x.one(ctx, what, words...)
	return []string{name}, err
}

// active returns the terminal's profile. Where it has none the picker opens.
func (x naming) active(ctx context.Context, what string) (string, error) {
	if name := x.world.Getenv(varProfile); name != "" {
		return name, nil
	}
	if !x.atTerminal() {
		return "", misuse(what, "no profile is active in this terminal, and none is named", "guise list")
	}
	return x.pick(ctx, what)
}

// oneOrActive returns the profile that words mean, or the terminal's if there are none.
func (x naming) oneOrActive(ctx context.Context, what string, words []string) (string, error) {
	if len(words) == 0 {
		return x.active(ctx, what)
	}
	return x.one(ctx, what, words...)
}

// eachOrActive returns the profiles that words mean, or the terminal's if there are none.
func (x naming) eachOrActive(ctx context.Context, what string, words []string) ([]string, error) {
	if len(words) == 0 {
		name, err := x.active(ctx, what)
		return []string{name}, err
	}
	return x.each(ctx, what, words)
}
