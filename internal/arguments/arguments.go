// Package arguments says what is wrong with the words and flags of a command, in guise's
// words and not in those of the libraries that read them.
package arguments

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"guise/internal/awsconfig"
)

// Count checks the number of a command's words against its usage line: [X] may be
// left out, and of X… there may be several.
func Count(c *cobra.Command, args []string) error {
	var missing []string
	least, most := 0, 0
	flag := false
	for _, word := range strings.Fields(c.Use)[1:] {
		ofFlag := flag
		name := strings.TrimSuffix(strings.Trim(word, "[]"), "…")
		if flag = strings.HasPrefix(name, "-"); flag || ofFlag {
			continue
		}
		if !strings.HasPrefix(word, "[") {
			if least++; least > len(args) {
				missing = append(missing, name)
			}
		}
		most++
	}
	switch {
	case len(missing) > 0:
		return fmt.Errorf("%s is missing", strings.Join(missing, " and "))
	case len(args) > most:
		return fmt.Errorf("one word too many: %s", args[most])
	}
	return nil
}

// Wrong is an error with a reason where something is wrong; nil elsewhere.
func Wrong(wrong bool, why string) error {
	if !wrong {
		return nil
	}
	return errors.New(why)
}

// Flag says in guise's words what is wrong with a flag; nil where nothing is.
func Flag(c *cobra.Command, err error) error {
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		name := unknown.GetSpecifiedName()
		if unknown.GetSpecifiedShortnames() != "" {
			return fmt.Errorf("no flag -%s", name)
		}
		var names []string
		c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if near := awsconfig.Nearest(name, names); len(near) > 0 {
			return fmt.Errorf("no flag --%s; did you mean --%s?", name, strings.Join(near, ", --"))
		}
		return fmt.Errorf("no flag --%s", name)
	}
	if bare, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return fmt.Errorf("--%s needs a value", bare.GetFlag().Name)
	}
	if wrong, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		if f := wrong.GetFlag(); f.Value.Type() == "bool" {
			return fmt.Errorf("--%s takes no value", f.Name)
		} else if f.Value.Type() == "code" { // which is not to be shown
			return fmt.Errorf("--%s: %w", f.Name, wrong.Unwrap())
		} else if _, ok := f.Value.(*EncodedProfile); ok {
			return wrong.Unwrap()
		}
		return fmt.Errorf("--%s cannot be %s", wrong.GetFlag().Name, wrong.GetValue())
	}
	if odd, ok := errors.AsType[*pflag.InvalidSyntaxError](err); ok {
		return fmt.Errorf("%s is no flag", odd.GetSpecifiedFlag())
	}
	return err
}

// An EncodedProfile is the value of a flag: a profile's name, given in the encoding of
// [awsconfig.EncodeProfile]. Empty: the flag is not given.
type EncodedProfile string

func (p *EncodedProfile) Set(encoded string) error {
	name, err := awsconfig.DecodeProfile(encoded)
	*p = EncodedProfile(name)
	return err
}

func (p *EncodedProfile) String() string { return string(*p) }

// Type is how help names the value, like that of any text.
func (*EncodedProfile) Type() string { return "string" }

// An Exec is the words of exec, without its flags.
type Exec struct {
	Profile []string // none: the active one
	Argv    []string // the command
	Dashed  bool     // there is -- between the two
}

// OfExec tells the profile from the command: before -- every word is of the profile,
// and without -- the first one alone. Flags of exec stand before the command. alone reports
// whether one of them was given that takes no profile: then every word is of the command.
func OfExec(c *cobra.Command, args []string, alone func() bool) (Exec, error) {
	flags := c.Flags()
	if c.ArgsLenAtDash() == 0 || alone() {
		return Exec{Argv: args, Dashed: true}, nil
	}
	if dash := slices.Index(args, "--"); dash >= 0 {
		flags.SetInterspersed(true)
		err := flags.Parse(args[:dash])
		flags.SetInterspersed(false)
		if err == nil {
			return Exec{flags.Args(), args[dash+1:], true}, nil
		} // a flag of the command's, and so is the --
	}
	if len(args) > 1 && strings.HasPrefix(args[1], "-") {
		err := Flag(c, flags.Parse(args[1:]))
		return Exec{Profile: args[:1], Argv: flags.Args()}, err
	}
	return Exec{Profile: args[:min(len(args), 1)], Argv: args[min(len(args), 1):]}, nil
}

// Settled gives a -- that is the command's own back to it: where the words before it mean no
// profile, and the first one does (exec prod kubectl exec pod -- ls). exact reports whether
// a text is a profile's name, and fits whether it is a part of one.
func (line Exec) Settled(exact, fits func(text string) bool) Exec {
	if query := strings.Join(line.Profile, " "); !line.Dashed || len(line.Profile) < 2 || exact(query) || !exact(line.Profile[0]) || fits(query) {
		return line
	}
	return Exec{Profile: line.Profile[:1], Argv: slices.Concat(line.Profile[1:], []string{"--"}, line.Argv)}
}

// Help is the command that shows the help of another. Where there is no such command, wrong
// makes its error of what [Unknown] says.
func Help(root *cobra.Command, wrong func(c *cobra.Command, err error) error) *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND…]", Short: "Show the help of a command", Example: "  guise help keys add",
		RunE: func(_ *cobra.Command, args []string) error {
			c, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return wrong(c, Unknown(c, append(rest, args...)))
			}
			c.InitDefaultHelpFlag()
			c.InitDefaultVersionFlag()
			return c.Help()
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			var names []string
			if c, rest, err := root.Find(args); err == nil && len(rest) == 0 {
				for _, sub := range c.Commands() {
					if sub.IsAvailableCommand() && strings.HasPrefix(sub.Name(), typed) {
						names = append(names, sub.Name()+"\t"+sub.Short)
					}
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
}

// Unknown says that a command has no such command below it; nil where none is named.
func Unknown(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	if near := awsconfig.Nearest(args[0], names); len(near) > 0 {
		return fmt.Errorf("no command %q; did you mean %s?", args[0], near[0])
	}
	return fmt.Errorf("no command %q", args[0])
}
