package sdk

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestReadBoth: files of lines that mean something to one SDK or the other, in any order, are
// read together as by each SDK alone.
func TestReadBoth(t *testing.T) {
	lines := strings.Split(`[profile a]|[profile b]|[profile b]|[profile "a"]|[profile 'c d']|[profile  a]| [profile c]|[profile c] # note|[profile c]; note|[profile c]x|[profile c|profile d]
[default]|[Default]|[profile default]|[DEFAULT]|[a]|[b]|[sso-session s]|[sso-session "s"]|[sso-session t]|[services v]|[foo]|[]|[ ]|[profile]|[profile é]|[a b c]|[pröfile a]
region = x|region=x|region = y|region:x|Region = x|  region = x|	region = x|region|region = x # note|region = x #note|region = x;note|region = "x"|region = 'x|region = é|region = [x]|region = x = y
role_arn = arn:aws:iam::222222222222:role/R|source_profile = b|role_arn = |aws_access_key_id = AKIA1|aws_secret_access_key = s|aws_session_token = t
s3 =|  a = b|  a|    c = d| = x|=x|# note|; note|  # note|  ; note||||  |	|credential_process = /bin/creds a "b c"|credential_process = /bin/guise credential-process --profile a`, "\n")
	var all []string
	for _, line := range lines {
		all = append(all, strings.Split(line, "|")...)
	}
	r := rand.New(rand.NewPCG(1, 2))
	file := func(odd int) string {
		var b strings.Builder
		for i := range r.IntN(30) {
			if r.IntN(100) >= odd {
				fmt.Fprintf(&b, "[profile p%d]\nrole_arn = arn:aws:iam::222222222222:role/R%d\nsource_profile = p%d\n\n", i, r.IntN(9), r.IntN(30))
				continue
			}
			b.WriteString(all[r.IntN(len(all))])
			b.WriteString("\n")
		}
		text := b.String()
		switch r.IntN(20) {
		case 0:
			text = strings.ReplaceAll(text, "\n", "\r\n")
		case 1:
			text = strings.Replace(text, "\n", "\r", 1)
		case 2:
			text = strings.TrimSuffix(text, "\n")
		case 3:
			text += "\xff"
		case 4:
			text = "\ufeff" + text
		}
		return text
	}
	together := 0
	for i := range 5_000 {
		f := files(file(i%50), file(i%40))
		if readsAlike(t, f, 1+i%4) {
			together++
		}
		if t.Failed() {
			return
		}
	}
	if together < 1_000 {
		t.Errorf("%d files were read in parts", together)
	}
}

func FuzzReadBoth(f *testing.F) {
	f.Add("[profile a]\nrole_arn = x\n  y\n[profile b] # note\nregion = x\n", "[a]\naws_access_key_id = A\n")
	f.Add("[default]\ns3 =\n  a = b\n\n[profile a]\nregion = x\n", "")
	f.Add("[profile a]\nregion = x\n [default]\noutput = y\n[profile b]\nregion = x\n [default]\nrole_arn = z\n", "") // headers for the Go SDK alone
	f.Fuzz(func(t *testing.T, config, credentials string) {
		readsAlike(t, files(config, credentials), 3)
	})
}

// readsAlike looks that Read finds what the SDKs' own readings do. It reports whether it read
// both files in parts.
func readsAlike(t *testing.T, f Files, n int) (inPieces bool) {
	t.Helper()
	both := readIn(f, n)
	for _, r := range []struct{ got, want *Reading }{{both.Botocore, Botocore(f)}, {both.Go, GoSDK(f)}} {
		if got, want := r.got.text(), r.want.text(); got != want {
			t.Errorf("%q\n%q\nin %d slices:\n%s\nwant:\n%s", f.Config, f.Credentials, n, got, want)
		}
		for _, name := range r.want.Names() {
			plan, err := r.got.Who(name)
			if want, no := r.want.Who(name); fmt.Sprint(plan, err) != fmt.Sprint(want, no) || !plan.Same(want) {
				t.Errorf("%q\n%q\n%s: %v, %v, want %v, %v", f.Config, f.Credentials, name, plan, err, want, no)
			}
		}
	}
	_, ok := inParts(f.Config, f.ConfigPath, n)
	_, too := inParts(f.Credentials, f.CredentialsPath, n)
	return ok && too
}

// text is all that a reading holds.
func (r *Reading) text() string {
	var b strings.Builder
	fmt.Fprintln(&b, r.Broken, r.goSDK)
	section := func(s *section) {
		if s == nil {
			fmt.Fprintln(&b, "  none")
			return
		}
		for _, one := range s.settings {
			path, line := one.place()
			fmt.Fprintf(&b, "  %s = %q %s:%d %s %v\n", one.key, one.text, path, line, one.odd, one.nested)
		}
		fmt.Fprintln(&b)
	}
	for _, name := range r.Names() {
		p := r.profiles[name]
		fmt.Fprintln(&b, name, p.name)
		section(p.section)
		section(p.config)
		section(p.credentials)
	}
	for _, name := range slices.Sorted(maps.Keys(r.sessions)) {
		fmt.Fprintln(&b, "session", name)
		section(r.sessions[name])
	}
	return b.String()
}
