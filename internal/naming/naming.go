// Package naming finds the profile that the user means by what they typed: one rule for
// every command that takes a profile.
//
// An exact name, or an alias, is taken at once. At a terminal a part that one profile alone
// has is taken, and said; where several have it, or none, the picker opens with it. Without
// a terminal that is wrong usage. Several words are one query. What a part is, package match
// says; a profile with guise_confirm is never taken by one.
package naming

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"guise/internal/awsconfig"
	"guise/internal/printable"
	"guise/internal/profiles"
	"guise/shell"
)

// A Finder has what the rule needs. Its methods take what, the command that wants a
// profile, for the words of errors. These are a *[Misuse], an *[Error], and those of Files,
// Choose, Several and Confirm.
type Finder struct {
	Files      func() (*awsconfig.Files, error) // as strictly read as the command needs
	All        func() []profiles.Description
	Active     func() string // the profile of the terminal; empty where it has none
	AtTerminal func() bool
	// Former are names that are taken as they are, where no profile has them any more.
	Former []string
	Say    func(line string) // what has been taken
	// Choose opens the picker with a query typed, Several one of which several may be taken.
	Choose  func(ctx context.Context, what, query string, all []profiles.Description) (string, error)
	Several func(ctx context.Context, what string, all []profiles.Description) ([]string, error)
	// Confirm asks a question whose answer is no unless yes is typed.
	Confirm func(ctx context.Context, question string) error
}

// An Error says what an error is of: of a profile, which is named, it is an
// *awsconfig.NoProfileError or a *profiles.SharedAliasError.
type Error struct {
	Named string
	Err   error
	Hint  string // what to type instead; empty: the same with the nearest profile
}

func (e *Error) Error() string { return e.Named + ": " + e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// A Misuse is that a profile has to be named, or named better.
type Misuse struct{ What, Why, Hint string }

func (e *Misuse) Error() string { return e.What + ": " + e.Why }

// A SeveralError is that several profiles fit a query, and nobody can choose.
type SeveralError struct {
	Query string
	Fits  []string // the best first
}

func (e *SeveralError) Error() string {
	return e.Query + ": fits several profiles: " + printable.Some(e.Fits)
}

// A Kind are the profiles that a command is for. None says that there are no such.
type Kind struct {
	Is         func(awsconfig.Profile) bool
	None, Hint string
}

// Whole is f for a command that does not ask before it takes something away: it wants whole
// names, as where there is no terminal.
func (f Finder) Whole() Finder {
	f.AtTerminal = func() bool { return false }
	return f
}

// Exact returns the profile that has a name, or else an alias.
func (f Finder) Exact(name string) (string, error) {
	files, err := f.Files()
	if err != nil {
		return "", err
	}
	found, err := profiles.Named(files, name)
	if err == nil {
		return found, nil
	}
	if of, _, whole := awsconfig.AsReadOnly(name); whole {
		if of, failed := profiles.Named(files, of); failed == nil { // perhaps by its alias
			_, unwritten := profiles.Named(files, of+awsconfig.ReadOnlySuffix)
			err = awsconfig.NoReadOnly(name, of, unwritten == nil)
		}
	}
	return "", &Error{Named: name, Err: err}
}

// unwritten reports whether an error is of a read-only profile that guise has not written.
func unwritten(err error) bool {
	none, ok := errors.AsType[*awsconfig.NoProfileError](err)
	return ok && none.ReadOnlyOf != ""
}

// Known reports whether a text is a profile's name or alias.
func (f Finder) Known(text string) bool {
	_, err := f.Exact(text)
	return err == nil
}

// Fits reports whether a text is a part of what some profile is known by.
func (f Finder) Fits(text string) bool {
	_, fits := profiles.Fitting(f.All(), text)
	return len(fits) > 0
}

// ForCommand is ActiveOr for words with a command behind them. Where nothing stands between
// the two (dashed), that is a whole name or alias, since the next word could as well be of
// its name as of the command; where it is none, all may be the command, for the active one.
func (f Finder) ForCommand(ctx context.Context, what string, words, command []string, dashed bool) (string, error) {
	if dashed || len(command) == 0 {
		return f.ActiveOr(ctx, what, words)
	}
	name, err := f.Exact(words[0])
	if wrong, ok := errors.AsType[*Error](err); ok && errors.As(err, new(*awsconfig.NoProfileError)) && !unwritten(err) && f.Active() != "" {
		hint := "guise " + what + " -- " + shell.Words(append(slices.Clone(words), command...))
		wrong.Hint = hint
	}
	return name, err
}

// One returns the profile that words mean; more than one word are a single query.
func (f Finder) One(ctx context.Context, what string, words ...string) (string, error) {
	name, part, err := f.Found(ctx, what, words)
	if part {
		f.Say(fmt.Sprintf("%s (matched %q)", name, strings.Join(words, " ")))
	}
	return name, err
}

// Sure is One for a command that removes or replaces something: what is taken for a part
// of its name must be agreed to, below the whole name. Without words it is picked.
func (f Finder) Sure(ctx context.Context, what, question string, words []string, of Kind) (string, error) {
	if len(words) == 0 {
		return f.Pick(ctx, what, of)
	}
	name, part, err := f.Found(ctx, what, words)
	if err == nil && part {
		err = f.Confirm(ctx, question+" "+name)
	}
	return name, err
}

// Found returns the profile that words mean, and whether they are only a part of what it
// is known by: that is not said yet.
func (f Finder) Found(ctx context.Context, what string, words []string) (name string, part bool, err error) {
	query := strings.Join(words, " ")
	name, err = f.Exact(query)
	if slices.Contains(f.Former, query) && errors.As(err, new(*awsconfig.NoProfileError)) {
		return query, false, nil
	}
	if !errors.As(err, new(*Error)) || unwritten(err) {
		return name, false, err
	}
	shared := errors.As(err, new(*profiles.SharedAliasError))
	atTerminal := f.AtTerminal()
	if shared && !atTerminal {
		return "", false, err
	}
	all := f.All()
	known, fits := profiles.Fitting(all, query)
	if of := readOnlyOf(all, query); of != "" && len(fits) == 0 {
		return "", false, &Error{Named: query, Err: awsconfig.NoReadOnly(query, of, f.Known(of+awsconfig.ReadOnlySuffix))}
	}
	switch {
	case !atTerminal && len(fits) > 1:
		return "", false, &SeveralError{query, fits}
	case !atTerminal:
		return "", false, err
	case known != "" && !shared:
		return known, true, nil
	}
	name, err = f.Choose(ctx, what, query, all)
	return name, false, err
}

// readOnlyOf is the profile whose read-only one a query means by parts of its name, or the
// first part, where several profiles have it; empty where none has.
func readOnlyOf(all []profiles.Description, query string) string {
	part, is, _ := awsconfig.AsReadOnly(query)
	if !is {
		return ""
	}
	known, fits := profiles.Fitting(all, part)
	if known == "" && len(fits) > 0 {
		known = part
	}
	return known
}

// Pick opens the picker with nothing typed, of all profiles or those of a kind.
func (f Finder) Pick(ctx context.Context, what string, of ...Kind) (string, error) {
	all, err := f.offered(what, of)
	if err != nil {
		return "", err
	}
	return f.Choose(ctx, what, "", all)
}

// offered are the profiles that can be picked, at a terminal.
func (f Finder) offered(what string, of []Kind) ([]profiles.Description, error) {
	if !f.AtTerminal() {
		return nil, &Misuse{what, "name a profile: there is no terminal to pick one on", "guise list"}
	}
	files, err := f.Files()
	if err != nil {
		return nil, err // what could be read of them is not enough to act on
	}
	all := f.All()
	for _, of := range of {
		all = slices.DeleteFunc(all, func(d profiles.Description) bool {
			p, err := files.Profile(d.Profile)
			return err != nil || !of.Is(p)
		})
		if len(all) == 0 {
			return nil, &Misuse{what, of.None, of.Hint}
		}
	}
	return all, nil
}

// Each returns the profiles that several words mean: one each, where all are whole names
// or aliases; else they are one query. Without words those of a kind can be picked.
func (f Finder) Each(ctx context.Context, what string, words []string, of ...Kind) ([]string, error) {
	if len(words) == 0 {
		all, err := f.offered(what, of)
		if err != nil {
			return nil, err
		}
		return f.Several(ctx, what, all)
	}
	files, err := f.Files()
	if err != nil {
		return nil, err
	}
	names, missing, err := profiles.EachNamed(files, words)
	if err == nil {
		return names, nil
	}
	if len(names) > 0 && !f.together(files, words) { // not to be guessed at
		return nil, &Error{Named: missing, Err: err}
	}
	name, err := f.One(ctx, what, words...)
	return []string{name}, err
}

// together reports whether several words, some of which are whole names, can mean one
// profile.
func (f Finder) together(files *awsconfig.Files, words []string) bool {
	query := strings.Join(words, " ")
	if _, err := profiles.Named(files, query); err == nil {
		return true
	}
	_, fits := profiles.Fitting(f.All(), query)
	return len(fits) > 0 && f.AtTerminal()
}

// ActiveOr returns the profile that words mean, or without any that of the terminal. Where it has none the
// picker opens.
func (f Finder) ActiveOr(ctx context.Context, what string, words []string) (string, error) {
	if len(words) > 0 {
		return f.One(ctx, what, words...)
	}
	if name := f.Active(); name != "" {
		return name, nil
	}
	if !f.AtTerminal() {
		return "", &Misuse{what, "no profile is active in this terminal, and none is named", "guise list"}
	}
	return f.Pick(ctx, what)
}

// ActiveOrEach is ActiveOr for a command that takes several profiles.
func (f Finder) ActiveOrEach(ctx context.Context, what string, words []string) ([]string, error) {
	if len(words) > 0 {
		return f.Each(ctx, what, words)
	}
	name, err := f.ActiveOr(ctx, what, nil)
	return []string{name}, err
}
