package adoption

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guise/internal/awsapi"
	"guise/internal/awsconfig"
	"guise/internal/custody"
	"guise/internal/files"
	"guise/internal/keys"
	"guise/internal/loopback"
	"guise/internal/secret"
	"guise/session"
)

// A world is one user's: real AWS files, a real vault and ledger, and an AWS on the
// loopback interface. There is no OS keyring, unless a test makes one.
type world struct {
	t   *testing.T
	dir string

	aws  *loopback.AWS
	user loopback.User
	url  string
	api  *awsapi.Client

	keyring  keyring
	reader   awsconfig.Reader // as one command has one for all
	newGuise string           // the path of guise; empty: /usr/bin/guise
	said     []string
	left     []string // and would: of the last change that was planned
	would    string

	mu    sync.Mutex // of said and steps
	steps []string   // what has been written and tried
	at    int        // the step, from 1, at which the process is killed
	after bool       // when it is done, not before
}

// death ends a process in the middle of a step.
type death struct{}

// newWorld has AWS files, with ID and SECRET for the access key of a user of AWS.
func newWorld(t *testing.T, config, credentials string) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), aws: loopback.New(time.Now)}
	w.user = w.aws.AddUser(loopback.User{Account: "111111111111", Name: "alice"})
	server, err := w.aws.Start()
	w.must(err)
	t.Cleanup(func() { _ = server.Close() })
	w.url = server.URL()
	w.api, err = awsapi.New(awsapi.Settings{Region: func(session.Place, string) string { return "eu-west-1" }, Now: time.Now, BackOff: time.Millisecond})
	w.must(err)
	w.write(config, credentials)
	return w
}

func (w *world) must(errs ...error) {
	w.t.Helper()
	if err := errors.Join(errs...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) write(config, credentials string) {
	w.t.Helper()
	key := strings.NewReplacer("ID", w.user.AccessKeyID, "SECRET", w.user.SecretAccessKey)
	w.must(os.WriteFile(w.path("config"), []byte(key.Replace(config)), 0o600), os.WriteFile(w.path("credentials"), []byte(key.Replace(credentials)), 0o600))
}

func (w *world) path(name string) string { return filepath.Join(w.dir, name) }

// both are the AWS files as they are now.
func (w *world) both() string {
	w.t.Helper()
	config, err := os.ReadFile(w.path("config"))
	credentials, failed := os.ReadFile(w.path("credentials"))
	w.must(err, failed)
	return string(config) + "\x00" + string(credentials)
}

func (w *world) files() *awsconfig.Files {
	w.t.Helper()
	f, err := w.reader.Read(w.path("config"), w.path("credentials"))
	w.must(err)
	return f
}

// adopter is that of a process that begins now.
func (w *world) adopter() Adopter {
	return Adopter{
		Keys: w.keeper(), Defaults: session.Defaults{SessionName: "me"},
		Executable: func() (string, error) {
			if w.newGuise != "" {
				return w.newGuise, nil
			}
			return "/usr/bin/guise", nil
		},
		Say: w.say, MayRelease: func(...string) error { return nil },
	}
}

func (w *world) keeper() *keys.Keeper {
	return &keys.Keeper{
		Read:    new(awsconfig.Reader).Read,
		Keyring: w.keyring, Dir: w.path("state"), Write: w.writer("the ledger"), Config: w.path("config"), Credentials: w.path("credentials"),
		Vault: vault{w, &custody.Vault{
			Path: w.path("keys.vault"), Cost: 1,
			Passphrase: func(context.Context, bool, string) (secret.Text, error) { return secret.New("pass"), nil },
		}},
		Rewrite: func(edit func(*awsconfig.Files) error) (changed bool, err error) {
			err = w.step("the AWS files", func() (err error) {
				changed, err = w.reader.Rewrite(w.path("config"), w.path("credentials"), w.path("backups"), edit)
				return err
			})
			return changed, err
		},
		Try: func(ctx context.Context, _, id string, key secret.Text) (arn string, err error) {
			err = w.step("a call to AWS", func() error {
				who, err := w.api.WhoAmI(ctx, session.Place{Endpoint: w.url}, session.Credentials{AccessKeyID: id, SecretAccessKey: key})
				arn = who.ARN
				return err
			})
			return arn, err
		},
		Endpoint: func(string, string) string { return "" },
		Say:      w.say, Now: time.Now,
		Sleep: func(context.Context, time.Duration) error { return nil },
	}
}

func (w *world) writer(what string) func(string, []byte) error {
	return func(path string, data []byte) error {
		return w.step(what, func() error { return files.Keep(path, data) })
	}
}

func (w *world) say(line string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said = append(w.said, line)
}

// step does one, unless the process is killed at it.
func (w *world) step(what string, do func() error) error {
	w.mu.Lock()
	w.steps = append(w.steps, what)
	dies := len(w.steps) == w.at
	w.mu.Unlock()
	if dies && !w.after {
		panic(death{})
	}
	err := do()
	if dies {
		panic(death{})
	}
	return err
}

// run does what one process does, and reports whether it was killed.
func (w *world) run(do func(Adopter) error) (killed bool) {
	w.t.Helper()
	defer func() {
		if r := recover(); r != nil && r != (death{}) {
			panic(r)
		} else if r != nil {
			killed = true
		}
		w.at = 0
	}()
	w.steps = nil
	w.must(do(w.adopter()))
	return false
}

// adopt adopts, as one process does.
func (w *world) adopt(o Options, names ...string) (Result, error) {
	if change, err := w.adopter().Adopt(w.files(), names, o); err == nil {
		w.left, w.would = change.Left, change.Would
	}
	w.said = nil
	return w.adopter().adoptNow(w.t.Context(), w.files(), names, o)
}

func (a Adopter) adoptNow(ctx context.Context, f *awsconfig.Files, names []string, o Options) (Result, error) {
	change, err := a.Adopt(f, names, o)
	if err != nil {
		return Result{}, err
	}
	return change.Apply(ctx)
}

func (w *world) release(names ...string) (Result, error) {
	return w.adopter().releaseNow(w.t.Context(), w.files(), names)
}

func (a Adopter) releaseNow(ctx context.Context, f *awsconfig.Files, names []string) (Result, error) {
	change, err := a.Release(f, names)
	if err != nil {
		return Result{}, err
	}
	return change.Apply(ctx)
}

// secretOf is the secret of a profile's access key: from the file, or as a next run of
// guise reads it from the key store.
func (w *world) secretOf(profile string) string {
	w.t.Helper()
	p, err := w.files().Profile(profile)
	w.must(err)
	if p.KeysIn() != awsconfig.KeysInStore {
		return p.SecretAccessKey().Reveal()
	}
	text, err := w.keeper().Secret(w.t.Context(), p.AccessKeyID())
	w.must(err)
	return text.Reveal()
}

// stored are the access keys in the key store.
func (w *world) stored() []string {
	w.t.Helper()
	names, err := w.keeper().Vault.Names()
	w.must(err)
	return slices.AppendSeq(names, maps.Keys(w.keyring))
}

// readable are the files of the world that hold the user's secret.
func (w *world) readable() (names []string) {
	w.t.Helper()
	w.must(filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(w.user.SecretAccessKey)) {
			names = append(names, filepath.Base(path))
		}
		return err
	}))
	return names
}

// saidLine reports whether a line that begins and ends so was said.
func (w *world) saidLine(begin, end string) bool {
	return slices.ContainsFunc(append(slices.Clone(w.said), w.left...), func(line string) bool { return strings.HasPrefix(line, begin) && strings.HasSuffix(line, end) })
}

// A keyring is the operating system's, in memory; nil: none answers.
type keyring map[string]string

func (k keyring) Available() error {
	if k == nil {
		return custody.ErrUnavailable
	}
	return nil
}

func (k keyring) Get(name string) (secret.Text, error) {
	text, ok := k[name]
	if k != nil && !ok {
		return secret.Text{}, custody.ErrNotFound
	}
	return secret.New(text), k.Available()
}

func (k keyring) Set(name string, text secret.Text) error {
	if k != nil {
		k[name] = text.Reveal()
	}
	return k.Available()
}

func (k keyring) Delete(name string) error {
	delete(k, name)
	return k.Available()
}

// vault is the real one, whose changes are steps.
type vault struct {
	w *world
	*custody.Vault
}

func (v vault) Set(ctx context.Context, name string, text secret.Text) error {
	return v.w.step("the vault", func() error { return v.Vault.Set(ctx, name, text) })
}

func (v vault) Delete(name string) error {
	return v.w.step("the vault", func() error { return v.Vault.Delete(name) })
}
