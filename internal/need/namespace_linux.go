package need

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// A Host is another host on a network with this machine: a network namespace of its own,
// which has nothing in common with ours but a cable (veth(4)).
type Host struct {
	Name string // of the namespace
	Here string // our address on the cable
}

// AnotherHost makes a host for a test. Where namespaces cannot be made (not by root, or in a
// container that may not) it is skipped, in a CI of that kind too, which says so at its end.
func AnotherHost(t testing.TB) Host {
	t.Helper()
	Program(t, "ip")
	id := os.Getpid()
	h := Host{Name: fmt.Sprintf("guise-%d", id), Here: fmt.Sprintf("198.18.%d.1", id%256)} // of RFC 2544
	there, cable := fmt.Sprintf("198.18.%d.2/30", id%256), fmt.Sprintf("guise%d", id%100000)
	if err := ip("netns", "add", h.Name); err != nil {
		t.Skipf("SKIPPED, no network namespace can be made: %v", err)
	}
	t.Cleanup(func() {
		if err := errors.Join(ip("link", "del", cable), ip("netns", "del", h.Name)); err != nil {
			t.Error(err)
		}
	})
	for _, words := range []string{
		"link add " + cable + " type veth peer name wire netns " + h.Name,
		"addr add " + h.Here + "/30 dev " + cable, "link set " + cable + " up",
		"-n " + h.Name + " addr add " + there + " dev wire", "-n " + h.Name + " link set wire up", "-n " + h.Name + " link set lo up",
	} {
		That(t, ip(strings.Fields(words)...))
	}
	return h
}

// Command is one that runs on the host: with the same files, and another network.
func (h Host) Command(program string, args ...string) *exec.Cmd {
	return exec.Command("ip", append([]string{"netns", "exec", h.Name, program}, args...)...) //nolint:gosec // the test's own words
}

func ip(words ...string) error {
	if out, err := exec.Command("ip", words...).CombinedOutput(); err != nil {
		return fmt.Errorf("ip %s: %w: %s", strings.Join(words, " "), err, out)
	}
	return nil
}
