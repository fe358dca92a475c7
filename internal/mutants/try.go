package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A trial is a package whose mutants are tried.
type trial struct {
	path    string // its folder, from the root of the module
	dir     string
	work    string // a folder for what is built
	workers int

	mutants []mutant
	limit   time.Duration // for one run of the tests
}

// verdict is what became of a mutant.
type verdict string

const (
	killed    verdict = "killed"     // a test failed
	timedOut  verdict = "timed out"  // the tests took several times as long as they do, twice: killed too
	lived     verdict = "lived"      // the tests passed
	unreached verdict = "not tested" // no test gets there: lived too
)

// build plants the mutants of the package, and builds its tests with them.
func (t *trial) build() error {
	var listed struct {
		Dir, Name string
		GoFiles   []string
	}
	out, err := output("go", "list", "-json", "./"+t.path)
	if err == nil {
		err = json.Unmarshal(out, &listed)
	}
	if err != nil {
		return err
	}
	t.dir = listed.Dir
	files := token.NewFileSet()
	var parsed []*ast.File
	for _, name := range listed.GoFiles {
		f, err := parser.ParseFile(files, filepath.Join(t.dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		parsed = append(parsed, f)
	}
	info, err := check(t.path, files, parsed)
	if err != nil {
		return err
	}
	replace := map[string]string{}
	write := func(name string, data []byte) {
		to := filepath.Join(t.work, name)
		replace[filepath.Join(t.dir, name)] = to
		err = errors.Join(err, os.WriteFile(to, data, 0o600))
	}
	for i, name := range listed.GoFiles {
		src, failed := os.ReadFile(filepath.Join(t.dir, name)) //nolint:gosec // of the package
		found, planted := plant(files, parsed[i], src, info, len(t.mutants)+1)
		t.mutants = append(t.mutants, found...)
		err = errors.Join(err, failed)
		write(name, planted)
	}
	write("mutants_support.go", []byte("package "+listed.Name+support))
	overlay, _ := json.Marshal(map[string]any{"Replace": replace})
	err = errors.Join(err, os.WriteFile(filepath.Join(t.work, "overlay.json"), overlay, 0o600))
	if err == nil {
		_, err = output("go", "test", "-c", "-vet=off", "-overlay", filepath.Join(t.work, "overlay.json"), "-o", filepath.Join(t.work, "test"), "./"+t.path)
	}
	return err
}

// check finds the types of a package, with those that it imports as built.
func check(path string, files *token.FileSet, parsed []*ast.File) (*types.Info, error) {
	out, err := output("go", "list", "-export", "-deps", "-f", "{{.ImportPath}}={{.Export}}", "./"+path)
	if err != nil {
		return nil, err
	}
	built := map[string]string{}
	for line := range strings.SplitSeq(string(out), "\n") {
		name, file, _ := strings.Cut(line, "=")
		built[name] = file
	}
	lookup := func(path string) (io.ReadCloser, error) { return os.Open(built[path]) }
	config := types.Config{Importer: importer.ForCompiler(files, "gc", lookup)}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	_, err = config.Check(path, files, parsed, info)
	return info, err
}

// baseline runs the tests with no mutant, as many at once as there are workers: they
// must pass, and tell what they reach and how long they take beside each other.
func (t *trial) baseline() (reached map[int]bool, took time.Duration, err error) {
	log := filepath.Join(t.work, "reached")
	if err := os.WriteFile(log, nil, 0o600); err != nil {
		return nil, 0, err
	}
	began := time.Now()
	failures := make([]error, t.workers)
	var all sync.WaitGroup
	for i := range t.workers {
		all.Go(func() {
			if v, out := t.run("MUTANTS_REACHED="+log, 10*time.Minute); v != lived {
				failures[i] = fmt.Errorf("%s: the tests fail with no mutant in them:\n%s", t.path, out)
			}
		})
	}
	all.Wait()
	took = time.Since(began)
	t.limit = 3*took + 10*time.Second
	data, err := os.ReadFile(log) //nolint:gosec // ours
	reached = map[int]bool{}
	for id := range strings.FieldsSeq(string(data)) {
		n, _ := strconv.Atoi(id)
		reached[n] = true
	}
	return reached, took, errors.Join(append(failures, err)...)
}

// judge tries every mutant that a test reaches, and gives the verdicts in their order.
func (t *trial) judge(reached map[int]bool) []verdict {
	verdicts := make([]verdict, len(t.mutants))
	todo := make(chan int)
	var all sync.WaitGroup
	for range t.workers {
		all.Go(func() {
			for i := range todo {
				setting := "MUTANT=" + strconv.Itoa(t.mutants[i].id)
				if verdicts[i], _ = t.run(setting, t.limit); verdicts[i] == timedOut { // or the machine was busy
					verdicts[i], _ = t.run(setting, 2*t.limit)
				}
			}
		})
	}
	for i, m := range t.mutants {
		if !reached[m.id] {
			verdicts[i] = unreached
			continue
		}
		todo <- i
	}
	close(todo)
	all.Wait()
	return verdicts
}

// run runs the tests once, in a home and a temporary folder of their own.
func (t *trial) run(setting string, limit time.Duration) (verdict, []byte) {
	home, err := os.MkdirTemp("", "m")
	if err != nil {
		return killed, []byte(err.Error())
	}
	defer func() { _ = os.RemoveAll(home) }()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	c := exec.CommandContext(ctx, filepath.Join(t.work, "test"), "-test.failfast", "-test.timeout=0") //nolint:gosec // what build made
	c.Dir = t.dir
	c.Env = append(os.Environ(), "HOME="+home, "TMPDIR="+home, setting)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	c.WaitDelay = time.Second
	_ = c.Run()
	switch {
	case ctx.Err() != nil:
		return timedOut, out.Bytes()
	case c.ProcessState == nil || c.ProcessState.ExitCode() != 0:
		return killed, out.Bytes()
	}
	return lived, nil
}

// output runs a command, and gives what it prints.
func output(name string, words ...string) ([]byte, error) {
	c := exec.Command(name, words...) //nolint:gosec // of this program
	var errs bytes.Buffer
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		err = fmt.Errorf("%s %s: %w\n%s", name, strings.Join(words, " "), err, errs.Bytes())
	}
	return out, err
}
