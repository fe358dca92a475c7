package keys

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guise/internal/awsconfig"
	"guise/internal/secret"
)

const (
	liar    = "http://127.0.0.1:4566"
	onePair = "[ci]\naws_access_key_id = " + ciID + "\naws_secret_access_key = " + ciText + "\n"
)

// away moves a file to where nobody looks, and gives what brings it back.
func (w *world) away(path string) (back func()) {
	w.must(os.Rename(path, path+".away"))
	return func() { w.must(os.Rename(path+".away", path)) }
}

// second is a keeper of another pair of AWS files, with the profile there.
func (w *world) second() *Keeper {
	dir := filepath.Join(w.dir, "second")
	w.must(os.MkdirAll(dir, 0o700))
	other := *w
	other.dir = dir
	k := w.keeper()
	k.Config, k.Credentials = filepath.Join(dir, "config"), filepath.Join(dir, "credentials")
	k.Rewrite = other.rewrite
	for _, path := range []string{k.Config, k.Credentials} {
		data := map[string]string{k.Config: "[profile there]\nregion = eu-west-1\n", k.Credentials: strings.Replace(onePair, "[ci]", "[there]", 1)}[path]
		w.must(os.WriteFile(path, []byte(data), 0o600))
	}
	return k
}

func (w *world) keeps(t *testing.T, what string) {
	t.Helper()
	if got := w.held()[keyPrefix+ciID]; !slices.Equal(got, []string{ciText}) {
		t.Errorf("%s: the key store has %q", what, got)
	}
}

// TestOtherEndpoint: what works at an endpoint that takes anything replaces no secret
// that is for another, nor one that works; what does not work at the only endpoint
// that it is for is replaced.
func TestOtherEndpoint(t *testing.T) {
	kept := func(err error) bool { return errors.As(err, new(*KeptError)) }
	wrong := "\n[local]\naws_access_key_id = " + ciID + "\naws_secret_access_key = not-the-secret\n"
	w := newModel(t, onePair)
	w.key(ciID, ciText)
	w.liars = map[string]string{"local": liar}
	ctx, k := t.Context(), w.keeper()
	w.must(importing("ci")(ctx, k), writing(wrong)(ctx, k))
	if err := importing("local")(ctx, k); !kept(err) || !strings.Contains(err.Error(), liar) {
		t.Errorf("import: %v", err)
	}
	w.keeps(t, "import")
	if err := adding("new", ciID, "not-the-secret")(ctx, k); err == nil {
		t.Error("add of what does not work")
	}
	w.liars["ci"] = liar // the terminal's AWS_ENDPOINT_URL
	if err := adding("ci", ciID, "not-the-secret")(ctx, k); !kept(err) {
		t.Errorf("add: %v", err)
	}
	w.keeps(t, "add")
	w.isDown = true // it cannot be seen that the stored one differs
	if err := adding("ci", ciID, "not-the-secret")(ctx, k); !kept(err) {
		t.Errorf("add, with a keyring that does not answer: %v", err)
	}
	w.isDown = false
	w.keeps(t, "add, with a keyring that does not answer")

	w = newModel(t, "")
	w.liars = map[string]string{"one": liar, "two": liar}
	ctx, k = t.Context(), w.keeper()
	w.must(adding("one", ciID, ciText)(ctx, k))
	if err := adding("two", ciID, "other")(ctx, k); !kept(err) {
		t.Errorf("the stored one works there: %v", err)
	}
	w.keeps(t, "one endpoint")

	w = newModel(t, "")
	w.key(ciID, ciText)
	ctx, k = t.Context(), w.keeper()
	_, err := k.Add(ctx, "ci", program, ciID, secret.New("mistyped"), true)
	w.must(err)
	added, err := k.Add(ctx, "ci", program, ciID, secret.New(ciText), false)
	if err != nil || added.Already {
		t.Errorf("%+v %v", added, err)
	}
	w.keeps(t, "a mistyped one")
	if added, err = k.Add(ctx, "ci", program, ciID, secret.New(ciText), false); err != nil || !added.Already {
		t.Errorf("%+v %v", added, err)
	}
}

// TestDeviceOfOtherEndpoint: the same for MFA secrets, which are made again under
// their name at one endpoint.
func TestDeviceOfOtherEndpoint(t *testing.T) {
	w := newModel(t, "")
	w.liars = map[string]string{"local": liar}
	k := w.keeper()
	add := func(profile, text string) error {
		_, err := k.AddDevice(t.Context(), device, profile, secret.New(text), true)
		return err
	}
	w.must(add("ci", "OLD"), add("ci", seed))
	if err := add("local", "OTHER"); !errors.As(err, new(*KeptError)) || w.ring[devicePrefix+device] != seed {
		t.Errorf("%v %v", err, w.ring)
	}
}

// TestRotateAtOtherEndpoint: nothing is made where the key is for another endpoint
// too, or another profile has it readable, or files that may use it are away.
func TestRotateAtOtherEndpoint(t *testing.T) {
	start := func(t *testing.T) *world {
		w := newModel(t, onePlainTwice)
		w.key(ciID, ciText)
		return w
	}
	for name, c := range map[string]struct {
		before func(*world)
		want   any
		says   string
	}{
		"another profile's": {func(w *world) {
			w.must(importing("ci", "ci2")(w.t.Context(), w.keeper()))
			w.liars = map[string]string{"ci": liar}
		}, new(*EndpointError), "ci2"},
		"the terminal's": {func(w *world) {
			w.must(importing("ci", "ci2")(w.t.Context(), w.keeper()))
			w.liars = map[string]string{"ci": liar, "ci2": liar}
		}, new(*EndpointError), "is stored for AWS, and would be rotated at " + liar},
		"readable": {func(w *world) { w.must(importing("ci")(w.t.Context(), w.keeper())) }, new(*SharedKeyError), "ci2"},
		"away": {func(w *world) {
			second := w.second()
			w.must(importing("ci", "ci2")(w.t.Context(), w.keeper()), importing("there")(w.t.Context(), second))
			w.away(second.Config)
		}, new(*UnseenError), "second"},
		"other files": {func(w *world) {
			w.must(importing("ci", "ci2")(w.t.Context(), w.keeper()), importing("there")(w.t.Context(), w.second()))
		}, new(*SharedKeyError), "second"},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t)
			c.before(w)
			err := w.rotating(t.Context(), w.keeper())
			if !errors.As(err, c.want) || !strings.Contains(err.Error(), c.says) || w.made > 0 || !w.active[ciID] {
				t.Errorf("%v; AWS has %q", err, w.user)
			}
			w.keeps(t, name)
			if u, err := w.keeper().Unfinished(); err != nil || slices.ContainsFunc(u, func(u Unfinished) bool { return u.Rotating }) {
				t.Errorf("%+v %v", u, err)
			}
		})
	}
}

// TestFilesAway: a key whose AWS files are away, or empty for a moment, stays in the
// store, whatever is done in other files; it leaves by its id, which is the user's word.
func TestFilesAway(t *testing.T) {
	begin := func(t *testing.T) (w *world, second *Keeper) {
		w = newModel(t, onePair)
		w.key(ciID, ciText)
		second = w.second()
		w.must(importing("ci")(t.Context(), w.keeper()), importing("there")(t.Context(), second))
		return w, second
	}
	hide := map[string]func(*world, *Keeper) func(){
		"config away":      func(w *world, k *Keeper) func() { return w.away(k.Config) },
		"credentials away": func(w *world, k *Keeper) func() { return w.away(k.Credentials) },
		"credentials empty": func(w *world, k *Keeper) func() {
			data, err := os.ReadFile(k.Credentials)
			w.must(err, os.WriteFile(k.Credentials, []byte("\n"), 0o600))
			return func() { w.must(os.WriteFile(k.Credentials, data, 0o600)) }
		},
		"folder away": func(w *world, k *Keeper) func() { return w.away(filepath.Dir(k.Config)) },
		"config empty": func(w *world, k *Keeper) func() {
			data, err := os.ReadFile(k.Config)
			w.must(err, os.WriteFile(k.Config, nil, 0o600))
			return func() { w.must(os.WriteFile(k.Config, data, 0o600)) }
		},
	}
	for hidden, hide := range hide {
		for name, do := range map[string]func(context.Context, *Keeper) error{"remove": removing("ci"), "release": releasing("ci")} {
			t.Run(hidden+", "+name, func(t *testing.T) {
				w, second := begin(t)
				back := hide(w, second)
				if err := do(t.Context(), w.keeper()); err != nil && !errors.As(err, new(*UnseenError)) {
					t.Error(err)
				}
				_ = w.keeper().Settle(t.Context())
				w.keeps(t, name)
				all, err := w.keeper().Unfinished()
				if visible := strings.HasPrefix(hidden, "config"); err != nil || !visible && (len(all) != 1 || all[0].Unseen == nil || len(all[0].Pending) > 0) || visible && len(all) > 0 {
					t.Errorf("%+v %v", all, err)
				}
				if back(); err != nil {
					return
				}
				if all, err := w.keeper().Unfinished(); err != nil || len(all) > 0 {
					t.Errorf("it is back: %+v %v", all, err)
				}
				w.must(removing("there")(t.Context(), second))
				if len(w.held()) > 0 {
					t.Errorf("the last has let go: %v", w.held())
				}
			})
		}
	}
	w, second := begin(t)
	w.away(filepath.Dir(second.Config))
	w.must(removing("ci")(t.Context(), w.keeper()))
	r, err := w.keeper().Removal(ciID)
	if err != nil || r.Unseen == nil || r.Unseen.File != second.Config {
		t.Errorf("%+v %v", r, err)
	}
	w.must(removing(ciID)(t.Context(), w.keeper()))
	if len(w.held()) > 0 {
		t.Errorf("by its id: %v", w.held())
	}
}

// TestKilledRemovalStays: a removal that was killed before the key was out of the file
// is not finished while its file is away.
func TestKilledRemovalStays(t *testing.T) {
	w := newModel(t, onePair)
	w.key(ciID, ciText)
	ctx := t.Context()
	w.must(importing("ci")(ctx, w.keeper()))
	for at := 1; at < 20; at++ {
		for name, path := range map[string]func(*world) string{"config": (*world).config, "credentials": (*world).credentials} {
			c := w.clone(t)
			c.at, c.how = at, killed
			_, died := c.run(func(k *Keeper) error { return removing("ci")(ctx, k) })
			relied := c.idOf("ci") == ciID
			back := c.away(path(c))
			_ = c.keeper().Settle(ctx)
			w.must(addingDevice(seed)(ctx, c.keeper()))
			if back(); died && relied {
				c.keeps(t, "killed at a step, "+name+" away")
			}
		}
	}
}

// TestOneFileByTwoNames: links and relative names are one file, and a name that an
// earlier guise noted without its folder cannot be seen.
func TestOneFileByTwoNames(t *testing.T) {
	w := newModel(t, onePair)
	w.key(ciID, ciText)
	link := filepath.Join(w.dir, "link")
	w.must(os.Symlink(w.config(), link))
	ctx, k := t.Context(), w.keeper()
	k.Config = link
	w.must(importing("ci")(ctx, k))
	t.Chdir(w.dir)
	k.Config, k.Credentials = "config", "credentials"
	w.must(adding("ci", ciID, ciText)(ctx, k))
	if files := k.peek().record(keyPrefix + ciID).Files; len(files) != 1 || !filepath.IsAbs(files[0].Config) {
		t.Errorf("%+v", files)
	}
	w.must(w.rotating(ctx, k))

	w = newModel(t, onePair)
	w.key(ciID, ciText)
	w.must(importing("ci")(ctx, w.keeper()))
	ledger, err := os.ReadFile(w.keeper().ledgerPath())
	w.must(err, os.WriteFile(w.keeper().ledgerPath(), bytes.Replace(ledger, []byte(w.config()), []byte("config"), 1), 0o600))
	r, err := w.keeper().Removal("ci")
	if err != nil || r.Unseen == nil || !strings.Contains(r.Unseen.Error(), "noted without its folder") {
		t.Errorf("%+v %v", r, err)
	}
	w.must(removing("ci")(ctx, w.keeper()))
	w.keeps(t, "noted without its folder")
}

// idOf is the access key that a profile has.
func (w *world) idOf(profile string) string {
	f, err := awsconfig.Read(w.config(), w.credentials())
	w.must(err)
	p, err := f.Profile(profile)
	if err != nil {
		return ""
	}
	return p.AccessKeyID()
}

// TestPrefer: new access keys go where the user wants them, and nowhere else; nobody who
// cannot tell where that is stores one.
func TestPrefer(t *testing.T) {
	unsure := errors.New("unsure")
	for _, c := range []struct {
		name   string
		prefer Place
		isDown bool
		unsure error
		in     Place
		is     error
	}{
		{"nothing said", "", false, nil, InKeyring, nil},
		{"nothing said, no keyring", "", true, nil, InVault, nil},
		{"the vault", InVault, false, nil, InVault, nil},
		{"the keyring", InKeyring, false, nil, InKeyring, nil},
		{"the keyring, and there is none", InKeyring, true, nil, "", ErrUnavailable},
		{"nobody knows", "", false, unsure, "", unsure},
	} {
		w := newModel(t, onePair)
		w.key(ciID, ciText)
		w.isDown = c.isDown
		k := w.keeper()
		k.Prefer, k.Unsure = c.prefer, c.unsure
		if err := k.Available(); c.in == InVault && !errors.Is(err, ErrUnavailable) {
			t.Errorf("%s: no vault is there, and %v", c.name, err)
		}
		if err := importing("ci")(t.Context(), k); !errors.Is(err, c.is) {
			t.Errorf("%s: %v", c.name, err)
		}
		_, inRing := w.ring[keyPrefix+ciID]
		if inVault := k.Vault.Exists(); inRing != (c.in == InKeyring) || inVault != (c.in == InVault) {
			t.Errorf("%s: in the keyring %v, in the vault %v", c.name, inRing, inVault)
		}
		if c.is != nil {
			if data, err := os.ReadFile(w.credentials()); err != nil || !strings.Contains(string(data), ciText) {
				t.Errorf("%s: the key has left the file: %v", c.name, err)
			}
		}
	}
}
