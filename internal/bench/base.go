//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"guise/internal/loopback"
)

// against measures what is paid most often in turn with an earlier revision, built in
// a work tree of its own. Each has homes of its own, since a session's name in the
// cache may differ.
func (b *bench) against(revision string, files loopback.Config, small, large home) error {
	base := b.bin("guise-base")
	if err := b.buildBase(revision, base); err != nil {
		return err
	}
	was := *b
	was.guise = base
	smallWas, err := was.home("small-base", files, 0)
	if err != nil {
		return err
	}
	largeWas, err := was.home("large-base", files, 10_000)
	if err != nil {
		return err
	}
	settle()
	for _, c := range []struct {
		what     string
		now, was home
		words    []string
		runs     int
	}{
		{"credential-process, cached, 14 profiles", small, smallWas, []string{"credential-process", "--profile", b.session}, many},
		{"credential-process, cached, 10,014 profiles", large, largeWas, []string{"credential-process", "--profile", b.session}, many},
		{"credential-process, cached, approved", b.approved, smallWas, []string{"credential-process", "--profile", b.session}, many},
		{"use NAME, session cached", small, smallWas, []string{"use", b.session}, many},
		{"list, 10,014 profiles", large, largeWas, []string{"list"}, few},
		{"version", small, smallWas, []string{"version"}, many},
	} {
		now, then := c.now.command(append([]string{b.guise}, c.words...)...), c.was.command(append([]string{base}, c.words...)...)
		if err := pair(c.what, revision, c.runs, now, then); err != nil {
			return err
		}
	}
	then := largeWas.adoptions(base)
	for i, row := range large.adoptions(b.guise) {
		if err := pair(row.what, revision, few, row.run, then[i].run); err != nil {
			return err
		}
	}
	return nil
}

const (
	many = 300 // what is looked for is a few parts in a hundred
	few  = 20
)

// buildBase builds a revision as `make build` does.
func (b *bench) buildBase(revision, to string) error {
	tree := filepath.Join(b.dir, "base")
	if out, err := exec.Command("git", "worktree", "add", "--detach", tree, revision).CombinedOutput(); err != nil { //nolint:gosec // words, and no shell
		return fmt.Errorf("git worktree add %s: %s", revision, strings.TrimSpace(string(out)))
	}
	defer func() { _ = exec.Command("git", "worktree", "remove", "--force", tree).Run() }() //nolint:gosec // as above
	c := exec.Command("go", "build", "-C", tree, "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", to, "./cmd/guise")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %s: %w", revision, out, err)
	}
	return install(to)
}
