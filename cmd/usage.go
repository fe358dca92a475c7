package cmd

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"guise/internal/awsconfig"
)

// operands checks the number of a command's words against its usage line: [X] may be
// left out, and of X… there may be several.
func operands(c *cobra.Command, args []string) error {
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

// flagError says in guise's words what is wrong with a flag; nil where nothing is.
func flagError(c *cobra.Command, err error) error {
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
		}
		return fmt.Errorf("--%s cannot be %s", wrong.GetFlag().Name, wrong.GetValue())
	}
	if odd, ok := errors.AsType[*pflag.InvalidSyntaxError](err); ok {
		return fmt.Errorf("%s is no flag", odd.GetSpecifiedFlag())
	}
	return err
}
