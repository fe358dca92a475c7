//go:build unix

// Command bench measures guise's speed and prints one table.
//
// Every figure is a ratio of two commands that run in turn, so that a machine
// that is slow, or slow for a while, tells the same. It needs no account: a
// home and the loopback AWS are made for it. With -base REVISION it measures against
// that revision of guise instead.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"guise/internal/loopback"
)

// runs is how often each command is measured; the median counts.
const runs = 60

func main() {
	base := flag.String("base", "", "measure against this revision of guise")
	flag.Parse()
	if err := run(*base); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(base string) error {
	dir, err := os.MkdirTemp("", "guise-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	aws, files := loopback.DemoWorld(time.Now)
	server, err := aws.Start()
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }()
	files = files.At(server.URL())
	b := &bench{dir: dir, aws: aws, url: server.URL(), control: server.ControlURL()}
	b.guise, b.session = b.bin("guise"), "operator"
	if base != "" {
		b.session = "deploy" // needs no code: revisions may differ in how they get one
	}
	if err := b.build(); err != nil {
		return err
	}
	small, err := b.home("small", files, 0)
	if err != nil {
		return err
	}
	large, err := b.home("large", files, 10_000)
	if err != nil {
		return err
	}
	if b.approved, err = b.approvedHome(files); err != nil {
		return err
	}
	settle()
	for _, h := range []home{small, large, b.approved} {
		if _, err := b.cachedCommand(h)(); err != nil {
			return err
		}
	}
	fmt.Printf("%-58s %-34s %9s %9s %8s\n", "what", "against", "ms", "ms", "ratio")
	if base != "" {
		return b.against(base, files, small, large)
	}
	for _, measure := range []func(small, large home) error{
		b.cached, b.fiftyCached, b.fiftyCold, b.initHook, b.use, b.list, b.adopt, b.sync, b.size,
	} {
		if err := measure(small, large); err != nil {
			return err
		}
	}
	return nil
}

// settle waits: a file that was just written is read again each time.
func settle() { time.Sleep(3 * time.Second) }

type bench struct {
	dir, url, control string
	guise             string // the program that is measured
	session           string // the profile whose session is in the cache
	aws               *loopback.AWS
	approved          home // in which the session needs an approval, and we have it
}

// home is the environment of a user with a config of some size.
type home struct {
	dir string
	env []string
}

func (b *bench) bin(name string) string { return filepath.Join(b.dir, "bin", name) }

// build builds guise, and a program that does nothing but print what guise does.
func (b *bench) build() error {
	source := filepath.Join(b.dir, "plain")
	if err := os.MkdirAll(source, 0o700); err != nil {
		return err
	}
	const plain = "package main\n\nimport \"os\"\n\nfunc main() { _, _ = os.Stdout.WriteString(`{\"Version\":1,\"AccessKeyId\":\"ASIA\",\"SecretAccessKey\":\"x\",\"SessionToken\":\"y\",\"Expiration\":\"2030-01-01T00:00:00Z\"}` + \"\\n\") }\n"
	if err := os.WriteFile(filepath.Join(source, "main.go"), []byte(plain), 0o600); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"build", "-trimpath", "-ldflags", "-s -w", "-o", b.bin("guise"), "./cmd/guise"},
		{"build", "-trimpath", "-ldflags", "-s -w", "-o", b.bin("plain"), filepath.Join(source, "main.go")},
	} {
		c := exec.Command("go", args...)
		c.Env = append(os.Environ(), "CGO_ENABLED=0") // as `make build` does
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w", out, err)
		}
	}
	for _, name := range []string{"guise", "plain"} {
		if err := install(b.bin(name)); err != nil {
			return err
		}
	}
	return nil
}

// install writes a program again, as package managers do. What the linker has
// written, through a map, lies in memory page by page and starts slower.
func install(path string) error {
	from, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }()
	to, err := os.OpenFile(path+".new", os.O_CREATE|os.O_WRONLY, 0o700)
	if err != nil {
		return err
	}
	// In small pieces: Linux counts the memory of who starts a program as the
	// program's own peak.
	if _, err = io.CopyBuffer(struct{ io.Writer }{to}, struct{ io.Reader }{from}, make([]byte, 64<<10)); err == nil {
		err = to.Close()
	}
	if err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// home makes a home with the demo's profiles and as many more, all adopted, and
// a session in the cache. The sealing key is kept where it is by default.
func (b *bench) home(name string, files loopback.Config, more int) (home, error) {
	h := home{dir: filepath.Join(b.dir, name)}
	var config strings.Builder
	for i := range more {
		fmt.Fprintf(&config, "[profile account-%d]\nrole_arn = arn:aws:iam::%012d:role/Developer\nsource_profile = ci\nregion = eu-west-1\n\n", i, i)
	}
	config.WriteString(files.ConfigFile)
	if err := os.MkdirAll(filepath.Join(h.dir, ".aws"), 0o700); err != nil {
		return h, err
	}
	for file, text := range map[string]string{"config": config.String(), "credentials": files.CredentialsFile} {
		if err := os.WriteFile(filepath.Join(h.dir, ".aws", file), []byte(text), 0o600); err != nil {
			return h, err
		}
	}
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "AWS_") && !strings.HasPrefix(pair, "GUISE_") && !strings.HasPrefix(pair, "XDG_") {
			h.env = append(h.env, pair)
		}
	}
	h.env = append(
		h.env, "HOME="+h.dir, "PATH="+filepath.Join(b.dir, "bin")+":"+os.Getenv("PATH"), "AWS_ENDPOINT_URL="+b.url, "USER=alice",
		"AWS_EC2_METADATA_DISABLED=true", "GUISE_DEMO="+b.control, "XDG_CACHE_HOME="+filepath.Join(h.dir, "cache"), "GUISE_SHELL=zsh",
	)
	// The program that is measured finds files that this revision has written.
	for _, words := range [][]string{{b.bin("guise"), "adopt", "--all", "--yes", "--keep-keys"}, {b.guise, "login", b.session}} {
		c := exec.Command(words[0], words[1:]...) //nolint:gosec // what was just built
		c.Env = h.env
		if out, err := c.CombinedOutput(); err != nil {
			return h, fmt.Errorf("%s: %s: %w", strings.Join(words, " "), out, err)
		}
	}
	return h, nil
}

// once runs a command and gives how long it took, and its memory at most in MiB.
func (h home) once(argv ...string) (time.Duration, float64, error) {
	c := exec.Command(argv[0], argv[1:]...)
	c.Env = h.env
	began := time.Now()
	err := c.Run()
	took := time.Since(began)
	if err != nil {
		return 0, 0, fmt.Errorf("%s: %w", strings.Join(argv, " "), err)
	}
	usage, _ := c.ProcessState.SysUsage().(*syscall.Rusage)
	return took, float64(usage.Maxrss) / 1024, nil
}

// pair measures two commands in turn and prints their medians and the median of
// the ratios.
func pair(what, against string, n int, a, b func() (time.Duration, error)) error {
	var as, bs []time.Duration
	var ratios []float64
	for range n {
		x, err := a()
		if err != nil {
			return err
		}
		y, err := b()
		if err != nil {
			return err
		}
		as, bs, ratios = append(as, x), append(bs, y), append(ratios, float64(x)/float64(y))
	}
	row(what, against, median(as), median(bs), fmt.Sprintf("%.2f", median(ratios)))
	return nil
}

func row(what, against string, a, b time.Duration, ratio string) {
	ms := func(d time.Duration) string { return fmt.Sprintf("%.2f", float64(d)/float64(time.Millisecond)) }
	fmt.Printf("%-58s %-34s %9s %9s %8s\n", what, against, ms(a), ms(b), ratio)
}

func median[T time.Duration | float64](all []T) T {
	slices.Sort(all)
	return all[len(all)/2]
}

func (h home) command(argv ...string) func() (time.Duration, error) {
	return func() (time.Duration, error) {
		took, _, err := h.once(argv...)
		return took, err
	}
}

func (b *bench) cachedCommand(h home) func() (time.Duration, error) {
	return h.command(b.bin("guise"), "credential-process", "--profile", b.session)
}

// cached: what is paid at every call of an SDK.
func (b *bench) cached(small, large home) error {
	plain := small.command(b.bin("plain"))
	if err := pair("credential-process, cached, 14 profiles", "a program that prints the same", runs, b.cachedCommand(small), plain); err != nil {
		return err
	}
	if err := pair("credential-process, cached, 10,014 profiles", "a program that prints the same", runs, b.cachedCommand(large), plain); err != nil {
		return err
	}
	if err := pair("credential-process, cached, approved", "without guise_approve", many, b.cachedCommand(b.approved), b.cachedCommand(small)); err != nil {
		return err
	}
	_, peak, err := large.once(b.bin("guise"), "credential-process", "--profile", "operator")
	if err != nil {
		return err
	}
	fmt.Printf("%-58s %-34s %9s %9s %8s\n", "  its peak memory", "", "", "", fmt.Sprintf("%.0f MiB", peak))
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		export := []string{filepath.Join(dir, "aws"), "configure", "export-credentials", "--profile", "operator"}
		if _, _, err := small.once(export...); err == nil {
			return pair("aws configure export-credentials", "credential-process, cached", 5, small.command(export...), b.cachedCommand(small))
		}
	}
	fmt.Println("(no AWS CLI with export-credentials here)")
	return nil
}

// together starts fifty at once, and gives the time until the last has ended
// and the processor time of all.
func (b *bench) together(h home, profile string) (wall, cpu time.Duration, answers map[string]int, err error) {
	answers = map[string]int{}
	var mu sync.Mutex
	var all sync.WaitGroup
	began := time.Now()
	for range 50 {
		all.Go(func() {
			c := exec.Command(b.bin("guise"), "credential-process", "--profile", profile)
			c.Env = h.env
			out, failed := c.Output()
			mu.Lock()
			defer mu.Unlock()
			cpu += c.ProcessState.UserTime() + c.ProcessState.SystemTime()
			answers[string(out)]++
			if failed != nil {
				err = failed
			}
		})
	}
	all.Wait()
	return time.Since(began), cpu, answers, err
}

func (b *bench) fiftyCached(small, _ home) error {
	var walls, cpus, ones []time.Duration
	for range 5 {
		wall, cpu, answers, err := b.together(small, "operator")
		if err != nil || len(answers) != 1 {
			return fmt.Errorf("fifty at once: %d answers: %w", len(answers), err)
		}
		c := exec.Command(b.bin("guise"), "credential-process", "--profile", "operator")
		c.Env = small.env
		if err := c.Run(); err != nil {
			return err
		}
		walls, cpus, ones = append(walls, wall), append(cpus, cpu), append(ones, c.ProcessState.UserTime()+c.ProcessState.SystemTime())
	}
	one := median(ones)
	row("50 of them at once, processor time", "one", median(cpus), one, fmt.Sprintf("%.1f", float64(median(cpus))/float64(one)))
	row("50 of them at once, until the last has ended", "one, processor time", median(walls), one, "")
	return nil
}

// fiftyCold: one call to AWS, and fifty equal answers.
func (b *bench) fiftyCold(small, _ home) error {
	b.aws.Forget()
	wall, _, answers, err := b.together(small, "deploy")
	if err != nil {
		return err
	}
	row(fmt.Sprintf("50 cold at once: %d call to STS, %d different answer", len(b.aws.Calls("")), len(answers)), "", wall, 0, "")
	return nil
}

func (b *bench) initHook(small, _ home) error {
	return pair("init zsh", "version", runs, small.command(b.bin("guise"), "init", "zsh"), small.command(b.bin("guise"), "version"))
}

func (b *bench) use(small, _ home) error {
	return pair("use NAME, session cached", "credential-process, cached", runs, small.command(b.bin("guise"), "use", "operator"), b.cachedCommand(small))
}

func (b *bench) list(small, large home) error {
	for _, verb := range [][]string{{"list"}, {"__complete", "use", "ope"}} {
		what := strings.Join(verb, " ")
		if err := pair(what+", 10,014 profiles", what+", 14 profiles", 20, large.command(append([]string{b.bin("guise")}, verb...)...), small.command(append([]string{b.bin("guise")}, verb...)...)); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) size(_, _ home) error {
	info, err := os.Stat(b.bin("guise"))
	if err == nil {
		fmt.Printf("%-58s %-34s %9s %9s %8s\n", "the program, stripped", "", "", "", fmt.Sprintf("%.1f MiB", float64(info.Size())/(1<<20)))
	}
	return err
}
