package awsconfig

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"guise/internal/need"
	"guise/internal/secret"
)

// vault stands for the key store.
type vault map[string]secret.Text

func (v vault) store(_, id string, key secret.Text) error { v[id] = key; return nil }

func (v vault) fetch(_, id string) (secret.Text, error) {
	if key, ok := v[id]; ok {
		return key, nil
	}
	return secret.Text{}, errors.New("not stored")
}

func filesOf(config, credentials string) *Files {
	f := newFiles("config", "credentials")
	f.config.set([]byte(config))
	f.credentials.set([]byte(credentials))
	return f
}

// ugly makes files as people and tools leave them.
func ugly(r *rand.Rand) (config, credentials string) {
	pick := func(all ...string) string { return all[r.IntN(len(all))] }
	eol := pick("\n", "\n", "\n", "\r\n")
	names := []string{"default", "prod", "a b", "x]y", `q"q`, "$(touch x)`y`'\";& é", "日本", "base", "dup", "base.source"}
	var c, k strings.Builder
	c.WriteString(pick("", "", bom, "# top"+eol, eol))
	for range r.IntN(8) {
		name := names[r.IntN(len(names))]
		header := pick("[profile "+name+"]", "[profile "+name+"]", `[profile "`+name+`"]`, "[ profile  "+name+" ]", "  [profile "+name+"] # c", "[sso-session "+name+"]", "[services s]", "[PROFILE x]")
		if name == "default" {
			header = pick("[default]", "[profile default]")
		}
		c.WriteString(header + eol)
		indent := pick("", "", "", "  ", "\t")
		for range r.IntN(7) {
			c.WriteString(pick(
				indent+"role_arn = arn:aws:iam::222222222222:role/Admin"+eol, indent+"ROLE_ARN=x"+eol, indent+"source_profile: base"+eol,
				indent+"mfa_serial = arn:aws:iam::1:mfa/me   "+eol, indent+"region = eu-west-1 # here"+eol, "# role_arn = no"+eol, eol, "   ; x"+eol,
				indent+"s3 ="+eol+indent+"  addressing_style = path"+eol, indent+"sso_start_url = https://x/start#/"+eol,
				indent+"credential_process = /bin/other --x \"y z\""+eol, indent+"region ="+eol, indent+"guise_color = red"+eol,
				indent+"aws_access_key_id = AKIACONFIG"+eol+indent+"aws_secret_access_key=c0nfig/secret+="+eol, indent+"output = a"+eol+indent+"   more"+eol,
			))
		}
	}
	for range r.IntN(4) {
		k.WriteString("[" + names[r.IntN(len(names))] + "]" + eol)
		k.WriteString(pick(
			"aws_access_key_id = AKIA1"+eol+"aws_secret_access_key = s3cr3t"+eol,
			" aws_access_key_id=AKIA2"+eol+eol+" aws_secret_access_key=a=b#c"+eol+" region = x"+eol,
			"aws_access_key_id = ASIA"+eol+"aws_secret_access_key = t"+eol+"aws_session_token = u"+eol,
			"role_arn = arn:aws:iam::222222222222:role/x"+eol+"source_profile = base"+eol, "region = y"+eol, "",
		))
	}
	config, credentials = c.String(), k.String()
	if r.IntN(3) == 0 {
		config = strings.TrimSuffix(strings.TrimSuffix(config, "\n"), "\r")
	}
	if r.IntN(3) == 0 {
		credentials = strings.TrimSuffix(strings.TrimSuffix(credentials, "\n"), "\r")
	}
	return config, credentials
}

// TestReleaseUndoesAdopt is the law: whatever adopt does not refuse, release
// gives back byte for byte, in whatever order.
func TestReleaseUndoesAdopt(t *testing.T) {
	var adopted, irreversible atomic.Int64
	files := 20_000
	if !need.Everything() {
		files = 4_000
		t.Logf("left to CI: all but %d of 20,000 files", files)
	}
	if need.Race { // each is done by one goroutine
		files = 1_000
	}
	if need.Sample() {
		files = 500
	}
	t.Run("seeds", func(t *testing.T) {
		const at = 4 // times
		for first := range at {
			t.Run(fmt.Sprintf("%d of %d", first+1, at), func(t *testing.T) {
				t.Parallel()
				for seed := first; seed < files; seed += at {
					refused, done := undoes(t, seed)
					irreversible.Add(int64(refused))
					adopted.Add(int64(done))
				}
			})
		}
	})
	t.Logf("%d adopted, %d refused as irreversible", adopted.Load(), irreversible.Load())
	if adopted.Load() < int64(files) || irreversible.Load() > adopted.Load()/100 {
		t.Errorf("%d adopted, %d refused as irreversible: the test tests little", adopted.Load(), irreversible.Load())
	}
}

// undoes adopts the profiles of two ugly files, twice, and releases them: it returns how
// many could not be adopted since that could not be undone, and how many were.
func undoes(t *testing.T, seed int) (irreversible, adopted int) {
	t.Helper()
	r := rand.New(rand.NewPCG(uint64(seed), 7))
	config, credentials := ugly(r)
	f, v := filesOf(config, credentials), vault{}
	o := AdoptOptions{Executable: "/usr/local/bin/guise", KeepKeys: r.IntN(2) == 0, Store: v.store, ForOlderClients: r.IntN(2) == 0}
	names := f.Names()
	r.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	var done []string
	for _, name := range names {
		now := o
		now.ForOlderClients = o.ForOlderClients && r.IntN(2) == 0 // the others by the second adoption
		err := f.Adopt([]string{name}, now)
		if errors.As(err, new(*IrreversibleError)) {
			irreversible++
		}
		if err == nil {
			done = append(done, name)
		}
		if got := string(f.config.parsed().Bytes()); len(done) == 0 && got != config {
			t.Fatalf("seed %d: a refused adoption changed the file", seed)
		}
	}
	if o.ForOlderClients {
		if err := f.Adopt(done, o); err != nil {
			t.Fatalf("seed %d: for older clients: %v", seed, err)
		}
	}
	if again, err := f.Bytes(), f.Adopt(done, o); err != nil || !bytes.Equal(again[0], f.Bytes()[0]) || !bytes.Equal(again[1], f.Bytes()[1]) {
		t.Fatalf("seed %d: adopting twice is not adopting once: %v\n%s\n---\n%s", seed, err, again[0], f.Bytes()[0])
	}
	for _, p := range f.Profiles() {
		if slices.Contains(done, p.Name) && !p.Managed() {
			t.Fatalf("seed %d: %q is not managed:\n%s", seed, p.Name, f.config.parsed().Bytes())
		}
		if slices.Contains(done, p.Name) && o.ForOlderClients && p.NotForOlderClients(o.KeepKeys) == "" && !p.ForOlderClients() {
			t.Fatalf("seed %d: %q is not managed for older clients:\n%s", seed, p.Name, f.credentials.parsed().Bytes())
		}
	}
	ownLinesOnly(t, seed, config, string(f.config.parsed().Bytes()))
	// What was written is read again, as another process would.
	f = filesOf(string(f.config.parsed().Bytes()), string(f.credentials.parsed().Bytes()))
	r.Shuffle(len(done), func(i, j int) { done[i], done[j] = done[j], done[i] })
	if err := f.Release(done, ReleaseOptions{Fetch: v.fetch}); err != nil {
		t.Fatalf("seed %d: release: %v", seed, err)
	}
	if got := string(f.config.parsed().Bytes()); got != config {
		t.Fatalf("seed %d: config\n%q\nbecame\n%q", seed, config, got)
	}
	if got := string(f.credentials.parsed().Bytes()); got != credentials {
		t.Fatalf("seed %d: credentials\n%q\nbecame\n%q", seed, credentials, got)
	}
	return irreversible, len(done)
}

// ownLinesOnly fails where adoption touched a line that is not its to touch.
func ownLinesOnly(t *testing.T, seed int, before, after string) {
	t.Helper()
	lines := strings.SplitAfter(strings.TrimPrefix(after, bom), "\n")
	for _, want := range strings.SplitAfter(strings.TrimPrefix(before, bom), "\n") {
		key, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(want)), "=")
		if key, _, _ = strings.Cut(key, ":"); slices.Contains(hiddenKeys, strings.TrimSpace(key)) {
			continue
		}
		i := slices.IndexFunc(lines, func(l string) bool { return strings.TrimRight(l, "\r\n") == strings.TrimRight(want, "\r\n") })
		if i < 0 {
			t.Fatalf("seed %d: the line %q is gone from\n%s", seed, want, after)
		}
		lines = lines[i+1:]
	}
}

func BenchmarkAdoptAll(b *testing.B) {
	var config strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&config, "[profile p%d]\nrole_arn = arn:aws:iam::222222222222:role/R%d\nsource_profile = base\nregion = eu-west-1\n\n", i, i)
	}
	for b.Loop() {
		f := filesOf(config.String(), "")
		if err := f.Adopt(f.Names(), AdoptOptions{Executable: "/bin/guise"}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkProfile(b *testing.B) {
	for _, n := range []int{10, 10_000} {
		var config strings.Builder
		for i := range n {
			fmt.Fprintf(&config, "[profile p%d]\nrole_arn = arn:aws:iam::222222222222:role/R%d\nsource_profile = base\nregion = eu-west-1\n\n", i, i)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if _, err := filesOf(config.String(), "").Profile(fmt.Sprintf("p%d", n-1)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
