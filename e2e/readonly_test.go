//go:build unix

package e2e

import (
	"strings"
	"testing"
)

// What a program does with a table: it reads it, then writes to it.
const readThenWrite = `
import boto3, botocore.exceptions, os
table = boto3.client("dynamodb", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
print("read", table.list_tables()["TableNames"], table.get_item(TableName="demo", Key={"id": {"S": "1"}}).get("Item"))
try:
    table.put_item(TableName="demo", Item={"id": {"S": "1"}})
    print("wrote")
except botocore.exceptions.ClientError as refused:
    print(refused.response["Error"]["Code"], refused.response["Error"]["Message"])
`

// TestBoto3ReadsOnly: boto3 under a read-only profile reads, and is denied a write, of a role
// and of an IAM user without MFA; without it, it writes. Where a session cannot be narrowed,
// there is none.
func TestBoto3ReadsOnly(t *testing.T) {
	w := adopted(t)
	python := w.boto3(t)[0]
	for name, denied := range map[string]string{
		"deploy@read-only": "assumed-role/Deploy/", "ci@read-only": "federated-user/guise-", "deploy": "",
	} {
		if of, is := strings.CutSuffix(name, "@read-only"); is {
			if got := w.run([]string{"GUISE_ADOPT=always", "GUISE_SHELL=bash"}, "guise", "use", of, "--read-only"); got.code != 0 || !strings.Contains(got.out, "AWS_PROFILE='"+name+"'") {
				t.Fatal(got)
			}
		}
		got := w.run([]string{"AWS_PROFILE=" + name}, python, "-c", readThenWrite)
		if got.code != 0 || !strings.Contains(got.out, "read ['demo'] ") {
			t.Errorf("%s: %v", name, got)
		}
		want := "wrote\n"
		if denied != "" {
			want = "AccessDeniedException User: arn:aws:sts::"
			if !strings.Contains(got.out, denied) || !strings.Contains(got.out, "not authorized to perform: dynamodb:PutItem") || !strings.Contains(got.out, "no session policy allows") {
				t.Errorf("%s: %v", name, got)
			}
		}
		if !strings.Contains(got.out, want) {
			t.Errorf("%s: %v, want %s", name, got, want)
		}
	}
	// What `use` would refuse, a profile that somebody has written is refused as well: boto3
	// gets no credentials.
	w.write(".aws/config", w.read(".aws/config")+"\n[profile narrow]\nguise_of = org-dev\nguise_policy_arns = arn:aws:iam::aws:policy/ReadOnlyAccess\nregion = eu-west-1\ncredential_process = guise credential-process --profile narrow\n")
	before := w.read(".aws/config")
	if got := w.run([]string{"GUISE_ADOPT=always", "GUISE_SHELL=bash"}, "guise", "use", "org-dev", "--read-only"); got.code != 1 || got.out != "" || !strings.Contains(got.err, "org-dev: cannot be narrowed: AWS takes no session policy for an SSO role") {
		t.Error(got)
	}
	if w.read(".aws/config") != before {
		t.Error("the file was written")
	}
	got := w.run([]string{"AWS_PROFILE=narrow"}, python, "-c", readThenWrite)
	if got.code == 0 || strings.Contains(got.out, "read") || !strings.Contains(got.err, "org-dev cannot be narrowed") {
		t.Error(got)
	}
	w.noSecrets()
}
