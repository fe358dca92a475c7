// Command mutants finds out whether tests notice when the code is wrong. It changes one small
// thing at a time (a comparison, a check, a call that is left out) and runs the tests
// of the package: a change that no test notices has survived, and is either a promise
// that no test holds, or code that is not needed, or a change that nobody can see. For
// the last kind docs/mutants.md has a line with the reason.
//
// All changes to a package are built into one program, which makes the one that an
// environment variable names. Of the tests those run that get to the change, the slow
// ones last, until one notices. What the compiler knows (sizes, names, which system this
// is) is not changed.
//
// It fails where less than -least percent of a package's mutants die, or where one
// survives with no reason in docs/mutants.md. That file it writes itself: the figures
// and the survivors, with the reasons that it had.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

func main() {
	var (
		workers = flag.Int("workers", runtime.NumCPU(), "runs of the tests at once; more than there are processors where tests wait")
		least   = flag.Float64("least", 85, "percent of the mutants that must die")
		record  = flag.String("record", "docs/mutants.md", "where the survivors stand, with their reasons")
	)
	flag.Parse()
	failed := false
	for _, path := range flag.Args() {
		path = filepath.ToSlash(filepath.Clean(path))
		ok, err := try(path, *workers, *least, *record)
		if err != nil {
			fmt.Fprintln(os.Stderr, "mutants:", err)
			os.Exit(1)
		}
		failed = failed || !ok
	}
	if failed {
		os.Exit(1)
	}
}

// try tries one package, prints what survives, and records it. It reports whether the
// package has what is asked of it.
func try(path string, workers int, least float64, record string) (bool, error) {
	work, err := os.MkdirTemp("", "mutants-")
	if err != nil {
		return false, err
	}
	defer func() { _ = os.RemoveAll(work) }()
	began := time.Now()
	t := &trial{path: path, work: work, workers: workers}
	if err := t.build(); err != nil {
		return false, err
	}
	if err := t.baseline(); err != nil {
		return false, err
	}
	fmt.Printf("%s: %d mutants\n", t.path, len(t.mutants))
	for i, g := range t.groups {
		name := "the quick tests"
		if i > 0 {
			name = g.run
		}
		fmt.Printf("  %s: %s, %d mutants in what they reach\n", name, g.took.Round(time.Second/10), len(g.reached))
	}
	r := result{verdicts: t.judge(), mutants: t.mutants}
	for i, m := range t.mutants {
		if v := r.verdicts[i]; v != killed {
			fmt.Printf("%-10s line %d of %s\n", v, m.line, m.name())
		}
	}
	fmt.Printf("%s: %s, in %s\n", t.path, r.figures(), time.Since(began).Round(time.Second))
	unnamed, err := r.record(record, path)
	if unnamed > 0 {
		fmt.Printf("%s: %d survive with no reason in %s\n", t.path, unnamed, record)
	}
	return r.percent() >= least && unnamed == 0, err
}
