//go:build linux

// Command faults runs guise while one thing goes wrong, for every command that writes
// and everything that can, and looks whether what guise promises still holds: nothing
// lost, nothing half-written, no secret left, a clear line, and a next run that ends
// what was begun. What goes wrong is one of these (-what):
//
//	calls     a system call that changes a file: the program is killed before or in it, or it fails
//	answers   an answer of AWS: refused, cut off, late, a web page, without end
//	places    the surroundings: read-only folders, full disks, no HOME, a clock that is off
//	moments   something else takes place meanwhile: another guise runs, the clock is set back
//
// A fifth (-what quiet) looks that the other commands make no call that changes a file.
//
//	go run ./internal/faults                 everything (hours)
//	go run ./internal/faults -sample 1       one of each command and kind
//	go run ./internal/faults -story rotate   commands whose names hold a text
//
// It needs Linux: the calls are counted by the kernel (package inject). Places need
// root, who may make folders of other users and full disks.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"guise/internal/faults/inject"
	"guise/internal/loopback"
)

// browsing makes this program the browser of a world: it allows each sign-in.
const browsing = "GUISE_FAULTS_BROWSER"

func main() {
	inject.Main()
	if os.Getenv(browsing) != "" && len(os.Args) == 2 {
		_, _ = loopback.Click(context.Background(), os.Args[1], "allow")
		return
	}
	o := options{}
	flag.StringVar(&o.what, "what", "all", "what goes wrong: calls, answers, places, moments, quiet; or all of these")
	flag.IntVar(&o.sample, "sample", 0, "how many of each command and kind to try (0: all); always the same ones")
	flag.StringVar(&o.only, "story", "", "only commands whose names hold this text")
	flag.StringVar(&o.kind, "kind", "", "only kinds whose names hold this text")
	flag.StringVar(&o.program, "guise", "", "the program to try (default: it is built)")
	flag.StringVar(&o.write, "write", "", "write the table to this file, between its two marks")
	flag.BoolVar(&o.verbose, "v", false, "say how each command went, and show each fault that went badly in full")
	flag.Parse()
	failed, err := o.run()
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "faults:", err)
		os.Exit(2)
	}
	if failed {
		os.Exit(1)
	}
}

type options struct {
	sample                           int
	what, only, kind, program, write string
	verbose                          bool
}

// tries are what -what may be, and who tries it on a command.
func (o options) tries() map[string]func(*world, *story, *cleanRun, *row) error {
	return map[string]func(*world, *story, *cleanRun, *row) error{
		"calls": o.tryCalls, "answers": o.tryAnswers, "places": o.tryPlaces, "moments": o.tryMoments, "quiet": o.tryQuiet,
	}
}

func (o options) run() (failed bool, err error) {
	whats := []string{o.what}
	if o.what == "all" {
		whats = []string{"calls", "answers", "places", "moments", "quiet"}
	}
	root, err := os.MkdirTemp(scratch(), "guise-faults-")
	if err != nil {
		return false, err
	}
	defer func() { _ = os.RemoveAll(root) }()
	if err := os.Chmod(root, 0o755); err != nil { // other users run the program
		return false, err
	}
	if o.program == "" {
		if o.program, err = build(root, "faultclock,guisetest"); err != nil {
			return false, err
		}
	}
	syscall.Umask(0) // what guise keeps from others it must not leave to the umask
	all := 0
	for _, o.what = range whats {
		if o.what == "places" && len(whats) > 1 && os.Getuid() != 0 {
			_, _ = fmt.Fprintln(os.Stderr, "faults: SKIPPED: places (read-only and foreign folders, full disks, no HOME, clocks): run this as root to have them")
			continue
		}
		began := time.Now()
		bad, tried, err := o.every(filepath.Join(root, o.what))
		if err != nil {
			return false, fmt.Errorf("%s: %w", o.what, err)
		}
		_, _ = fmt.Fprintf(os.Stderr, "faults: %s took %s\n", o.what, time.Since(began).Round(time.Second))
		failed, all = failed || bad, all+tried
	}
	if all == 0 {
		return failed, fmt.Errorf("nothing was tried: is there a command like %q (-story), and a kind like %q (-kind)?", o.only, o.kind)
	}
	return failed, nil
}

// every tries one sort of thing on all commands.
func (o options) every(root string) (failed bool, tried int, err error) {
	if o.tries()[o.what] == nil {
		return false, 0, errors.New("-what is calls, answers, places, moments, quiet or all")
	}
	if o.what == "places" && os.Getuid() != 0 {
		return false, 0, errors.New("needs root, who may make folders of other users and full disks")
	}
	var all []story
	from := stories()
	if o.what == "quiet" {
		from = quiet()
	}
	for _, s := range from {
		if strings.Contains(s.name, o.only) && !(s.variant && (o.what == "answers" || o.what == "places")) {
			all = append(all, s)
		}
	}
	rows := make([]row, len(all))
	work := make(chan int)
	errs := make([]error, runtime.NumCPU()*o.atOnce())
	var workers sync.WaitGroup
	for n := range errs {
		workers.Go(func() { errs[n] = o.worker(filepath.Join(root, fmt.Sprint("worker-", n)), all, rows, work) })
	}
	interrupted, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	for i := range all {
		select {
		case work <- i:
		case <-interrupted.Done(): // the table is of what was tried
		}
	}
	close(work)
	workers.Wait()
	if err := errors.Join(errs...); err != nil {
		return false, 0, err
	}
	for _, r := range rows {
		tried += r.tries()
	}
	failed, err = o.report(rows)
	return failed, tried, err
}

// worker tries commands in a world of its own.
func (o options) worker(root string, all []story, rows []row, work <-chan int) error {
	w, failed := newWorld(o.program, root)
	if failed == nil {
		defer w.close()
		if o.what == "places" {
			w.user = person
		}
	}
	made := map[string]saved{}
	for i := range work {
		if failed != nil {
			continue
		}
		began := time.Now()
		rows[i] = newRow(&all[i])
		var clean *cleanRun
		if clean, failed = w.clean(&all[i], made); failed == nil {
			failed = o.tries()[o.what](w, &all[i], clean, &rows[i])
		}
		if o.verbose {
			_, _ = fmt.Fprintf(os.Stderr, "faults: %s: %s, %s\n", all[i].name, rows[i].sum(), time.Since(began).Round(time.Second))
		}
	}
	return failed
}

// atOnce is how many worlds there are for each processor: commands wait for disks, and
// much longer for AWS and for each other.
func (o options) atOnce() int {
	if o.what == "answers" || o.what == "moments" {
		return 6
	}
	return 2
}

// wants reports whether a kind is asked for.
func (o options) wants(kind string) bool { return strings.Contains(kind, o.kind) }

// tell says on stderr what went badly.
func (o options) tell(where string, v verdict) {
	line := where + ": " + v.what
	if o.verbose {
		line += ": " + v.detail
	}
	_, _ = fmt.Fprintln(os.Stderr, strings.TrimRight(line, "\n "))
}
