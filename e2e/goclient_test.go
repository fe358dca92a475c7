//go:build unix

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"guise/internal/need"
)

// clients builds the clients of testdata that are Go modules of their own, each once.
var clients sync.Map // name to func() error

// goClient returns the path of the program that testdata/NAME is.
func goClient(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(binDir, "clients", name)
	build, _ := clients.LoadOrStore(name, sync.OnceValue(func() error {
		out, err := exec.Command("go", "build", "-C", filepath.Join("testdata", name), "-o", path, ".").CombinedOutput()
		if err != nil {
			return fmt.Errorf("%s: %w\n%s", name, err, out)
		}
		return nil
	}))
	need.That(t, build.(func() error)())
	return path
}

// TestGoSDKv1: a program on the first Go SDK, which reads profiles where it is told
// to, starts guise once for all its calls.
func TestGoSDKv1(t *testing.T) {
	w := adopted(t)
	got := w.run([]string{"AWS_PROFILE=deploy"}, goClient(t, "gov1"), "calls", "3")
	lines := strings.Fields(got.out)
	if got.code != 0 || len(lines) != 6 || !strings.Contains(lines[0], "assumed-role/Deploy/") {
		t.Errorf("%+v", got)
	}
}

// goV2 returns the words that start a Go program on the SDK v2.
func goV2(t *testing.T) []string {
	t.Helper()
	self, err := os.Executable()
	need.That(t, err)
	return []string{"env", asGoProgram + "=yes", self}
}
