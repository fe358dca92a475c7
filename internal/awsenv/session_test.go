package awsenv

import (
	"strings"
	"testing"
	"time"

	"guise/internal/secret"
	"guise/session"
)

// TestUnswitched: what a command is told by itself wins over all that is there.
func TestUnswitched(t *testing.T) {
	env := Env{"AWS_PROFILE=a", "AWS_ACCESS_KEY_ID=x", "GUISE_STATE=s", "GUISE_SHELL=zsh", "PATH=/bin", "AWS_REGION=old"}.Unswitched()
	if got := strings.Join(env, " "); got != "PATH=/bin AWS_REGION=old" {
		t.Error(got)
	}
	if got := strings.Join(env.With(InRegion("r")...), " "); got != "PATH=/bin AWS_REGION=r AWS_DEFAULT_REGION=r" {
		t.Error(got)
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
