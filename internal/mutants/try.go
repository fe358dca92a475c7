package main

import (
	"bytes"
	"cmp"
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
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
	groups  []group // of the tests, the quick ones first
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

// A group is tests that are run together, and what they reach.
type group struct {
	run     string // a pattern of their names
	reached map[int]bool
	took    time.Duration
}

// baseline runs each test alone, with no mutant: it must pass, and tells what it
// reaches and how long it takes. The quick ones are one group, each of the others is its
// own, the slowest last.
func (t *trial) baseline() error {
	listed, err := output(filepath.Join(t.work, "test"), "-test.list", ".")
	if err != nil {
		return err
	}
	names := strings.Fields(string(listed))
	alone, failures := make([]group, len(names)), make([]error, len(names))
	t.each(len(names), func(i int) { alone[i], failures[i] = t.alone(names[i]) })
	if err := errors.Join(failures...); err != nil {
		return err
	}
	var all time.Duration
	for _, g := range alone {
		all += g.took
	}
	quick := group{reached: map[int]bool{}}
	for i, g := range alone {
		if g.took > max(all/20, time.Second/2) {
			t.groups = append(t.groups, g)
			continue
		}
		quick.run += "|" + names[i]
		quick.took += g.took
		maps.Copy(quick.reached, g.reached)
	}
	quick.run = "^(" + strings.TrimPrefix(quick.run, "|") + ")$"
	slices.SortFunc(t.groups, func(a, b group) int { return cmp.Compare(a.took, b.took) })
	t.groups = slices.Insert(t.groups, 0, quick)
	return nil
}

// alone runs one test with no mutant.
func (t *trial) alone(name string) (group, error) {
	g := group{run: "^" + name + "$", reached: map[int]bool{}}
	log := filepath.Join(t.work, "reached-"+name)
	err := os.WriteFile(log, nil, 0o600)
	began := time.Now()
	if v, out := t.run(g.run, "MUTANTS_REACHED="+log, 10*time.Minute); v != lived {
		return g, fmt.Errorf("%s: %s fails with no mutant in it:\n%s", t.path, name, out)
	}
	g.took = time.Since(began)
	data, failed := os.ReadFile(log) //nolint:gosec // ours
	for id := range strings.FieldsSeq(string(data)) {
		n, _ := strconv.Atoi(id)
		g.reached[n] = true
	}
	return g, errors.Join(err, failed)
}

// each does n things, as many at once as there are workers.
func (t *trial) each(n int, do func(i int)) {
	todo := make(chan int)
	var all sync.WaitGroup
	for range t.workers {
		all.Go(func() {
			for i := range todo {
				do(i)
			}
		})
	}
	for i := range n {
		todo <- i
	}
	close(todo)
	all.Wait()
}

// judge tries every mutant, and gives the verdicts in their order.
func (t *trial) judge() []verdict {
	verdicts := make([]verdict, len(t.mutants))
	t.each(len(t.mutants), func(i int) { verdicts[i] = t.verdict(t.mutants[i].id) })
	return verdicts
}

// verdict tries a mutant with the tests that reach it, until one notices.
func (t *trial) verdict(id int) verdict {
	is := unreached
	for _, g := range t.groups {
		if !g.reached[id] {
			continue
		}
		setting, limit := "MUTANT="+strconv.Itoa(id), 3*g.took+20*time.Second
		if is, _ = t.run(g.run, setting, limit); is == timedOut { // or the machine was busy
			is, _ = t.run(g.run, setting, 2*limit)
		}
		if is != lived {
			break
		}
	}
	return is
}

// run runs tests once, in a home and a temporary folder of their own.
func (t *trial) run(tests, setting string, limit time.Duration) (verdict, []byte) {
	home, err := os.MkdirTemp("", "m")
	if err != nil {
		return killed, []byte(err.Error())
	}
	defer func() { _ = os.RemoveAll(home) }()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	c := exec.CommandContext(ctx, filepath.Join(t.work, "test"), "-test.failfast", "-test.timeout=0", "-test.run", tests) //nolint:gosec // what build made
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
