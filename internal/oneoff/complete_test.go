package oneoff

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"guise/internal/awsconfig"
	"guise/internal/configtest"
)

// completed are what a shell gets for the words of a command, the last as far as it is typed,
// and what it does with files (cobra's directive).
func completed(t *testing.T, files func() (*awsconfig.Files, error), words ...string) (lines []string, directive string) {
	t.Helper()
	var f Flags
	root, c := &cobra.Command{Use: "guise"}, &cobra.Command{Use: "exec", Run: func(*cobra.Command, []string) {}}
	root.AddCommand(c)
	f.Add(c, files)
	var out, said bytes.Buffer
	root.SetOut(&out)
	root.SetErr(&said)
	root.SetArgs(append([]string{cobra.ShellCompRequestCmd, "exec"}, words...))
	if err := root.Execute(); err != nil {
		t.Fatal(err)
	}
	lines = strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	return lines[:len(lines)-1], lines[len(lines)-1]
}

// TestComplete: what a flag takes is completed from what the user's profiles have.
func TestComplete(t *testing.T) {
	const noFiles, filesToo = ":4", ":0"
	all := configtest.Files(t, awsFile+moreProfiles+"[profile narrow]\nguise_of = prod\nguise_policy_arns = arn:aws:iam::111111111111:policy/mine\n")
	files := func() (*awsconfig.Files, error) { return all, nil }
	own := func(cloud string, names ...string) (arns []string) {
		for _, name := range names {
			arns = append(arns, "arn:"+cloud+":iam::aws:policy/"+name+"\tAWS's own")
		}
		return arns
	}
	for words, want := range map[string][]string{
		"--role-arn|arn:aws:iam::222222222222:role/P": {noFiles, "arn:aws:iam::222222222222:role/Prod\tprod"},
		"--source|b":                                  {noFiles, "base"},
		"--account|":                                  {noFiles, "111111111111\tAdmin, ReadOnly, Power"},
		"--account|111111111111|--role|R":             {noFiles, "ReadOnly\tsso-read"},
		"--account|222222222222|--role|R":             {noFiles},
		"--policy|p":                                  {filesToo},
		"--policy|arn:aws:iam::1":                     {noFiles, "arn:aws:iam::111111111111:policy/mine\tnarrow"},
		"--policy|arn:aws:iam::aws:policy/I":          append([]string{noFiles}, own("aws", "IAMReadOnlyAccess")...),
		"--policy|arn:aws-cn:iam::aws:policy/AmazonE": append([]string{noFiles}, own("aws-cn", "AmazonEC2ReadOnlyAccess", "AmazonEC2ContainerRegistryReadOnly")...),
		"--duration|":                                 {noFiles, "15m", "30m", "1h", "2h", "4h", "8h", "12h"},
		"--external-id|":                              {noFiles},
		"--session-name|":                             {noFiles},
		"--tag|":                                      {noFiles},
		"--save-as|":                                  {noFiles},
	} {
		lines, directive := completed(t, files, strings.Split(words, "|")...)
		if directive != want[0] || !slices.Equal(lines, want[1:]) {
			t.Errorf("%s: %s %q", words, directive, lines)
		}
	}
	if lines, _ := completed(t, files, "--policy", "arn:"); !slices.Contains(lines, own("aws", "ReadOnlyAccess")[0]) || len(lines) != 14 {
		t.Errorf("%q", lines)
	}
	lost := func() (*awsconfig.Files, error) { return nil, errors.New("lost") }
	if lines, directive := completed(t, lost, "--source", ""); directive != noFiles || len(lines) > 0 {
		t.Errorf("%s %q", directive, lines)
	}
}

// TestWhereTheCommandIs: behind flags that leave no place for a PROFILE comes the command,
// and so it does behind --.
func TestWhereTheCommandIs(t *testing.T) {
	for words, want := range map[string][2]bool{
		"prod": {}, "--read-only|prod": {}, "--role-arn|x|ls": {true, true}, "--account|1|ls": {true, true}, "--role|x|ls": {true, true}, "prod|--|ls": {false, true},
	} {
		var f Flags
		c := &cobra.Command{}
		f.Add(c, nil)
		typed := strings.Split(words, "|")
		if err := c.Flags().Parse(typed); err != nil {
			t.Fatal(err)
		}
		if is := [2]bool{Alone(c), Command(c, typed)}; is != want {
			t.Errorf("%s: %v", words, is)
		}
	}
}

// TestWhatLasts: the help says whose duration it is.
func TestWhatLasts(t *testing.T) {
	for _, console := range []bool{false, true} {
		f, c := Flags{Console: console}, &cobra.Command{}
		f.Add(c, nil)
		if of := map[bool]string{false: "the session lasts", true: "the sign-in lasts"}[console]; !strings.Contains(c.Flags().FlagUsages(), "how long "+of) {
			t.Error(c.Flags().FlagUsages())
		}
	}
}
