package oneoff

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"guise/session"
)

const (
	admin  = "arn:aws:iam::222222222222:role/team/Admin"
	policy = `{
  "Version": "2012-10-17",
  "Statement": [ { "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::a #b; c" } ]
}
`
)

// parsed are the flags of a command's words; {dir} is a folder with policies.
func parsed(t *testing.T, words string) (Flags, []string) {
	t.Helper()
	var f Flags
	c := &cobra.Command{}
	f.Add(c, nil)
	set := c.Flags()
	if err := set.Parse(strings.Split(strings.ReplaceAll(words, "{dir}", policies(t)), "|")); err != nil {
		t.Fatal(err)
	}
	return f, set.Args()
}

func policies(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"p.json": policy, "other.json": policy, "bom.json": "\ufeff" + policy, "broken.json": `{"Statement": [`, "none.json": `{"Version": "2012-10-17"}`, "list.json": `[]`,
		"longest.json": `{"Statement":"` + strings.Repeat("x", session.LongestPolicy-len(`{"Statement":""}`)) + `"}`,
		"long.json":    `{"Statement": "` + strings.Repeat("x", session.LongestPolicy+1-len(`{"Statement":""}`)) + `"}`, "spaces.json": `{"Statement": [` + strings.Repeat(" ", session.LongestPolicy) + `{}]}`,
		"huge.json": strings.Repeat(" ", longestFile+1), "bytes.json": "{\"Statement\": \"\xff\"}",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestCheck: what means nothing, and what AWS would refuse, is said in the words of the flags.
func TestCheck(t *testing.T) {
	role := "--role-arn|" + admin + "|"
	for words, says := range map[string]string{
		"prod":                              "",
		role:                                "",
		role + "--source|alice":             "",
		role + "--external-id|a/b:c":        "",
		role + "--session-name|JIRA-1":      "",
		role + "--tag|a=b|--tag|b=c=d é":    "",
		role + "--tag|a=":                   "",
		role + "--duration|1h":              "",
		role + "--duration|900":             "",
		role + "--read-only":                "",
		"--account|123456789012|--role|Dev": "",
		"prod|--read-only":                  "",
		"prod|--duration|12h":               "",
		"prod|--policy|{dir}/p.json":        "",
		"prod|--policy|{dir}/bom.json":      "",
		"prod|--policy|{dir}/spaces.json":   "",
		"prod|--policy|{dir}/longest.json":  "",
		"prod|--policy|arn:aws:iam::aws:policy/job-function/ViewOnlyAccess|--policy|arn:aws-cn:iam::111111111111:policy/x|--policy|{dir}/p.json": "",
		"prod|--read-only|--save-as|prod-ro": "",

		"prod|" + role:                                         "--role-arn takes no PROFILE beside it; --source PROFILE is the one to assume the role from",
		"prod|--account|123456789012|--role|Dev":               "--account takes no PROFILE beside it",
		role + "--account|123456789012|--role|x":               "--role-arn or --account with --role, not both",
		role + "--role|x":                                      "--role-arn or --account with --role, not both",
		"--account|123456789012":                               "--account goes with --role",
		"--role|Dev":                                           "--role goes with --account",
		"prod|--source|alice":                                  "--source goes with --role-arn or --account",
		"prod|--external-id|abc":                               "--external-id goes with --role-arn",
		"prod|--session-name|abc":                              "--session-name goes with --role-arn",
		"prod|--tag|a=b":                                       "--tag goes with --role-arn",
		"--account|123456789012|--role|Dev|--duration|1h":      "--duration: the administrator",
		"prod|--read-only|--policy|{dir}/p.json":               "--read-only or --policy, not both",
		"prod|--save-as|x":                                     "--save-as goes with",
		"--role-arn|arn:aws:iam::2222:role/Admin":              "--role-arn arn:aws:iam::2222:role/Admin: not the ARN of a role",
		"--role-arn|" + admin + "\nx":                          "not the ARN of a role",
		"--role-arn|Admin":                                     "not the ARN of a role",
		role + "--external-id|a":                               "--external-id a: 2 to 1224",
		role + "--external-id|a b":                             "--external-id a b: 2 to 1224",
		role + "--session-name|a b":                            "--session-name a b: 2 to 64",
		role + "--session-name|" + strings.Repeat("x", 65):     ": 2 to 64",
		role + "--tag|a":                                       "--tag a: KEY=VALUE",
		role + "--tag|=a":                                      "--tag =a: KEY=VALUE",
		role + "--tag|a=b,c":                                   "--tag a=b,c: letters",
		role + "--tag|a= b":                                    "--tag a= b: letters",
		role + "--tag|" + strings.Repeat("k", 129) + "=b":      ": letters",
		role + "--tag|a=b|--tag|A=c":                           "--tag A=c: this key is given twice",
		role + strings.TrimSuffix(manyTags(51), "|"):           "--tag: at most 50",
		"--account|12345678901|--role|Dev":                     "--account 12345678901: an account is 12 digits",
		"--account|123456789012|--role|a b":                    "--role a b: the name of a role",
		"prod|--duration|5m":                                   "--duration 5m: 15m to 12h",
		"prod|--duration|13h":                                  "--duration 13h: 15m to 12h",
		"prod|--duration|soon":                                 "--duration soon: 15m to 12h",
		"prod|--policy|{dir}/p.json|--policy|{dir}/other.json": "AWS takes one policy of a file",
		"prod|--policy|no-such/gone.json":                      "--policy no-such/gone.json: no such file",
		"prod|--policy|{dir}/broken.json":                      "/broken.json: it is not a policy in JSON",
		"prod|--policy|{dir}/list.json":                        "/list.json: it is not a policy in JSON",
		"prod|--policy|{dir}/bytes.json":                       "/bytes.json: it is not a policy in JSON",
		"prod|--policy|{dir}/none.json":                        "/none.json: it has no Statement",
		"prod|--policy|{dir}/long.json":                        "characters without white space: AWS takes 2048",
		"prod|--policy|{dir}/huge.json":                        "/huge.json: it is larger than 64 KiB",
		"prod|--policy|{dir}":                                  "not a regular file",
		"prod|--policy=":                                       "--policy needs a file",
		"prod|--policy|arn:aws:iam::aws:role/x":                "not the ARN of a policy",
		"prod|--policy|arn:aws:iam::12:policy/x":               "not the ARN of a policy",
		"prod|--policy|arn:aws:iam::aws:policy/":               "not the ARN of a policy",
		"prod|--policy|arn:aws:iam::aws:policy/a,b":            "not the ARN of a policy",
		"prod" + manyPolicies(11):                              "AWS takes at most 10 ARNs",
		"prod|--read-only|--save-as|a b":                       "--save-as a b: not every SDK would see",
		"prod|--read-only|--save-as|default":                   "--save-as default: not every SDK would see",
		"prod|--read-only|--save-as|-x":                        "--save-as -x: not every SDK would see",
		"prod|--read-only|--save-as|é":                         "--save-as é: not every SDK would see",
		"prod|--read-only|--save-as|a,b":                       "--save-as a,b: not every SDK would see",
	} {
		f, args := parsed(t, strings.TrimSuffix(words, "|"))
		switch err := f.Check(args); {
		case says == "" && err != nil:
			t.Errorf("%s: %v", words, err)
		case says != "" && (err == nil || !strings.Contains(err.Error(), says)):
			t.Errorf("%s: %v, want %q", words, err, says)
		}
	}
}

func manyTags(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("--tag|k" + strings.Repeat("x", i) + "=v|")
	}
	return b.String()
}

func manyPolicies(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("|--policy|arn:aws:iam::aws:policy/p" + strings.Repeat("x", i))
	}
	return b.String()
}

// TestPolicyOnOneLine: the policy of a file is one line that an AWS file can hold, and means
// the same.
func TestPolicyOnOneLine(t *testing.T) {
	f, args := parsed(t, "prod|--policy|{dir}/p.json")
	if err := f.Check(args); err != nil {
		t.Fatal(err)
	}
	const want = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::a \u0023b\u003b c"}]}`
	if f.policy != want {
		t.Error(f.policy)
	}
}
