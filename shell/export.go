package shell

import (
	"fmt"
	"slices"
	"strings"

	"guise/internal/awsenv"
	"guise/internal/printable"
)

// A Format is a form in which variables are printed for who reads them once, as
// against a [Dialect], which a hook evaluates again and again.
type Format struct {
	name  string
	line  string                    // with the name for %[1]s and the quoted value for %[2]s
	unset string                    // the same for a variable that is to be gone; empty: it is left out
	quote func(string) string       // nil: as it is
	needs func(value string) string // why a value cannot be written; empty where it can
}

var formats = []Format{
	{name: "env", line: "export %[1]s=%[2]s", unset: "unset %[1]s", quote: quotePOSIX},
	{name: "fish", line: "set -gx %[1]s %[2]s", unset: "set -e %[1]s", quote: quoteFish},
	{name: "powershell", line: "$Env:%[1]s = %[2]s", unset: "Remove-Item -ErrorAction SilentlyContinue Env:%[1]s", quote: quotePowerShell},
	{name: "dotenv", line: "%[1]s=%[2]s", needs: bare},
}

// FormatNamed returns a format: env (for sh and its kin), fish, powershell or dotenv.
func FormatNamed(name string) (Format, bool) {
	for _, f := range formats {
		if f.name == name {
			return f, true
		}
	}
	return Format{}, false
}

// Evaluated reports whether a shell reads the format: it can unset a variable, too.
func (f Format) Evaluated() bool { return f.unset != "" }

// Write writes variables, each exported or unset, a line each. Its error is a *ValueError:
// control characters are refused in every format.
func (f Format) Write(changes []Change) (string, error) {
	if err := checked(changes); err != nil {
		return "", err
	}
	var b strings.Builder
	for _, c := range changes {
		if c.Unset {
			if f.unset != "" {
				_, _ = fmt.Fprintf(&b, f.unset+"\n", c.Name)
			}
			continue
		}
		if f.needs != nil {
			if why := f.needs(c.Value); why != "" {
				return "", &ValueError{c.Name, why}
			}
		}
		value := c.Value
		if f.quote != nil {
			value = f.quote(value)
		}
		_, _ = fmt.Fprintf(&b, f.line+"\n", c.Name, value)
	}
	return b.String(), nil
}

// quotePowerShell writes a literal string. Besides the apostrophe, PowerShell takes
// the typographic ones for its end ("about_Quoting_Rules" and the tokenizer's
// IsSingleQuote); each stands for itself when it is doubled.
func quotePowerShell(s string) string {
	return "'" + strings.NewReplacer("'", "''", "\u2018", "\u2018\u2018", "\u2019", "\u2019\u2019", "\u201a", "\u201a\u201a", "\u201b", "\u201b\u201b").Replace(s) + "'"
}

// bare is why a value cannot be in a .env file. Who reads those files does not
// agree on quotes: sh removes them, docker keeps them, python-dotenv and others have
// escapes of their own. So only what all of them read the same is written.
func bare(value string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+/=.:,@%"
	if strings.Trim(value, plain) != "" {
		return "has a character that programs read differently in .env files"
	}
	return ""
}

// INI is why variables cannot stand as values in an AWS credentials file, a
// *ValueError; nil where they can. The SDKs do not agree there on quotes, on
// backslashes, and on a value that begins as a comment or a section does.
func INI(changes []Change) error {
	for _, c := range changes {
		if !printable.Word(c.Value) || strings.ContainsAny(c.Value, "\"'`\\") || strings.IndexAny(c.Value, "#;[") == 0 {
			return &ValueError{c.Name, "has a character that programs read differently in a credentials file"}
		}
	}
	return nil
}

// Exports sets variables, and unsets those of some that are not among them: what another
// export has left there does not belong to these.
func Exports(variables []awsenv.Variable, or []string) []Change {
	var all []Change
	for _, v := range variables {
		all = append(all, Change{Name: v.Name, Value: v.Value})
	}
	for _, name := range or {
		if !slices.ContainsFunc(variables, func(v awsenv.Variable) bool { return v.Name == name }) {
			all = append(all, Change{Name: name, Unset: true})
		}
	}
	return all
}
