package shell

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"guise/internal/awsenv"
)

// TestLeaseInPrompt: the hook has guise look at a lease that is over, of the active profile
// alone, before it shows the prompt. What is in the variable is data.
func TestLeaseInPrompt(t *testing.T) {
	prompting(t, func(t *testing.T, d Dialect, argv []string) {
		if d.name == "bash" && oldBash(t) {
			return // guise looks each time
		}
		hook, _ := d.Hook(HookOptions{})
		show := "__guise_prompt\necho \"<$GUISE_PROMPT>\"\n"
		lease := func(value string) string {
			return d.script([]Change{{Name: "AWS_PROFILE", Value: "it's $p", Exported: true}, {Name: "GUISE_LEASE", Value: value, Exported: true}}) + show
		}
		off := d.script([]Change{{Name: "AWS_PROFILE", Unset: true, Exported: true}, {Name: "GUISE_LEASE", Unset: true, Exported: true}})
		pwned := filepath.Join(t.TempDir(), "pwned")
		script := hook + show + lease("1:other") + lease(fmt.Sprintf("%d:it's $p", time.Now().Unix()+900)) + lease(fmt.Sprintf("%d:it's $p", time.Now().Unix()-1)) + show +
			lease("x[$(touch "+pwned+")]:other") + lease("") + lease(":") + lease("x[$(touch "+pwned+")]`touch "+pwned+"`") + lease("x[$(touch "+pwned+")]:it's $p")
		out, stderr, _ := run(t, argv, script, "echo \"$*\" >&2\ncat <<'END'\n"+off+"END\n")
		const kept = "<it's $p>\n"
		want := "<>\n" + kept + kept + "<>\n<>\n" + kept + kept + kept + kept
		const asked = "off --after-lease\n"
		if out != want && out != want+kept && out != want+"<>\n" || stderr != asked && stderr != asked+asked {
			t.Errorf("%q %q", out, stderr)
		}
		if _, err := os.Stat(pwned); err == nil {
			t.Error("something ran")
		}
	})
}

// TestLease: a lease is noted with a switch, and leads back to what was there before; in a
// shell that has only inherited it, out of the profile.
func TestLease(t *testing.T) {
	at := time.Unix(2000000000, 0)
	before := Terminal{Env: awsenv.Env{"AWS_PROFILE=dev", "AWS_SDK_LOAD_CONFIG=1"}}
	used := before.Use(Target{Profile: "a:b", Lease: time.Hour, Now: at.Add(-time.Hour)}).Changes
	if got, want := changed(used), "keep:AWS_DEFAULT_PROFILE keep:AWS_REGION keep:AWS_DEFAULT_REGION AWS_PROFILE=a:b GUISE_LEASE=2000000000:a:b"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	env := awsenv.Env{"AWS_PROFILE=a:b", "AWS_SDK_LOAD_CONFIG=1", "GUISE_LEASE=2000000000:a:b"}
	here := Terminal{Env: env, State: after(t, used)}
	if said, changes := here.AfterLease(at.Add(-time.Second)); said != "" || changes != nil {
		t.Errorf("too early: %s %v", said, changes)
	}
	said, changes := here.AfterLease(at)
	if got, want := changed(changes), "back:AWS_PROFILE=dev back:AWS_DEFAULT_PROFILE back:AWS_REGION back:AWS_DEFAULT_REGION back:AWS_SDK_LOAD_CONFIG=1 back:GUISE_LEASE"; got != want || said != "the lease of a:b is over; the profile is dev again" {
		t.Errorf("%q %s, want %s", said, got, want)
	}
	if got := changed(here.Use(Target{Profile: "c"}).Changes); got != "AWS_PROFILE=c -GUISE_LEASE" {
		t.Errorf("to one without: %s", got)
	}
	child := Terminal{Env: append(env, "AWS_REGION=r1", "AWS_DEFAULT_REGION=r1", "GUISE_REGION_FOR=r1 r0 a:b")}
	said, changes = child.AfterLease(at)
	if got, want := changed(changes), "AWS_REGION=r0 AWS_DEFAULT_REGION=r0 -GUISE_REGION_FOR -AWS_PROFILE -GUISE_LEASE"; got != want || said != "the lease of a:b is over; no profile is set" || after(t, changes).Previous != "a:b" {
		t.Errorf("%s, %s, want %s", said, got, want)
	}
	// It goes elsewhere, and comes back to what it has inherited: with its lease.
	gone := after(t, child.Use(Target{Profile: "c"}).Changes)
	if got := changed((Terminal{Env: awsenv.Env{"AWS_PROFILE=c"}, State: gone}).Off()); got != "back:AWS_PROFILE=a:b back:AWS_DEFAULT_PROFILE back:AWS_REGION=r1 back:AWS_DEFAULT_REGION=r1 back:AWS_SDK_LOAD_CONFIG=1 back:GUISE_REGION_FOR=r1 r0 a:b back:GUISE_LEASE=2000000000:a:b" {
		t.Errorf("back: %s", got)
	}
	for _, none := range []awsenv.Env{nil, {"AWS_PROFILE=x", "GUISE_LEASE=1:y"}, {"GUISE_LEASE=1:"}, {"AWS_PROFILE=y", "GUISE_LEASE=z:y"}} {
		if said, _ := (Terminal{Env: none}).AfterLease(at); said != "" {
			t.Errorf("%v: %s", none, said)
		}
	}
}
