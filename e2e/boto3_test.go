//go:build unix

package e2e

import (
	"errors"
	"testing"

	"guise/internal/need"
)

// Debian's boto3 does not know AWS_ENDPOINT_URL.
const whoBoto3Calls = `
import boto3, os, sys
client = boto3.client("sts", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
for _ in range(int(sys.argv[1])):
    print(client.get_caller_identity()["Arn"], client._request_signer._credentials.access_key)
`

// boto3 returns the words that start a client on boto3, for one call.
func (w *world) boto3(t *testing.T) []string { return append(w.boto3Calls(t), "1") }

// boto3Calls wants the number of calls as one more word.
func (w *world) boto3Calls(t *testing.T) []string {
	t.Helper()
	python := need.Program(t, "python3")
	if got := w.run(nil, python, "-c", "import boto3"); got.code != 0 {
		need.That(t, errors.New("boto3 is not installed"))
	}
	return []string{python, "-c", whoBoto3Calls}
}
