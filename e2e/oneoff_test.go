//go:build unix

package e2e

import (
	"strings"
	"testing"
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
