package awsconfig

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestWith: a profile that stands in no file is found, listed and preferred, and never in
// the bytes; the files that it was added to do not have it.
func TestWith(t *testing.T) {
	config := filepath.Join(t.TempDir(), "config")
	text := "[profile prod]\nregion = eu-west-1\ns3 =\n  max_concurrent_requests = 2\nguise_color = red\nrole_arn = arn:aws:iam::111111111111:role/A\n" +
		"source_profile = user\nexternal_id = x\n[profile late]\nregion = us-east-1\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Read(config, config+".none")
	if err != nil {
		t.Fatal(err)
	}
	_ = f.Names() // the list is kept
	prod, err := f.Profile("prod")
	if err != nil {
		t.Fatal(err)
	}
	name := "$(touch x)`y`'\";& ]\n"
	policy := "{ # ;\n\"}"
	with := f.With(name, append(prod.Shared(), Setting{Key: "guise_of", Value: "prod"}, Setting{Key: "guise_policy", Value: policy}, Setting{Key: "role_arn"})...)
	with = with.With("late", Setting{Key: "region", Value: "eu-north-1"}).With("late", Setting{Key: "output", Value: "json"})
	p, err := with.Profile(name)
	if err != nil {
		t.Fatal(err)
	}
	if p.Own("of") != "prod" || p.Own("policy") != policy || p.Get("region") != "eu-west-1" || p.Nested("s3")["max_concurrent_requests"] != "2" {
		t.Errorf("%q %q %q %v", p.Own("of"), p.Own("policy"), p.Get("region"), p.Nested("s3"))
	}
	for _, key := range []string{"role_arn", "source_profile", "external_id"} {
		if p.Get(key) != "" {
			t.Errorf("%s = %s says who prod is", key, p.Get(key))
		}
	}
	if path, _ := p.Where("guise_of"); path != "" || p.Own("color") != "" || p.HasKeys() || p.Managed() || p.Check() != nil || !with.IsAdded(name) || f.IsAdded(name) {
		t.Error("what is known of it")
	}
	if late, err := with.Profile("late"); err != nil || late.Get("region") != "" || late.Get("output") != "json" {
		t.Errorf("what was added last is the profile: %v", err)
	}
	if got := with.Names(); !slices.Equal(got, []string{"prod", "late", name}) {
		t.Errorf("%q", got)
	}
	if got := f.Names(); !slices.Equal(got, []string{"prod", "late"}) {
		t.Errorf("%q", got)
	}
	if _, err := f.Profile(name); err == nil {
		t.Error("the files have it")
	}
	if b := with.Bytes(); string(b[0]) != text || len(b[1]) != 0 {
		t.Errorf("%q", b)
	}
}
