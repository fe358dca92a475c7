package awsenv

import (
	"strings"
	"testing"
	"time"

	"guise/internal/secret"
	"guise/session"
)

// TestUnder: what a command is told by itself wins over all that is there.
func TestUnder(t *testing.T) {
	env := Env{"AWS_PROFILE=a", "AWS_ACCESS_KEY_ID=x", "GUISE_STATE=s", "GUISE_SHELL=zsh", "GUISE_TERMINAL=1:s::", "GUISE_EXEC_PROFILE=a", "GUISE_EXEC_STATUS=s", "PATH=/bin", "AWS_REGION=old"}
	if got := strings.Join(env.Under("p", ""), " "); got != "PATH=/bin AWS_REGION=old AWS_SDK_LOAD_CONFIG=1 GUISE_EXEC_PROFILE=p" {
		t.Error(got)
	}
	if got := strings.Join(env.With(Variable{LoadConfig, "0"}).Under("p", "r"), " "); got != "PATH=/bin AWS_SDK_LOAD_CONFIG=0 AWS_REGION=r AWS_DEFAULT_REGION=r GUISE_REGION_FOR=r old p GUISE_EXEC_PROFILE=p" {
		t.Error(got)
	}
}

// TestFor: a region that guise has set for a profile is no other profile's.
func TestFor(t *testing.T) {
	mine := Env{"AWS_REGION=r1", "AWS_DEFAULT_REGION=r1", "GUISE_REGION_FOR=r1 r0 a b"}
	for _, c := range []struct {
		name    string
		env     Env
		profile string
		want    string
	}{
		{"the same", mine, "a b", strings.Join(mine, " ")},
		{"another", mine, "c", "AWS_REGION=r0 AWS_DEFAULT_REGION=r0"},
		{"nothing before", mine.With(Variable{RegionFor, "r1 - a b"}), "c", ""},
		{"one set since", mine.With(Variable{Region, "r2"}), "c", "AWS_DEFAULT_REGION=r1 GUISE_REGION_FOR=r1 r0 a b AWS_REGION=r2"},
		{"no note", mine.Without(RegionFor), "c", "AWS_REGION=r1 AWS_DEFAULT_REGION=r1"},
		{"no profile", mine.With(Variable{RegionFor, "r1 r0"}), "c", "AWS_REGION=r1 AWS_DEFAULT_REGION=r1 GUISE_REGION_FOR=r1 r0"},
		{"a note of nobody's", Env{"AWS_REGION=r1", "GUISE_REGION_FOR=r1 r\x1b0 a"}, "c", "AWS_REGION=r1 GUISE_REGION_FOR=r1 r\x1b0 a"},
		{"nothing", nil, "c", ""},
	} {
		if got := strings.Join(c.env.For(c.profile), " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	if r := mine.RegionTo("r3", "c"); r != (ProfileRegion{"r3", "r0", "c"}) {
		t.Errorf("%+v", r)
	}
	if got := strings.Join(mine.In("", "c"), " "); got != strings.Join(mine, " ") {
		t.Error(got)
	}
}

// TestActive: a profile by its name, or the one that exec runs a command under.
func TestActive(t *testing.T) {
	for want, env := range map[string]Env{
		"p": {"AWS_PROFILE=p", "GUISE_EXEC_PROFILE=e"}, "e": {"GUISE_EXEC_PROFILE=e", "AWS_ACCESS_KEY_ID=x"}, "s": {"GUISE_EXEC_PROFILE=s", "AWS_CONTAINER_CREDENTIALS_FULL_URI=x"}, "": {"GUISE_EXEC_PROFILE=e"},
	} {
		if got := Active(func(name string) string { value, _ := env.Get(name); return value }); got != want {
			t.Errorf("%v: %q", env, got)
		}
	}
}

func TestSession(t *testing.T) {
	end := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, c := range []struct {
		of   session.Credentials
		want string
	}{
		{session.Credentials{AccessKeyID: "i", SecretAccessKey: secret.New("s")}, "AWS_ACCESS_KEY_ID=i AWS_SECRET_ACCESS_KEY=s"},
		{session.Credentials{AccessKeyID: "i", SecretAccessKey: secret.New("s"), SessionToken: secret.New("t"), Expires: end}, "AWS_ACCESS_KEY_ID=i AWS_SECRET_ACCESS_KEY=s AWS_SESSION_TOKEN=t AWS_CREDENTIAL_EXPIRATION=2026-01-02T03:04:05Z"},
	} {
		if got := strings.Join(Env(nil).With(Session(c.of)...), " "); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

// TestCarry: a command that does not see the profile is told of it; of one that is not
// there it is told what it must know beside that.
func TestCarry(t *testing.T) {
	for profile, want := range map[string]string{"p": "AWS_REGION=", "none": ""} {
		env := Env{"PATH=/bin"}.Carry(profiles(t), profile, Variable{"X", "1"})
		if x, _ := env.Get("X"); x != "1" {
			t.Errorf("%s: %q", profile, env)
		}
		if got := strings.Join(env, "\n"); want != "" && !strings.Contains(got, want) || want == "" && strings.Contains(got, "AWS_REGION=") {
			t.Errorf("%s: %q", profile, env)
		}
		if Traced(func(name string) string { value, _ := env.Get(name); return value }) == nil {
			t.Errorf("%s: no trace", profile)
		}
	}
}
