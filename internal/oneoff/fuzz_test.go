package oneoff

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"guise/internal/awsconfig"
	"guise/internal/configtest"
	"guise/session"
)

// FuzzTags: a tag that --tag takes is the tag that AWS is sent.
func FuzzTags(f *testing.F) {
	files := configtest.Files(f, "[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = s\n")
	f.Add("a=b", "k=v=w")
	f.Add("a b=c d", "é= x")
	f.Add("a=,", "=b")
	f.Add("a=#b", "b=;")
	f.Fuzz(func(t *testing.T, one, two string) {
		flags := Flags{RoleARN: "arn:aws:iam::222222222222:role/A", Source: "base", Tags: []string{one, two}}
		if flags.Check(nil) != nil {
			return
		}
		settings := append(flags.settings(), setting("source_profile", "base"))
		chain, err := session.Resolve(files.With("made", settings...), "made", session.Defaults{})
		if err != nil {
			t.Fatalf("%q, %q: %v", one, two, err)
		}
		var got []string
		for _, tag := range chain.Last().Tags {
			got = append(got, tag.Key+"="+tag.Value)
		}
		if !reflect.DeepEqual(got, flags.Tags) {
			t.Errorf("%q, not %q", got, flags.Tags)
		}
	})
}

// FuzzPolicy: a policy that is taken from a file is the same in one line that an AWS file can
// hold, without the beginning of a comment, and of a length that AWS takes; and it comes to
// AWS as it is.
func FuzzPolicy(f *testing.F) {
	files := configtest.Files(f, "[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = s\n")
	f.Add([]byte(policy))
	f.Add([]byte("\ufeff{\"Statement\": [\"\\u0000\", \"# ; \\n\"]}"))
	f.Add([]byte("{\"Statement\":{\"a\":1e400}}"))
	f.Add([]byte("{\"statement\":\" x \"}\n\n"))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(dir, "p")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		line, err := policyIn(path)
		if err != nil {
			return
		}
		if strings.ContainsAny(line, "\n\r#;") || line == "" {
			t.Errorf("%q", line)
		}
		if is, was := meaning(line), meaning(strings.TrimPrefix(string(data), "\ufeff")); is == nil || !reflect.DeepEqual(is, was) {
			t.Errorf("%q is %q", data, line)
		}
		chain, err := session.Resolve(files.With("made", setting("role_arn", "arn:aws:iam::222222222222:role/A"), setting("source_profile", "base"), setting("guise_policy", line)), "made", session.Defaults{})
		if err != nil || chain.Last().Policy != line {
			t.Errorf("%q: %q, %v", line, chain.Last().Policy, err)
		}
	})
}

// meaning is what a text of JSON says; nil: it is none.
func meaning(text string) (all any) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber() // some are too large for any type
	if d.Decode(&all) != nil {
		return nil
	}
	return all
}

func setting(key, value string) awsconfig.Setting { return awsconfig.Setting{Key: key, Value: value} }
