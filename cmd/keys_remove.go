package cmd

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"guise/awsconfig"
	"guise/internal/keys"
	"guise/internal/person"
	"guise/session"
	"guise/shell"
)

func newKeysRemove(a *app) *cobra.Command {
	var sure bool
	c := &cobra.Command{
		Use:   "remove PROFILE|KEY-ID",
		Short: "Remove a stored access key: guise's copy may be the only one",
		Long: `Remove a profile's access key from the config file and from the key store. Where
another profile uses the same key, its secret stays for that one. A key that no
profile uses ("guise keys list") is named by its id. Where AWS files that it was stored
for are away, its secret stays too, and is removed only when it is named by its id.

Where a store that may have the secret does not answer, guise says so, exits 1, and
removes it when the store answers: at the next change of keys, or by
"guise doctor --fix".

AWS still knows the key: delete it there too, if nobody is to use it.`,
		Example:           "  guise keys remove alice",
		Args:              cobra.ExactArgs(1),
		RunE:              func(c *cobra.Command, args []string) error { return a.removeKey(c.Context(), args[0], sure) },
		ValidArgsFunction: a.completeProfile,
	}
	c.Flags().BoolVarP(&sure, "yes", "y", false, "do not ask")
	return c
}

func (a *app) removeKey(ctx context.Context, what string, sure bool) error {
	r, err := a.user(what).keys().Removal(what)
	if err != nil {
		return a.notStored(what, err)
	}
	if !sure && !r.Begun {
		if err := a.agreeToRemove(ctx, what, r); err != nil {
			return about(what, err)
		}
	}
	sourceOf := a.sourceOf(what)
	r, err = a.user(what).keys().Remove(ctx, what)
	if err != nil {
		return a.notStored(what, err)
	}
	if len(sourceOf) > 0 {
		a.sayf("%s has no credentials any more, and was the source of %s", what, strings.Join(sourceOf, ", "))
	}
	if r.Unseen != nil && r.Profile != "" {
		a.resultf("%s: it no longer has that access key; %v", what, r.Unseen)
		a.hint(keysHint(r.Unseen))
		return nil
	}
	if len(r.Others) > 0 {
		a.resultf("%s: it no longer has the access key …%s; its secret stays in the key store, since %s", what, keys.LastFour(r.ID), using(r.Others))
		return nil
	}
	a.resultf("%s: the access key …%s is removed from the key store; AWS knows it until you delete it there", what, keys.LastFour(r.ID))
	return nil
}

// sourceOf gives the profiles that have a profile as their source.
func (a *app) sourceOf(name string) []string {
	files, err := a.files()
	if err != nil {
		return nil
	}
	var found []string
	for _, p := range files.Profiles() {
		if p.Name != name && p.Get("source_profile") == name {
			found = append(found, p.Name)
		}
	}
	return found
}

// using says who uses a key.
func using(profiles []string) string {
	if len(profiles) == 1 {
		return profiles[0] + " uses it"
	}
	return strings.Join(profiles, ", ") + " use it"
}

func (a *app) agreeToRemove(ctx context.Context, what string, r keys.Removal) error {
	terminal, err := a.terminal()
	if err != nil {
		return failure{what: what, err: errors.New("you must agree, and there is no terminal to ask you on"), hint: "guise keys remove --yes " + shell.Word(what), code: exitPerson}
	}
	defer func() { _ = terminal.Close() }()
	question := "remove the access key …" + keys.LastFour(r.ID) + " of " + what + " (guise's copy may be the only one)"
	if len(r.Others) > 0 {
		question = "take the access key …" + keys.LastFour(r.ID) + " out of " + what + " (" + using(r.Others) + ": its secret stays)"
	}
	if dependent := a.sourceOf(what); len(dependent) > 0 {
		terminal.Say(what + " is the source of " + strings.Join(dependent, ", "))
	}
	switch {
	case r.Unseen != nil && r.Profile == "":
		question = "remove the secret of the access key …" + keys.LastFour(r.ID) + " (" + r.Unseen.File + ", whose profiles may use it, " + r.Unseen.Why() + ")"
	case r.Unseen != nil:
		question = "take the access key …" + keys.LastFour(r.ID) + " out of " + what + " (its secret stays: " + r.Unseen.File + ", whose profiles may use it, " + r.Unseen.Why() + ")"
	}
	agreed, err := terminal.Confirm(ctx, question, false)
	if err == nil && !agreed {
		err = session.ErrCancelled
	}
	return person.Answer(err)
}

// notStored gives a profile without a stored key its hint.
func (a *app) notStored(name string, err error) error {
	if !errors.Is(err, keys.ErrNotStored) {
		return about(name, fail(name, err))
	}
	hint := "guise explain " + shell.Word(name)
	if files, failed := a.files(); failed == nil {
		if p, failed := files.Profile(name); failed == nil && p.KeysIn() == awsconfig.KeysPlain {
			hint = "guise keys import " + shell.Word(name)
		}
	}
	return failure{what: name, err: err, hint: hint, code: exitUsage}
}
