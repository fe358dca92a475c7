package awsenv

import (
	"slices"
	"strings"
	"testing"

	"guise/internal/awsconfig"
	"guise/internal/configtest"
)

const config = `[profile p]
region = eu-west-1
endpoint_url = https://all.example
services = mine
use_fips_endpoint = true
use_dualstack_endpoint = true
ca_bundle = /etc/my ca.pem
retry_mode = adaptive
max_attempts = 7
role_arn = arn:aws:iam::111111111111:role/x

[services mine]
s3 =
  endpoint_url = https://s3.example
elastic_beanstalk =
  endpoint_url = https://eb.example
dynamodb =
  other = x
s3$(touch x) =
  endpoint_url = https://bad.example

[profile odd]
region = eu-west-1
endpoint_url = https://all.example
 /continued
`

func profiles(t *testing.T) *awsconfig.Files {
	t.Helper()
	f := configtest.Files(t, config)
	return f
}

// TestCarried: what SDKs read from the profile they get from the environment, and
// what that says already wins, as it does over a profile.
func TestCarried(t *testing.T) {
	f := profiles(t)
	services, _ := f.Services("mine")
	rest := "AWS_USE_FIPS_ENDPOINT=true AWS_USE_DUALSTACK_ENDPOINT=true AWS_CA_BUNDLE=/etc/my ca.pem AWS_RETRY_MODE=adaptive AWS_MAX_ATTEMPTS=7"
	endpoints := " AWS_ENDPOINT_URL=https://all.example AWS_ENDPOINT_URL_S3=https://s3.example AWS_ENDPOINT_URL_ELASTIC_BEANSTALK=https://eb.example"
	region := "AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1 "
	for _, c := range []struct {
		name, profile string
		env           Env
		want          string
	}{
		{"nothing set", "p", nil, region + rest + endpoints},
		{"set to nothing", "p", Env{"AWS_REGION=", "AWS_ENDPOINT_URL="}, region + rest + endpoints},
		{"the terminal's region", "p", Env{"AWS_REGION=r"}, "AWS_DEFAULT_REGION=r " + rest + endpoints},
		{"the terminal's region, by its other name", "p", Env{"AWS_DEFAULT_REGION=r"}, "AWS_REGION=r " + rest + endpoints},
		{"an endpoint for all", "p", Env{"AWS_ENDPOINT_URL=x"}, region + rest},
		{"an endpoint for one", "p", Env{"AWS_ENDPOINT_URL_S3=x"}, region + rest + strings.Replace(endpoints, " AWS_ENDPOINT_URL_S3=https://s3.example", "", 1)},
		{"a value of two lines", "odd", nil, strings.TrimSpace(region)},
	} {
		p, err := f.Profile(c.profile)
		if err != nil {
			t.Fatal(err)
		}
		of := services
		if c.profile == "odd" {
			of = awsconfig.Profile{}
		}
		var got []string
		for _, v := range Carried(c.env, p, of) {
			got = append(got, v.Name+"="+v.Value)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, strings.Join(got, " "), c.want)
		}
	}
}

// TestOutside: guise sees the environment as it was before exec, save what the
// command itself has set since.
func TestOutside(t *testing.T) {
	was := Env{"HOME=/h", "AWS_CONFIG_FILE=/mine", "AWS_CA_BUNDLE="}
	inside := was.WithTraced(Variable{ConfigFile, "/copy"}, Variable{Region, "r"}, Variable{"AWS_CA_BUNDLE", "/ca"})
	if got, _ := inside.Get(ConfigFile); got != "/copy" {
		t.Errorf("%v", inside)
	}
	equal := func(got, want Env) {
		t.Helper()
		got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
		if !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	}
	equal(inside.Outside(), was)
	equal(inside.With(Variable{Region, "mine"}).Outside(), append(was[:3:3], "AWS_REGION=mine"))
	equal(inside.With(Variable{Trace, "garbage"}).Outside(), inside.Without(Trace))
	equal(was.Outside(), was)
	// Others than exec write what they like into the trace: it moves nothing that exec does not.
	forged := was.With(Variable{Profile, "mine"}).WithTraced(Variable{Profile, "theirs"}, Variable{AccessKeyID, "AKIA"}, Variable{"PATH", "/theirs"}, Variable{"GUISE_ADOPT", "always"})
	equal(forged.Outside(), forged.Without(Trace))

	get, environ, before := Outside(func(name string) string { v, _ := inside.Get(name); return v }, func() []string { return inside })
	equal(environ(), was)
	for name, want := range map[string]string{ConfigFile: "/mine", Region: "", "HOME": "/h", Trace: ""} {
		if got := get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if _, ok := before[Region]; !ok {
		t.Error(before)
	}
}

// TestWith: each variable is there once.
func TestWith(t *testing.T) {
	e := Env{"A=1", "A=2", "B=x=y"}.With(Variable{"A", "3"})
	if got := strings.Join(e, " "); got != "B=x=y A=3" {
		t.Error(got)
	}
	if value, set := e.Get("B"); value != "x=y" || !set {
		t.Error(value, set)
	}
}
