//go:build unix

package e2e

import (
	"errors"
	"testing"

	"guise/internal/need"
)

const whoBoto3Once = `
import boto3, os
client = boto3.client("sts", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
print(client.get_caller_identity()["Arn"], client._request_signer._credentials.access_key)
`

// boto3 gives the words that start a client on boto3, for one call.
func (w *world) boto3(t *testing.T) []string {
	t.Helper()
	python := need.Program(t, "python3")
	if got := w.run(nil, python, "-c", "import boto3"); got.code != 0 {
		need.That(t, errors.New("boto3 is not installed"))
	}
	return []string{python, "-c", whoBoto3Once}
}
