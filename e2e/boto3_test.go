//go:build unix

package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
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
	return []string{needBoto3(t), "-c", whoBoto3Calls}
}

// needBoto3 returns the path of a python3 that has boto3.
func needBoto3(t *testing.T) string {
	t.Helper()
	path := need.Program(t, "python3")
	need.That(t, hasBoto3())
	return path
}

var hasBoto3 = sync.OnceValue(func() error {
	if out, err := exec.Command("python3", "-c", "import boto3").CombinedOutput(); err != nil {
		return fmt.Errorf("no boto3: %w: %s", err, out)
	}
	return nil
})

// pastShims has programs of Python found where they are. A python3 that is a script starts
// others to find the real one (pyenv does), which takes as long again each time.
func pastShims() {
	found, err := exec.LookPath("python3")
	if err != nil {
		return
	}
	if text, err := os.ReadFile(found); err != nil || !bytes.HasPrefix(text, []byte("#!")) {
		return
	}
	if python, err := exec.Command(found, "-c", "import sys; print(sys.executable)").Output(); err == nil {
		_ = os.Setenv("PATH", filepath.Dir(strings.TrimSpace(string(python)))+":"+os.Getenv("PATH"))
	}
}
