package adoption

import (
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"guise/internal/awsconfig"
	"guise/internal/custody"
	"guise/internal/files"
	"guise/internal/keys"
	"guise/internal/loopback"
	"guise/session"
)

const (
	role    = "[profile admin]\nrole_arn = arn:aws:iam::222222222222:role/Admin\nsource_profile = alice\n"
	pair    = "aws_access_key_id = ID\naws_secret_access_key = SECRET\n"
	alice   = "[alice]\n" + pair
	managed = "credential_process = /usr/bin/guise credential-process --profile "
)

// TestAdoptAndRelease: a change is shown before it is made; the access key has worked,
// and is in the key store alone; release gives every byte back, and leaves no copy.
func TestAdoptAndRelease(t *testing.T) {
	w := newWorld(t, "# mine\r\n"+role, "; mine\n"+alice)
	before := w.both()
	change, err := w.adopter().Adopt(w.files(), nil, Options{All: true, NewVault: true})
	w.must(err)
	last := keys.LastFour(w.user.AccessKeyID)
	if change.Question != "move the access key …"+last+" of alice from the file to the vault, and have guise manage 2 profiles" {
		t.Error(change.Question)
	}
	diff, err := change.Diff(t.Context())
	if err != nil || !strings.Contains(diff, "+"+managed+"admin") || strings.Contains(diff, w.user.SecretAccessKey) {
		t.Errorf("%v\n%s", err, diff)
	}
	if w.both() != before || len(w.steps) > 0 {
		t.Fatalf("it was planned only, and there came %q", w.steps)
	}
	result, err := change.Apply(t.Context())
	if err != nil || result.Done != "guise manages 2 profiles now; the access key …"+last+" of alice is in the vault, and no longer in the file; `guise release --all` undoes it" || len(result.Notes) > 0 {
		t.Errorf("%+v, %v", result, err)
	}
	if found := w.readable(); len(found) > 0 || w.secretOf("alice") != w.user.SecretAccessKey {
		t.Errorf("readable in %q", found)
	}
	if len(w.aws.Calls("GetCallerIdentity")) == 0 {
		t.Error("the access key was not tried")
	}
	if got := Managed(w.files()); !slices.Equal(got, []string{"admin", "alice"}) {
		t.Errorf("%q", got)
	}
	if result, err := w.adopt(Options{All: true}); err != nil || result.Done != "" {
		t.Errorf("there was nothing to do: %+v, %v", result, err)
	}

	back, err := w.adopter().Release(w.files(), []string{"admin", "alice"})
	w.must(err)
	if diff, err := back.Diff(t.Context()); err != nil || back.Question != "release 2 profiles" || !strings.Contains(diff, "-"+managed+"admin") || strings.Contains(diff, w.user.SecretAccessKey) {
		t.Errorf("%s\n%s %v", back.Question, diff, err)
	}
	if result, err := back.Apply(t.Context()); err != nil || result.Done != "released 2 profiles; the access key …"+last+" of alice is in the file again, readable" {
		t.Errorf("%+v, %v", result, err)
	}
	if w.both() != before {
		t.Errorf("came back as\n%s", w.both())
	}
	if left := w.stored(); len(left) > 0 {
		t.Errorf("stored: %q", left)
	}
	if result, err := w.release("admin", "alice"); err != nil || result.Done != "" {
		t.Errorf("there was nothing to do: %+v, %v", result, err)
	}
}

// TestKeepKeys: an access key that is to stay in the file is neither tried nor stored.
func TestKeepKeys(t *testing.T) {
	w := newWorld(t, "", alice)
	before := w.both()
	result, err := w.adopt(Options{KeepKeys: true}, "alice")
	if err != nil || !strings.Contains(result.Done, " of alice is in a section of the same file, readable; `guise release alice` undoes it") || len(w.aws.Calls("")) > 0 {
		t.Errorf("%+v, %v", result, err)
	}
	if result, err := w.release("alice"); err != nil || result.Done != "released 1 profile" || w.both() != before {
		t.Errorf("%+v, %v", result, err)
	}
}

// TestNewPath: a profile that runs a guise of another place is brought up to date, and
// its access key stays where it is.
func TestNewPath(t *testing.T) {
	w := newWorld(t, "", alice)
	before := w.both()
	_, err := w.adopt(Options{NewVault: true}, "alice")
	w.must(err)
	w.newGuise = "/opt/guise"
	if result, err := w.adopt(Options{}, "alice"); err != nil || !strings.HasPrefix(result.Done, "guise manages 1 profile now; `guise release") || !strings.Contains(w.both(), "= /opt/guise credential-process --profile alice\n") {
		t.Errorf("%+v, %v\n%s", result, err, w.both())
	}
	if _, err := w.release("alice"); err != nil || w.both() != before {
		t.Errorf("%v\n%s", err, w.both())
	}
}

// TestReadableElsewhere: where a key that was moved is in the file once more, that is a
// note; it is none after --keep-keys, which promises nothing.
func TestReadableElsewhere(t *testing.T) {
	w := newWorld(t, "", alice+"[my alice]\n"+pair)
	result, err := w.adopt(Options{NewVault: true}, "alice")
	want := "the same access key …" + keys.LastFour(w.user.AccessKeyID) + " is still readable in the file, as my alice: guise keys import 'my alice'"
	if err != nil || !slices.Equal(result.Notes, []string{want}) {
		t.Errorf("%+v, %v", result, err)
	}
	w.write("", alice+"[bob]\n"+pair)
	if result, err := w.adopt(Options{KeepKeys: true}, "bob"); err != nil || len(result.Notes) > 0 {
		t.Errorf("%+v, %v", result, err)
	}
}

// TestRefused: what cannot be adopted is an error that names the profile, and nothing is
// written or stored.
func TestRefused(t *testing.T) {
	type (
		notWorking = *keys.NotWorkingError
		noStore    = *NoStoreError
	)
	other := strings.NewReplacer("ID", "AKIAIOSFODNN7EXAMPLE", "SECRET", "other")
	for _, c := range []struct {
		name                string
		config, credentials string
		o                   Options
		profiles            []string
		target              any // a pointer to an error's type
		profile             string
		late                bool // found when it is applied
	}{
		{"an access key that AWS does not know", "", "[bob]\n" + other.Replace(pair), Options{NewVault: true}, []string{"bob"}, new(notWorking), "bob", true},
		{"the second of two", "", alice + "[bob]\n" + other.Replace(pair), Options{NewVault: true}, []string{"alice", "bob"}, new(notWorking), "bob", true},
		{"no key store", role, alice, Options{}, []string{"admin", "alice"}, new(noStore), "alice", false},
		{"parts of a key in two files", "[profile p]\naws_access_key_id = ID\n", "[p]\naws_secret_access_key = SECRET\n", Options{NewVault: true}, []string{"p"}, new(*awsconfig.SplitKeysError), "p", false},
		{"temporary keys", "", alice + "aws_session_token = t\n", Options{NewVault: true}, []string{"alice"}, new(*awsconfig.TemporaryKeysError), "alice", false},
		{"nobody's profile", role, alice, Options{NewVault: true}, []string{"admni"}, new(*awsconfig.NoProfileError), "admni", false},
		{"a source that is not there", "[profile p]\nrole_arn = arn:aws:iam::222222222222:role/Admin\nsource_profile = nobody\n", alice, Options{NewVault: true}, []string{"p"}, new(*session.SourceError), "p", false},
		{"a file that does not parse", "[profile p\n", alice, Options{NewVault: true}, []string{"alice"}, new(*awsconfig.SyntaxError), "", false},
		{"a file that does not parse, and all", "[profile p\n", alice, Options{All: true, KeepKeys: true}, nil, new(*awsconfig.SyntaxError), "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, c.config, c.credentials)
			before := w.both()
			change, err := w.adopter().Adopt(w.files(), c.profiles, c.o)
			if err == nil && c.late {
				var result Result
				if result, err = change.Apply(t.Context()); result.Done != "" {
					t.Errorf("%+v", result)
				}
			}
			if err == nil || !errors.As(err, c.target) {
				t.Fatalf("%v", err)
			}
			if one, ok := errors.AsType[*awsconfig.ProfileError](err); ok != (c.profile != "") || ok && one.Profile != c.profile {
				t.Errorf("of which profile: %v", err)
			}
			if w.both() != before {
				t.Errorf("the files are now\n%s", w.both())
			}
			if left := w.stored(); len(left) > 0 {
				t.Errorf("stored: %q", left)
			}
		})
	}
}

// TestNoExecutable: a guise that does not know where it is adopts nothing.
func TestNoExecutable(t *testing.T) {
	w := newWorld(t, role, alice)
	broken := errors.New("no path")
	a := w.adopter()
	a.Executable = func() (string, error) { return "", broken }
	if _, err := a.Adopt(w.files(), []string{"admin"}, Options{}); !errors.Is(err, broken) {
		t.Error(err)
	}
}

// TestAll: of all profiles, those that cannot be adopted are left, each with a line.
func TestAll(t *testing.T) {
	const config = "[profile lost]\nrole_arn = arn:aws:iam::222222222222:role/Admin\nsource_profile = nobody\n[profile gone]\nrole_arn = arn:aws:iam::222222222222:role/Admin\nsource_profile = nobody\n[profile split]\nrole_arn = arn:aws:iam::222222222222:role/Admin\nsource_profile = alice\naws_access_key_id = AKIASPLIT\n" +
		"[profile exported]\n[profile sso]\nsso_start_url = https://x.awsapps.com/start\nsso_region = eu-west-1\nsso_account_id = 111111111111\nsso_role_name = Dev\nregion = x\n"
	const credentials = "[split]\naws_secret_access_key = spl1t\n[exported]\nguise_expires = 2026-01-02T04:00:00Z\n" + pair + "aws_session_token = t\n" + alice
	w := newWorld(t, config, credentials)
	result, err := w.adopt(Options{All: true})
	if err != nil || !strings.HasPrefix(result.Done, "guise manages 1 profile now; ") || !slices.Equal(Managed(w.files()), []string{"sso"}) {
		t.Errorf("%+v, %v, %q", result, err, w.said)
	}
	if len(w.left) != 3 || w.left[0] != "skipped: lost, gone: its source_profile nobody does not exist" ||
		!strings.HasPrefix(w.left[1], "skipped: split: its aws_access_key_id is in ") || !strings.HasPrefix(w.left[2], "skipped: alice: its access key is in the file") ||
		w.would != "would manage 1 profile, and skip 4" || len(w.said) > 0 {
		t.Errorf("%q, %q, %q", w.left, w.would, w.said)
	}
}

// TestAdoptable: the offer of adoption is made where it would change nobody's identity.
func TestAdoptable(t *testing.T) {
	w := newWorld(t, role+"[profile two]\ncredential_process = /bin/creds\naws_access_key_id = AKIA1\naws_secret_access_key = s\n"+
		"[profile lost]\nrole_arn = arn:aws:iam::222222222222:role/Admin\nsource_profile = nobody\n", alice)
	a := w.adopter()
	for name, want := range map[string]bool{"admin": true, "alice": false, "two": false, "lost": false} {
		if got, err := a.Adoptable(w.files(), name); got != want || err != nil {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	if _, err := a.Adoptable(w.files(), "nobody"); !errors.As(err, new(*awsconfig.NoProfileError)) {
		t.Error(err)
	}
	w.keyring = keyring{}
	if got, err := w.adopter().Adoptable(w.files(), "alice"); !got || err != nil {
		t.Errorf("alice, with an OS keyring: %v, %v", got, err)
	}
	w.write(strings.Replace(role, "[profile admin]\n", "[profile admin]\nprofile open]\n", 1), alice)
	if got, err := a.Adoptable(w.files(), "admin"); got || !errors.As(err, new(*awsconfig.SyntaxError)) {
		t.Errorf("%v, %v", got, err)
	}
}

// TestBrokenFile: a file that does not parse is not released from either.
func TestBrokenFile(t *testing.T) {
	w := newWorld(t, role+managed+"admin\n[profile open\n", alice)
	if _, err := w.adopter().Release(w.files(), []string{"admin"}); !errors.As(err, new(*awsconfig.SyntaxError)) {
		t.Error(err)
	}
}

// TestPending: where the store that has the secret is away when its profile is
// released, the file has the key again, and the error says what is left to do.
func TestPending(t *testing.T) {
	w := newWorld(t, "", alice)
	before := w.both()
	w.keyring = keyring{}
	if result, err := w.adopt(Options{}, "alice"); err != nil || !strings.Contains(result.Done, "is in the OS keyring, and no longer in the file") {
		t.Fatalf("%+v, %v", result, err)
	}
	a := w.adopter()
	a.Keys.Keyring = forgetful{w.keyring}
	result, err := a.releaseNow(t.Context(), w.files(), []string{"alice"})
	if !errors.As(err, new(*keys.PendingError)) || !strings.HasPrefix(result.Done, "released 1 profile; ") || w.both() != before {
		t.Errorf("%+v, %v\n%s", result, err, w.both())
	}
	if err := w.keeper().Settle(t.Context()); err != nil || len(w.keyring) > 0 {
		t.Errorf("%v, %q", err, w.keyring)
	}
}

// forgetful gives its secrets, and does not answer when one is to be removed.
type forgetful struct{ keyring }

func (forgetful) Delete(string) error { return custody.ErrUnavailable }

// TestInterrupted: killed at any write or call, before it or after, adoption and release
// leave each profile with its secret, and the next run finishes: the secret is in one
// place, and release gives every byte back.
func TestInterrupted(t *testing.T) {
	const config = "[profile admin]\nrole_arn = arn:aws:iam::222222222222:role/Admin\nsource_profile = alice"
	killedAt := map[string]bool{}
	for at := 1; ; at++ {
		for _, after := range []bool{false, true} {
			w := newWorld(t, config, alice)
			before := w.both()
			w.at, w.after = at, after
			killed := w.run(func(a Adopter) error {
				if _, err := a.adoptNow(t.Context(), w.files(), nil, Options{All: true, NewVault: true}); err != nil {
					return err
				}
				_, err := a.releaseNow(t.Context(), w.files(), []string{"admin", "alice"})
				return err
			})
			if !killed && len(w.steps) >= at {
				t.Fatalf("not killed at %s", w.steps[at-1])
			}
			if !killed {
				for _, what := range []string{"the ledger", "the vault", "the AWS files", "a call to AWS"} {
					if !killedAt[what] {
						t.Errorf("never killed at %s", what)
					}
				}
				return
			}
			when := w.steps[at-1]
			killedAt[when] = true
			if w.secretOf("alice") != w.user.SecretAccessKey {
				t.Fatalf("killed at %s (%d, after: %v): the secret is gone", when, at, after)
			}
			if _, err := w.adopt(Options{All: true, NewVault: true}); err != nil {
				t.Fatalf("killed at %s (%d, after: %v), and again: %v", when, at, after, err)
			}
			if found := w.readable(); len(found) > 0 || len(Managed(w.files())) != 2 || w.secretOf("alice") != w.user.SecretAccessKey {
				t.Fatalf("killed at %s (%d, after: %v), and again: readable in %q\n%s", when, at, after, found, w.both())
			}
			if _, err := w.release("admin", "alice"); err != nil || w.both() != before {
				t.Fatalf("killed at %s (%d, after: %v), and released: %v\n%s", when, at, after, err, w.both())
			}
			if left := w.stored(); len(left) > 0 {
				t.Fatalf("killed at %s (%d, after: %v), and released: stored: %q", when, at, after, left)
			}
		}
	}
}

// TestBetweenTheFiles: an editor that writes a file while guise changes it is not
// overwritten. The other file has changed by then; the key can be had all the same, and
// the next run finishes.
func TestBetweenTheFiles(t *testing.T) {
	w := newWorld(t, "", alice)
	before := w.both()
	if result, err := w.edited("credentials").adoptNow(t.Context(), w.files(), []string{"alice"}, Options{NewVault: true}); !errors.As(err, new(*files.ChangedError)) || result.Done != "" {
		t.Errorf("%+v, %v", result, err)
	}
	if w.secretOf("alice") != w.user.SecretAccessKey || !strings.HasSuffix(w.both(), "# edited\n") {
		t.Errorf("%s", w.both())
	}
	if _, err := w.adopt(Options{NewVault: true}, "alice"); err != nil || len(w.readable()) > 0 || w.secretOf("alice") != w.user.SecretAccessKey {
		t.Errorf("again: %v, readable in %q", err, w.readable())
	}
	if result, err := w.edited("config").releaseNow(t.Context(), w.files(), []string{"alice"}); !errors.As(err, new(*files.ChangedError)) || result.Done != "" {
		t.Errorf("%+v, %v", result, err)
	}
	if w.secretOf("alice") != w.user.SecretAccessKey {
		t.Errorf("%s", w.both())
	}
	if _, err := w.release("alice"); err != nil || strings.ReplaceAll(w.both(), "# edited\n", "") != before || len(w.stored()) > 0 {
		t.Errorf("again: %v, stored: %q\n%s", err, w.stored(), w.both())
	}
}

// edited is an adopter during whose change somebody else writes a file.
func (w *world) edited(name string) Adopter {
	a := w.adopter()
	rewrite := a.Keys.Rewrite
	a.Keys.Rewrite = func(edit func(*awsconfig.Files) error) (bool, error) {
		return rewrite(func(f *awsconfig.Files) error {
			data, failed := os.ReadFile(w.path(name))
			w.must(failed, os.WriteFile(w.path(name), append(data, "# edited\n"...), 0o600))
			return edit(f)
		})
	}
	return a
}

// TestAtOnce: of several that adopt at the same time, one does it, and each succeeds.
func TestAtOnce(t *testing.T) {
	w := newWorld(t, role, alice)
	before := w.both()
	var all sync.WaitGroup
	var done atomic.Int32
	for range 4 {
		all.Go(func() {
			result, err := w.adopter().adoptNow(t.Context(), w.files(), nil, Options{All: true, NewVault: true})
			if err != nil {
				t.Error(err)
			}
			if result.Done != "" {
				done.Add(1)
			}
		})
	}
	all.Wait()
	if done.Load() != 1 || len(w.readable()) > 0 || len(w.stored()) != 1 || len(Managed(w.files())) != 2 {
		t.Errorf("%d have done it; readable in %q, stored: %q", done.Load(), w.readable(), w.stored())
	}
	if _, err := w.release("admin", "alice"); err != nil || w.both() != before {
		t.Errorf("%v\n%s", err, w.both())
	}
}

// TestEarlierVersions: backups that hold a secret are gone before the file lets go of it.
func TestEarlierVersions(t *testing.T) {
	w := newWorld(t, role, alice)
	_, err := w.adopt(Options{}, "admin")
	w.must(err)
	_, err = w.release("admin")
	w.must(err)
	w.must(os.WriteFile(w.path("backups/credentials.1"), []byte(strings.Split(w.both(), "\x00")[1]), 0o600))
	if _, err := w.adopt(Options{All: true, NewVault: true}); err != nil || len(w.readable()) > 0 {
		t.Errorf("%v, readable in %q", err, w.readable())
	}
}

// TestUntried: AWS cannot be reached, so that no key is moved.
func TestUntried(t *testing.T) {
	w := newWorld(t, "", alice)
	before := w.both()
	w.aws.Fail(loopback.Fault{Drop: true})
	if _, err := w.adopt(Options{NewVault: true}, "alice"); err == nil || w.both() != before {
		t.Errorf("%v\n%s", err, w.both())
	}
}
