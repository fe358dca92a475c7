//go:build unix

// Command law tests the law of adoption with real SDKs: botocore and the Go SDK act
// as the same identity before and after `guise adopt`, and `guise release` restores
// the identical files.
//
// It writes random configurations (with fixed seeds), asks both SDKs who they are
// as each profile, has the real guise adopt the profiles, asks again, and
// releases. It needs Python with botocore; of several it asks each, and the
// newest decides what botocore is.
//
// The identity is what GetCallerIdentity answers, at an AWS on the loopback
// interface. Where both SDKs are the same before, both are that after. Where they
// differ before, both are botocore's after; where one of the two is nobody before,
// since it cannot read the profile, the other's identity counts, and the first is
// nobody or that after. What guise does not adopt is not changed.
//
// People have signed in at access portals and with `aws login`, before, and the machine is an
// instance and a container; for some profiles nobody has signed in. No sign-in has to be
// renewed, and what is the machine's own is there for profiles alone that name it.
//
// A third of the configurations are adopted for older clients as well: an SDK that reads the
// credentials file alone is then who it is with both files.
package main

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/loopback"
	"guise/internal/sdk"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "law:", err)
		os.Exit(1)
	}
}

func run() error {
	profiles := flag.Int("profiles", 300, "how many profiles to test, at least")
	seed := flag.Uint64("seed", 1, "the first configuration's seed")
	pythons := flag.String("python", "python3:/usr/bin/python3", "Pythons with botocore, colons between them")
	verbose := flag.Bool("v", false, "print each profile's identities")
	flag.Parse()
	if again, err := withKeyring(); again {
		return err
	}
	dir, err := os.MkdirTemp("", "guise-law-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	l := &law{dir: dir, keyring: os.Getenv("GUISE_LAW_INSIDE") != "", verbose: *verbose, count: map[string]int{}, differ: map[string]int{}, goSDK: goSDK{ownName()}}
	if err := l.prepare(strings.Split(*pythons, ":")); err != nil {
		return err
	}
	said := time.Now()
	for s := *seed; l.count["profiles"] < *profiles; s++ {
		if err := l.configuration(s); err != nil {
			return fmt.Errorf("seed %d: %w", s, err)
		}
		if time.Since(said) > 10*time.Second {
			said = time.Now()
			fmt.Fprintf(os.Stderr, "law: %d of %d profiles, %d broken\n", l.count["profiles"], *profiles, len(l.broken))
		}
	}
	return l.report()
}

// withKeyring runs this program again within a session bus of its own, with a
// Secret Service, for those adoptions that move access keys to the key store.
// Where the machine has none, keys stay in the files in every adoption.
func withKeyring() (again bool, err error) {
	if os.Getenv("GUISE_LAW_INSIDE") != "" {
		return false, nil
	}
	for _, program := range []string{"dbus-run-session", "gnome-keyring-daemon"} {
		if _, err := exec.LookPath(program); err != nil {
			fmt.Printf("no %s: no adoption moves keys to a key store\n", program)
			return false, nil
		}
	}
	self, err := os.Executable()
	if err != nil {
		return true, err
	}
	home, err := os.MkdirTemp("", "guise-law-keyring-")
	if err != nil {
		return true, err
	}
	defer func() { _ = os.RemoveAll(home) }()
	const story = `echo -n pw | XDG_RUNTIME_DIR="$XDG_DATA_HOME" gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null 2>&1 &
keyring=$!; trap 'kill $keyring' EXIT; "$@"`
	c := exec.Command("dbus-run-session", append([]string{"--", "sh", "-c", story, "law", self}, os.Args[1:]...)...)
	c.Env = append(os.Environ(), "GUISE_LAW_INSIDE=1", "XDG_DATA_HOME="+home)
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	if err := c.Run(); err != nil {
		return true, errors.New("the law does not hold, or could not be tested")
	}
	return true, nil
}

// law is one run.
type law struct {
	dir, guise string
	verbose    bool
	keyring    bool // there is a key store
	cast       cast
	botocores  []*botocore // the newest first
	goSDK      goSDK

	count  map[string]int
	differ map[string]int // by reason
	broken []string       // what must not be
}

// prepare makes the world, and this process's environment, which all SDKs see.
func (l *law) prepare(pythons []string) error {
	aws := loopback.New(time.Now)
	server, err := aws.Start()
	if err != nil {
		return err
	}
	if l.cast, err = newCast(aws, l.dir, server.URL()); err != nil {
		return err
	}
	if l.guise, err = filepath.Abs(filepath.Join(l.dir, "bin", "guise")); err != nil {
		return err
	}
	if out, err := exec.Command("go", "build", "-o", l.guise, "guise/cmd/guise").CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	for _, pair := range os.Environ() {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "AWS_") || strings.HasPrefix(name, "GUISE_") || strings.HasPrefix(name, "XDG_") {
			_ = os.Unsetenv(name)
		}
	}
	for name, value := range map[string]string{
		"HOME": l.dir, "USER": "alice", "NAME": "user5", "XDG_RUNTIME_DIR": filepath.Join(l.dir, "run"),
		// The Go SDK's own calls for a role see the second of the two alone.
		"AWS_ENDPOINT_URL": server.URL(), "AWS_ENDPOINT_URL_STS": server.URL(), "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1",
		"AWS_ENDPOINT_URL_SSO": server.URL(), "AWS_ENDPOINT_URL_SSO_OIDC": server.URL(), "AWS_ENDPOINT_URL_SIGNIN": server.URL(),
		"AWS_ACCESS_KEY_ID": l.cast.byEnv.AccessKeyID, "AWS_SECRET_ACCESS_KEY": l.cast.byEnv.SecretAccessKey,
		"GUISE_CACHE_KEY": "file", "GUISE_ADOPT": "always", "GUISE_WAIT_FOR_PERSON": "0s", "GUISE_DIALOG": "false",
	} {
		_ = os.Setenv(name, value)
	}
	if err := os.MkdirAll(filepath.Join(l.dir, "run"), 0o700); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, python := range pythons {
		b, err := startBotocore(python)
		if err != nil || seen[b.version] {
			continue
		}
		seen[b.version] = true
		l.botocores = append(l.botocores, b)
	}
	if len(l.botocores) == 0 {
		return errors.New("no Python with botocore: install python3-boto3")
	}
	slices.SortFunc(l.botocores, func(a, b *botocore) int { return -compareVersions(a.version, b.version) })
	return nil
}

func compareVersions(a, b string) int {
	var x, y [3]int
	_, _ = fmt.Sscanf(a, "%d.%d.%d", &x[0], &x[1], &x[2])
	_, _ = fmt.Sscanf(b, "%d.%d.%d", &y[0], &y[1], &y[2])
	return slices.Compare(x[:], y[:])
}

// who asks each botocore, and the Go SDK (the last), at once.
func (l *law) who(f paths, profile string) []identity {
	all := make([]identity, len(l.botocores)+1)
	done := make(chan int)
	for i, b := range l.botocores {
		go func() { all[i] = b.who(f, profile); done <- i }()
	}
	all[len(l.botocores)] = l.goSDK.who(f, profile)
	for range l.botocores {
		<-done
	}
	return all
}

// configuration tests the law on one.
func (l *law) configuration(seed uint64) error {
	r := rand.New(rand.NewPCG(seed, 8))
	config, credentials, names := generate(r, l.cast)
	dir := filepath.Join(l.dir, fmt.Sprint("home", seed))
	f := paths{config: filepath.Join(dir, "config"), credentials: filepath.Join(dir, "credentials")}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for path, text := range map[string]string{f.config: config, f.credentials: credentials} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return err
		}
	}
	for name, value := range map[string]string{
		"AWS_CONFIG_FILE": f.config, "AWS_SHARED_CREDENTIALS_FILE": f.credentials, "XDG_CACHE_HOME": dir, "XDG_STATE_HOME": dir, "XDG_DATA_HOME": dir, "XDG_CONFIG_HOME": dir,
	} {
		_ = os.Setenv(name, value)
	}
	c := &configuration{law: l, seed: seed, paths: f, config: config, credentials: credentials, before: map[string][]identity{}, adopted: map[string]string{}}
	files := sdk.Files{ConfigPath: f.config, CredentialsPath: f.credentials, Config: []byte(config), Credentials: []byte(credentials)}
	c.botocore, c.goSDK = sdk.Botocore(files), sdk.GoSDK(files)
	seen, err := awsconfig.Read(f.config, f.credentials)
	if err != nil {
		return err
	}
	for _, name := range slices.Concat(c.botocore.Names(), c.goSDK.Names(), seen.Names()) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		c.before[name] = l.who(c.at(name), name)
		c.predicted(name)
	}
	if r.IntN(3) == 0 {
		c.twin(r, names)
	}
	c.adopt(r, names)
	c.narrower("after adoption")
	for _, name := range names {
		after := l.who(c.at(name), name)
		c.judge(name, after)
		if c.older {
			c.alone(name, after)
		}
	}
	c.untwin(r)
	c.release(names)
	return nil
}

func (l *law) report() error {
	fmt.Printf("botocore:")
	for _, b := range l.botocores {
		fmt.Printf(" %s", b.version)
	}
	fmt.Println()
	for _, what := range []string{"profiles", "the same before and after", "nobody before and after", "adopted", "for older clients", "to the key store", "with a narrower form", "left or refused", "differ before"} {
		fmt.Printf("%6d  %s\n", l.count[what], what)
	}
	reasons := make([]string, 0, len(l.differ))
	for reason := range l.differ {
		reasons = append(reasons, reason)
	}
	slices.SortFunc(reasons, func(a, b string) int { return l.differ[b] - l.differ[a] })
	for _, reason := range reasons {
		fmt.Printf("%14d  %s\n", l.differ[reason], reason)
	}
	if len(l.broken) > 0 {
		return fmt.Errorf("%d times the law did not hold:\n%s", len(l.broken), strings.Join(l.broken[:min(len(l.broken), 20)], "\n"))
	}
	fmt.Println("the law holds")
	return nil
}
