package keys

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guise/internal/awsapi"
	"guise/internal/awsconfig"
	"guise/internal/custody"
	"guise/internal/secret"
	"guise/session"
)

// The world of the model: a real vault, a real ledger and real AWS files; an OS
// keyring and an AWS of the test's own. Whatever a change does to any of them is a
// step, and one step of a run may go wrong.

// A fault is how a step goes wrong.
type fault int

const (
	none        fault = iota
	killed            // the process ends before it
	killedBy          // the process ends after it
	refused           // it is not done, and says so
	lost              // it is done, and the answer is lost
	unanswering       // the OS keyring does not answer from here on
)

func (f fault) String() string {
	return [...]string{"none", "killed before", "killed after", "refused", "done, the answer lost", "the OS keyring does not answer from"}[f]
}

// death is what ends a process in the middle of a run.
type death struct{}

var errBroken = errors.New("broken")

type world struct {
	t   *testing.T
	dir string

	ring   map[string]string // the OS keyring
	isDown bool              // and whether it does not answer
	aws    map[string]string // the secret of each access key that AWS knows
	active map[string]bool
	// liars are the profiles whose endpoint is not AWS, and takes any key.
	liars map[string]string
	user  []string // the keys of the one IAM user, in order
	made  int

	steps []string
	at    int // the step that goes wrong, from 1
	how   fault
	dead  bool
	said  []string
	now   time.Time
}

const typical = "[profile ci]\nregion = eu-west-1\n\n[profile other]\nrole_arn = arn:aws:iam::222222222222:role/x\nsource_profile = ci\n"

func newModel(t *testing.T, credentials string) *world {
	t.Helper()
	w := &world{t: t, dir: quickDir(t), ring: map[string]string{}, aws: map[string]string{}, active: map[string]bool{}, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	w.must(os.WriteFile(w.config(), []byte(typical), 0o600), os.WriteFile(w.credentials(), []byte(credentials), 0o600))
	return w
}

// quickDir is a folder in memory, where there is one: the model's thousands of runs
// wait for no disk.
func quickDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "guise-keys-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// clone is a world in the same state, where nothing goes wrong yet.
func (w *world) clone(t *testing.T) *world {
	t.Helper()
	c := *w
	c.t, c.dir = t, quickDir(t)
	c.ring, c.aws, c.active = maps.Clone(w.ring), maps.Clone(w.aws), maps.Clone(w.active)
	c.user, c.steps, c.said = append([]string(nil), w.user...), nil, nil
	c.must(os.CopyFS(c.dir, os.DirFS(w.dir)))
	ledger := filepath.Join(c.dir, "state", ledgerFile)
	if data, err := os.ReadFile(ledger); err == nil {
		c.must(os.WriteFile(ledger, bytes.ReplaceAll(data, []byte(w.dir), []byte(c.dir)), 0o600))
	}
	return &c
}

func (w *world) must(errs ...error) {
	w.t.Helper()
	if err := errors.Join(errs...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) config() string      { return filepath.Join(w.dir, "config") }
func (w *world) credentials() string { return filepath.Join(w.dir, "credentials") }
func (w *world) vaultPath() string   { return filepath.Join(w.dir, "keys.vault") }

// key adds an access key to AWS.
func (w *world) key(id, text string) {
	w.aws[id], w.active[id] = text, true
	w.user = append(w.user, id)
}

// step does one, or lets it go wrong.
func (w *world) step(what string, whenRefused error, do func() error) error {
	if w.dead {
		panic(death{})
	}
	w.steps = append(w.steps, what)
	if len(w.steps) != w.at {
		return do()
	}
	switch w.how {
	case killed:
		w.dead = true
		panic(death{})
	case killedBy:
		_ = do()
		w.dead = true
		panic(death{})
	case refused:
		return whenRefused
	case lost:
		_ = do()
		return whenRefused
	case unanswering:
		w.isDown = true
	}
	return do()
}

// run does a change; died: it was killed in the middle.
func (w *world) run(do func(*Keeper) error) (err error, died bool) { //nolint:revive // the error is what matters
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(death); !ok {
				panic(r)
			}
			died = true
		}
		w.at, w.how, w.dead = 0, none, false
	}()
	w.steps = nil
	return do(w.keeper()), false
}

func (w *world) keeper() *Keeper {
	return &Keeper{
		Read:    new(awsconfig.Reader).Read,
		Keyring: ring{w},
		Vault: vault{&custody.Vault{
			Path: w.vaultPath(), Cost: 1,
			Passphrase: func(context.Context, bool, string) (secret.Text, error) { return secret.New("pass"), nil },
		}, w},
		Dir: filepath.Join(w.dir, "state"), Write: w.write("ledger"), Config: w.config(), Credentials: w.credentials(),
		Rewrite: w.rewrite, Try: w.try, Endpoint: func(profile, _ string) string { return w.liars[profile] }, Say: func(line string) { w.said = append(w.said, line) },
		Now: func() time.Time { return w.now }, Sleep: func(_ context.Context, d time.Duration) error { w.now = w.now.Add(d); return nil },
	}
}

func (w *world) write(what string) func(string, []byte) error {
	return func(path string, data []byte) error {
		return w.step("write "+what, errBroken, func() error { return os.WriteFile(path, data, 0o600) })
	}
}

// rewrite is awsconfig.Rewrite without its lock and its backups, and with a step
// between the two files.
func (w *world) rewrite(edit func(*awsconfig.Files) error) (changed bool, err error) {
	f, err := awsconfig.Read(w.config(), w.credentials())
	w.must(err)
	was := f.Bytes()
	if err := errors.Join(f.Check(), edit(f), f.Check()); err != nil {
		return false, err
	}
	is := f.Bytes()
	real := map[string]string{"config": w.config(), "credentials": w.credentials()}
	before := map[string][]byte{"config": was[0], "credentials": was[1]}
	after := map[string][]byte{"config": is[0], "credentials": is[1]}
	order := []string{"config", "credentials"}
	managed := func(data []byte) int { return bytes.Count(data, []byte("credential_process")) }
	if managed(after["config"]) < managed(before["config"]) {
		order = []string{"credentials", "config"}
	}
	for _, name := range order {
		if bytes.Equal(before[name], after[name]) {
			continue
		}
		if err := w.step("write "+name, errBroken, func() error { return os.WriteFile(real[name], after[name], 0o600) }); err != nil {
			return changed, err
		}
		changed = true
	}
	return changed, nil
}

func (w *world) try(_ context.Context, profile, id string, key secret.Text) (arn string, err error) {
	denied := &session.APIError{Op: "GetCallerIdentity", Code: "AccessDenied", Reason: session.Denied}
	err = w.step("try "+id, denied, func() error {
		if w.liars[profile] != "" {
			arn = "arn:aws:iam::000000000000:root"
			return nil
		}
		if w.aws[id] != key.Reveal() || !w.active[id] {
			return &session.APIError{Op: "GetCallerIdentity", Code: "InvalidClientTokenId", Reason: session.BadSource}
		}
		arn = "arn:aws:iam::111111111111:user/u"
		return nil
	})
	return arn, err
}

type ring struct{ w *world }

func (r ring) Available() error {
	_, err := r.Get("is-there-a-keyring")
	if errors.Is(err, custody.ErrNotFound) {
		return nil
	}
	return err
}

func (r ring) Get(name string) (secret.Text, error) {
	text, ok := "", false
	err := r.w.step("keyring: get "+name, custody.ErrUnavailable, func() error {
		text, ok = r.w.ring[name]
		return r.w.down()
	})
	if err == nil && !ok {
		err = custody.ErrNotFound
	}
	return secret.New(text), err
}

func (w *world) down() error {
	if w.isDown {
		return custody.ErrUnavailable
	}
	return nil
}

func (r ring) Set(name string, text secret.Text) error {
	return r.w.step("keyring: set "+name, custody.ErrUnavailable, func() error {
		if err := r.w.down(); err != nil {
			return err
		}
		r.w.ring[name] = text.Reveal()
		return nil
	})
}

func (r ring) Delete(name string) error {
	return r.w.step("keyring: delete "+name, custody.ErrUnavailable, func() error {
		if err := r.w.down(); err != nil {
			return err
		}
		delete(r.w.ring, name)
		return nil
	})
}

// vault is the real one.
type vault struct {
	*custody.Vault
	w *world
}

func (v vault) Get(ctx context.Context, name string) (text secret.Text, err error) {
	err = v.w.step("vault: get "+name, errBroken, func() (err error) { text, err = v.Vault.Get(ctx, name); return err })
	return text, err
}

func (v vault) Set(ctx context.Context, name string, text secret.Text) error {
	return v.w.step("vault: set "+name, errBroken, func() error { return v.Vault.Set(ctx, name, text) })
}

func (v vault) Delete(name string) error {
	return v.w.step("vault: delete "+name, errBroken, func() error { return v.Vault.Delete(name) })
}

// iam is AWS's side of the user's keys.
type iam struct{ w *world }

func (i iam) do(action string, do func() error) error {
	return i.w.step("IAM: "+action, &session.APIError{Op: action, Reason: session.Unreachable, Message: "no answer"}, do)
}

func (i iam) AccessKeys(context.Context) (all []awsapi.AccessKey, err error) {
	err = i.do("list", func() error {
		for _, id := range i.w.user {
			all = append(all, awsapi.AccessKey{ID: id, Active: i.w.active[id], Created: i.w.now})
		}
		return nil
	})
	return all, err
}

func (i iam) CreateAccessKey(context.Context) (id string, key secret.Text, err error) {
	err = i.do("create", func() error {
		if len(i.w.user) >= 2 {
			return &session.APIError{Op: "CreateAccessKey", Code: "LimitExceeded", Reason: session.Refused}
		}
		i.w.made++
		id = fmt.Sprintf("AKIAMADE%012d", i.w.made)
		key = secret.New("made-" + id)
		i.w.key(id, key.Reveal())
		return nil
	})
	return id, key, err
}

func (i iam) DeactivateAccessKey(_ context.Context, id string) error {
	return i.do("deactivate", func() error { i.w.active[id] = false; return nil })
}

func (i iam) DeleteAccessKey(_ context.Context, id string) error {
	return i.do("delete "+strings.TrimRight(id, "0123456789"), func() error {
		delete(i.w.aws, id)
		delete(i.w.active, id)
		for n, one := range i.w.user {
			if one == id {
				i.w.user = append(i.w.user[:n:n], i.w.user[n+1:]...)
				break
			}
		}
		return nil
	})
}

// held is what both stores have, whether they answer or not.
func (w *world) held() map[string][]string {
	all := map[string][]string{}
	for name, text := range w.ring {
		all[name] = append(all[name], text)
	}
	v := w.keeper().Vault.(vault).Vault
	names, err := v.Names()
	w.must(err)
	for _, name := range names {
		text, err := v.Get(w.t.Context(), name)
		w.must(err)
		all[name] = append(all[name], text.Reveal())
	}
	return all
}

// secretOf is the secret that a profile gets by the next run, with stores that
// answer; the error says why there is none.
func (w *world) secretOf(profile string) (string, error) {
	defer func(down bool) { w.isDown = down }(w.isDown)
	w.isDown = false
	f, err := awsconfig.Read(w.config(), w.credentials())
	w.must(err)
	p, err := f.Profile(profile)
	if err != nil {
		return "", err
	}
	if p.KeysIn() != awsconfig.KeysInStore {
		return p.SecretAccessKey().Reveal(), nil
	}
	text, err := w.keeper().Secret(w.t.Context(), p.AccessKeyID())
	return text.Reveal(), err
}
