//go:build unix

package e2e

import (
	"strings"
	"testing"

	"guise/internal/need"
)

// TestBoto3OneOff: boto3 under a role that no profile is for is that role, and sees no
// profile; under `exec --read-only` it reads, and is denied a write; and under an SSO profile
// without a read-only twin it is not started.
func TestBoto3OneOff(t *testing.T) {
	w := adopted(t)
	python := w.boto3(t)[0]
	const deploy = "arn:aws:iam::333333333333:role/Deploy"
	who := "import boto3; print(boto3.Session().available_profiles, boto3.client('sts').get_caller_identity()['Arn'])\n" + readThenWrite
	for _, c := range []struct {
		words       []string
		says, never string
	}{
		{[]string{"--role-arn", deploy, "--source", "ci"}, "wrote\n", "AccessDenied"},
		{[]string{"--role-arn", deploy, "--source", "ci", "--read-only"}, "AccessDeniedException", "wrote"},
		{[]string{"--role-arn", deploy, "--source", "ci", "--read-only", "--export"}, "AccessDeniedException", "wrote"},
		{[]string{"deploy", "--read-only"}, "AccessDeniedException", "wrote"},
	} {
		got := w.run(nil, "guise", append(append([]string{"exec"}, c.words...), "--", python, "-c", who)...)
		if got.code != 0 || !strings.Contains(got.out, "[] arn:aws:sts::333333333333:assumed-role/Deploy/") || !strings.Contains(got.out, "read ['demo'] ") ||
			!strings.Contains(got.out, c.says) || strings.Contains(got.out, c.never) {
			t.Errorf("%q: %v", c.words, got)
		}
	}
	if got := w.run(nil, "guise", "exec", "org-dev", "--read-only", "--", python, "-c", who); got.code != 1 || got.out != "" {
		t.Error(got)
	}
	w.noSecrets()
}

// TestOneOffInShells: a shell under a role that no profile is for, in each shell, and narrower:
// the prompt says so, the AWS CLI reads, is denied a write and sees no profile; and the shell
// that it was started in is as before.
func TestOneOffInShells(t *testing.T) {
	besides(t)
	cli := need.Program(t, "aws")
	const endpoint = ` --endpoint-url "$AWS_ENDPOINT_URL"`
	shells(t, func(t *testing.T, name string) {
		w := adopted(t)
		s := w.shell(name)
		for _, c := range []struct{ words, segment, writes string }{
			{"--role-arn arn:aws:iam::333333333333:role/Deploy --source ci", "Deploy@333333333333", "exit 0"},
			{"deploy --read-only", "deploy@read-only", "AccessDenied.*not authorized to perform: dynamodb:PutItem"},
			{"--role-arn arn:aws:iam::333333333333:role/Deploy --source ci --read-only --export", "Deploy@333333333333@read-only", "AccessDenied.*not authorized to perform: dynamodb:PutItem"},
		} {
			s.Type("guise exec " + c.words + "\r")
			s.See("<" + c.segment + "( [^>]*)?>ready ")
			s.Type(cli + endpoint + " dynamodb list-tables --output text\r")
			s.See(`TABLENAMES\s+demo`)
			s.See("ready ")
			s.Type(cli + endpoint + ` dynamodb put-item --table-name demo --item '{"id": {"S": "1"}}'; echo exit ` + status(name) + "\r")
			s.See(c.writes)
			s.See("ready ")
			s.Type(cli + " configure list\r")
			s.See(`profile.*(<not set>|None)`)
			s.See("ready ")
			s.Type("exit\r")
			s.See("<>ready ")
			s.Type("env | grep -c -E '^(AWS_(PROFILE|ACCESS|CONT|CONFIG)|GUISE_EXEC)' | sed 's/^/found /'\r")
			s.See(`found 0\n`)
		}
		if path := "/usr/bin/aws"; w.run(nil, "sh", "-c", path+" --version | grep -q aws-cli/2").code == 0 {
			got := w.run(nil, "guise", "exec", "deploy", "--read-only", "--", path, "configure", "list-profiles")
			if got.code != 0 || got.out != "" {
				t.Error(got)
			}
		}
		w.noSecrets()
	})
}
