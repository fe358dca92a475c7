package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"guise/internal/awsconfig"
	"guise/internal/printable"
	"guise/internal/profiles"
	"guise/shell"
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
}

func (a *app) naming() naming { return naming{a.looking(), a.files, a.atTerminal, a.picker().profile} }

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
	p, err := files.Profile(name)
	if err == nil {
		return p.Name, nil
	}
	found := profiles.WithAlias(files, name)
	switch len(found) {
	case 0:
		return "", fail(name, err)
	case 1:
		return found[0], nil
	}
	return "", failure{what: name, err: &sharedAliasError{found}, hint: "guise explain " + shell.Word(found[0]), code: exitUsage}
}

// A sharedAliasError is an alias of more than one profile.
type sharedAliasError struct{ profiles []string }

func (e *sharedAliasError) Error() string {
	return "the alias of several profiles: " + printable.Some(e.profiles)
}

// one returns the profile that words mean; more than one word are a single query.
func (x naming) one(ctx context.Context, what string, words ...string) (string, error) {
	query := strings.Join(words, " ")
	name, err := x.exact(query)
	shared := errors.As(err, new(*sharedAliasError))
	if !shared && !errors.As(err, new(*awsconfig.NoProfileError)) {
		return name, err
	}
	all := x.describeAll()
	known, fits := profiles.Fitting(all, query)
	switch {
	case !x.atTerminal() && shared:
		return "", err
	case !x.atTerminal() && len(fits) > 1:
		return "", misuse(query, "fits several profiles: "+printable.Some(fits), "give the whole name")
	case !x.atTerminal():
		return "", err
	case known != "" && !shared:
		x.result(fmt.Sprintf("%s (matched %q)", known, query))
		return known, nil
	}
	return x.choose(ctx, what, query, all)
}

// pick opens the picker with nothing typed.
func (x naming) pick(ctx context.Context, what string) (string, error) {
	if !x.atTerminal() {
		return "", misuse(what, "name a profile: there is no terminal to pick one on", "guise list")
	}
	if _, err := x.files(); err != nil {
		return "", err // what could be read of them is not enough to act on
	}
	return x.choose(ctx, what, "", x.describeAll())
}

// each returns the profiles that several words mean, one each.
func (x naming) each(ctx context.Context, what string, words []string) ([]string, error) {
	names := make([]string, len(words))
	for i, word := range words {
		name, err := x.one(ctx, what, word)
		if err != nil {
			return nil, err
		}
		names[i] = name
	}
	return names, nil
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

// eachOrActive returns the profiles that words mean, one each, or the terminal's if
// there are none.
func (x naming) eachOrActive(ctx context.Context, what string, words []string) ([]string, error) {
	if len(words) == 0 {
		name, err := x.active(ctx, what)
		return []string{name}, err
	}
	return x.each(ctx, what, words)
}
