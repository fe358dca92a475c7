//go:build linux

// Command faults runs guise with one system call that goes wrong, for every command
// that writes and every call that it makes, and looks whether what guise promises
// still holds: nothing lost, nothing half-written, no secret left, a clear line, and
// a next run that ends what was begun.
//
//	go run ./internal/faults                 everything (minutes)
//	go run ./internal/faults -sample 3       three calls of each command and kind
//	go run ./internal/faults -story rotate   commands whose names hold a text
//
// It needs Linux: the calls are counted by the kernel (package inject).
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"guise/internal/faults/inject"
	"guise/internal/loopback"
)

// browsing makes this program the browser of a world: it allows each sign-in.
const browsing = "GUISE_FAULTS_BROWSER"

func main() {
	if os.Getenv(browsing) != "" && len(os.Args) == 2 {
		_, _ = loopback.Click(context.Background(), os.Args[1], "allow")
		return
	}
	inject.Main()
	o := options{}
	flag.IntVar(&o.sample, "sample", 0, "how many calls to try of each command and kind of fault (0: all)")
	flag.StringVar(&o.only, "story", "", "only commands whose names hold this text")
	flag.StringVar(&o.kind, "kind", "", "only this kind of fault")
	flag.StringVar(&o.program, "guise", "", "the program to try (default: it is built)")
	flag.StringVar(&o.write, "write", "", "write the table to this file, between its two marks")
	flag.StringVar(&o.what, "what", "calls", "what goes wrong: calls, answers or places")
	flag.BoolVar(&o.verbose, "v", false, "show each fault that went badly in full")
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

// cleanRun is a command without a fault: what its end must be compared with.
type cleanRun struct {
	saved                saved
	calls                []inject.Call
	code                 int
	before, end          end
	configs, credentials []string // every text of the two files that was ever there
}

func kinds() []inject.Kind {
	return []inject.Kind{inject.Kill, inject.NoRoom, inject.Broken, inject.Closed, inject.Torn, inject.Short, inject.Full}
}

func (o options) run() (failed bool, err error) {
	root, err := os.MkdirTemp("", "guise-faults-")
	if err != nil {
		return false, err
	}
	defer func() { _ = os.RemoveAll(root) }()
	if err := os.Chmod(root, 0o755); err != nil { // other users run the program
		return false, err
	}
	if o.program == "" {
		if o.program, err = build(root); err != nil {
			return false, err
		}
	}
	var all []story
	from := map[string]func() []story{"calls": stories, "answers": talks, "places": inPlaces}[o.what]
	if from == nil {
		return false, fmt.Errorf("-what %s: it is calls, answers or places", o.what)
	}
	for _, s := range from() {
		if strings.Contains(s.name, o.only) {
			all = append(all, s)
		}
	}
	rows := make([]row, len(all))
	work := make(chan int)
	errs := make([]error, runtime.NumCPU())
	var workers sync.WaitGroup
	for n := range errs {
		workers.Go(func() { errs[n] = o.worker(filepath.Join(root, fmt.Sprint("worker-", n)), all, rows, work) })
	}
	for i := range all {
		work <- i
	}
	close(work)
	workers.Wait()
	for _, err := range errs {
		if err != nil {
			return false, err
		}
	}
	return o.report(rows)
}

func (o options) worker(root string, all []story, rows []row, work <-chan int) error {
	w, err := newWorld(o.program, root)
	if err != nil {
		return err
	}
	if o.what == "places" {
		w.user = person
	}
	defer w.close()
	defer setKernelKeys(root, nil)
	made := map[string]saved{}
	var failed error
	for i := range work {
		if failed == nil {
			rows[i], failed = o.try(w, &all[i], made)
		}
	}
	return failed
}

// prepare brings the world into a state, and saves it.
func (w *world) prepare(name string, made map[string]saved) (saved, error) {
	if s, ok := made[name]; ok {
		return s, w.restore(s)
	}
	st := states()[name]
	if st.from != "" {
		if _, err := w.prepare(st.from, made); err != nil {
			return saved{}, err
		}
	} else if err := w.fresh(); err != nil {
		return saved{}, err
	}
	for i := range st.steps {
		if err := w.must(&st.steps[i], st.steps[i].args...); err != nil {
			return saved{}, fmt.Errorf("state %s: %w", name, err)
		}
	}
	if st.after != nil {
		if err := st.after(w); err != nil {
			return saved{}, fmt.Errorf("state %s: %w", name, err)
		}
	}
	s, err := w.save(name)
	made[name] = s
	return s, err
}

// try runs one command with every fault.
func (o options) try(w *world, s *story, made map[string]saved) (row, error) {
	r := newRow(s)
	at, err := w.prepare(s.state, made)
	if err != nil {
		return r, err
	}
	clean, err := w.clean(s, at)
	if err != nil {
		return r, err
	}
	switch o.what {
	case "answers":
		return r, o.tryAnswers(w, s, clean, &r)
	case "places":
		return r, o.tryPlaces(w, s, clean, &r)
	}
	for _, kind := range kinds() {
		if o.kind != "" && string(kind) != o.kind {
			continue
		}
		for _, number := range o.numbers(clean.calls, kind) {
			f := inject.Fault{Kind: kind, At: number}
			v, result, err := w.judge(s, clean, f)
			if err != nil {
				return r, fmt.Errorf("%s, %v: %w", s.name, f, err)
			}
			if !result.Struck {
				continue // this time it made fewer calls
			}
			r.count(string(kind), v)
			if v.what != "" {
				call := result.Calls[min(number, len(result.Calls))-1]
				o.tell(fmt.Sprintf("%s: %s at call %d (%s)", s.name, kind, number, call), v)
			}
		}
	}
	return r, nil
}

// clean runs a command without a fault.
func (w *world) clean(s *story, at saved) (*cleanRun, error) {
	c := &cleanRun{saved: at}
	var err error
	if c.before, err = w.look(); err != nil {
		return nil, err
	}
	see := func(e end) {
		if !slices.Contains(c.configs, e.config) {
			c.configs = append(c.configs, e.config)
		}
		if !slices.Contains(c.credentials, e.credentials) {
			c.credentials = append(c.credentials, e.credentials)
		}
	}
	r, err := w.run(s, s.args, inject.Fault{}, func(call inject.Call) {
		if e, err := w.look(); err == nil && strings.Contains(call.Path, ".aws") {
			see(e)
		}
	})
	if err != nil {
		return nil, err
	}
	inject.Sweep(w.root)
	if c.end, err = w.look(); err != nil {
		return nil, err
	}
	see(c.before)
	see(c.end)
	c.calls, c.code = r.Calls, r.Code
	if r.Hung || r.Code != 0 && s.name != "doctor-fix" {
		return nil, fmt.Errorf("%s does not work without a fault: %d: %s%s", s.name, r.Code, r.Out, r.Err)
	}
	return c, nil
}

// numbers are the calls to try: all that a fault makes sense at, or a sample of them
// with the first and the last, spread evenly.
func (o options) numbers(calls []inject.Call, kind inject.Kind) []int {
	var all []int
	for i, c := range calls {
		if c.Allows(kind) {
			all = append(all, i+1)
		}
	}
	if o.sample == 0 || len(all) <= o.sample {
		return all
	}
	var some []int
	for i := range o.sample {
		some = append(some, all[i*(len(all)-1)/max(o.sample-1, 1)])
	}
	return some
}

// tryAnswers runs one command with every bad answer to each of its requests: to one
// alone, and from that one on.
func (o options) tryAnswers(w *world, s *story, clean *cleanRun, r *row) error {
	n, err := w.requests(s, clean)
	if err != nil {
		return err
	}
	for _, what := range lies() {
		if o.kind != "" && string(what) != o.kind {
			continue
		}
		for at := 1; at <= n; at++ {
			for _, always := range []bool{false, true} {
				v, struck, err := w.judgeAnswer(s, clean, what, at, always)
				if err != nil {
					return fmt.Errorf("%s, %s at request %d: %w", s.name, what, at, err)
				}
				if !struck {
					continue
				}
				r.count(string(what), v)
				if v.what != "" {
					o.tell(fmt.Sprintf("%s: %s at request %d (always: %v)", s.name, what, at, always), v)
				}
			}
		}
	}
	return nil
}

// tell says on stderr what went badly.
func (o options) tell(where string, v verdict) {
	line := where + ": " + v.what
	if o.verbose {
		line += ": " + v.detail
	}
	_, _ = fmt.Fprintln(os.Stderr, strings.TrimRight(line, "\n "))
}
