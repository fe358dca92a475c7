package oneoff

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"guise/cache"
	"guise/internal/awsconfig"
	"guise/internal/configtest"
	"guise/internal/custody"
	"guise/session"
)

// memory is a cache, as a process opens it.
func memory(t *testing.T) *cache.Store {
	t.Helper()
	dir := t.TempDir()
	return cache.Open(dir, &custody.SealingKey{Dir: dir, Prefer: "file"}, time.Now)
}

// got are credentials that end in some hours.
func got(hours int, by session.Obtained) session.Credentials {
	return session.Credentials{Expires: time.Now().Add(time.Duration(hours) * time.Hour), Obtained: by}
}

// aRole is a profile that no file has: a role that another profile's session assumes.
func aRole(name, source, role string) Profile {
	return Profile{Name: name, Of: source, Settings: []awsconfig.Setting{setting("role_arn", "arn:aws:iam::222222222222:role/"+role), setting("source_profile", source)}}
}

// found are the sessions that are remembered: name, what they are of, and the last role's name.
func found(t *testing.T, c Cache, f *awsconfig.Files) string {
	t.Helper()
	all, err := All(c, f, session.Defaults{})
	if err != nil {
		t.Fatal(err)
	}
	plans, err := Plans(c, f, session.Defaults{})
	if err != nil || len(plans) != len(all) {
		t.Errorf("%d plans of %d, %v", len(plans), len(all), err)
	}
	var lines []string
	for i, one := range all {
		last := one.Chain.Last()
		if plans[i].Profile.Name != one.Profile.Name {
			t.Errorf("%s, not %s", plans[i].Profile.Name, one.Profile.Name)
		}
		lines = append(lines, fmt.Sprintf("%s of %s%s: %s", one.Profile.Name, one.Of, one.Session, last.RoleARN[strings.LastIndex(last.RoleARN, "/")+1:]+last.RoleName))
	}
	return strings.Join(lines, "; ")
}

// TestRemember: a session whose profile stands in no file is found with what it is of, by
// every process, as long as its way can be planned and it is not forgotten.
func TestRemember(t *testing.T) {
	files, c := configtest.Files(t, awsFile), memory(t)
	role, above := aRole("one", "base", "One"), aRole("two", "one", "Two")
	sso := Profile{Name: "sso", Session: "acme", Settings: []awsconfig.Setting{
		setting("sso_session", "acme"), setting("sso_account_id", "111111111111"), setting("sso_role_name", "Dev"),
	}}
	lost := aRole("lost", "gone", "Lost")
	Remember(c, []Profile{role, above}, "nobody", got(1, session.Renewed))
	Remember(c, nil, "one", got(1, session.Renewed))
	Remember(c, []Profile{role}, "one", session.Credentials{Obtained: session.Renewed}) // an access key does not end
	if ends, err := c.Ends(); err != nil || len(ends) > 0 {
		t.Errorf("%v, %v", ends, err)
	}
	if err := c.Put("other-entry", []byte(Encode([]Profile{role})), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := c.Put(prefix+"junk", []byte("junk"), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	Remember(c, []Profile{role, above}, "one", got(1, session.Renewed))
	if is := found(t, c, files); is != "one of base: One" {
		t.Error(is)
	}
	Remember(c, []Profile{role, above}, "two", got(1, session.Cached))
	Remember(c, []Profile{sso}, "sso", got(1, session.Served))
	Remember(c, []Profile{lost}, "lost", got(1, session.Renewed))
	Remember(c, []Profile{aRole("again", "base", "First"), aRole("again", "other", "Second"), role}, "again", got(1, session.Renewed))
	const want = "again of other: Second; one of base: One; sso of acme: Dev; two of base: Two"
	for range 3 { // in the order of names, though the cache has none
		if is := found(t, c, files); is != want {
			t.Error(is)
		}
	}
	if is := found(t, c, In(files, []Profile{aRole("gone", "base", "Gone")})); is != want { // that is no user's own
		t.Error(is)
	}
	all, _ := All(c, files, session.Defaults{})
	all[1].Forget(c)
	if is := found(t, c, files); is != strings.Replace(want, "one of base: One; ", "", 1) {
		t.Error(is)
	}
}

// TestRememberedFor: it is remembered for as long as the newest session lasts; one that comes
// from the cache writes nothing.
func TestRememberedFor(t *testing.T) {
	c, all := memory(t), []Profile{aRole("one", "base", "One")}
	for _, step := range []struct {
		got  session.Credentials
		want float64
	}{{got(1, session.Renewed), 1}, {got(5, session.Cached), 1}, {got(2, session.Renewed), 2}, {got(3, session.Served), 3}} {
		Remember(c, all, "one", step.got)
		ends, err := c.Ends()
		if err != nil || len(ends) != 1 {
			t.Fatal(ends, err)
		}
		for _, end := range ends {
			if hours := time.Until(end).Round(time.Minute).Hours(); hours != step.want {
				t.Errorf("%v hours, not %v", hours, step.want)
			}
		}
	}
}
